"""What an article's related links should be: the candidates, what is wrong with a link, and better ones instead.

A link is judged by how near its target is to the whole article. The links published so far do no better than
chance, so a link must earn its place; but one that is merely second best stays: readers gain nothing from lists
that change with every new article.

A link that leads nowhere useful goes in any case: its target does not exist (``dead``), is the article itself
(``itself``) or is linked before (``twice``). A poor one goes only where a better one can stand in its place:

- ``near-duplicate``: the target asks the same as the article, or as a link before it;
- ``hidden``: the target is kept from search engines, by itself or with its whole subject;
- ``unfit``: the target's answer refuses, is cut off, or speaks of itself;
- ``unlike``: the target is not among the ``CONSIDERED`` nearest articles, and its score is less than ``POOR`` of
  the fifth nearest's, the weakest that would stand in its place.

What stands after a renewal has none of these flaws, or one that nothing can mend, so that a second one changes
nothing.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from generator.content.article import MAX_RELATED
from generator.content.duplicates.questions import THRESHOLD, Signature, compare, signature
from generator.content.frontmatter import Related
from generator.content.slugs import ArticleKey, key_from_url
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.relatedness import TOO_ALIKE
from generator.store.corpus.rows import ArticleRow, Hit

Flaw = Literal["dead", "itself", "twice", "near-duplicate", "hidden", "unfit", "unlike"]

CONSIDERED = 10
POOR = 0.35
"""Of the pairs judged by reading in the sample, it finds none of the 180 that a reader would want next unlike, 7 % of
those of some use, and 55 % of those of none."""

_OUTRIGHT: frozenset[Flaw] = frozenset({"dead", "itself", "twice"})
_ALL = 1_000
_SEARCHED = 30


class Asked(NamedTuple):
    """What related articles are wanted for: a published article (with its ``key``), a draft, or a bare question."""

    question: str
    subject: str = ""
    answer: str = ""
    """Markdown with real line breaks."""
    keywords: str = ""
    key: str | None = None


class LeftOut(NamedTuple):
    """An article that was found and may not be linked to, and why."""

    hit: Hit
    reason: str


def candidates(index: CorpusIndex, asked: Asked, *, limit: int = CONSIDERED) -> list[Hit]:
    """The articles that a reader would want next, best first; their scores compare within the list only."""
    return index.related(
        asked.question,
        asked.subject,
        answer=asked.answer,
        keywords=asked.keywords,
        limit=limit,
        exclude=_own(asked),
    )


def left_out(index: CorpusIndex, asked: Asked, chosen: Sequence[Hit]) -> list[LeftOut]:
    """Those among the nearest questions that may not be linked to beside the chosen ones."""
    found: list[LeftOut] = []
    keys = {hit.row.key for hit in chosen}
    for hit in index.search(asked.question, limit=_SEARCHED, exclude=_own(asked)):
        if hit.row.key not in keys and (reason := _bar(index, hit, chosen)) is not None:
            found.append(LeftOut(hit, reason))
    return found


def _own(asked: Asked) -> tuple[str, ...]:
    return () if asked.key is None else (asked.key,)


def _bar(index: CorpusIndex, hit: Hit, chosen: Sequence[Hit]) -> str | None:
    """Why the article may not be linked to; None where it is only less near."""
    row = hit.row
    if row.no_index:
        return "hidden from search engines"
    if index.never_indexed(row):
        return "hidden from search engines: the site does not list its subject"
    if not row.fit:
        return "its answer is unfit to be shown: refused, cut off, too short, or speaking of itself"
    if row.id is None:
        return "it has no id"
    if hit.similarity >= TOO_ALIKE:
        return f"asks nearly the same ({hit.similarity:.2f})"
    mark = signature(row.question)
    twin = next(
        (other for other in chosen if compare(mark, signature(other.row.question)) >= TOO_ALIKE), None
    )
    return None if twin is None else f"asks nearly the same as {twin.row.key}"


class Judged(NamedTuple):
    """A link of a file, its target where that is indexed, and what is wrong with it."""

    link: Related
    key: str
    """Of the target; the address itself where that is no article's."""
    target: ArticleRow | None
    flaw: Flaw | None

    @property
    def mark(self) -> Signature:
        """What it asks."""
        return signature(self.link.title if self.target is None else self.target.question)


class Renewal(NamedTuple):
    """The links that an article should have, old ones and new; ``dropped`` are those that it loses."""

    links: tuple[Related | ArticleRow, ...]
    dropped: tuple[Judged, ...]

    @property
    def added(self) -> tuple[ArticleRow, ...]:
        """The new ones."""
        return tuple(link for link in self.links if isinstance(link, ArticleRow))


class Relating:
    """Judges and renews the links of published articles.

    Args:
        is_dead: whether a link to this article may be dropped because there is none.
    """

    def __init__(self, index: CorpusIndex, *, is_dead: Callable[[ArticleKey], bool]) -> None:
        self._index = index
        self._is_dead = is_dead

    def renewed(self, row: ArticleRow, links: Sequence[Related]) -> Renewal | None:
        """What the article's links should be; None where they may stay as they are.

        Links keep their places. A new one takes the place of a flawed one, the best first, and where anything
        changes, free places up to five are filled too.
        """
        nearest = self._index.related_to(row.key, limit=CONSIDERED)
        judged = self._judged(row, links, nearest)
        if judged and not any(item.flaw for item in judged):
            return None
        renewed = tuple(_places(judged, nearest))
        if renewed == tuple(links):
            return None
        return Renewal(renewed, tuple(item for item in judged if item.link not in renewed))

    def _judged(self, row: ArticleRow, links: Sequence[Related], nearest: Sequence[Hit]) -> list[Judged]:
        judged: list[Judged] = []
        for link in links:
            address = key_from_url(link.url)
            target = None if address is None else self._index.get(address)
            item = Judged(link, str(address or link.url), target, None)
            judged.append(item._replace(flaw=self._flaw(row, address, item, judged)))
        near = self._as_near_as_needed(row, [item for item in judged if item.flaw is None], nearest)
        return [
            item if item.flaw or item.target is None or item.key in near else item._replace(flaw="unlike")
            for item in judged
        ]

    def _flaw(
        self, row: ArticleRow, address: ArticleKey | None, item: Judged, before: Sequence[Judged]
    ) -> Flaw | None:
        """What is wrong with a link, its nearness left aside."""
        if item.key == row.key:
            return "itself"
        if any(item.key == other.key for other in before):
            return "twice"
        if item.target is None:
            return "dead" if address is not None and self._is_dead(address) else None
        if self._index.never_indexed(item.target):
            return "hidden"
        if not item.target.fit:
            return "unfit"
        marks = [signature(row.question), *(other.mark for other in before if other.flaw is None)]
        if any(compare(item.mark, mark) >= THRESHOLD for mark in marks):
            return "near-duplicate"
        return None

    def _as_near_as_needed(
        self, row: ArticleRow, items: Sequence[Judged], nearest: Sequence[Hit]
    ) -> frozenset[str]:
        """Which of the links are not ``unlike`` the article."""
        answer = self._index.answer(row.key)
        own = signature(row.question)
        rest = [
            item
            for item in items
            if item.target is not None
            and not _among(item, nearest)
            # A question this much alike is near, and gets no score because it is not offered as a link.
            and compare(item.mark, own) < TOO_ALIKE
        ]
        if not rest or not nearest or not answer:
            return frozenset(item.key for item in items)
        floor = POOR * nearest[:MAX_RELATED][-1].score
        # What is excluded makes room for all others, so that each of them gets its own score.
        found = self._index.related(
            row.question,
            row.subject_slug,
            answer=answer,
            keywords=row.keywords,
            others=[(item.target, self._index.answer(item.key) or "") for item in rest if item.target],
            limit=_ALL,
            exclude=(row.key, *(hit.row.key for hit in nearest)),
        )
        enough = [hit for hit in found if hit.score >= floor]
        far = {item.key for item in rest if not _among(item, enough)}
        return frozenset(item.key for item in items) - far


def _among(item: Judged, hits: Sequence[Hit]) -> bool:
    """Whether the link's target, or one that asks nearly the same and was taken for it, is among the hits."""
    return any(
        hit.row.key == item.key or compare(item.mark, signature(hit.row.question)) >= TOO_ALIKE
        for hit in hits
    )


def _places(judged: Sequence[Judged], nearest: Sequence[Hit]) -> list[Related | ArticleRow]:
    """The links place by place, new ones where old ones cannot stay."""
    taken = {item.key for item in judged}
    marks = [item.mark for item in judged if item.flaw is None]
    new = [hit.row for hit in nearest if hit.row.key not in taken]

    def best() -> ArticleRow | None:
        while new:
            row = new.pop(0)
            mark = signature(row.question)
            if all(compare(mark, other) < TOO_ALIKE for other in marks):
                marks.append(mark)
                return row
        return None

    places: list[Related | ArticleRow] = []
    for item in judged:
        if item.flaw is None:
            places.append(item.link)
        elif (row := best()) is not None:
            places.append(row)
        elif item.flaw not in _OUTRIGHT:
            places.append(item.link)
    while len(places) < MAX_RELATED and (row := best()) is not None:
        places.append(row)
    return places
