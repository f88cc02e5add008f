"""Decides what in the passages of a prompt answers its question.

A question has a topic (the stems of its content words), numbers and aspects (causes, effects, ...), as in
``content.duplicates.questions``. Text answers it if it names the whole topic where it says what it is about: in its
titles and first sentences. One missing word makes another topic: gas exchange is not an exchange rate.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.content.duplicates.question_words import ASPECTS, OPPOSITES, SOFT_ASPECTS
from generator.content.duplicates.questions import (
    Signature,
    asks_something_else,
    defining_stems,
    missing_stems,
    signature,
    text_stems,
)
from generator.content.stems import words
from generator.extractive.passages import Block
from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.word_lists import GENERIC_WORDS

_ABBREVIATION = re.compile(r" \(([A-Z][A-Za-z]{1,7}?)s?\)")
_NAME_CHARS = 100
# Words that show what a text says about its topic, besides those with which a question asks for it.
_ANSWERING: Mapping[str, frozenset[str]] = {
    "cause": frozenset(
        ["because", "due", "therefore", "thus", "since", "hence", "so", "allow", "allows", "make", "makes"]
    ),
    "effect": frozenset(
        [
            "increase",
            "increases",
            "increased",
            "reduce",
            "reduces",
            "reduced",
            "decrease",
            "decreases",
            "decreased",
            "raise",
            "raises",
            "improve",
            "improves",
            "lower",
            "lowers",
            "make",
            "makes",
            "cause",
            "causes",
            "caused",
            "lead",
            "leads",
            "led",
            "allow",
            "allows",
            "so",
            "because",
            "weaken",
            "weakens",
            "strengthen",
            "strengthens",
            "enhance",
            "enhances",
        ]
    ),
    "compare": frozenset(["while", "whereas", "unlike", "than", "both", "instead"]),
    "example": frozenset(["such", "include", "includes", "including", "like"]),
    "relation": frozenset(["between", "both", "with", "depends", "depend"]),
    "calculation": frozenset(
        ["sum", "equals", "equal", "divide", "divided", "multiply", "multiplied", "equation", "is"]
    ),
    "origin": frozenset(["began", "became", "first", "century", "early", "later", "became"]),
    "advantage": frozenset(
        ["improve", "improves", "help", "helps", "allow", "allows", "enhance", "enhances", "better"]
    ),
    "drawback": frozenset(["difficult", "hard", "lack", "limited", "limit", "cannot", "not"]),
}
# Words that another wording of the same question may not have: general verbs, and words of its form.
_GENERAL = text_stems(
    " ".join(GENERIC_WORDS)
    + " much often long far come need require conduct cover entail tell look go get handle"
    " associate happen source sources act arise slow speed choose set pick strengthen occur exist perform explain cause emerge advance advancement progress trend part high low sort"
)
_FEWEST_TOPIC_STEMS = 2
# Aspects that answers to the others' questions treat as well.
_KINDRED = frozenset({"effect", "role", "importance", "advantage", "function", "relation"})
# Aspects that an article names at its beginning, and aspects that it names somewhere in its outline.
_NAMED_FIRST = frozenset({"kind", "example"})
_NAMED = frozenset({"drawback", "symptom", "treatment", "diagnosis", "prevention", "calculation", "origin"})
_LEAST_TITLE_SHARE = 0.5
_LEAST_OPENING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks.

    Attributes:
        question: its signature.
        topic: the stems without which an answer is to another question.
        numbers: its numbers, as digits.
        aspects: those that an answer must treat.
        full_names: the stems that an abbreviation stands for, by its own stem; of the passages and the question.
    """

    question: Signature
    topic: frozenset[str]
    numbers: frozenset[str]
    aspects: frozenset[str]
    full_names: Mapping[str, frozenset[str]]

    def missing(self, *texts: str) -> frozenset[str]:
        """The stems and numbers of the topic that are in none of the texts, neither whole nor abbreviated."""
        present = frozenset().union(*(text_stems(text) for text in texts))
        for short, full in self.full_names.items():
            if short in present:
                present |= full
            elif full <= present:
                present |= {short}
        return missing_stems(self.topic, present) | (self.numbers - present)

    def share(self, *texts: str) -> float:
        """The share of the topic that is in the texts, from 0 to 1."""
        size = len(self.topic) + len(self.numbers)
        return 1 - len(self.missing(*texts)) / size if size else 0.0

    def is_treated_by(self, text: str) -> bool:
        """Whether a text says of its topic what the question asks: an effect, a cause, a comparison, ..."""
        said = frozenset(words(text))
        treated = {ASPECTS[word] for word in said if word in ASPECTS}
        return all(aspect in treated or said & _ANSWERING.get(aspect, frozenset()) for aspect in self.aspects)


def asked(question: str, passages: Sequence[QuotedPassage]) -> Asked:
    """What the question asks; abbreviations are those that the question or a passage explains."""
    own = signature(question)
    topic = _without_general(defining_stems(own.topic)) or own.topic or text_stems(question) - own.numbers
    full_names = _full_names([question, *(text for each in passages for text in (each.title, each.text))])
    return Asked(own, topic, own.numbers, own.aspects - SOFT_ASPECTS, full_names)


def _without_general(topic: frozenset[str]) -> frozenset[str]:
    """A topic without general words, unless they are most of it."""
    special = topic - _GENERAL
    return special if len(special) >= min(_FEWEST_TOPIC_STEMS, len(topic)) else topic


def _full_names(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The stems of the words before "(NRS)", of which it has the initials, by the stem of the abbreviation."""
    return {short: full for text in texts for short, full in _explained(text)}


@lru_cache(maxsize=1024)
def _explained(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for match in _ABBREVIATION.finditer(text):
        before = re.split(r"[\s-]+", text[max(match.start() - _NAME_CHARS, 0) : match.start()])
        names = before[-len(match[1]) :]
        if "".join(name[:1] for name in names).casefold() == match[1].casefold():
            found += [(short, text_stems(" ".join(names))) for short in text_stems(match[1])]
    return tuple(found)


def title_asks_the_same(goal: Asked, title: str) -> bool:
    """Whether an answer to the question in a title is about the same topic, and treats what is asked of it.

    What each of the two names first is what it is about, so the other one must name it too. The title may have one more
    word: "muscle tissues" for "muscles".
    """
    other = signature(title)
    about = defining_stems(other.topic) - _GENERAL
    extra, absent = missing_stems(about, goal.question.topic), goal.missing(title)
    return (
        goal.share(title) >= _LEAST_TITLE_SHARE
        and len(goal.topic | goal.numbers) - len(absent) >= min(_FEWEST_TOPIC_STEMS, len(goal.topic))
        and len(extra) <= (len(goal.topic) > _FEWEST_TOPIC_STEMS)
        and not extra & (_named(title) | {OPPOSITES.get(stem, "") for stem in goal.topic})
        and not (extra and absent and _last(title, about) not in extra)
        and _first(title, about) not in extra
        and _first(goal.question.plain, goal.topic) not in absent
        and not asks_something_else(goal.question, other)
        and _asks_for_the_same(goal.question, other)
    )


def article_treats_topic(goal: Asked, title: str, parts: Sequence[Block]) -> bool:
    """Whether an article is about the whole topic of the question, and says what is asked of it.

    What the title leaves out is in the first sentence, or in several blocks: in two if it only makes the title more
    exact, else in three, and in the article's outline (opening, headings, end).
    """
    outline = (title, parts[0].text, parts[-1].text, *(block.heading for block in parts))
    first, named = signature(" ".join(outline[:2])).aspects, signature(" ".join(outline)).aspects
    wanted = goal.question.aspects
    more_exact = not missing_stems(signature(title).topic - _GENERAL, goal.question.topic)
    if not wanted & _NAMED_FIRST <= first or not wanted & _NAMED <= named:
        return False
    if not more_exact and goal.missing(*outline):
        return False
    untitled = goal.missing(title, parts[0].sentences[0].text)
    absent = [goal.missing(block.heading, block.text) for block in parts] if untitled else []
    fewest = 2 if more_exact else 3
    return all(
        sum(stem not in missing for missing in absent) >= fewest for stem in untitled
    ) and goal.is_treated_by(" ".join(block.text for block in parts))


def _first(text: str, stems: frozenset[str]) -> str:
    """The first of the stems in a text; empty if it has none of them."""
    return next(_named_in_order(text, stems), "")


def _last(text: str, stems: frozenset[str]) -> str:
    """The last of the stems in a text; empty if it has none of them."""
    return next(reversed([*_named_in_order(text, stems)]), "")


def _named_in_order(text: str, stems: frozenset[str]) -> Iterator[str]:
    return (found for word in words(text) for found in text_stems(word) if found in stems)


def _named(title: str) -> frozenset[str]:
    """The stems of a title's names: its words with a capital, without the first word."""
    return text_stems(" ".join(word for word in title.split()[1:] if word[:1].isupper()))


def _asks_for_the_same(one: Signature, title: Signature) -> bool:
    """Whether the title asks for some aspect that the question asks for, and for no other one."""
    own, other = _joined(one.aspects), _joined(title.aspects)
    return bool(not own or not other or own & other) and other - own <= SOFT_ASPECTS


def _joined(aspects: frozenset[str]) -> frozenset[str]:
    return frozenset("role" if aspect in _KINDRED else aspect for aspect in aspects)


def block_answers(goal: Asked, block: Block) -> bool:
    """Whether a block answers the question by itself: it names the whole topic, and most of it at its beginning."""
    return (
        goal.share(block.heading, block.sentences[0].text) >= _LEAST_OPENING_SHARE
        and not goal.missing(block.heading, block.text)
        and goal.is_treated_by(f"{block.heading} {block.text}")
    )
