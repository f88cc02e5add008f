"""Composes a draft of quoted sentences: introduction, points, conclusion, description and keywords.

Points are blocks of a passage with their heading there. They are chosen by relevance to the question, and no two say
the same. If the passages say too little about the question, the draft says that they do not answer it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generator.content.display import plural
from generator.content.limits import Limits
from generator.extractive.material import Material, collect
from generator.extractive.passages import SUMMARY_OPENING, Sentence
from generator.extractive.points import (
    GENEROUS,
    STRICT,
    DraftGoal,
    PointRules,
    ScoredBlock,
    UsedSentences,
    choose_points,
    count_words,
    first_sentences,
    join_sentences,
)
from generator.extractive.prompt_reader import Prompt, QuotedPassage
from generator.extractive.relevance import asked
from generator.extractive.search_fields.descriptions import EMPTY_PHRASE, description
from generator.extractive.search_fields.keywords import keywords
from generator.extractive.terms import content_stems, coverage, question_weights, stem, words

NO_ANSWER = "the passages do not answer this question"

# The share of the question's topic that the first sentence of an introduction must name.
_LEAST_OPENING_SHARE = 0.5
_EMPTY_PENALTY = 0.3
# "By using these strategies, ..." is no opening.
_REFERS_BACK = re.compile(r"(?:\w+\W+){0,4}(?:these|those|this|such)\b(?! as\b)", re.IGNORECASE)


def compose_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to an ``article_draft`` request."""
    goal = draft_goal(prompt, limits)
    material = collect(prompt.passages, goal)
    draft = _compose(material.answers, goal, STRICT) or _compose(material.answers, goal, GENEROUS)
    if draft is None and material.neighbours:
        draft = _compose(material.answers, goal, GENEROUS, material.neighbours)
    if draft is None:
        return empty_draft(prompt, _why_declined(material, limits))
    if prompt.subjects:
        draft["subject"] = choose_subject(prompt)
    return draft


def _why_declined(material: Material, limits: Limits) -> str:
    count = material.source_words
    if not count:
        return NO_ANSWER
    if count < limits.answer.words.min:
        return f"the sources answer in {plural(count, 'word')} only"
    return (
        f"the sources answer in {plural(count, 'word')}, which do not make {limits.answer.points.min} points"
    )


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
    return DraftGoal(prompt.question, asked(prompt.question, prompt.passages), weights, limits)


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


def _compose(
    material: Sequence[ScoredBlock],
    goal: DraftGoal,
    rules: PointRules,
    neighbours: Sequence[ScoredBlock] = (),
) -> dict[str, Any] | None:
    """A draft within the limits; None if the material does not make one.

    Args:
        neighbours: blocks for more points and the conclusion.
    """
    used = UsedSentences()
    introduction = compose_introduction(material, goal, used)
    if not introduction:
        return None
    limits = goal.limits.answer
    everything = [*material, *neighbours]
    has_closing = any(item.block.role == "closing" for item in everything)
    closing = "" if has_closing else _last_paragraph(everything, goal, used)
    room = limits.target_words.max - count_words(introduction) - limits.conclusion_words.min
    points = choose_points(everything, goal, used, room, rules)
    supporting = [passage for point in points for passage in point["passages"]]
    closing = closing or compose_conclusion(everything, goal, used, supporting)
    total = sum(count_words(point["body"]) + count_words(point["heading"]) for point in points)
    total += count_words(introduction) + count_words(closing)
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
            goal.question, quoted_sentences(" ".join(texts), everything), goal.limits.seo
        ),
        "page_keywords": keywords(goal.question, texts, headings, goal.limits.seo),
    }


def quoted_sentences(text: str, material: Sequence[ScoredBlock]) -> list[Sentence]:
    """The sentences of the material that a text contains, in the order of the text."""
    found = {sentence.text: sentence for item in material for sentence in item.block.sentences}
    return sorted((s for s in found.values() if s.text in text), key=lambda s: text.index(s.text))


def compose_introduction(material: Sequence[ScoredBlock], goal: DraftGoal, used: UsedSentences) -> str:
    """Compose the introduction of the best lead paragraph, else of a source's part or a closing paragraph.

    Returns:
        Empty if no block fits. The sentences used are added to ``used``.
    """
    span = goal.limits.answer.introduction_words
    leads = [item for item in material if item.block.role == "lead"]
    closings = [item for item in material if item.block.role == "closing"]
    sources = [item for item in material if item.passage.kind == "source"]
    # A sentence from inside an article opens another one only if it names a topic of several words whole.
    inside = [item for item in material if len(goal.asked.topic) > 2 and _names_topic(item, goal)]
    for pool in (leads, sources, closings, inside):
        best: tuple[float, list[Sentence]] | None = None
        for item in pool:
            taken = _opening_sentences(item, goal, span.min, min(span.max, 60))
            if not taken:
                continue
            stems = content_stems(" ".join(sentence.text for sentence in taken))
            penalty = _EMPTY_PENALTY if EMPTY_PHRASE.search(taken[0].text) else 0.0
            named = goal.asked.share(taken[0].text)
            score = item.score + 2 * named + 0.5 * coverage(goal.weights, stems) - penalty
            if best is None or score > best[0]:
                best = score, taken
        if best:
            used.add(best[1])
            return join_sentences(best[1])
    return ""


def _opening_sentences(item: ScoredBlock, goal: DraftGoal, at_least: int, at_most: int) -> list[Sentence]:
    """Sentences of a block that open an answer: the first one names most of the topic by itself."""
    from_source = item.passage.kind == "source"
    known = f"{item.passage.title} {item.block.heading}" if from_source else ""
    for start, sentence in enumerate(item.block.sentences):
        text = SUMMARY_OPENING.sub("", sentence.text)
        if (sentence.dangling and text == sentence.text) or _REFERS_BACK.match(text) or text[-1] in "?!":
            continue
        if (
            sentence.words > at_most
            or goal.asked.share(known, text) < _LEAST_OPENING_SHARE
            or not goal.asked.share(text)
        ):
            continue
        first = replace(sentence, text=text[:1].upper() + text[1:])
        taken = first_sentences([first, *item.block.sentences[start + 1 :]], at_most)
        if sum(each.words for each in taken) >= at_least:
            return taken
    return []


def _names_topic(item: ScoredBlock, goal: DraftGoal) -> bool:
    return not goal.asked.missing(item.block.sentences[0].text)


def _last_paragraph(material: Sequence[ScoredBlock], goal: DraftGoal, used: UsedSentences) -> str:
    """The last paragraph of the material that may stand alone, for a text without a closing one; empty if none may."""
    span = goal.limits.answer.conclusion_words
    for item in reversed([item for item in material if item.block.role == "loose"]):
        taken = first_sentences([s for s in item.block.sentences if used.is_new(s)], span.max)
        if taken and not taken[0].dangling and sum(sentence.words for sentence in taken) >= span.min:
            used.add(taken)
            return join_sentences(taken)
    return ""


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
        taken = first_sentences(kept, min(span.max, 70))
        if sum(sentence.words for sentence in taken) >= span.min:
            used.add(taken)
            return join_sentences(taken)
    return ""


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
