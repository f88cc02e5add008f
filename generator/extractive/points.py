"""Chooses the points of a draft among blocks of passages: relevant ones, no two of which say the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.content.limits import Limits
from generator.extractive.passages import SUMMARY_OPENING, Block, Sentence, without_connective
from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.relevance import Asked
from generator.extractive.search_fields.keywords import title_phrase
from generator.extractive.terms import containment, content_stems, overlap

_SAME_SENTENCE_CONTAINMENT = 0.7
_GENERIC_HEADING = re.compile(
    r"^(?:introduction|overview|definitions?|conclusion|summary|examples?|steps?(?: \d+)?|background|context"
    r"|key points?|description|explanation|notes?|(?:part|section|chapter|figure|table|example|criterion) [\da-z]+"
    r"|implications?|others?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftGoal:
    """The question of a draft, what it asks, the weights of its stems, and the limits of the draft."""

    question: str
    asked: Asked
    weights: Mapping[str, float]
    limits: Limits


@dataclass(frozen=True, slots=True)
class PointRules:
    """How points are chosen.

    Args:
        points: the most points.
        point_words: at most so many words in a point.
        min_score_share: a point's score is at least this share of the best score.
        max_overlap: the largest allowed overlap of the stems of two points.
        paragraphs: whether opening and closing paragraphs may become points, without the last one.
    """

    points: int
    point_words: int
    min_score_share: float
    max_overlap: float
    paragraphs: bool


STRICT = PointRules(points=6, point_words=70, min_score_share=0.6, max_overlap=0.42, paragraphs=False)
GENEROUS = PointRules(points=8, point_words=120, min_score_share=0.4, max_overlap=0.55, paragraphs=True)


@dataclass(frozen=True, slots=True)
class ScoredBlock:
    """A block with its passage and its relevance; ``order`` is the rank of the passage and the position in it."""

    block: Block
    passage: QuotedPassage
    score: float
    order: tuple[int, int]


@dataclass(slots=True)
class UsedSentences:
    """The stems of the sentences used so far, so that nothing is said twice."""

    stems: list[frozenset[str]] = field(default_factory=list)

    def is_new(self, sentence: Sentence) -> bool:
        return all(containment(sentence.stems, other) < _SAME_SENTENCE_CONTAINMENT for other in self.stems)

    def add(self, sentences: Sequence[Sentence]) -> None:
        self.stems.extend(sentence.stems for sentence in sentences)


def choose_points(
    material: Sequence[ScoredBlock],
    goal: DraftGoal,
    used: UsedSentences,
    room: int,
    rules: PointRules = STRICT,
) -> list[dict[str, Any]]:
    """Choose points that do not repeat each other, grouped by passage.

    Args:
        material: the blocks to choose from.
        goal: the goal of the draft.
        used: the sentences used so far; those of the points are added.
        room: the words that the points may have together.
        rules: how many and which points.
    """
    limits = goal.limits.answer
    chosen: list[tuple[ScoredBlock, str, list[Sentence]]] = []
    headings: list[frozenset[str]] = [content_stems(goal.question)]
    ranked = sorted(
        (item for item in material if _may_be_point(item, material, rules)), key=lambda item: -item.score
    )
    min_score = rules.min_score_share * ranked[0].score if ranked else 0.0
    for item in ranked:
        if len(chosen) == min(rules.points, limits.points.max) or item.score < min_score:
            break
        if any(overlap(item.block.stems, other.block.stems) > rules.max_overlap for other, _, _ in chosen):
            continue
        sentences = _point_sentences(item, used, min(rules.point_words, limits.point_words.max))
        count = sum(sentence.words for sentence in sentences)
        if count < limits.point_words.min or (count > room and len(chosen) >= limits.points.min):
            continue
        heading = _point_heading(item, sentences, goal, headings)
        if not heading:
            continue
        room -= count + count_words(heading)
        headings.append(content_stems(heading))
        used.add(sentences)
        chosen.append((item, heading, sentences))
    ordered = sorted(chosen, key=lambda entry: _reading_order(entry[0], chosen))
    return [
        {
            "heading": heading,
            "body": join_sentences(sentences),
            "passages": [item.passage.id] if item.passage.id else [],
        }
        for item, heading, sentences in ordered
    ]


def _may_be_point(item: ScoredBlock, material: Sequence[ScoredBlock], rules: PointRules) -> bool:
    if item.block.role in {"point", "loose"} or item.passage.kind == "source":
        return True
    last = max(other.order for other in material if other.passage is item.passage)
    return rules.paragraphs and (item.block.role == "lead" or item.order != last)


def _reading_order(
    item: ScoredBlock, chosen: Sequence[tuple[ScoredBlock, str, list[Sentence]]]
) -> tuple[float, int, int]:
    """The sort key of a point: passages by their best point, then the order in the passage."""
    best = max(other.score for other, _, _ in chosen if other.passage is item.passage)
    return (-best, *item.order)


def _point_sentences(item: ScoredBlock, used: UsedSentences, at_most: int) -> list[Sentence]:
    """The first sentences of a block that were not used before.

    A sentence that refers to the one before it is left out after a gap.
    """
    sentences = item.block.sentences
    kept: list[Sentence] = []
    gap = not item.block.heading
    for sentence in sentences:
        unfit = sentence.text.endswith("?") or SUMMARY_OPENING.match(sentence.text)
        if unfit or not used.is_new(sentence):
            gap = True
            continue
        if gap and sentence.dangling:
            continue
        kept.append(sentence)
        gap = False
    return first_sentences(kept, at_most)


def _point_heading(
    item: ScoredBlock, sentences: Sequence[Sentence], goal: DraftGoal, taken: Sequence[frozenset[str]]
) -> str:
    """The heading of the block, or its key phrase; empty if it would repeat another heading."""
    limits = goal.limits.answer.heading_words
    own = item.block.heading.strip()
    asked = frozenset(goal.weights)
    candidates = [own] if own and not _GENERIC_HEADING.match(own) else []
    text = " ".join(sentence.text for sentence in sentences[:2])
    candidates.append(title_phrase(text, asked, dict(goal.weights)))
    for heading in candidates:
        stems = content_stems(heading)
        fits = limits.min <= count_words(heading) <= limits.max and not re.search(r"[$*_`:\\?]", heading)
        if fits and stems and all(overlap(stems, other) < 0.6 and not stems <= other for other in taken):
            return heading[:1].upper() + heading[1:]
    return ""


def first_sentences(sentences: Sequence[Sentence], at_most: int) -> list[Sentence]:
    """The first sentences with at most ``at_most`` words together; always at least one."""
    taken: list[Sentence] = []
    total = 0
    for sentence in sentences:
        if taken and total + sentence.words > at_most:
            break
        taken.append(sentence)
        total += sentence.words
    return taken


def join_sentences(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return ""
    first = without_connective(sentences[0].text) if sentences[0].dangling else sentences[0].text
    return " ".join([first, *(sentence.text for sentence in sentences[1:])])


def count_words(text: str) -> int:
    """The number of words of a text."""
    return len(text.split())
