"""Rules on a machine talking about itself: refusals, chat, its sources, its template, its favourite phrases."""

import re
from collections.abc import Iterable, Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import Checked

_TEXTS = ("introduction", "points", "conclusion", "page_description")


def _hits(view: Checked, marks: Iterable[str], pattern: re.Pattern[str], message: str) -> Iterator[Defect]:
    """The first hit in each text; one of ``marks`` stands in whatever the pattern finds, in lower case."""
    for part in view.holding(*marks):
        found = pattern.search(part.prose)
        if found:
            quote = " ".join(found[0].split())
            yield Defect(part.field, message.format(quote=quote), found.start(), found.end())


_REFUSAL_MARKS = (
    " cannot ", "can't", "can’t", "unable to", "could not", "couldn't", "couldn’t", "not able to", "not be able", "sorry",
)  # fmt: skip
_REFUSAL = re.compile(
    r"\b(?<![\"“'‘])I (?:cannot|can['’]t|am (?:unable|not able) to|could not|couldn['’]t|was unable to|will not be able to)"
    r" (?:answer|provide|find|determine|locate|assist|help with|verify|confirm|access|offer|generate|write|complete)\b"
    r"|\bI['’]m (?:sorry,? but|unable to (?:answer|provide|find|determine|locate|assist|help|verify))\b"
    r"|\bI am sorry,? but I\b"
    r"|\b[Tt]his question cannot be answered\b"
    r"|\b[Tt]he question cannot be answered (?:from|with|based|using)\b",
)


@rule(
    "refusal",
    "A refusal stands where an answer should",
    "“I cannot answer this question …” is the model talking, not an article. A visitor gets nothing from the page.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def refusal(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, _REFUSAL_MARKS, _REFUSAL, "refuses (“{quote}”); answer the question")


_CHAT_MARKS = (
    "an ai ", "an ai,", "a ai ", "a ai,", "artificial intelligence", "language model", "i hope th", "let me know", "feel free to ask", "happy to",
    "great question", "good question", "excellent question", "sure!", "sure,", "certainly", "of course", "absolutely",
    "knowledge cutoff", "my last ", "as of my", "my training", "if you need", "if you have", "if you want",
    "if you would", "if you require", "would you like me",
)  # fmt: skip
_CHAT = re.compile(
    r"\b(?:as an? (?:AI|artificial intelligence)(?: language)?(?: model| assistant)?,? I\b"
    r"|as an AI (?:language )?(?:model|assistant)\b|as a (?:large )?language model\b"
    r"|I hope (?:this|that|these) (?:\w+ )?(?:help|clarif|answer|give|provide)"
    r"|(?<![\"“'‘])(?:please )?let me know(?: if|!| whether)"
    r"|feel free to ask[.!]|feel free to ask (?:me|if|any|for (?:more|further|clarification))"
    r"|I (?:would|['’]d|will|am|['’]m) be happy to\b|I['’]d be happy to\b|I am happy to (?:help|assist)\b"
    r"|my (?:knowledge cutoff|last (?:knowledge )?update|training data)\b|as of my (?:last|knowledge)"
    r"|if you (?:need|have|want|would like|require)[^.\n]{0,80}\b(?:please (?:ask|let|provide)|I can|further assistance or)"
    r"|would you like me to\b)"
    r"|\A\s*(?:great|good|excellent) question\b|\A\s*(?:sure|certainly|of course|absolutely)[!,]",
    re.IGNORECASE,
)


@rule(
    "assistant-talk",
    "The text talks like a chat assistant",
    "“I hope this helps” and “let me know” answer somebody in a chat. On a page they tell the reader that nobody read it.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def assistant_talk(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, _CHAT_MARKS, _CHAT, "talks like an assistant: “{quote}”; leave that out")


_SOURCE_MARKS = (
    "gathered ", "available information", "given information", "provided ", "retrieved ", "supplied ", "passage", "excerpt",
    "source do", "source did", "source given", "sources do", "sources did", "sources given",
    "context do", "context did", "context given",
)  # fmt: skip
_SOURCES = re.compile(
    # What is gathered in the article's own story is analysed, or gathered by somebody.
    r"\bgathered (?<!analyze the gathered )(?<!analyzing the gathered )(?<!evaluate the gathered )"
    r"(?<!organize the gathered )(?<!review the gathered )(?<!synthesize the gathered )(?<!interpret the gathered )"
    r"(?<!process the gathered )(?<!use the gathered )(?<!using the gathered )"
    r"(?:information|context|content|sources|materials)\b"
    r"(?! (?:is|are|was|were|can|could|should|must|will|by|during|through|via|then|to|into|may|helps?)\b)"
    r"|\bgathered (?:information|context|content) (?:is|are) (?:not|limited|primarily|mainly)\b"
    r"|\b(?:based on|according to|from|in|per|by|outlined in|mentioned in|using) (?:the )?(?:provided|retrieved|supplied)"
    r" (?:context|texts?|documents?|excerpts?|sources?|information|content|materials?|passages?|notes)\b"
    r"|\bthe (?:provided|retrieved|supplied) (?:context|documents?|excerpts?|sources?|information|content|materials?|passages?)"
    r" (?:does|do|did|is|are|only|mentions?|states?|suggests?|indicates?|highlights?|emphasi[sz]es?)\b"
    r"|\bbased on the (?:available|given) information\b"
    r"|\b(?:according to|as (?:noted|stated|mentioned|described) in|based on|from|in) (?:the )?passages? \(?\[?s?\d"
    r"|\b(?:according to|based on) (?:the )?(?:passages?|excerpts?)\b(?! of)"
    r"|\bthe (?:sources?|context|passages?|excerpts?) (?:provided |given )?(?:does|do|did) not"
    r" (?:mention|contain|provide|specify|include|state|say|address|cover|discuss)\b",
    re.IGNORECASE,
)


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
        _SOURCE_MARKS,
        _SOURCES,
        "speaks of what you were given: “{quote}”; state the facts themselves",
    )


_FIELDS = (
    "points", "heading", "body", "introduction", "conclusion", "page_description", "page_keywords", "cannot_answer",
)  # fmt: skip
_LEFTOVER_MARKS = (
    "{{", "{%", "%}", "<", "[", "todo", "fixme", "lorem ipsum", *(f'{field}"' for field in _FIELDS),
)  # fmt: skip
_LEFTOVER = re.compile(
    r"\{\{(?<![\\_^}\w]\{\{)-? ?[a-z_]{2,}[\w.|() ]*\}\}|\{% ?[a-z]|[a-z] ?%\}"
    rf"|\"(?:{'|'.join(_FIELDS)})\"\s*:"
    r"|</?(?:passages?|question|subjects?|notes|draft|findings|fields|answer|think)\b[^>\n]*>"
    r"|\[s\d{1,3}(?:, ?s\d{1,3})*\]"
    r"|\[(?:insert|add|your text|placeholder|citation needed)\b[^\]\n]*\]"
    r"|\b(?:TODO|FIXME|[Ll]orem ipsum)\b"
)
_PASSAGE_ID = re.compile(r"[(\[]\s*(?:passages?\s+)?(s\d{1,3}(?:\s*[,;&]\s*s\d{1,3})*)\s*[)\]]")


@rule(
    "leftover",
    "Template, JSON or placeholder text is left in the answer",
    "Braces of a template, names of fields, ids of passages or “TODO” belong to the machinery and mean nothing to a reader.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def leftover(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(
        view, _LEFTOVER_MARKS, _LEFTOVER, "holds “{quote}”, which is no text for a reader; remove it"
    )
    if context.passages:
        for part in view.holding("("):
            found = _PASSAGE_ID.search(part.prose)
            if found and found[0][0] == "(":
                yield Defect(part.field, f"names the passage “{found[0]}”; leave its id out", *found.span())


_FILLER_MARKS = (
    "important to", " noting", "worth to", "worthwhile to", "essential to", "crucial to", "in today", "digital age", "delv",
    "tapestry", "realm of", "crucial role", "vital role", "pivotal role", "critical role", "testament to",
)  # fmt: skip
_FILLER = re.compile(
    r"\bit(?: is|['’]s) (?:also )?(?:important|crucial|essential|worth|worthwhile) (?:to note|noting|to remember|to understand|to recognize)\b"
    r"|\bin today['’]s (?:\w+[- ])?(?:world|society|age|era|landscape)\b|\bin the digital age\b"
    r"|\bdelv(?:e|es|ed|ing) (?:into|in|deeply|deeper|deep)\b|\b(?:rich|complex|intricate|vibrant) tapestry\b|\bin the realm of\b"
    r"|\bplays? an? (?:crucial|vital|pivotal|critical) role\b|\b(?:is|stands as) a testament to\b",
    re.IGNORECASE,
)


@rule(
    "filler",
    "A stock phrase fills the line",
    "“It is important to note that” and “plays a crucial role” add words and no meaning, and readers know them as machine prose.",
    draft="warning",
    published="warning",
    fields=_TEXTS,
)
def filler(view: Checked, context: CheckContext) -> Iterator[Defect]:
    yield from _hits(view, _FILLER_MARKS, _FILLER, "uses the stock phrase “{quote}”; say what is meant")
