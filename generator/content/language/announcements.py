"""Finds sentences that announce content and give none: "There are several key factors that influence growth."

A sentence that goes on to name what it announces ("… factors: light, water and heat", "… such as …") is none of them.
"""

import re

from generator.content.language.stems import FUNCTION_WORDS, stem, word_set, words

_VAGUE_COUNT = (
    r"(?:several|various|many|numerous|multiple|different|certain|diverse|countless|a (?:wide |broad |large )?"
    r"(?:number|variety|range|array|host|set|combination|multitude) of|a few|some)"
)
_ADJECTIVES = (
    r"(?:(?:key|main|major|primary|important|essential|critical|crucial|significant|fundamental|basic|different|distinct"
    r"|various|several|common|specific|interconnected|interrelated|complex|effective|notable|vital|unique|core|general|other"
    r"|historical|social|economic|political|cultural|practical|potential|distinctive|related)(?:,? and |, | ))*"
)
_VAGUE_NOUN = (
    r"(?:factors|aspects|ways|reasons|functions|roles|methods|steps|elements|components|features|characteristics|causes"
    r"|effects|impacts|implications|consequences|benefits|advantages|disadvantages|challenges|differences|similarities|purposes"
    r"|strategies|techniques|approaches|principles|concepts|considerations|properties|applications|uses|stages|themes|areas"
    r"|mechanisms|types|forms|categories|points|contributions|tools|processes|dimensions|issues|means|outcomes)"
)
_VAGUE = rf"{_VAGUE_COUNT} {_ADJECTIVES}{_VAGUE_NOUN}"
_OF = r"(?: (?:of|for|in|to|by|behind|between|within|when|that|which|associated|related|involved|used|and)\b[^,;:–—]*)?"

_ANNOUNCEMENTS = (
    # There are several primary functions of …
    re.compile(rf"(?:[^.;:]{{0,60}}, )?there (?:are|were|exist) {_VAGUE}{_OF}$", re.IGNORECASE),
    # Several key factors contribute to …
    re.compile(
        rf"(?:{_VAGUE}|{_ADJECTIVES}{_VAGUE_NOUN} that)\b[^,;:–—.]{{0,60}}\b(?:contribut\w+ to|influenc\w+|affect\w*|shap\w+"
        r"|determin\w+|driv\w+|led to|leads? to|are (?:involved|used|available|essential|important|needed|required)"
        r"|can be (?:used|employed|applied|identified|observed)|exist\w*|play\w* an? \w+ role)\b[^,;:–—]*$",
        re.IGNORECASE,
    ),
    # The kidney performs several important functions. Memory works in many ways.
    re.compile(
        rf"[^,;:–—]{{3,90}} (?:ha(?:s|ve|d)|serv\w+|perform\w*|involv\w+|includ\w+|offer\w*|provid\w+|fac(?:e|es|ed)|us(?:e|es|ed)"
        r"|fulfil\w*|employ\w*|play\w*|(?:depend|rel|bas|influenc|affect|shap|characteri[sz]|driv|determin|caus)\w* (?:up)?(?:on|by)"
        rf"|comprise\w*|consists? of|explor\w+|encompass\w*|exhibit\w*|possess\w*|present\w*) {_VAGUE}{_OF}$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"[^;:–—]{{3,110}} (?:in|through|by|for|using|into|from) {_VAGUE_COUNT} {_ADJECTIVES}"
        r"(?:ways|forms|reasons|means|methods|mechanisms|categories|types|factors|aspects|contexts|fields|areas|purposes)$",
        re.IGNORECASE,
    ),
    # The history of X is complex and multifaceted.
    re.compile(
        r"[^,;:–—]{3,90} (?:is|are|was|were|remains?) (?:an? )?(?:\w+ly )?(?:complex|multifaceted|significant|important|crucial"
        r"|essential|vital|profound|fundamental|diverse|varied|nuanced|dynamic|intricate|rich|fascinating|far-reaching)"
        r"(?:,? (?:and|yet|but|as well as) (?:\w+ly )?[\w-]+)?(?: (?:topics?|issues?|process(?:es)?|concepts?|phenomen(?:on|a)|subjects?"
        r"|fields?|relationships?|aspects?|parts?|ones?|interplay|themes?|questions?)"
        r"(?: (?:of|in|for|within) (?:(?! that )[^,;:–—])*)?)?$",
        re.IGNORECASE,
    ),
    # The following steps …
    re.compile(
        r".*\b(?:the following|as follows|outlined below|listed below|described below)(?: [\w-]+){0,4}$",
        re.IGNORECASE,
    ),
    re.compile(
        r"to (?:[\w'’()-]+ ){1,14}?[\w'’()-]+, (?:you can|one can|we can|it is (?:important|essential|necessary|crucial) to)"
        r" (?:follow|use|take|consider|understand|adopt|apply|know) (?:\w+ ){0,4}(?:steps?|approach|method|process|procedure"
        r"|principles|strategies|guidelines|techniques|concepts?|factors)$",
        re.IGNORECASE,
    ),
)
_SPECIFIED = re.compile(
    r"\b(?:such as|includ(?:e|es|ing)|like|namely|especially|particularly|for example|for instance|among them|e\.g|because|ranging"
    r"|from [\w' -]{2,40} to|by \w+ing|so that|which|whose|where|when|more|than|not|only|first)\b|[\d(:;–—]|[^,]+, [^,]+,? (?:and|or) ",
    re.IGNORECASE,
)
# Words that any sentence may have, whatever its subject: they add nothing to a question.
_EMPTY_WORDS = word_set(
    "play plays played role roles key crucial important importance essential vital critical significant significance"
    " significantly major main primary fundamental profound profoundly various several many different multiple numerous"
    " influence influences influenced affect affects affected impact impacts impacted shape shapes shaped shaping contribute"
    " contributes contributed contributing contribution contributions effect effects help helps helped involve involves"
    " involved process processes aspect aspects factor factors way ways part parts understanding understand understood"
    " concept concepts context contexts complex multifaceted deeply rooted greatly overall various known seen considered"
    " provide provides provided include includes including ensure ensures ensuring enhance enhances enhancing effective"
    " effectively use uses used using make makes making directly closely interplay relationship relationships far reaching"
    " lasting serve serves served particularly primarily especially typically generally often cornerstone component"
    " components element elements aim aims purpose function functions characterize characterized characterised feature"
    " features term terms type types form forms refer refers become became work works thing things good well new"
)
_EMPTY_STEMS = frozenset(stem(word) for word in _EMPTY_WORDS)


def is_announcement(sentence: str) -> bool:
    """Whether a sentence announces content ("There are several reasons why …") and names none of it."""
    body = sentence.strip().rstrip(" .!…")
    if sentence.rstrip().endswith("?") or not body:
        return False
    return any(
        pattern.match(body) and not _SPECIFIED.search(body[_announced_from(body) :])
        for pattern in _ANNOUNCEMENTS
    )


_CHOICE = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|should|will|would|must|may|which|who)\b|.*\bor\b",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"\b[A-Z]-\w+")
_NEGATED = re.compile(r"\b(?:not|no|never|cannot|neither|nor|without)\b|n['’]t\b", re.IGNORECASE)


def only_repeats(text: str, question: str) -> bool:
    """Whether a text has no word of content that its question does not have, and so does not answer it.

    Where a question asks for a choice or for yes and no, its own words can be the answer: never then, nor where the
    text negates.
    """
    if _CHOICE.match(question) or _NEGATED.search(text) or not new_content(question, ""):
        return False
    return bool(text.strip()) and not new_content(text, question)


def new_content(text: str, question: str) -> frozenset[str]:
    """The stems of a text that its question does not have and that mean something, numbers included."""
    asked = {stem(word) for word in words(question)}
    lettered = frozenset(_LETTERED.findall(text)) - frozenset(_LETTERED.findall(question))
    return lettered | frozenset(
        stemmed
        for word in words(text)
        if word not in FUNCTION_WORDS and (stemmed := stem(word)) not in asked and stemmed not in _EMPTY_STEMS
    )


def _announced_from(body: str) -> int:
    """The offset of the vague words, or of the end where there are none: what is before them specifies nothing."""
    found = _VAGUE_WORDS.search(body)
    return found.start() if found else 0


_VAGUE_WORDS = re.compile(rf"\b{_VAGUE_COUNT} {_ADJECTIVES}{_VAGUE_NOUN}\b", re.IGNORECASE)
