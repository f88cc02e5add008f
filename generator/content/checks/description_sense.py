"""Rules on what a description says: it stands alone, is a whole sentence, has content, and keeps to its answer."""

from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView
from generator.content.claims.description import DescriptionDifference, differences
from generator.content.language.announcements import is_announcement, only_repeats
from generator.content.language.clauses import incomplete_sentence
from generator.content.language.references import outside_reference
from generator.content.language.sentences import split_sentences

_FIELDS = ("page_description",)
_SHOWN = 160


@rule(
    "description-reference",
    "The description opens with a reference to something outside it",
    "“By using these methods” and “His legacy” name nothing: in a search result, the text before them is missing.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_reference(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = outside_reference(view.description.text)
    if found:
        start = view.description.text.find(found)
        message = (
            f"opens with “{found}”, which refers to something outside the description; name what is meant"
        )
        yield Defect(view.description.field, message, start, start + len(found))


@rule(
    "description-fragment",
    "A sentence of the description lacks its verb or its object",
    "A fragment looks cut off, and can say the opposite of what was meant.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_fragment(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = incomplete_sentence(view.description.text)
    if found:
        message = f"“{_short(found)}” is no whole sentence; write it with its subject, its verb and what belongs to them"
        yield Defect(view.description.field, message)


@rule(
    "description-announcement",
    "The description announces content and gives none",
    "“There are several key factors” tells the searcher nothing that the question does not.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_announcement(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    text = view.description.text.strip()
    sentences = split_sentences(text)
    if sentences and all(map(is_announcement, sentences)):
        yield Defect(
            view.description.field, "announces content without giving any; name the most important of it"
        )
    elif only_repeats(text, view.question):
        yield Defect(view.description.field, "says nothing that the question does not; state the answer")


@rule(
    "description-contradicts",
    "The description contradicts the answer",
    "A searcher who reads another figure, name or negation on the page trusts neither.",
    draft="error",
    published=None,
    fields=_FIELDS,
)
def description_contradicts(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for item in _differences(view, "contradicted"):
        message = f"says “{_short(item.words)}”, but the answer says “{_short(item.quote)}”; say what the answer says"
        yield Defect(view.description.field, message, item.start, item.end)


@rule(
    "description-hedge",
    "The description is more certain than the answer",
    "“May reduce” is another claim than “reduces”, and “laid the groundwork for” another than “led to”.",
    draft="error",
    published=None,
    fields=_FIELDS,
)
def description_hedge(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for item in _differences(view, "hedge dropped"):
        message = f"is more certain than the answer, which says “{_short(item.quote)}”; keep its caution"
        yield Defect(view.description.field, message, item.start, item.end)


@rule(
    "description-not-held",
    "The description has a figure or a name that the answer does not have",
    "What only the description says, nobody has checked, and the page does not support it.",
    draft="warning",
    published=None,
    fields=_FIELDS,
)
def description_not_held(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for item in _differences(view, "not held"):
        message = (
            f"says “{_short(item.words)}”, which the answer does not have; say only what the answer says"
        )
        yield Defect(view.description.field, message, item.start, item.end)


def _differences(view: ArticleView, kind: str) -> Iterator[DescriptionDifference]:
    """What the description says otherwise than the answer, of one kind."""
    found = differences(view.description.text, view.described, view.question)
    return (item for item in found if item.kind == kind)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
