"""Composes a draft of quoted sentences: introduction, points, conclusion, description and keywords.

Points are blocks of a passage with their heading there. They are chosen by relevance to the question, and no two say
the same. If the passages say too little about the question, the draft says that they do not answer it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from generator.content.limits import Limits
from generator.extractive.descriptions import description
from generator.extractive.keywords import keywords, title_phrase
from generator.extractive.passages import SUMMARY_OPENING, Block, Sentence, blocks, without_connective
from generator.extractive.prompt_reader import Prompt, QuotedPassage
from generator.extractive.terms import (
    containment,
    content_stems,
    coverage,
    overlap,
    question_weights,
    stem,
    words,
)

NO_ANSWER = "the passages do not answer this question"

_MIN_PASSAGE_COVERAGE = 0.7
_MIN_LEAD_COVERAGE = 0.5
_FULL_COVERAGE = 0.85
_MIN_PRIOR = 0.6
_SAME_SENTENCE_CONTAINMENT = 0.7
_KIND_BONUS = {"source": 0.1}
_GENERIC_HEADING = re.compile(
    r"^(?:introduction|overview|definitions?|conclusion|summary|examples?|steps?(?: \d+)?|background|context"
    r"|key points?|description|explanation|notes?|(?:part|section|chapter|figure|table|example|criterion) [\da-z]+"
    r"|implications?|others?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftGoal:
    """The question of a draft, the weights of its stems, and the limits of the draft."""

    question: str
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
    """

    points: int
    point_words: int
    min_score_share: float
    max_overlap: float


_STRICT = PointRules(points=6, point_words=70, min_score_share=0.6, max_overlap=0.42)
_GENEROUS = PointRules(points=8, point_words=120, min_score_share=0.4, max_overlap=0.55)


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


def compose_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to an ``article_draft`` request."""
    goal = draft_goal(prompt, limits)
    material = relevant_blocks(prompt.passages, goal)
    draft = _compose(material, goal, _STRICT) or _compose(material, goal, _GENEROUS)
    if draft is None:
        return empty_draft(prompt, NO_ANSWER)
    if prompt.subjects:
        draft["subject"] = choose_subject(prompt)
    return draft


def empty_draft(prompt: Prompt, reason: str) -> dict[str, Any]:
    """A draft that declines to answer, with the reason."""
    draft: dict[str, Any] = {
        "cannot_answer": reason,
        "introduction": "",
        "points": [],
        "conclusion": "",
        "page_description": "",
        "page_keywords": [],
    }
    if prompt.subjects:
        draft["subject"] = choose_subject(prompt)
    return draft


def draft_goal(prompt: Prompt, limits: Limits) -> DraftGoal:
    """The goal of a prompt. Words of a reviewer's comment count with a tenth of their weight."""
    weights = question_weights(prompt.question)
    for key, weight in question_weights(prompt.comment).items():
        weights.setdefault(key, 0.1 * weight)
    return DraftGoal(prompt.question, weights, limits)


def draft_passages(prompt: Prompt) -> tuple[QuotedPassage, ...]:
    """The draft in a prompt as one more passage to quote from; empty if there is no draft."""
    draft = prompt.draft
    points = draft.get("points")
    if not draft or not isinstance(points, list):
        return ()
    listed = [
        f"{number}. **{point.get('heading', '')}**: {point.get('body', '')}"
        for number, point in enumerate(points, 1)
        if isinstance(point, dict)
    ]
    text = "\n\n".join([str(draft.get("introduction", "")), *listed, str(draft.get("conclusion", ""))])
    return (QuotedPassage(id="", kind="article", title=prompt.question, text=text),)


def relevant_blocks(passages: Sequence[QuotedPassage], goal: DraftGoal) -> list[ScoredBlock]:
    """The blocks of the passages that are about the question, in order."""
    found: list[ScoredBlock] = []
    for rank, passage in enumerate(passages):
        title = content_stems(passage.title)
        about = coverage(goal.weights, title | _text_stems(passage.text))
        if about < _MIN_PASSAGE_COVERAGE:
            continue
        parts = blocks(passage.text)
        if not parts or coverage(goal.weights, title | parts[0].stems) < _MIN_LEAD_COVERAGE:
            continue
        prior = 0.5 * coverage(goal.weights, title) + 0.5 * about + _KIND_BONUS.get(passage.kind, 0.0)
        if prior < _MIN_PRIOR and about < _FULL_COVERAGE:
            continue
        for part in parts:
            score = 0.6 * prior + 0.4 * coverage(goal.weights, part.stems)
            found.append(ScoredBlock(part, passage, score, (rank, part.position)))
    return found


@lru_cache(maxsize=1024)
def _text_stems(text: str) -> frozenset[str]:
    return content_stems(text)


def _compose(material: list[ScoredBlock], goal: DraftGoal, rules: PointRules) -> dict[str, Any] | None:
    used = UsedSentences()
    introduction = compose_introduction(material, goal, used)
    if not introduction:
        return None
    limits = goal.limits.answer
    room = limits.target_words.max - _count_words(introduction) - limits.conclusion_words.min
    points = choose_points(material, goal, used, room, rules)
    supporting = [passage for point in points for passage in point["passages"]]
    closing = compose_conclusion(material, goal, used, supporting)
    total = sum(_count_words(point["body"]) + _count_words(point["heading"]) for point in points)
    total += _count_words(introduction) + _count_words(closing)
    if not closing or len(points) < limits.points.min or total < limits.words.min:
        return None
    texts = [introduction, *(point["body"] for point in points), closing]
    headings = [point["heading"] for point in points]
    return {
        "cannot_answer": None,
        "introduction": introduction,
        "points": points,
        "conclusion": closing,
        "page_description": description(
            goal.question, quoted_sentences(" ".join(texts), material), goal.limits.seo
        ),
        "page_keywords": keywords(goal.question, texts, headings, goal.limits.seo),
    }


def quoted_sentences(text: str, material: Sequence[ScoredBlock]) -> list[Sentence]:
    """The sentences of the material that a text contains, in the order of the text."""
    found = {sentence.text: sentence for item in material for sentence in item.block.sentences}
    return sorted((s for s in found.values() if s.text in text), key=lambda s: text.index(s.text))


def compose_introduction(material: Sequence[ScoredBlock], goal: DraftGoal, used: UsedSentences) -> str:
    """Compose the introduction of the best lead paragraph, or of another block if no lead fits.

    Returns:
        Empty if no block fits. The sentences used are added to ``used``.
    """
    span = goal.limits.answer.introduction_words
    leads = [item for item in material if item.block.role == "lead"]
    others = [item for item in material if item.block.role in {"loose", "point"}]
    for pool in (leads, others):
        best: tuple[float, list[Sentence]] | None = None
        for item in pool:
            taken = _opening_sentences(item.block, goal, span.min, min(span.max, 60))
            if not taken:
                continue
            stems = content_stems(" ".join(sentence.text for sentence in taken))
            score = item.score + 0.5 * coverage(goal.weights, stems)
            if best is None or score > best[0]:
                best = score, taken
        if best:
            used.add(best[1])
            return _join(best[1])
    return ""


def _opening_sentences(block: Block, goal: DraftGoal, at_least: int, at_most: int) -> list[Sentence]:
    for start, first in enumerate(block.sentences):
        if first.dangling or first.text.endswith(("?", "!")):
            continue
        if first.words > at_most or coverage(goal.weights, first.stems) < 0.3:
            continue
        taken = _first_sentences(block.sentences[start:], at_most)
        if sum(sentence.words for sentence in taken) >= at_least:
            return taken
    return []


def compose_conclusion(
    material: Sequence[ScoredBlock], goal: DraftGoal, used: UsedSentences, supporting: Sequence[str] = ()
) -> str:
    """Compose the conclusion of the most relevant closing paragraph, or of another block if none fits.

    Args:
        material: the blocks to choose from.
        goal: the goal of the draft.
        used: the sentences used so far; those of the conclusion are added.
        supporting: the ids of the passages that the points cite, which are preferred.

    Returns:
        Empty if no block fits.
    """
    span = goal.limits.answer.conclusion_words

    def rank(item: ScoredBlock) -> float:
        return -item.score - 0.1 * supporting.count(item.passage.id)

    closings = sorted((item for item in material if item.block.role == "closing"), key=rank)
    loose = sorted((item for item in material if item.block.role == "loose"), key=rank)
    spare = sorted((item for item in material if item.block.role in {"lead", "point"}), key=rank)
    for item in (*closings, *loose, *spare):
        kept = [s for s in item.block.sentences if used.is_new(s)]
        if item.block.role != "closing":
            while kept and kept[0].dangling:
                kept = kept[1:]
        taken = _first_sentences(kept, min(span.max, 70))
        if sum(sentence.words for sentence in taken) >= span.min:
            used.add(taken)
            return _join(taken)
    return ""


def choose_points(
    material: Sequence[ScoredBlock],
    goal: DraftGoal,
    used: UsedSentences,
    room: int,
    rules: PointRules = _STRICT,
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
        (item for item in material if item.block.role in {"point", "loose"}), key=lambda item: -item.score
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
        room -= count + _count_words(heading)
        headings.append(content_stems(heading))
        used.add(sentences)
        chosen.append((item, heading, sentences))
    ordered = sorted(chosen, key=lambda entry: _reading_order(entry[0], chosen))
    return [
        {
            "heading": heading,
            "body": _join(sentences),
            "passages": [item.passage.id] if item.passage.id else [],
        }
        for item, heading, sentences in ordered
    ]


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
    return _first_sentences(kept, at_most)


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
        fits = limits.min <= _count_words(heading) <= limits.max and not re.search(r"[$*_`:\\]", heading)
        if fits and stems and all(overlap(stems, other) < 0.6 and not stems <= other for other in taken):
            return heading[:1].upper() + heading[1:]
    return ""


def _first_sentences(sentences: Sequence[Sentence], at_most: int) -> list[Sentence]:
    """The first sentences with at most ``at_most`` words together; always at least one."""
    taken: list[Sentence] = []
    total = 0
    for sentence in sentences:
        if taken and total + sentence.words > at_most:
            break
        taken.append(sentence)
        total += sentence.words
    return taken


def _join(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return ""
    first = without_connective(sentences[0].text) if sentences[0].dangling else sentences[0].text
    return " ".join([first, *(sentence.text for sentence in sentences[1:])])


def choose_subject(prompt: Prompt) -> str:
    """The listed subject that the passages name; if they name none, the one whose words are most frequent."""
    votes: dict[str, float] = {}
    for rank, passage in enumerate(prompt.passages):
        if passage.subject in prompt.subjects:
            votes[passage.subject] = votes.get(passage.subject, 0.0) + 1 / (rank + 1)
    if votes:
        return max(prompt.subjects, key=lambda name: votes.get(name, 0.0))
    texts = [
        prompt.question,
        prompt.answer,
        *(f"{passage.title} {passage.text}" for passage in prompt.passages),
    ]
    counted = [stem(word) for text in texts for word in words(text)]
    return max(prompt.subjects, key=lambda name: sum(counted.count(key) for key in content_stems(name)))


def _count_words(text: str) -> int:
    return len(text.split())
