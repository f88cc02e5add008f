"""Collects the blocks of a prompt's passages that answer its question, with their relevance, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.extractive.passages import Block, blocks
from generator.extractive.points import DraftGoal, ScoredBlock
from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.relevance import article_treats_topic, block_answers, title_asks_the_same
from generator.extractive.search_fields.keywords import title_phrase
from generator.extractive.source_sections import (
    MOST_PART_WORDS,
    Section,
    divided,
    part_words,
    search_sources,
)
from generator.extractive.terms import content_stems, coverage

_KIND_BONUS = {"source": 0.1}
# Blocks of other sections come after those that answer, and only fill an article up.
_NEIGHBOUR_SHARE = 0.7
# The sections that answer have at least this share of the fewest words of an article, or neighbours do not fill it up.
_LEAST_OWN_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Material:
    """What a draft may quote.

    Args:
        answers: the blocks that answer the question.
        neighbours: blocks for more points: of the same documents, unless too little of them answers, and single blocks
            of other articles.
        source_words: how many words of the sources answer the question.
    """

    answers: list[ScoredBlock]
    neighbours: list[ScoredBlock]
    source_words: int


def collect(passages: Sequence[QuotedPassage], goal: DraftGoal) -> Material:
    """The material of passages for a draft."""
    found = search_sources(passages, goal.asked)
    fewest = goal.limits.answer.words.min
    neighbours = found.neighbours if found.words >= _LEAST_OWN_SHARE * fewest else ()
    size = part_words(found.words)
    ranks = {id(passage): rank for rank, passage in enumerate(passages)}
    from_articles, other_blocks = _article_blocks(passages, goal)
    answers = [*_source_blocks(found.answers, goal, size, ranks), *from_articles]
    more = [*_source_blocks(neighbours, goal, MOST_PART_WORDS, ranks), *other_blocks]
    return Material(
        sorted(answers, key=lambda item: item.order),
        [replace(item, score=_NEIGHBOUR_SHARE * item.score) for item in more],
        found.words,
    )


def _source_blocks(
    sections: Sequence[Section], goal: DraftGoal, size: int, ranks: dict[int, int]
) -> Iterator[ScoredBlock]:
    def has_heading(text: str) -> bool:
        return bool(title_phrase(text, frozenset(goal.weights), dict(goal.weights)))

    for section in sections:
        prior = _prior(section.passage, goal)
        heading = content_stems(section.heading)
        for part in divided(section, size, has_heading):
            score = 0.6 * prior + 0.4 * coverage(goal.weights, part.stems | heading)
            yield ScoredBlock(part, section.passage, score, (ranks[id(section.passage)], part.position))


def _article_blocks(
    passages: Sequence[QuotedPassage], goal: DraftGoal
) -> tuple[list[ScoredBlock], list[ScoredBlock]]:
    """The blocks of the articles that answer the question, and the blocks of other articles that answer it."""
    asked = goal.asked
    articles = [(rank, each) for rank, each in enumerate(passages) if each.kind != "source"]
    whole = [
        (rank, each)
        for rank, each in articles
        if title_asks_the_same(asked, each.title)
        and (parts := blocks(each.text))
        and article_treats_topic(asked, each.title, parts)
    ]
    answers = [item for rank, each in whole for item in _scored(rank, each, blocks(each.text), goal)]
    if not answers:
        return [], []
    others = [
        item
        for rank, each in articles
        if (rank, each) not in whole
        for item in _scored(
            rank, each, [part for part in blocks(each.text) if block_answers(asked, part)], goal
        )
        if item.block.role != "closing"
    ]
    return answers, others


def _scored(
    rank: int, passage: QuotedPassage, parts: Sequence[Block], goal: DraftGoal
) -> Iterator[ScoredBlock]:
    if parts:
        prior = _prior(passage, goal)
        for part in parts:
            score = 0.6 * prior + 0.4 * coverage(goal.weights, part.stems)
            yield ScoredBlock(part, passage, score, (rank, part.position))


def _prior(passage: QuotedPassage, goal: DraftGoal) -> float:
    title = content_stems(passage.title)
    about = coverage(goal.weights, title | _text_stems(passage.text))
    return 0.5 * coverage(goal.weights, title) + 0.5 * about + _KIND_BONUS.get(passage.kind, 0.0)


@lru_cache(maxsize=1024)
def _text_stems(text: str) -> frozenset[str]:
    return content_stems(text)
