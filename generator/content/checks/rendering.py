"""Rules on math and code that the site would show wrong; ``content.answer.unsafe`` decides on most of them."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Check, Defect, Rule, register, rule
from generator.content.checks.view import ArticleView
from generator.content.markdown.answer import repair_json_escapes
from generator.content.markdown.spans import non_prose_regions

_FIELDS = ("introduction", "points", "conclusion")
_EXCERPT = 50


def _reporting(*codes: str, advice: str = "") -> Check:
    """The check that reports what ``unsafe`` found under these codes, the first in each text."""

    def check(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
        for part in view.unsafe_texts:
            for found in part.unsafe_places:
                if found.code in codes:
                    yield Defect(
                        part.field,
                        f"“{_excerpt(part.text, found.start, found.end)}”: {found.message}{advice and f'; {advice}'}",
                        found.start,
                        found.end,
                    )
                    break

    return check


def _excerpt(text: str, start: int, end: int) -> str:
    quoted = " ".join(text[start:end].split())
    return quoted if len(quoted) <= _EXCERPT else f"{quoted[:_EXCERPT]}…"


_WRAPPED = (
    (
        "math-error",
        "A formula does not parse",
        "KaTeX shows a formula that it cannot parse as red source text.",
        "correct the formula",
        False,
    ),
    (
        "unclosed-math",
        "A $$ is never closed",
        "An open $$ swallows the rest of the answer into one broken formula.",
        "close it with $$ on a line of its own",
        False,
    ),
    (
        "lost-math-line",
        "Text after an opening $$ is lost",
        "The site drops what stands on the line of an opening $$.",
        "put $$ on lines of its own",
        False,
    ),
    (
        "chemistry-command",
        "A chemistry command that the site does not know",
        "The site has no mhchem: \\ce and \\pu show as red source text.",
        "",
        False,
    ),
    (
        "raw-math-delimiter",
        "Math is marked with \\( or \\[",
        "The site knows only dollar signs: with \\( or \\[ the reader sees raw TeX.",
        "use $ or $$",
        True,
    ),
    (
        "money-as-math",
        "Amounts of money are set as a formula",
        "Two dollar amounts in one paragraph pair up: what stands between them is set as one formula without spaces.",
        "",
        True,
    ),
)

for _code, _title, _explanation, _advice, _fixable in _WRAPPED:
    register(
        Rule(
            code=_code,
            title=_title,
            explanation=_explanation,
            draft="error",
            published="error",
            fields=_FIELDS,
            fixable=_fixable,
            check=_reporting(_code, advice=_advice),
        )
    )

register(
    Rule(
        code="line-break-pair",
        title="A backslash stands before an n where that breaks the line",
        explanation="The site turns every backslash-n into a line break, in formulas and code samples too, and there is"
        " no escape: the formula or the sample is cut in two.",
        draft="error",
        published=None,
        fields=_FIELDS,
        check=_reporting(
            "line-break-in-code",
            "line-break-pair",
            advice="write it without backslash-n: puts, std::endl or two calls in code, another command in math",
        ),
    )
)


@rule(
    "cut-command",
    "A LaTeX command is cut in two",
    "\\neq, \\nabla and their like begin with backslash-n, which the site turned into a line break: the reader sees “eq”.",
    draft="error",
    published="error",
    fields=_FIELDS,
    fixable=True,
)
def cut_command(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing("$", "\\", description=False):
        if "\n" not in part.text:
            continue
        mended = repair_json_escapes(part.text)
        if mended != part.text:
            at = next((i for i, (a, b) in enumerate(zip(part.text, mended, strict=False)) if a != b), 0)
            whole = _excerpt(mended, at, at + 12)
            yield Defect(part.field, f"a line break cuts the command “{whole}”; write its symbol", at, at + 1)


_STRINGS = frozenset(
    (
        "c",
        "cpp",
        "c++",
        "java",
        "javascript",
        "js",
        "ts",
        "typescript",
        "csharp",
        "cs",
        "c#",
        "go",
        "rust",
        "php",
    )
    + ("swift", "kotlin", "scala", "dart", "python", "py", "ruby", "rb", "r", "perl", "julia", "matlab")
)
_CALL = re.compile(r"\b(?:print\w*|cout|puts|write\w*|log|join|split|append|format|echo)\b")
_NO_STRING = re.compile(r"\\.|'\"'|(?://|#(?!include)).*")


@rule(
    "cut-code",
    "A string in a code sample is cut in two",
    "A backslash-n inside a string literal became a real line break: the sample does not run any more.",
    draft=None,
    published="error",
    fields=("answer",),
    needs="document",
)
def cut_code(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing("```", "~~~", description=False):
        for fence in non_prose_regions(part.text):
            if fence.kind == "fence" and '"' in fence.text and '"""' not in fence.text:
                line = _cut_string(fence.text, fence.info.casefold())
                if line:
                    yield Defect(
                        part.field,
                        f"the string in “{line.strip()[:_EXCERPT]}” is cut by a line break",
                        *fence[1:3],
                    )
                    return


def _cut_string(code: str, language: str) -> str | None:
    """The first line that leaves a string open which the next one closes."""
    lines = code.split("\n")
    for line, following in zip(lines, lines[1:], strict=False):
        if '"' in line and (language in _STRINGS or _CALL.search(line)) and _odd(line) and _odd(following):
            return line
    return None


def _odd(line: str) -> bool:
    return _NO_STRING.sub("", line).count('"') % 2 == 1
