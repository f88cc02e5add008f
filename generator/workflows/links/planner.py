"""What an article's related links should be: what is wrong with a link, and better ones in its place.

A link is judged by how near its target is to the whole article. The links published so far do no better than
chance, so a link must earn its place; but one that is merely second best stays: readers gain nothing from lists
that change with every new article.

A link that leads nowhere useful is dropped in any case: its target does not exist (``dead``), is the article itself
(``itself``) or is linked before (``twice``). A poor one is dropped only where a better one can take its place:

- ``near-duplicate``: the target asks the same as the article, or as a link before it;
- ``hidden``: the target is kept from search engines, by itself or with its whole subject;
- ``unfit``: the target's answer refuses, is cut off, or speaks of itself;
- ``unlike``: the target is not among the ``CONSIDERED`` nearest articles, and its score is less than ``POOR`` of
  the fifth nearest's, the weakest that would take its place.

After an update no link has one of these flaws, unless there is no better one, so that a second update changes
nothing.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from generator.content.article import MAX_RELATED
from generator.content.duplicates.questions import Signature, compare, signature
from generator.content.frontmatter import Related
from generator.content.site import Site
from generator.content.slugs import ArticleKey
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import ArticleRow, Hit

Flaw = Literal["dead", "itself", "twice", "near-duplicate", "hidden", "unfit", "unlike"]

CONSIDERED = 10
POOR = 0.35
"""Of the pairs judged by reading in the sample, it finds none of the 180 that a reader would want next unlike, 7 % of
those of some use, and 55 % of those of none."""

_OUTRIGHT: frozenset[Flaw] = frozenset({"dead", "itself", "twice"})
_ALL = 1_000


class JudgedLink(NamedTuple):
    """A link of a file, its target where that is indexed, and what is wrong with it."""

    link: Related
    key: str
    """Of the target; the address itself where that is no article's."""
    target: ArticleRow | None
    flaw: Flaw | None

    @property
    def signature(self) -> Signature:
        """That of its question."""
        return signature(self.link.title if self.target is None else self.target.question)


class LinkPlan(NamedTuple):
    """The links that an article should have, old ones and new; ``dropped`` are those that it loses."""

    links: tuple[Related | ArticleRow, ...]
    dropped: tuple[JudgedLink, ...]

    @property
    def added(self) -> tuple[ArticleRow, ...]:
        """The new ones."""
        return tuple(link for link in self.links if isinstance(link, ArticleRow))


class LinkPlanner:
    """Judges the links of published articles, and plans better ones.

    Args:
        site: whose articles the index holds.
        is_dead: whether a link to this article may be dropped because there is none.
    """

    def __init__(self, index: CorpusIndex, site: Site, *, is_dead: Callable[[ArticleKey], bool]) -> None:
        self._index = index
        self._site = site
        self._is_dead = is_dead

    def plan(self, row: ArticleRow, links: Sequence[Related]) -> LinkPlan | None:
        """What the article's links should be; None where they may stay as they are.

        Links keep their places. A new one takes the place of a flawed one, the best first, and where anything
        changes, free places up to five are filled too.
        """
        nearest = self._index.related_to(row.key, limit=CONSIDERED)
        judged = self._judged(row, links, nearest)
        if judged and not any(item.flaw for item in judged):
            return None
        planned = tuple(_places(judged, nearest, self._index.link_similarity_limit))
        if planned == tuple(links):
            return None
        return LinkPlan(planned, tuple(item for item in judged if item.link not in planned))

    def _judged(self, row: ArticleRow, links: Sequence[Related], nearest: Sequence[Hit]) -> list[JudgedLink]:
        judged: list[JudgedLink] = []
        for link in links:
            address = self._site.key_of_address(link.url)
            target = None if address is None else self._index.get(address)
            item = JudgedLink(link, self._site.target_of(link.url), target, None)
            judged.append(item._replace(flaw=self._flaw(row, address, item, judged)))
        near = self._near_enough(row, [item for item in judged if item.flaw is None], nearest)
        return [
            item if item.flaw or item.target is None or item.key in near else item._replace(flaw="unlike")
            for item in judged
        ]

    def _flaw(
        self, row: ArticleRow, address: ArticleKey | None, item: JudgedLink, before: Sequence[JudgedLink]
    ) -> Flaw | None:
        """What is wrong with a link, apart from its nearness."""
        if item.key == row.key:
            return "itself"
        if any(item.key == other.key for other in before):
            return "twice"
        if item.target is None:
            return "dead" if address is not None and self._is_dead(address) else None
        if self._index.is_never_indexed(item.target):
            return "hidden"
        if not item.target.fit:
            return "unfit"
        signatures = [
            signature(row.question),
            *(other.signature for other in before if other.flaw is None),
        ]
        if any(compare(item.signature, other) >= self._index.similarity for other in signatures):
            return "near-duplicate"
        return None

    def _near_enough(
        self, row: ArticleRow, items: Sequence[JudgedLink], nearest: Sequence[Hit]
    ) -> frozenset[str]:
        """The keys of the links that are not ``unlike`` the article."""
        answer = self._index.answer(row.key)
        own = signature(row.question)
        too_alike = self._index.link_similarity_limit
        rest = [
            item
            for item in items
            if item.target is not None
            and not _among(item, nearest, too_alike)
            # A question this much alike is near, and gets no score because it is not offered as a link.
            and compare(item.signature, own) < too_alike
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
        far = {item.key for item in rest if not _among(item, enough, too_alike)}
        return frozenset(item.key for item in items) - far


def _among(item: JudgedLink, hits: Sequence[Hit], too_alike: float) -> bool:
    """Whether the link's target is among the hits, or an article that asks nearly the same."""
    return any(
        hit.row.key == item.key or compare(item.signature, signature(hit.row.question)) >= too_alike
        for hit in hits
    )


def _places(
    judged: Sequence[JudgedLink], nearest: Sequence[Hit], too_alike: float
) -> list[Related | ArticleRow]:
    """The links place by place, new ones where old ones cannot stay."""
    taken = {item.key for item in judged}
    signatures = [item.signature for item in judged if item.flaw is None]
    new = [hit.row for hit in nearest if hit.row.key not in taken]

    def best() -> ArticleRow | None:
        while new:
            row = new.pop(0)
            own = signature(row.question)
            if all(compare(own, other) < too_alike for other in signatures):
                signatures.append(own)
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
