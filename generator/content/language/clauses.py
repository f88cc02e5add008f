"""Finds sentences of English that lack their verb or their object. Without a parser: certain cases only."""

import re

from generator.content.language.sentences import split_sentences
from generator.content.language.stems import word_set

FINITE_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|led|made|makes?"
    r"|became|becomes?|began|begins?|grew|grows?|rose|fell|gave|gives?|took|takes?|holds?|held|keeps?|kept"
    r"|lies|puts?|raises?|loses?|lost|sees?|goes|went|runs?|ran|turns?|falls?|stands?|stood|built|wrote|comes?|came"
    r"|brings?|brought|finds?|found|means|meant|seeks?|sought|arises?|arose|showed|allows?|leads|helps|helped"
    r"|supports|supported|uses|used|causes|caused|offers|offered|focuses|focused|works|worked|states"
    r"|(?:achiev|acknowledg|affect|appl|argu|assum|belong|challeng|combin|compris|consist|contain|contribut"
    r"|convert|correspond|creat|defin|demonstrat|depend|describ|determin|develop|differ|emphasi[sz]|enabl"
    r"|encourag|enhanc|ensur|exist|explain|express|facilitat|follow|foster|generat|highlight|identif|illustrat"
    r"|impl|improv|includ|indicat|inform|introduc|involv|maintain|mitigat|occur|operat|posit|possess|prevent"
    r"|prioriti[sz]|produc|promot|protect|provid|reduc|refer|reflect|regulat|reinforc|rel|remain|represent|requir"
    r"|reveal|serv|strengthen|suffer|suggest|symboli[sz]|tend|transform|undermin|underscor|var)"
    r"(?:e|es|s|ed|d|y|ies|ied)?)\b"
)
"""Words that are nearly always finite verbs. A text without one may still have a verb."""

_IRREGULAR = word_set(
    "won sold sent said told left lost chose spoke broke shot cut overthrew withdrew forbade swore stole rode drew sang set"
    " saw taught thought fought bought spun spread flew fled fed met paid read shook slept spent split stuck struck swam"
    " threw understood woke wore bent bound bred burst cast clung crept dealt dug drank drove ate felt forgot froze got"
    " hid hit hurt knew laid lent let lit sank sat slid sprang stung swept swung tore wept wound ran shrank"
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_NO_END = word_set(
    "the a an and or but nor which whose because although whereas including into onto per via during"
)
_NO_END_PHRASE = re.compile(
    r"\b(?:such as|based|according|due to|as well as|rather than|consists?|comprises?|ensures?)$",
    re.IGNORECASE,
)
# "…, ensuring that no single branch.": after "that" and a determiner, a noun group and nothing else.
_THAT_CLAUSE = re.compile(
    r"\bthat (?P<clause>(?:(?:the|a|an|no|each|every|any|all|some|both|two|three|its|their) )(?:[\w'’-]+ ){0,6}[\w'’-]+)$",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"\b(?:ensur\w+|likelihood|probability|fact|idea|belie\w+|show\w*|state[sd]?|mean\w*|claim\w*|argu\w+|suggest\w*|indicat\w+"
    r"|assum\w+|require[sd]?|demonstrat\w+|so|chance|risk|evidence|guarantee\w*|prov\w+|find\w*|found|held|hold\w*|impl\w+) $",
    re.IGNORECASE,
)
# A noun with a relative clause, and no other verb: "A tool that helps teams see their work."
_NOUN_AND_RELATIVE = re.compile(
    r"(?P<noun>(?:an?|the|any|one) (?:[\w'’-]+ ){1,5}?)(?:that|which|who|used to|designed to|aimed at|intended to)"
    r" (?:[\w'’-]+)(?P<rest>.*)$",
    re.IGNORECASE,
)
_MAYBE_VERB = re.compile(
    r"\b[\w'’-]+(?:[^su\W]s|ed)\b(?= (?:the|an?|to|in|on|at|by|for|from|with|into|as|than|its|their|it|them|no|not|only|more"
    r"|less|both|all|each|every|about|over|up|out|[a-z]+ly)\b)|\b[\w'’-]+ed$"
)
_NO_SUBJECT = re.compile(
    r"(?:consists of|refers to|involves|includes|provides|helps|allows|enables|ensures|occurs|states that|requires|contains)\b",
    re.IGNORECASE,
)
# These need a main clause after a comma.
_NO_MAIN_CLAUSE = re.compile(
    r"(?:such as|including|resulting in|leading to|allowing for|responsible for|capable of|known for|located in|composed of"
    r"|made up of|named after|characteri[sz]ed by|related to|similar to|consisting of|used (?:to|for|in|as|by))\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"(?:because|although|whereas|even though|so that|which|whose)\b", re.IGNORECASE)
_LABEL = re.compile(r"(?P<label>[A-Z][\w’' /&-]{2,45}): (?P<rest>.+)$", re.DOTALL)
_PLURAL_CONTEXT = word_set("of and or")
_FEWEST_WORDS = 4
_LABELLED_COMMAS = 2


def incomplete_sentence(text: str) -> str | None:
    """The first sentence of a plain text that lacks its verb or its object; None where none does for certain."""
    return next((sentence for sentence in split_sentences(text) if _is_incomplete(sentence)), None)


def _is_incomplete(sentence: str) -> bool:
    body = sentence.rstrip(" .!?…\"'”’)")
    words = _WORD.findall(body)
    if len(words) < _FEWEST_WORDS or sentence.endswith("?"):
        return False
    return (
        words[-1].lower() in _NO_END
        or bool(_NO_END_PHRASE.search(body))
        or _ends_in_bare_clause(body)
        or _is_noun_and_relative(body)
        or _NO_SUBJECT.match(body) is not None
        or (_NO_MAIN_CLAUSE.match(body) is not None and ", " not in body)
        or _is_subordinate_only(body)
        or _is_label_with_list(body)
    )


def _ends_in_bare_clause(body: str) -> bool:
    """Whether the last clause after "that" has a subject and no verb."""
    found = _THAT_CLAUSE.search(body)
    return (
        found is not None
        and _BEFORE_THAT.search(body[: found.start()]) is not None
        and not _may_have_verb(found["clause"])
    )


def _is_noun_and_relative(body: str) -> bool:
    """Whether the text is a noun with its relative clause, and no word after the clause's verb may be a verb."""
    found = _NOUN_AND_RELATIVE.match(body)
    if found is None or _may_have_verb(found["noun"]):
        return False
    rest = found["rest"]
    words = {word.lower() for word in _WORD.findall(rest)}
    return not (FINITE_VERB.search(rest) or _MAYBE_VERB.search(rest) or words & _IRREGULAR)


def _is_subordinate_only(body: str) -> bool:
    found = _SUBORDINATE.match(body)
    return found is not None and "," not in body and len(FINITE_VERB.findall(body)) <= 1


def _is_label_with_list(body: str) -> bool:
    """Whether the text is a label and a list of nouns: "Housework: cleaning, washing and tidying"."""
    found = _LABEL.match(body)
    if found is None or found["rest"].count(", ") < _LABELLED_COMMAS:
        return False
    return not _may_have_verb(found["label"]) and not _may_have_verb(found["rest"])


def _may_have_verb(text: str) -> bool:
    """Whether a word may be a finite verb: a known one, or one that ends in -ed or -s and is no plural at its place."""
    if FINITE_VERB.search(text):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    for at, word in enumerate(words):
        if word in _IRREGULAR or (word.endswith("ed") and len(word) > 4):
            return True
        is_s_form = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
        following = words[at + 1] if at + 1 < len(words) else ""
        if is_s_form and at and following and following not in _PLURAL_CONTEXT:
            return True
        # A plural subject takes a verb without an ending, which cannot be told from a noun.
        if is_s_form and following and following not in _PLURAL_CONTEXT and len(words) - at > 2:
            return True
    return False
