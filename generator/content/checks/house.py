"""The rule on the terms that the team avoids, as its settings name them."""

from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView


@rule(
    "house-term",
    "The text uses a term that the house avoids",
    "The settings name the terms that the team's texts avoid, and what they write instead."
    " Code, formulas, quotations and titles may have them.",
    draft="warning",
    published="warning",
    fields=("introduction", "points", "conclusion", "page_description", "seo.page_description"),
)
def house_term(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.all_texts:
        seen: set[str] = set()
        for use in context.house.uses(part.text):
            if use.avoided in seen:
                continue
            seen.add(use.avoided)
            instead = f"write “{use.term.preferred}”" if use.term.preferred else "leave it out"
            reason = f" ({use.term.reason})" if use.term.reason else ""
            used = part.text[use.start : use.end]
            yield Defect(part.field, f"uses “{used}”: {instead}{reason}", use.start, use.end)
