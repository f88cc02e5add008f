"""Rules on math and code that the site would show wrongly; most report what ``markdown.unsafe`` finds."""

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
    """A check that reports the first unsafe place with one of these codes in each text.

    Args:
        advice: what to do, added to the message of the place; empty where that message says it.
    """

    def check(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
        for part in view.unsafe_texts:
            for found in part.unsafe_places:
                if found.code in codes:
                    yield Defect(
                        part.field,
                        f"“{_excerpt(part.text, found.start, found.end)}”: {found.message}"
                        f"{advice and f'; {advice}'}",
                        found.start,
                        found.end,
                    )
                    break

    return check


def _excerpt(text: str, start: int, end: int) -> str:
    quoted = " ".join(text[start:end].split())
    return quoted if len(quoted) <= _EXCERPT else f"{quoted[:_EXCERPT]}…"


# Code, title, explanation, advice, whether a program can fix it.
_MATH_RULES = (
    (
        "math-error",
        "KaTeX cannot parse a formula",
        "KaTeX shows a formula that it cannot parse as red source text.",
        "correct the formula",
        False,
    ),
    (
        "unclosed-math",
        "A $$ is never closed",
        "An unclosed $$ turns the rest of the answer into one broken formula.",
        "close it with $$ on a line of its own",
        False,
    ),
    (
        "lost-math-line",
        "Text after an opening $$ is lost",
        "The site drops the text on the line of an opening $$.",
        "put $$ on a line of its own",
        False,
    ),
    (
        "chemistry-command",
        "The site does not know a chemistry command",
        "The site has no mhchem: it shows \\ce and \\pu as red source text.",
        "",
        False,
    ),
    (
        "raw-math-delimiter",
        "Math is marked with \\( or \\[",
        "The site recognises only dollar signs: with \\( or \\[ the reader sees raw TeX.",
        "use $ or $$",
        True,
    ),
    (
        "money-as-math",
        "Amounts of money are shown as a formula",
        "Two dollar signs in one paragraph form a pair: the text between them is shown as a formula without spaces.",
        "",
        True,
    ),
)

for _code, _title, _explanation, _advice, _fixable in _MATH_RULES:
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
        title="A backslash before an n breaks the line",
        explanation="The site turns every backslash-n into a line break, also in formulas and code, and no escape"
        " exists: the formula or the code is cut in two.",
        draft="error",
        published=None,
        fields=_FIELDS,
        check=_reporting(
            "line-break-in-code",
            "line-break-pair",
            advice="avoid backslash-n: use puts, std::endl or two calls in code, another command in math",
        ),
    )
)


@rule(
    "cut-command",
    "A LaTeX command is cut in two",
    "Commands such as \\neq and \\nabla begin with backslash-n, which became a line break: the reader sees “eq”.",
    draft="error",
    published="error",
    fields=_FIELDS,
    fixable=True,
)
def cut_command(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing("$", "\\", description=False):
        if "\n" not in part.text:
            continue
        repaired = repair_json_escapes(part.text)
        if repaired != part.text:
            pairs = enumerate(zip(part.text, repaired, strict=False))
            at = next((index for index, (old, new) in pairs if old != new), 0)
            command = _excerpt(repaired, at, at + 12)
            yield Defect(
                part.field, f"a line break cuts the command “{command}” in two; write its symbol", at, at + 1
            )


# Languages whose string literals end on their line.
_LANGUAGES = frozenset(
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
# What may contain a quotation mark that opens or closes no string: escapes, '"', comments.
_NO_STRING = re.compile(r"\\.|'\"'|(?://|#(?!include)).*")


@rule(
    "cut-code",
    "A string in a code sample is cut in two",
    "A backslash-n in a string literal became a line break, so the code no longer runs.",
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
                        f"a line break cuts the string in “{line.strip()[:_EXCERPT]}”; write it without backslash-n",
                        fence.start,
                        fence.end,
                    )
                    return


def _cut_string(code: str, language: str) -> str | None:
    """The first line with an unclosed string that the next line closes; None without one."""
    lines = code.split("\n")
    for line, following in zip(lines, lines[1:], strict=False):
        can_be_cut = '"' in line and (language in _LANGUAGES or _CALL.search(line))
        if can_be_cut and _has_unpaired_quote(line) and _has_unpaired_quote(following):
            return line
    return None


def _has_unpaired_quote(line: str) -> bool:
    return _NO_STRING.sub("", line).count('"') % 2 == 1
