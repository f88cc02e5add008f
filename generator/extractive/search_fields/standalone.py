"""Chooses the sentence of an answer that can stand alone as its meta description; none where no sentence can.

It is from the beginning of the answer, needs no sentence before it, is about all that the question asks, and adds several
facts to it. None is better than a bad one: the page keeps its description then.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.content.language.announcements import is_announcement, new_content
from generator.content.language.clauses import FINITE_VERB, incomplete_sentence
from generator.content.language.references import outside_reference
from generator.content.language.stems import word_set
from generator.content.limits import SeoLimits
from generator.extractive.passages import Sentence, blocks
from generator.extractive.search_fields.descriptions import EMPTY_PHRASE, search_result_text
from generator.extractive.shortening import shorten
from generator.extractive.terms import WORD, content_stems, coverage, overlap, question_weights, stem
from generator.extractive.word_lists import GENERIC_WORDS, SCAFFOLD_WORDS, STOP_WORDS, VAGUE_WORDS

# References to something before the sentence, at any place in it.
_REFERS_BACK = re.compile(
    r"\b(?:this|these|those(?! (?:who|whose|that|with|without|of|in|from)\b)|such(?! as\b)|the (?:former|latter|above|following"
    r"|said|given|provided|same|other|others|remaining|resulting|corresponding|aforementioned)|also|too|another|therefore|thus|hence"
    r"|then|however|moreover|furthermore|additionally|likewise|instead|further|respectively|in turn|as a result|in contrast"
    r"|on the other hand|as well|as mentioned|mentioned|outlined|described above|discussed|shown|next|previous|previously"
    r"|other (?:factors|methods|aspects|elements|types|forms|words)|scenario|case study|example|chapter|passage|excerpt|above|below)\b",
    re.IGNORECASE,
)
# Text for somebody who is doing something now, and text about the answer itself.
_INSTRUCTS = re.compile(r"\b(?:you|your|we|our|us|let's|i|my)\b", re.IGNORECASE)
_UNFIT = re.compile(
    r"[\"“”„$\\*_`#<>|→=]|\b(?:content|article|essay|question|answer|step \d|e\.g|i\.e|etc)\b|[?:]\Z|https?:|www\."
    r"|\A(?:[A-Z][\w’' -]{1,40}: )|\(\w\)|\b\w+\(|\d\s*[-+×/]\s*\d|\b[a-z] (?:and|or) [a-z]\b",
    re.IGNORECASE,
)
# What a person or thing did, without naming it.
_UNNAMED_PERSON = re.compile(r"\b(?:he|she|his|her|him|hers|himself|herself)\b", re.IGNORECASE)
# Praise and vague counts: a sentence with one of these is hardly ever the fact that a searcher looks for.
_PRAISE = re.compile(
    r"\b(?:significan(?:t|tly|ce)|crucial|essential|vital|important|importantly|importance|instrumental|invaluable|profound(?:ly)?"
    r"|rooted|various|several|numerous|multifaceted|pivotal|cornerstone|landscape|myriad|plethora"
    r"|continue[sd]? to (?:evolve|shape|influence)|(?:better|deeper|comprehensive|nuanced) (?:understanding|insights?)|valuable|insights?"
    r"|key (?:aspects?|factors?|role|component|element|part|feature|figure|concept)|fundamental (?:concept|aspect|to|role|part)|greatly"
    r"|an? (?:\w+ )?(?:combination|variety|range|number|series|host|set|array) of|many (?:factors|ways|aspects)|different ways|impactful|powerful"
    r"|closely (?:linked|related|tied|intertwined)|deeply|interplay|intertwined|interconnected|not limited to|broader|critical|fundamental"
    r"|no exception|widely used|traced back|shaped by|emerging|ongoing|differ (?:primarily|mainly|mostly|in (?:their|how))|transformative|renowned|notable|robust|woven|lens|tightly regulated|multi-step|extends? beyond|various"
    r"|remains? an?|resonat\w+|underscor\w+|highlight\w*|showcas\w+)\b",
    re.IGNORECASE,
)
_DEFINITE_OPENING = re.compile(
    r"the [a-z]+ (?:is|are|was|were|has|have|had|can|may|\w+ed|\w+ly|\w+s) |the (?:\w+ )?(?:process|method|approach|study|author|speaker|narrator|poem|poet|story|novel|play|book|text|film|model|theory"
    r"|formula|equation|figure|table|graph|function|result|results|experiment|reaction|solution|program|programme|course|case|court"
    r"|company|patient|student|character|protagonist|event|movement|period|concept|technique|procedure|system|work|treaty|act"
    r"|law|document|conflict|war|battle|victory|rise|use|ability|presence|need|goal|aim|idea|following|relationship|choice|lack"
    r"|shift|transition|focus|emphasis|primary|main|first|second|third|final|next|last|two|three|four|new|key) ",
    re.IGNORECASE,
)
_NO_SUBJECT = STOP_WORDS - word_set("it he she they this these those")
# A sentence about one circumstance of what the question asks for.
_CIRCUMSTANCE = re.compile(
    r"(?:after|when|if|during|before|once|since|as|although|though|while|because|by|through|with|without|for|to|among|under|at)\b",
    re.IGNORECASE,
)
_IMPERATIVE = word_set(
    "add adjust aim align always analyze analyse apply arrange ask assess avoid be begin break build calculate change check choose"
    " clearly click collect combine compare conduct confirm consider convert create decide define describe design determine develop"
    " differentiate discuss divide do don draw educate emphasize encourage engage ensure enter establish estimate evaluate examine"
    " explain explore express factor find finish focus follow foster gather give go graph group highlight identify implement include"
    " incorporate install integrate involve isolate keep label learn let limit list look maintain make mark measure minimize"
    " monitor move multiply navigate never note observe open organize outline perform place plan plot position practice practise"
    " prepare present press prioritize promote provide read recall recognize record reduce remember remove repeat replace represent"
    " respect review rewrite round run save schedule see seek select set share show simplify sketch solve start state stay stop"
    " structure subtract substitute summarize support take teach test tie train treat try turn type understand use utilize verify"
    " visit watch work write regularly carefully"
)
# An opening that makes its sentence an example or one more detail.
_DETAIL_OPENING = re.compile(
    r"(?:for example|for instance|specifically|additionally|moreover|furthermore|also|finally|lastly|in addition|similarly|likewise"
    r"|consequently|as a result|in particular|notably|interestingly|however|nevertheless|nonetheless|conversely|in contrast"
    r"|on the other hand|meanwhile|instead|secondly|thirdly|next|then|in some cases|sometimes|occasionally)\b",
    re.IGNORECASE,
)
# What may be cut off: a second statement, what only describes the first, and when or by what way it is so.
_TAIL = re.compile(
    r"; |\s[–—]\s|, (?:which|who|whose|where|while|whereas|although|such as|including|thereby|thus|so that|particularly|especially"
    r"|typically|usually|often|primarily|mainly|[a-z]{3,}ing)\b| (?:because|whereas|while|although|in order to|through|throughout|during"
    r"|via|across|as well as)\b"
)
_NO_CUT_AFTER = re.compile(
    r"\b(?:is|are|was|were|be|been|being|achieved|done|made|carried out|occurs?|works?|comes?|goes|passes|pass|moves?|flows?|spreads?"
    r"|results?|depends?|relies|rely|known|defined|based|used|called|such|more|most|and|or|the|an?|of|to|in|on|by|for|with|from"
    r"|\w+ing|(?:is|are|was|were|be|been) (?:\w+ly )?\w+(?:ed|en|t|ne|de))$",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(
    r", (?:also |often |commonly |formally |sometimes |formerly |otherwise )*(?:known|called|referred to|abbreviated)(?: as)? [^,;()]{2,60},(?= )"
)
# A condition, a comparison, a list or a quotation that the cut would leave open.
_OPEN_CLAUSE = re.compile(
    r"\b(?:if|when|unless|whether|either|neither|both|not only|between|from|states? that|so|as long as|than|only|although|while|since"
    r"|because)\b|\bth(?:at|e) [\w ]+, |\A(?:in|on|at|by|for|with|under|during|after|before|to|as|unlike|while) ",
    re.IGNORECASE,
)
_RESTRICTS = re.compile(
    r"\b(?:except|but|not|no|without|only|unless|if|however|although|though|rather|instead|despite|until|nor|never|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_ENUMERATES = re.compile(r"\w+, [\w' -]+,? and \w|\b(?:including|such as)\b|: ")
_QUOTATION = re.compile(r"[\"“”„«»]|(?<!\w)['‘]")
_PARENTHESES = re.compile(r" \([^()]{2,60}\)")
_SECOND_QUESTION = re.compile(
    r",? (?:and|or) (?:how|what|why|when|where|which|who|in what|can|is|are|do|does|explain|discuss|describe|give)\b.*",
    re.IGNORECASE,
)
# "What is X?", but not "What is the effect of X?".
_ASKS_DEFINITION = re.compile(
    r"(?:what|who) (?:is|are|was|were) (?!.{0,40}\b(?:role|effect|impact|significance|importance|purpose|difference|relationship|influence"
    r"|process|result|function|cause|reason|use|benefit|goal|structure|origin|history|fate|context|shape|range|basis|principle|method"
    r"|nature|status|extent|contribution|connection|link|consequence|outcome)s?\b)|define ",
    re.IGNORECASE,
)
# "What are the causes of …?"
_LISTED = (
    r"(?:achievements|advantages|agreements|applications|approaches|areas|attributes|barriers|benefits|branches|categories|causes"
    r"|challenges|characteristics|classes|complications|components|concepts|concerns|conditions|consequences|contributions|criteria"
    r"|criticisms|difficulties|disadvantages|drawbacks|duties|effects|elements|examples|factors|features|forms|functions|goals|groups"
    r"|impacts|implications|indications|influences|innovations|interventions|kinds|limitations|manifestations|materials|measures"
    r"|mechanisms|methods|metrics|models|objectives|obstacles|outcomes|parts|phases|policies|practices|principles|problems|processes"
    r"|properties|purposes|qualities|reasons|reforms|requirements|resources|responsibilities|risks|roles|rules|services|settings|signs"
    r"|skills|sources|stages|standards|strategies|strengths|structures|symbols|symptoms|systems|tasks|techniques|themes|theories|threats"
    r"|tools|traits|treatments|trends|types|uses|weaknesses)"
)
_QUESTION = re.compile(
    r"(?:what (?P<be>are|were)|(?:(?:can|could) you )?(?:describe|discuss|explain|outline|list|identify|name|state|provide|give))"
    r" (?P<article>the |some (?:of the )?)?"
    rf"(?P<np>(?:(?!and |or |what |how |why )[\w'’-]+ ){{0,3}}?{_LISTED})"
    r"(?P<rest>(?: (?:of|in|for|to|that|associated|used|when|on|faced|involved|needed|required|behind|with|from|at|during|within|available"
    r"|against|related|affecting|influencing|leading|contributing|regarding|concerning|necessary)\b.*)?)$",
    re.IGNORECASE,
)
_LIST_QUESTION = re.compile(
    rf"(?:what|describe|discuss|explain|outline|list|identify|name|state|which|can you (?:explain|describe|provide|list|give))\b"
    rf"(?: [\w'’-]+){{0,6}}? {_LISTED}\b",
    re.IGNORECASE,
)
# To a question how something works, what kind of thing it is says nothing; to one what it is for, where it is.
_ASKS_HOW = re.compile(r"how (?!(?:is|are|was|were) .* (?:defined|classified)\b)", re.IGNORECASE)
_IS_KIND_OF = re.compile(r"\b(?:is|are|was|were) (?:an? |one of )", re.IGNORECASE)
_ASKS_FUNCTION = re.compile(
    r"what (?:is|are|was|were) the (?:\w+ )?(?:function|role|purpose|use|task)s?\b", re.IGNORECASE
)
_IS_PLACE = re.compile(r"\b(?:located|found|situated|lies|positioned)\b", re.IGNORECASE)
_GIVES_REASON = re.compile(
    r"\b(?:because|due to|caus\w+|result\w*|since|driven|led to|leads? to|so that|reasons?|allows?|enables?|helps?|lets?)\b",
    re.IGNORECASE,
)
_DEFINING = word_set(
    "is are was were refers refer means mean describes describe denotes consists consist occurs occur represents involves"
)
_NOT_DEFINING = word_set(
    "used recommended considered important widely often commonly typically also usually generally mainly primarily seen found"
)
_MIN_COVERAGE = 0.72
_MIN_NEW = 4
_MIN_SPECIFIC = 3
_NEW_SCORE, _MOST_NEW = 0.05, 8
_SPECIFIC_SCORE, _MOST_SPECIFIC = 0.05, 6
_LENGTH_PENALTY, _SHORTENED_PENALTY, _PAIR_PENALTY, _EMPTY_PENALTY = 0.1, 0.15, 0.05, 0.35
_OPENING_WORDS = 9
_KEY_WEIGHT = 1.0
_SAME_AS_QUESTION = 0.8
_SIMILAR = 0.62
_COMMON_STEMS = frozenset(stem(word) for word in (*SCAFFOLD_WORDS, *GENERIC_WORDS, *VAGUE_WORDS))


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    penalty: float


def standalone_description(question: str, answer: str, limits: SeoLimits, avoid: Iterable[str] = ()) -> str:
    """The best sentence of an answer that stands alone, whole or cut at the end of a clause; empty where none does.

    Args:
        answer: Markdown.
        limits: the length of the description.
        avoid: descriptions that the result must not be similar to.
    """
    goal = _Goal(question, limits, [content_stems(line) for line in avoid])
    best, best_score = "", 0.0
    for block in blocks(answer):
        if block.role != "lead":
            continue
        for candidate in _candidates(block.sentences, limits):
            if _LIST_QUESTION.match(question) and not _ENUMERATES.search(candidate.text):
                continue
            score = goal.score(candidate.text)
            if score is not None and score - candidate.penalty > best_score:
                best, best_score = candidate.text, score - candidate.penalty
    return best


class _Goal:
    """What a description must be about, and how well a text is."""

    def __init__(self, question: str, limits: SeoLimits, taken: Sequence[frozenset[str]]) -> None:
        self._question = question
        self._limits = limits
        self._taken = taken
        self._weights = question_weights(_SECOND_QUESTION.sub("", question))
        self._asked = content_stems(question)
        self._asks_definition = _ASKS_DEFINITION.match(_SECOND_QUESTION.sub("", question)) is not None
        self._asks_why = question.casefold().startswith("why ")
        self._asks_how = _ASKS_HOW.match(question) is not None
        self._asks_function = _ASKS_FUNCTION.match(question) is not None
        key = {name for name, weight in self._weights.items() if weight >= _KEY_WEIGHT}
        self._key = key or set(self._weights)

    def is_new(self, text: str) -> bool:
        """Whether a text is not similar to those to avoid."""
        stems = content_stems(text)
        return all(overlap(stems, other) < _SIMILAR for other in self._taken)

    def score(self, text: str) -> float | None:
        """How good a text is as the description; None where it may not be it."""
        if not self._limits.description_min <= len(text) <= self._limits.description_max or not _stands_alone(
            text
        ):
            return None
        first = next((stem(word) for word in WORD.findall(text) if word.casefold() not in _NO_SUBJECT), "")
        if (
            first not in self._asked
            or (self._asks_definition and not _defines(text))
            or (self._asks_why and not _GIVES_REASON.search(text))
            or (self._asks_how and _IS_KIND_OF.search(text))
            or (self._asks_function and _IS_PLACE.search(text))
        ):
            return None
        stems = content_stems(text)
        covered = coverage(self._weights, stems)
        new = new_content(text, self._question)
        specific = {stem(word) for word in WORD.findall(text)} - _COMMON_STEMS
        specific = (specific & stems) - self._asked
        opening = {stem(word) for word in WORD.findall(text)[:_OPENING_WORDS]}
        if (
            covered < _MIN_COVERAGE
            or len(new) < _MIN_NEW
            or len(specific) < _MIN_SPECIFIC
            or not opening & self._key
            or not self._key <= stems
            or overlap(stems, self._asked) >= _SAME_AS_QUESTION
            or not self.is_new(text)
        ):
            return None
        return (
            covered
            + _NEW_SCORE * min(len(new), _MOST_NEW)
            + _SPECIFIC_SCORE * min(len(specific), _MOST_SPECIFIC)
            - (0.0 if len(text) in self._limits.description_target else _LENGTH_PENALTY)
            - (_EMPTY_PENALTY if EMPTY_PHRASE.search(text) else 0.0)
        )


def _stands_alone(text: str) -> bool:
    first = WORD.search(text)
    return not (
        first is None
        or first[0].casefold() in _IMPERATIVE
        or _UNFIT.search(text)
        or _REFERS_BACK.search(text)
        or _INSTRUCTS.search(text)
        or _PRAISE.search(text)
        or (_UNNAMED_PERSON.search(text) and not _has_name_before_pronoun(text))
        or _DEFINITE_OPENING.match(text)
        or _CIRCUMSTANCE.match(text)
        or outside_reference(text)
        or incomplete_sentence(text)
        or is_announcement(text)
    )


def _has_name_before_pronoun(text: str) -> bool:
    """Whether a word with a capital precedes the first "he", "she", "his" or "her"."""
    pronoun = _UNNAMED_PERSON.search(text)
    assert pronoun is not None
    return bool(re.search(r"[A-Z][a-z]+", text[: pronoun.start()]))


def _candidates(sentences: Sequence[Sentence], limits: SeoLimits) -> Iterator[_Candidate]:
    """The sentences of a block as descriptions: whole, without what is in brackets, cut, or with the next one."""
    before: str | None = None
    for sentence in sentences:
        if _QUOTATION.search(sentence.text):  # without its marks, a quoted word is one of the sentence
            before = None
            continue
        text = search_result_text(sentence.text)
        detail = sentence.dangling or bool(_DETAIL_OPENING.match(sentence.text))
        if not detail:
            bare = _OTHER_NAME.sub("", _PARENTHESES.sub("", text))
            for shown in dict.fromkeys((text, bare)):
                if len(shown) <= limits.description_max:
                    yield _Candidate(shown, 0.0)
                else:
                    yield from (_Candidate(cut, _SHORTENED_PENALTY) for cut in _cuts(shown, limits))
        if before is not None and len(before) + 1 + len(text) <= limits.description_max:
            yield _Candidate(f"{before} {text}", _PAIR_PENALTY)
        before = text if not detail and len(text) < limits.description_max else None


def _cuts(text: str, limits: SeoLimits) -> Iterator[str]:
    """The sentence cut at the ends of its clauses, longest first, where the rest leaves no condition out."""
    for tail in reversed(list(_TAIL.finditer(text, 0, limits.description_max))):
        kept = text[: tail.start()]
        left_out = text[tail.start() :]
        if len(kept) < limits.description_min or any(
            (
                _OPEN_CLAUSE.search(kept),
                _NO_CUT_AFTER.search(kept),
                _RESTRICTS.search(left_out),
                _is_in_list(kept, left_out),
            )
        ):
            continue
        if shorten(f"{kept}.", limits.description_max) == f"{kept}.":
            yield f"{kept}."


def _is_in_list(kept: str, left_out: str) -> bool:
    """Whether a cut at a comma is between the items of a list: "eating, drinking, and sleeping"."""
    return left_out.startswith(", ") and ("," in kept or bool(re.match(r", \w+ing(?:,| and| or)", left_out)))


def _defines(text: str) -> bool:
    """Whether the first verb of a text says what its subject is."""
    verb = FINITE_VERB.search(text)
    if verb is None or verb[0].casefold() not in _DEFINING:
        return False
    following = WORD.search(text, verb.end())
    return following is not None and following[0].casefold() not in _NOT_DEFINING
