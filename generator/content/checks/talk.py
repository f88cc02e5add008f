"""Rules on a machine talking about itself: refusals, chat, its sources, its template, its favourite phrases."""

import re
from collections.abc import Callable, Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import Checked, Text

_TEXTS = ("introduction", "points", "conclusion", "page_description")


def _all(view: Checked) -> Iterator[Text]:
    yield from view.texts
    yield view.description


def _one_of(*words: str) -> Callable[[str], bool]:
    """The cheap test that lets a pattern run: whether one of these occurs in a text in lower case."""
    return lambda folded: any(word in folded for word in words)


def _hits(
    view: Checked, possible: Callable[[str], bool], pattern: re.Pattern[str], message: str
) -> Iterator[Defect]:
    """The first hit in each text in which one is possible."""
    if not possible(view.folded):
        return
    for part in _all(view):
        if not possible(part.folded):
            continue
        found = pattern.search(part.prose)
        if found:
            quote = " ".join(found[0].split())
            yield Defect(part.field, message.format(quote=quote), found.start(), found.end())


_MAY_BE_REFUSAL = _one_of(
    " cannot ", "can't", "can’t", "unable to", "could not", "couldn't", "not able to", "sorry"
)
_REFUSAL = re.compile(
    r"(?<![\"“'‘])\bI (?:cannot|can['’]t|am (?:unable|not able) to|could not|couldn['’]t|was unable to|will not be able to)"
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
    yield from _hits(
        view,
        _MAY_BE_REFUSAL,
        _REFUSAL,
        "refuses (“{quote}”); answer the question",
    )


_MAY_BE_CHAT = _one_of(
    "an ai ", "artificial intelligence", "language model", "i hope th", "let me know", "feel free to ask", "happy to",
    "great question", "good question", "excellent question", "sure!", "sure,", "certainly", "of course", "absolutely",
    "knowledge cutoff", "my last ", "as of my", "my training", "if you need", "if you have", "if you want",
    "if you would", "if you require", "would you like me",
)  # fmt: skip
_CHAT = re.compile(
    r"\bas an? (?:AI|artificial intelligence)(?: language)?(?: model| assistant)?,? I\b"
    r"|\bas an AI (?:language )?(?:model|assistant)\b|\bas a (?:large )?language model\b"
    r"|\bI hope (?:this|that|these) (?:\w+ )?(?:help|clarif|answer|give|provide)"
    r"|(?<![\"“'‘])\b(?:please )?let me know(?: if|!| whether)"
    r"|\bfeel free to ask[.!]|\bfeel free to ask (?:me|if|any|for (?:more|further|clarification))"
    r"|\bI (?:would|['’]d|will|am|['’]m) be happy to\b|\bI['’]d be happy to\b|\bI am happy to (?:help|assist)\b"
    r"|\A\s*(?:great|good|excellent) question\b|\A\s*(?:sure|certainly|of course|absolutely)[!,]"
    r"|\bmy (?:knowledge cutoff|last (?:knowledge )?update|training data)\b|\bas of my (?:last|knowledge)"
    r"|\bif you (?:need|have|want|would like|require)[^.\n]{0,80}\b(?:please (?:ask|let|provide)|I can|further assistance or)"
    r"|\bwould you like me to\b",
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
    yield from _hits(view, _MAY_BE_CHAT, _CHAT, "talks like an assistant: “{quote}”; leave that out")


_SOURCE_WORDS = (
    "gathered ", "available information", "given information", "passage", "excerpt",
    "source do", "source did", "sources do", "sources did", "context do", "context did", "context provided do",
)  # fmt: skip
_GIVEN = ("provided ", "retrieved ", "supplied ")
_GIVEN_THINGS = (
    "context", "text", "document", "excerpt", "source", "information", "content", "material", "passage", "note",
)  # fmt: skip


def _may_name_sources(folded: str) -> bool:
    return any(word in folded for word in _SOURCE_WORDS) or any(
        given in folded and any(given + thing in folded for thing in _GIVEN_THINGS) for given in _GIVEN
    )


_SOURCES = re.compile(
    # What is gathered in the article's own story is analysed, or gathered by somebody.
    r"(?<!analyze the )(?<!analyzing the )(?<!evaluate the )(?<!organize the )(?<!review the )(?<!synthesize the )"
    r"(?<!interpret the )(?<!process the )(?<!use the )(?<!using the )"
    r"\bgathered (?:information|context|content|sources|materials)\b"
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
        _may_name_sources,
        _SOURCES,
        "speaks of what you were given: “{quote}”; state the facts themselves",
    )


_MAY_BE_LEFTOVER = _one_of(
    "{{", "{%", "%}", '":', '" :', "passage", "[s", "todo", "fixme", "lorem", "[insert", "[add", "[your text",
    "[placeholder", "[citation", "</", "<question", "<subject", "<notes", "<draft", "<f", "<answer", "<think",
)  # fmt: skip
_LEFTOVER = re.compile(
    r"(?<![\\_^}\w])\{\{-? ?[a-z_]{2,}[\w.|() ]*\}\}|\{% ?[a-z]|[a-z] ?%\}"
    r"|\"(?:points|heading|body|introduction|conclusion|page_description|page_keywords|cannot_answer)\"\s*:"
    r"|</?(?:passages?|question|subjects?|notes|draft|findings|fields|answer|think)\b[^>\n]*>"
    r"|\[s\d{1,3}(?:, ?s\d{1,3})*\]"
    r"|\bTODO\b|\bFIXME\b"
    r"|\[(?:insert|add|your text|placeholder|citation needed)\b[^\]\n]*\]"
    r"|\b[Ll]orem ipsum\b"
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
        view, _MAY_BE_LEFTOVER, _LEFTOVER, "holds “{quote}”, which is no text for a reader; remove it"
    )
    if context.passages:
        for part in _all(view):
            found = _PASSAGE_ID.search(part.prose)
            if found and found[0][0] == "(":
                yield Defect(part.field, f"names the passage “{found[0]}”; leave its id out", *found.span())


_MAY_BE_FILLER = _one_of(
    "important to", "worth noting", "worthwhile to", "essential to", "crucial to", "in today", "digital age", "delv",
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
    yield from _hits(view, _MAY_BE_FILLER, _FILLER, "uses the stock phrase “{quote}”; say what is meant")
