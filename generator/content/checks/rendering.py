"""Rules on math and code that the site would show wrongly; most report what ``markdown.unsafe`` finds."""

from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Check, Defect, Rule, register, rule
from generator.content.checks.view import ArticleView
from generator.content.markdown.answer import repair_json_escapes
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.code_strings import cut_strings
from generator.content.markdown.repairs.cut_commands import cut_commands, possible_cut_commands
from generator.content.markdown.repairs.table import ANSWER_REPAIRS

_FIELDS = ("introduction", "points", "conclusion")
_EXCERPT = 50


def _reporting(*codes: str, advice: str = "") -> Check:
    """A check that reports the first unsafe place with one of these codes in each text.

    In an answer that shows none, it reports what the repair of the rule would change: the audit is never silent about
    a text that a fix changes.

    Args:
        advice: what to do, added to the message of the place; empty where that message says it.
    """

    def check(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
        found_any = False
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
                    found_any = True
                    break
        if not found_any:
            yield from _repairable(view, codes, advice)

    return check


def _repairable(view: ArticleView, codes: tuple[str, ...], advice: str) -> Iterator[Defect]:
    """The first place of a file's answer that the repair of one of these rules would change."""
    stored = _stored_answer(view)
    for code in codes:
        repair = ANSWER_REPAIRS.get(code)
        if stored is None or repair is None:
            continue
        before, after = decode(stored), decode(repair(stored))
        if before != after:
            pairs = enumerate(zip(before, after, strict=False))
            at = next((index for index, (old, new) in pairs if old != new), min(len(before), len(after)))
            message = f"“{_excerpt(before, at, at + _EXCERPT)}” has one right form"
            yield Defect("answer", f"{message}{advice and f'; {advice}'}", at, min(at + 1, len(before)))
            return


def _stored_answer(view: ArticleView) -> str | None:
    """The stored answer of an article file; None for the parts of a draft."""
    return None if view.by_part or view.document is None else view.document.get("answer")


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
        True,
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
        True,
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
    stored = _stored_answer(view)
    found = None if stored is None else _first_cut(stored)
    if found is not None:
        yield found
        return
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


def _first_cut(stored: str) -> Defect | None:
    """The finding on the first command that a stored answer has cut, else on the first that may be cut."""
    if "\\n" not in stored or not ("$" in stored or "\\(" in stored or "\\[" in stored):
        return None
    certain = cut_commands(stored)
    cuts = certain or possible_cut_commands(stored)
    if not cuts:
        return None
    at = len(decode(stored[: cuts[0].offset]))
    verb = "cuts" if certain else "may cut"
    message = f"a line break {verb} the command “{cuts[0].command}” in two; write its symbol"
    return Defect("answer", message, at, at + 1)


@rule(
    "cut-code",
    "A string in code is cut in two",
    "A backslash-n in a string literal became a line break, so the code no longer runs.",
    draft=None,
    published="error",
    fields=("answer",),
    fixable=True,
    needs="document",
)
def cut_code(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing('"', "'", description=False):
        cuts = cut_strings(part.text)
        if cuts:
            line = cuts[0].line.strip()[:_EXCERPT]
            message = f"a line break cuts the string in “{line}”; write it without backslash-n"
            yield Defect(part.field, message, cuts[0].start, cuts[0].end)
            return
