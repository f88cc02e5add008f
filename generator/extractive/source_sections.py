"""Finds in the sections of the team's sources what answers a question, and divides it into parts for an article."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from generator.content.markdown.sections import PATH_SEPARATOR
from generator.extractive.passages import Block, Sentence, blocks
from generator.extractive.prompt_reader import QuotedPassage
from generator.extractive.relevance import Asked, title_names_topic
from generator.extractive.terms import content_stems, union

# An article made of a section has about so many parts: introduction, points, conclusion.
_PARTS = 7
_FEWEST_PART_WORDS = 20
MOST_PART_WORDS = 60
_LEAST_SHARE = 0.5
_HEADING = re.compile(r"\*\*(.+?)\*\*: ")


@dataclass(frozen=True, slots=True)
class Section:
    """A source passage as a section of its document.

    Args:
        titles: of the sections that contain it and its own, from the outermost.
        blocks: its paragraphs and points.
        is_about_topic: whether it has the question's topic as its own: by one of its titles, else by its first sentence.
    """

    passage: QuotedPassage
    titles: tuple[str, ...]
    blocks: tuple[Block, ...]
    is_about_topic: bool = False

    @property
    def heading(self) -> str:
        """Its titles as one text."""
        return " ".join(self.titles)

    @property
    def text(self) -> str:
        """Its titles and sentences."""
        return " ".join((self.heading, *(block.text for block in self.blocks)))


@dataclass(frozen=True, slots=True)
class SourceFindings:
    """What sources say about a question.

    Args:
        answers: the sections that answer it, each only with the blocks about it.
        neighbours: other sections of the same documents, with the blocks that are about most of the question's topic.
    """

    answers: tuple[Section, ...]
    neighbours: tuple[Section, ...]

    @property
    def words(self) -> int:
        """How many words answer the question."""
        return sum(count_words(section.blocks) for section in self.answers)


def count_words(parts: Sequence[Block]) -> int:
    """How many words the sentences of blocks have."""
    return sum(sentence.words for block in parts for sentence in block.sentences)


def read_section(passage: QuotedPassage) -> Section:
    """The section that a source passage quotes; its bold opening has the titles."""
    heading = _HEADING.match(passage.text)
    titles = tuple(heading[1].split(PATH_SEPARATOR)) if heading else ()
    body = passage.text[heading.end() :] if heading else passage.text
    return Section(passage, titles, blocks(body))


def search_sources(passages: Sequence[QuotedPassage], goal: Asked) -> SourceFindings:
    """What the sources among the passages say about a question."""
    sections = [read_section(passage) for passage in passages if passage.kind == "source"]
    found = {id(section): _answering(section, goal) for section in sections}
    documents = {each.passage.title for each in found.values() if each.is_about_topic}
    near = [section for section in sections if section.passage.title in documents]
    answers = [found[id(section)] for section in near if found[id(section)].blocks]
    others = [_supporting(section, goal) for section in near if not found[id(section)].blocks]
    return SourceFindings(tuple(answers), tuple(section for section in others if section.blocks))


def _answering(section: Section, goal: Asked) -> Section:
    """The section with the blocks that answer the question; without blocks if it does not answer it."""
    title, text = section.passage.title, section.text
    own = replace(goal, topic=goal.missing(title) - goal.numbers or goal.topic)
    opening = section.blocks[0].sentences[0].text if section.blocks else ""
    if (
        not section.blocks
        or goal.missing(title, text)
        or own.share(section.heading, opening) < _LEAST_SHARE
        or not goal.is_treated_by(f"{title} {text}")
    ):
        return replace(section, blocks=())
    about = (
        any(title_names_topic(goal, each) for each in section.titles or (title,))
        or not section.titles
        and not title.endswith("?")
        and not goal.missing(opening)
    )
    if own.share(section.heading) >= _LEAST_SHARE:
        return replace(section, is_about_topic=about)
    kept: list[Block] = []
    for block in section.blocks:
        continues = bool(kept) and kept[-1].position == block.position - 1 and block.sentences[0].dangling
        if continues or own.share(block.heading, block.text) >= _LEAST_SHARE:
            kept.append(block)
    return replace(section, blocks=tuple(kept), is_about_topic=about)


def _supporting(section: Section, goal: Asked) -> Section:
    """The section with the blocks that name more than half of the question's topic, its document's title included."""
    title, heading = section.passage.title, section.heading
    return replace(
        section,
        blocks=tuple(
            block
            for block in section.blocks
            if goal.share(heading, block.heading, block.text) > 0
            and goal.share(title, heading, block.heading, block.text) > _LEAST_SHARE
        ),
    )


def divided(section: Section, part_words: int, has_heading: Callable[[str], bool]) -> tuple[Block, ...]:
    """The blocks of a section, with long paragraphs divided into parts that begin with a sentence of their own.

    The first block without a heading gets that of the section. It is a lead if the section is about the topic.

    Args:
        part_words: about the words of a part.
        has_heading: whether a heading can be made for a text; what has none stays with the part before it.
    """
    found: list[Block] = []
    for block in section.blocks:
        pieces = [block.sentences] if block.role == "point" else _pieces(block.sentences, part_words)
        for number, piece in enumerate(pieces):
            heading = block.heading if number == 0 else ""
            if not found and not heading and section.titles:
                heading = section.titles[-1]
            if found and not heading and not has_heading(" ".join(sentence.text for sentence in piece)):
                piece, last = (*found[-1].sentences, *piece), found.pop()
                heading = last.heading
            role = block.role if len(pieces) == 1 else "loose"
            if section.is_about_topic and not found:
                role = "lead"
            stems = union(sentence.stems for sentence in piece) | content_stems(heading)
            found.append(Block(role, heading, piece, stems, len(found)))
    return tuple(found)


def part_words(words: int) -> int:
    """About the words of each part, for an article made of so many words."""
    return min(max(words // _PARTS, _FEWEST_PART_WORDS), MOST_PART_WORDS)


def _pieces(sentences: Sequence[Sentence], at_least: int) -> list[tuple[Sentence, ...]]:
    """The sentences in order, in pieces of at least so many words; a shorter rest belongs to the last piece."""
    pieces: list[list[Sentence]] = []
    for sentence in sentences:
        full = bool(pieces) and sum(each.words for each in pieces[-1]) >= at_least
        if not pieces or (full and not sentence.dangling):
            pieces.append([])
        pieces[-1].append(sentence)
    if len(pieces) > 1 and sum(each.words for each in pieces[-1]) < at_least // 2:
        rest = pieces.pop()
        pieces[-1] += rest
    return [tuple(piece) for piece in pieces]
