"""Rules on a machine talking about itself: refusals, chat, its sources, its template, its favourite phrases."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import Checked
from generator.content.phrases import CHAT, REFUSAL, SOURCES, Phrases

_TEXTS = ("introduction", "points", "conclusion", "page_description")


def _hits(view: Checked, phrases: Phrases, message: str) -> Iterator[Defect]:
    """The first hit in each text."""
    for part in view.holding(*phrases.marks, *phrases.opening_marks):
        found = phrases.pattern.search(part.prose)
        if found:
            quote = " ".join(found[0].split())
            yield Defect(part.field, message.format(quote=quote), found.start(), found.end())


@rule(
    "refusal",
    "A refusal stands where an answer should",
    "“I cannot answer this question …” is the model talking, not an article. A visitor gets nothing from the page.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def refusal(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, REFUSAL, "refuses (“{quote}”); answer the question")


@rule(
    "assistant-talk",
    "The text talks like a chat assistant",
    "“I hope this helps” and “let me know” answer somebody in a chat. On a page they tell the reader that nobody read it.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def assistant_talk(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, CHAT, "talks like an assistant: “{quote}”; leave that out")


@rule(
    "talks-of-sources",
    "The text speaks of “the gathered information”",
    "The reader never saw the passages that the model was given; speaking of them leaves the reader puzzled and shows the machine.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def talks_of_sources(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(
        view,
        SOURCES,
        "speaks of what you were given: “{quote}”; state the facts themselves",
    )


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
    "Braces of a template, names of fields, ids of passages or “TODO” belong to the machinery and mean nothing to a reader.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def leftover(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, LEFTOVER, "holds “{quote}”, which is no text for a reader; remove it")
    if context.passages:
        yield from _hits(view, PASSAGE_IDS, "names the passage “{quote}”; leave its id out")


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
    "A stock phrase fills the line",
    "“It is important to note that” and “plays a crucial role” add words and no meaning, and readers know them as machine prose.",
    draft="warning",
    published="warning",
    fields=_TEXTS,
)
def filler(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, FILLER, "uses the stock phrase “{quote}”; say what is meant")
