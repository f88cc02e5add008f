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
from generator.content.language.stems import words
from generator.extractive.passages import Block
from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.word_lists import ANSWERING_WORDS, GENERIC_WORDS, PREDICATE_WORDS

_ABBREVIATION = re.compile(r" \(([A-Z][A-Za-z]{1,7}?)s?\)")
_NAME_CHARS = 100
# The stems that another wording of the same question may not have. Some nouns have the stem of a general word.
_GENERAL = text_stems(" ".join(GENERIC_WORDS | PREDICATE_WORDS)) - text_stems("practice experiment import")
_MOST_DEFINED_STEMS = 3
_DEFINITION = re.compile(r"what (?:is|are)\b")
_FEWEST_TOPIC_STEMS = 2
# Each of these aspects is treated by answers to questions for the others.
_KINDRED = frozenset({"effect", "role", "importance", "advantage", "function", "relation"})
# Aspects that an article must name at its beginning, and aspects that it must name somewhere in its outline.
_OPENING_ASPECTS = frozenset({"kind", "example"})
_OUTLINE_ASPECTS = frozenset(
    {"drawback", "symptom", "treatment", "diagnosis", "prevention", "calculation", "origin"}
)
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

    @property
    def names(self) -> frozenset[str]:
        """The topic, with the full names of its abbreviations and the abbreviations of its full names."""
        full = (name for short, name in self.full_names.items() if short in self.topic)
        short = {each for each, name in self.full_names.items() if name <= self.topic}
        return self.topic.union(short, *full)

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
        return all(
            aspect in treated or said & ANSWERING_WORDS.get(aspect, frozenset()) for aspect in self.aspects
        )


def asked(question: str, passages: Sequence[QuotedPassage]) -> Asked:
    """What the question asks; abbreviations are those that the question or a passage explains."""
    own = signature(question)
    topic = _special(own.topic) or own.topic or text_stems(question) - own.numbers
    full_names = _full_names([question, *(text for each in passages for text in (each.title, each.text))])
    return Asked(own, topic, own.numbers, own.aspects - SOFT_ASPECTS, full_names)


def _special(topic: frozenset[str]) -> frozenset[str]:
    """The topic of a question without stems that another wording of it may not have, unless they are most of it."""
    special = defining_stems(topic) - _GENERAL
    return special if len(special) >= min(_FEWEST_TOPIC_STEMS, len(topic)) else defining_stems(topic)


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
    about = _special(other.topic)
    extra, absent = missing_stems(about, goal.question.topic), goal.missing(title)
    return (
        goal.share(title) >= _LEAST_TITLE_SHARE
        and len(goal.topic | goal.numbers) - len(absent) >= min(_FEWEST_TOPIC_STEMS, len(goal.topic))
        and len(extra) <= (len(goal.topic) > _FEWEST_TOPIC_STEMS)
        and not extra & (_proper_names(title) | {OPPOSITES.get(stem, "") for stem in goal.topic})
        and not (extra and absent and _last(title, about) not in extra)
        and _first(title, about) not in extra
        and _first(goal.question.plain, goal.topic) not in absent
        and not asks_something_else(goal.question, other)
        and _asks_for_the_same(goal.question, other)
    )


def title_names_topic(goal: Asked, title: str) -> bool:
    """Whether a section's title names the topic of the question or a part of it, and hardly anything else.

    One more word may follow two or more of the topic: "Rating scale in adults". A title that is a question asks the same.
    """
    if title.endswith("?"):
        return title_asks_the_same(goal, title)
    about, names = _special(signature(title).topic), goal.names
    extra = missing_stems(about, names | goal.question.topic)
    extended = len(extra) == 1 and len(about) > _FEWEST_TOPIC_STEMS and _first(title, about) not in extra
    return bool(about & names) and (not extra or extended)


def article_treats_topic(goal: Asked, title: str, parts: Sequence[Block]) -> bool:
    """Whether an article is about the whole topic of the question, and says what is asked of it.

    What the title leaves out is in the first sentence, or in several blocks: in two if it only makes the title more
    exact, else in three, and in the article's outline (opening, headings, end).
    """
    outline = (title, parts[0].text, parts[-1].text, *(block.heading for block in parts))
    first, named = signature(" ".join(outline[:2])).aspects, signature(" ".join(outline)).aspects
    wanted = goal.question.aspects
    more_exact = not missing_stems(_special(signature(title).topic), goal.question.topic)
    if not wanted & _OPENING_ASPECTS <= first or not wanted & _OUTLINE_ASPECTS <= named:
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
    return next(_stems_in_order(text, stems), "")


def _last(text: str, stems: frozenset[str]) -> str:
    """The last of the stems in a text; empty if it has none of them."""
    return next(reversed([*_stems_in_order(text, stems)]), "")


def _stems_in_order(text: str, stems: frozenset[str]) -> Iterator[str]:
    return (found for word in words(text) for found in text_stems(word) if found in stems)


def _proper_names(title: str) -> frozenset[str]:
    """The stems of a title's names: its words with a capital, without the first word."""
    return text_stems(" ".join(word for word in title.split()[1:] if word[:1].isupper()))


def _asks_for_the_same(one: Signature, title: Signature) -> bool:
    """Whether the title asks for some aspect that the question asks for, and for no other one."""
    is_definition = _DEFINITION.match(one.plain) and one.aspects <= {"definition"}
    if is_definition and len(one.topic) <= _MOST_DEFINED_STEMS:
        return title.aspects <= SOFT_ASPECTS - _KINDRED
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
