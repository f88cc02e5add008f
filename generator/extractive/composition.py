"""Composes a draft: introduction, points, conclusion, description and keywords, out of quoted sentences alone.

Points are blocks of a passage with the heading that they have there. They are chosen by relevance to the
question, and so that no two say the same. Where the passages say too little about the question, the
reply is that they do not answer it.
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
    contained,
    content_stems,
    coverage,
    overlap,
    question_weights,
    stem,
    words,
)

NO_ANSWER = "the passages do not answer this question"

_PASSAGE_COVERAGE = 0.7
_LEAD_COVERAGE = 0.5
_FULL_COVERAGE = 0.85
_PRIOR = 0.6
_SAME_SENTENCE = 0.7
_KIND_BONUS = {"source": 0.1}
_GENERIC_HEADING = re.compile(
    r"^(?:introduction|overview|definitions?|conclusion|summary|examples?|steps?(?: \d+)?|background|context|key points?"
    r"|description|explanation|notes?|(?:part|section|chapter|figure|table|example|criterion) [\da-z]+|implications?|others?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftGoal:
    """What a draft is to answer: the question, the weights of its stems, and the limits."""

    question: str
    weights: Mapping[str, float]
    limits: Limits


@dataclass(frozen=True, slots=True)
class PointRules:
    """How points are chosen: how many, how long (words), from what share of the best score on, how alike."""

    points: int
    point_words: int
    floor: float
    alike: float


_STRICT = PointRules(points=6, point_words=70, floor=0.6, alike=0.42)
_GENEROUS = PointRules(points=8, point_words=120, floor=0.4, alike=0.55)


@dataclass(frozen=True, slots=True)
class ScoredBlock:
    """A block with its passage, its relevance, and its place among all blocks."""

    block: Block
    passage: QuotedPassage
    score: float
    order: tuple[int, int]


@dataclass(slots=True)
class UsedSentences:
    """The sentences taken so far, so that nothing is said twice."""

    stems: list[frozenset[str]] = field(default_factory=list)

    def fresh(self, sentence: Sentence) -> bool:
        return all(contained(sentence.stems, other) < _SAME_SENTENCE for other in self.stems)

    def take(self, sentences: Sequence[Sentence]) -> None:
        self.stems.extend(sentence.stems for sentence in sentences)


def compose_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to an ``article_draft`` request."""
    aim = aim_of(prompt, limits)
    material = relevant_blocks(prompt.passages, aim)
    draft = _compose(material, aim, _STRICT) or _compose(material, aim, _GENEROUS)
    if draft is None:
        return empty_draft(prompt, NO_ANSWER)
    if prompt.subjects:
        draft["subject"] = choose_subject(prompt)
    return draft


def empty_draft(prompt: Prompt, reason: str) -> dict[str, Any]:
    """A draft that declines."""
    declined: dict[str, Any] = {
        "cannot_answer": reason,
        "introduction": "",
        "points": [],
        "conclusion": "",
        "page_description": "",
        "page_keywords": [],
    }
    if prompt.subjects:
        declined["subject"] = choose_subject(prompt)
    return declined


def aim_of(prompt: Prompt, limits: Limits) -> DraftGoal:
    """What a prompt wants. A reviewer's comment adds its words to the question's, at little weight."""
    weights = question_weights(prompt.question)
    for key, weight in question_weights(prompt.comment).items():
        weights.setdefault(key, 0.1 * weight)
    return DraftGoal(prompt.question, weights, limits)


def draft_passages(prompt: Prompt) -> tuple[QuotedPassage, ...]:
    """The draft that a prompt carries, as one more passage to quote from."""
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


def relevant_blocks(passages: Sequence[QuotedPassage], aim: DraftGoal) -> list[ScoredBlock]:
    """All blocks of the passages that are about the question, in the order of the passages."""
    found: list[ScoredBlock] = []
    for rank, passage in enumerate(passages):
        title = content_stems(passage.title)
        about = coverage(aim.weights, title | _text_stems(passage.text))
        if about < _PASSAGE_COVERAGE:
            continue
        parts = blocks(passage.text)
        if not parts or coverage(aim.weights, title | parts[0].stems) < _LEAD_COVERAGE:
            continue
        prior = 0.5 * coverage(aim.weights, title) + 0.5 * about + _KIND_BONUS.get(passage.kind, 0.0)
        if prior < _PRIOR and about < _FULL_COVERAGE:
            continue
        for part in parts:
            score = 0.6 * prior + 0.4 * coverage(aim.weights, part.stems)
            found.append(ScoredBlock(part, passage, score, (rank, part.position)))
    return found


@lru_cache(maxsize=1024)
def _text_stems(text: str) -> frozenset[str]:
    return content_stems(text)


def _compose(material: list[ScoredBlock], aim: DraftGoal, rules: PointRules) -> dict[str, Any] | None:
    used = UsedSentences()
    introduction = introduce(material, aim, used)
    if not introduction:
        return None
    limits = aim.limits.answer
    room = limits.target_words.max - _count(introduction) - limits.conclusion_words.min
    points = choose_points(material, aim, used, room, rules)
    supporting = [passage for point in points for passage in point["passages"]]
    closing = conclude(material, aim, used, supporting)
    total = sum(_count(point["body"]) + _count(point["heading"]) for point in points)
    total += _count(introduction) + _count(closing)
    if not closing or len(points) < limits.points.min or total < limits.words.min:
        return None
    texts = [introduction, *(point["body"] for point in points), closing]
    headings = [point["heading"] for point in points]
    return {
        "cannot_answer": None,
        "introduction": introduction,
        "points": points,
        "conclusion": closing,
        "page_description": description(aim.question, quotable(" ".join(texts), material), aim.limits.seo),
        "page_keywords": keywords(aim.question, texts, headings, aim.limits.seo),
    }


def quotable(text: str, material: Sequence[ScoredBlock]) -> list[Sentence]:
    """The sentences of the material that a text contains, in its order."""
    found = {sentence.text: sentence for item in material for sentence in item.block.sentences}
    return sorted((s for s in found.values() if s.text in text), key=lambda s: text.index(s.text))


def introduce(material: Sequence[ScoredBlock], aim: DraftGoal, used: UsedSentences) -> str:
    """Sentences of the best lead paragraph that can open an article, or of any block where no lead fits."""
    span = aim.limits.answer.introduction_words
    leads = [item for item in material if item.block.role == "lead"]
    others = [item for item in material if item.block.role in {"loose", "point"}]
    for pool in (leads, others):
        best: tuple[float, list[Sentence]] | None = None
        for item in pool:
            taken = _opening(item.block, aim, span.min, min(span.max, 60))
            if not taken:
                continue
            stems = content_stems(" ".join(sentence.text for sentence in taken))
            score = item.score + 0.5 * coverage(aim.weights, stems)
            if best is None or score > best[0]:
                best = score, taken
        if best:
            used.take(best[1])
            return _joined(best[1])
    return ""


def _opening(block: Block, aim: DraftGoal, at_least: int, at_most: int) -> list[Sentence]:
    for start, first in enumerate(block.sentences):
        if first.dangling or first.text.endswith(("?", "!")):
            continue
        if first.words > at_most or coverage(aim.weights, first.stems) < 0.3:
            continue
        taken = _run(block.sentences[start:], at_most)
        if sum(sentence.words for sentence in taken) >= at_least:
            return taken
    return []


def conclude(
    material: Sequence[ScoredBlock], aim: DraftGoal, used: UsedSentences, supporting: Sequence[str] = ()
) -> str:
    """The closing paragraph most about the question, from a passage that the points rest on if possible."""
    span = aim.limits.answer.conclusion_words

    def rank(item: ScoredBlock) -> float:
        return -item.score - 0.1 * supporting.count(item.passage.id)

    closings = sorted((item for item in material if item.block.role == "closing"), key=rank)
    loose = sorted((item for item in material if item.block.role == "loose"), key=rank)
    spare = sorted((item for item in material if item.block.role in {"lead", "point"}), key=rank)
    for item in (*closings, *loose, *spare):
        kept = [s for s in item.block.sentences if used.fresh(s)]
        if item.block.role != "closing":
            while kept and kept[0].dangling:
                kept = kept[1:]
        taken = _run(kept, min(span.max, 70))
        if sum(sentence.words for sentence in taken) >= span.min:
            used.take(taken)
            return _joined(taken)
    return ""


def choose_points(
    material: Sequence[ScoredBlock],
    aim: DraftGoal,
    used: UsedSentences,
    room: int,
    rules: PointRules = _STRICT,
) -> list[dict[str, Any]]:
    """Up to the wanted number of points within ``room`` words, none like another, grouped by passage."""
    limits = aim.limits.answer
    chosen: list[tuple[ScoredBlock, str, list[Sentence]]] = []
    headings: list[frozenset[str]] = [content_stems(aim.question)]
    ranked = sorted(
        (item for item in material if item.block.role in {"point", "loose"}), key=lambda item: -item.score
    )
    floor = rules.floor * ranked[0].score if ranked else 0.0
    for item in ranked:
        if len(chosen) == min(rules.points, limits.points.max) or item.score < floor:
            break
        if any(overlap(item.block.stems, other.block.stems) > rules.alike for other, _, _ in chosen):
            continue
        sentences = _body(item, used, min(rules.point_words, limits.point_words.max))
        count = sum(sentence.words for sentence in sentences)
        if count < limits.point_words.min or (count > room and len(chosen) >= limits.points.min):
            continue
        heading = _heading(item, sentences, aim, headings)
        if not heading:
            continue
        room -= count + _count(heading)
        headings.append(content_stems(heading))
        used.take(sentences)
        chosen.append((item, heading, sentences))
    ordered = sorted(chosen, key=lambda entry: _reading_order(entry[0], chosen))
    return [
        {
            "heading": heading,
            "body": _joined(sentences),
            "passages": [item.passage.id] if item.passage.id else [],
        }
        for item, heading, sentences in ordered
    ]


def _reading_order(
    item: ScoredBlock, chosen: Sequence[tuple[ScoredBlock, str, list[Sentence]]]
) -> tuple[float, int, int]:
    """Passages by their best point, points in the order of their passage."""
    best = max(other.score for other, _, _ in chosen if other.passage is item.passage)
    return (-best, *item.order)


def _body(item: ScoredBlock, used: UsedSentences, at_most: int) -> list[Sentence]:
    """Sentences of a block from its start, without those said before; a gap ends before a dangling sentence."""
    sentences = item.block.sentences
    headed = bool(item.block.heading)
    kept: list[Sentence] = []
    gap = not headed
    for sentence in sentences:
        unfit = sentence.text.endswith("?") or SUMMARY_OPENING.match(sentence.text)
        if unfit or not used.fresh(sentence):
            gap = True
            continue
        if gap and sentence.dangling:
            continue
        kept.append(sentence)
        gap = False
    return _run(kept, at_most)


def _heading(
    item: ScoredBlock, sentences: Sequence[Sentence], aim: DraftGoal, taken: Sequence[frozenset[str]]
) -> str:
    """The block's own heading, else its key phrase; empty where it would repeat another one."""
    limits = aim.limits.answer.heading_words
    own = item.block.heading.strip()
    asked = frozenset(aim.weights)
    candidates = [own] if own and not _GENERIC_HEADING.match(own) else []
    text = " ".join(sentence.text for sentence in sentences[:2])
    candidates.append(title_phrase(text, asked, dict(aim.weights)))
    for heading in candidates:
        stems = content_stems(heading)
        fits = limits.min <= _count(heading) <= limits.max and not re.search(r"[$*_`:\\]", heading)
        if fits and stems and all(overlap(stems, other) < 0.6 and not stems <= other for other in taken):
            return heading[:1].upper() + heading[1:]
    return ""


def _run(sentences: Sequence[Sentence], at_most: int) -> list[Sentence]:
    """The first sentences that fit into ``at_most`` words together; the first one always."""
    taken: list[Sentence] = []
    total = 0
    for sentence in sentences:
        if taken and total + sentence.words > at_most:
            break
        taken.append(sentence)
        total += sentence.words
    return taken


def _joined(sentences: Sequence[Sentence]) -> str:
    if not sentences:
        return ""
    first = without_connective(sentences[0].text) if sentences[0].dangling else sentences[0].text
    return " ".join([first, *(sentence.text for sentence in sentences[1:])])


def choose_subject(prompt: Prompt) -> str:
    """The listed subject that the passages name, else the one whose name the texts use most."""
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


def _count(text: str) -> int:
    return len(text.split())
