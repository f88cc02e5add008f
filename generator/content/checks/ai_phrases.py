"""Rules on phrases that show a model: refusals, chat, mentions of its sources, template leftovers, stock phrases."""

import re
from collections.abc import Callable, Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.language.phrases import CHAT, MISSING, REFUSAL, SOURCES, Phrases
from generator.content.markdown.repairs.source_phrases import source_phrases

_TEXTS = ("introduction", "points", "conclusion", "page_description")


def _hits(
    view: ArticleView,
    phrases: Phrases,
    message: str,
    leaves: Callable[[FieldText, int], bool] | None = None,
) -> Iterator[Defect]:
    """One defect for each text with such a phrase, at the first of them; ``message`` has a ``{quote}``.

    ``leaves`` is whether the phrase at an offset of a text is left, because it is meant or another rule reports it.
    """
    for part in view.texts_containing(*phrases.marks, *phrases.opening_marks):
        found = next(
            (
                match
                for match in phrases.found_in(part.prose)
                if leaves is None or not leaves(part, match.start())
            ),
            None,
        )
        if found:
            quote = " ".join(found[0].split())
            yield Defect(part.field, message.format(quote=quote), found.start(), found.end())


@rule(
    "refusal",
    "The text refuses to answer",
    "A refusal such as “I cannot answer this question” is not an article: a visitor learns nothing from the page.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def refusal(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, REFUSAL, "refuses to answer (“{quote}”); answer the question")


@rule(
    "assistant-talk",
    "The text talks like a chat assistant",
    "“I hope this helps” and “let me know” belong in a chat. On a page they show that nobody read the text.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def assistant_talk(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, CHAT, "talks like a chat assistant (“{quote}”); remove that")


@rule(
    "talks-of-sources",
    "The text mentions the sources that the model was given",
    "The reader never saw these sources: phrases such as “the gathered information” puzzle the reader.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def talks_of_sources(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    leaves = _has_own_rule if context.published else None
    yield from _hits(view, SOURCES, "mentions its sources (“{quote}”); state the facts themselves", leaves)


@rule(
    "source-phrase",
    "The text mentions its sources in a phrase that can be cut",
    "The reader never saw these sources; without “Based on the gathered information,” the sentence says the same.",
    draft=None,
    published="error",
    fields=_TEXTS,
    fixable=True,
)
def source_phrase(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.all_texts:
        cuts = source_phrases(part.text)
        if cuts:
            quote = " ".join(part.text[cuts[0].start : cuts[0].end].split()).strip(",() ")
            message = f"mentions its sources (“{quote}”); cut the phrase"
            yield Defect(part.field, message, cuts[0].start, cuts[0].end)


@rule(
    "information-missing",
    "The text says that information is missing",
    "The page tells its reader what its sources lack, in place of an answer.",
    draft=None,
    published="error",
    fields=_TEXTS,
)
def information_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, MISSING, "says that information is missing (“{quote}”); answer the question")


def _has_own_rule(part: FieldText, offset: int) -> bool:
    """Whether the phrase can be cut, or its sentence refuses or says that information is missing."""
    if any(cut.start <= offset < cut.end for cut in source_phrases(part.text)):
        return True
    start = max(part.prose.rfind(mark, 0, offset) for mark in (". ", "\n")) + 1
    ends = [end for mark in (". ", "\n") if (end := part.prose.find(mark, offset)) >= 0]
    end = min(ends, default=len(part.prose))
    return any(phrases.pattern.search(part.prose, start, end) for phrases in (MISSING, REFUSAL))


_FIELDS = (
    "points", "heading", "body", "introduction", "conclusion", "page_description", "page_keywords", "cannot_answer",
)  # fmt: skip
LEFTOVER = Phrases(
    (
        "{{", "{%", "%}", "<", "[", "todo", "fixme", "lorem ipsum", *(f'{field}"' for field in _FIELDS),
    ),
    re.compile(
        r"\{\{(?<![\\_^}\w]\{\{)-? ?[a-z_]{2,}[\w.|() ]*\}\}|\{% ?[a-z]|[a-z] ?%\}"
        rf"|\"(?:{'|'.join(_FIELDS)})\"\s*:"
        r"|</?(?:passages?|question|subjects?|notes|draft|findings|fields|answer|think)\b[^>\n]*>"
        r"|\[s\d{1,3}(?:, ?s\d{1,3})*\]"
        r"|\[(?:insert|add|your text|placeholder|citation needed)\b[^\]\n]*\]"
        r"|\b(?:TODO|FIXME|[Ll]orem ipsum)\b"
    ),
)  # fmt: skip
PASSAGE_IDS = Phrases(("(",), re.compile(r"\(\s*(?:passages?\s+)?s\d{1,3}(?:\s*[,;&]\s*s\d{1,3})*\s*[)\]]"))


@rule(
    "leftover",
    "Template, JSON or placeholder text is left in the answer",
    "Template braces, field names, passage ids and “TODO” are technical leftovers that mean nothing to a reader.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def leftover(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, LEFTOVER, "contains “{quote}”, which is not meant for a reader; remove it")
    if context.passages:
        yield from _hits(view, PASSAGE_IDS, "contains the passage id “{quote}”; remove it")


FILLER = Phrases(
    (
        "important to", " noting", "worth to", "worthwhile to", "essential to", "crucial to", "in today", "digital age", "delv",
        "tapestry", "realm of", "crucial role", "vital role", "pivotal role", "critical role", "testament to",
    ),
    re.compile(
        r"\bit(?: is|['’]s) (?:also )?(?:important|crucial|essential|worth|worthwhile) (?:to note|noting|to remember|to understand|to recognize)\b"
        r"|\bin today['’]s (?:\w+[- ])?(?:world|society|age|era|landscape)\b|\bin the digital age\b"
        r"|\bdelv(?:e|es|ed|ing) (?:into|in|deeply|deeper|deep)\b|\b(?:rich|complex|intricate|vibrant) tapestry\b|\bin the realm of\b"
        r"|\bplays? an? (?:crucial|vital|pivotal|critical) role\b|\b(?:is|stands as) a testament to\b",
        re.IGNORECASE,
    ),
)  # fmt: skip


@rule(
    "filler",
    "The text uses a stock phrase",
    "“It is important to note that” and “plays a crucial role” add words without meaning and sound machine-made.",
    draft="warning",
    published="warning",
    fields=_TEXTS,
)
def filler(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, FILLER, "uses the stock phrase “{quote}”; say exactly what is meant")
