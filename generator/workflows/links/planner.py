"""Plans the related links of an article: finds the flaws of its links, and chooses better links to replace them.

A link is rated by how similar its target is to the whole article. The links that the earlier generator published are no
better than random ones, so a link stays only if its target is similar. A link that is good but not the best stays,
because readers gain nothing from lists that change with every new article.

A useless link is always removed: its target does not exist (``dead``), is the article itself (``itself``), or has a
link already (``twice``). A poor link is removed only if a better one can replace it:

- ``near-duplicate``: the target asks the same question as the article or as an earlier link;
- ``hidden``: the target, or its whole subject, is hidden from search engines;
- ``unfit``: the target's answer refuses, is cut off, or refers to itself;
- ``unlike``: the target is not one of the ``CONSIDERED`` nearest articles, and its score is less than ``POOR`` times
  the score of the fifth nearest, which is the weakest article that could replace it.

An article with fewer than five links gets more if there are suitable ones, even if no link has a flaw.

After an update, no link has a flaw unless no better link exists. A second update therefore changes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from generator.content.article import MAX_RELATED, RelatedArticle
from generator.content.duplicates.questions import Signature, compare, signature
from generator.content.frontmatter import Related
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.content.slugs import ArticleKey
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.link_ranking import LinkRanking
from generator.store.corpus.rows import ArticleRow, Hit

Flaw = Literal["dead", "itself", "twice", "near-duplicate", "hidden", "unfit", "unlike"]

CONSIDERED = 10
POOR = 0.35
"""Measured on the pairs of the sample that were rated by hand. It calls "unlike" none of the 180 good pairs, 7 % of the
pairs of some use, and 55 % of the useless pairs."""

_ALWAYS_REMOVED: frozenset[Flaw] = frozenset({"dead", "itself", "twice"})


class JudgedLink(NamedTuple):
    """A link of a file, its target if it is indexed, and its flaw if it has one."""

    link: Related
    key: str
    """``subject/slug`` of the target; the address itself if it is not the address of an article."""
    target: ArticleRow | None
    flaw: Flaw | None

    @property
    def signature(self) -> Signature:
        """The signature of the target's question."""
        return signature(self.link.title if self.target is None else self.target.question)


class LinkPlan(NamedTuple):
    """The links that an article should have, old and new. ``dropped`` are the old links that are removed."""

    links: tuple[Related | ArticleRow, ...]
    dropped: tuple[JudgedLink, ...]

    @property
    def added(self) -> tuple[ArticleRow, ...]:
        """The targets of the new links."""
        return tuple(link for link in self.links if isinstance(link, ArticleRow))

    def written(self, site: Site, subjects: SubjectList) -> list[RelatedArticle]:
        """The links as they are written: old ones unchanged, new ones in the form of all commands.

        The old links must be whole (``Document.has_whole_links``).
        """
        return [
            link.article() if isinstance(link, Related) else link.link(site, subjects) for link in self.links
        ]


class LinkPlanner:
    """Rates the links of published articles, and plans better ones.

    Args:
        site: the site of the index.
        is_dead: whether a link to this article is removed because the article does not exist.
    """

    def __init__(self, index: CorpusIndex, site: Site, *, is_dead: Callable[[ArticleKey], bool]) -> None:
        self._index = index
        self._site = site
        self._is_dead = is_dead

    def plan(self, row: ArticleRow, links: Sequence[Related]) -> LinkPlan | None:
        """The links that the article should have, or None if they can stay as they are.

        Good links keep their positions. The best new links replace flawed ones, and fill free positions up to five.
        """
        ranking = self._index.link_ranking(row, limit=CONSIDERED)
        # Without an answer there is no ranking by whole articles.
        nearest = ranking.nearest if ranking else self._index.related_to(row.key, limit=CONSIDERED)
        judged = self._judged(row, links, nearest, ranking)
        planned = tuple(_planned_links(judged, nearest, self._index.link_similarity_limit))
        if planned == tuple(links):
            return None
        return LinkPlan(planned, tuple(item for item in judged if item.link not in planned))

    def _judged(
        self,
        row: ArticleRow,
        links: Sequence[Related],
        nearest: Sequence[Hit],
        ranking: LinkRanking | None,
    ) -> list[JudgedLink]:
        judged: list[JudgedLink] = []
        for link in links:
            address = self._site.key_of_address(link.url)
            target = None if address is None else self._index.get(address)
            item = JudgedLink(link, self._site.target_of(link.url), target, None)
            judged.append(item._replace(flaw=self._flaw(row, address, item, judged)))
        if ranking is None or not nearest:
            return judged
        near = self._near_enough([item for item in judged if item.flaw is None], ranking)
        return [
            item if item.flaw or item.target is None or item.key in near else item._replace(flaw="unlike")
            for item in judged
        ]

    def _flaw(
        self, row: ArticleRow, address: ArticleKey | None, item: JudgedLink, before: Sequence[JudgedLink]
    ) -> Flaw | None:
        """The flaw of a link, apart from ``unlike``."""
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

    def _near_enough(self, items: Sequence[JudgedLink], ranking: LinkRanking) -> frozenset[str]:
        """The keys of the links that are not ``unlike`` the article."""
        own = signature(ranking.row.question)
        too_alike = self._index.link_similarity_limit
        rest = [
            item.target
            for item in items
            if item.target is not None
            and not _among(item, ranking.nearest, too_alike)
            # A question this similar is near enough. It has no score, because it is not offered as a link.
            and compare(item.signature, own) < too_alike
        ]
        keys = frozenset(item.key for item in items)
        if not rest:
            return keys
        floor = POOR * ranking.nearest[:MAX_RELATED][-1].score
        near = self._index.near_enough(ranking, rest, floor=floor)
        return keys - {target.key for target in rest if target.key not in near}


def _among(item: JudgedLink, hits: Sequence[Hit], too_alike: float) -> bool:
    """Whether the hits have the link's target, or an article that asks nearly the same question."""
    return any(
        hit.row.key == item.key or compare(item.signature, signature(hit.row.question)) >= too_alike
        for hit in hits
    )


def _planned_links(
    judged: Sequence[JudgedLink], nearest: Sequence[Hit], too_alike: float
) -> list[Related | ArticleRow]:
    """The links by position, with new links at the positions of old ones that cannot stay."""
    linked = {item.key for item in judged}
    signatures = [item.signature for item in judged if item.flaw is None]
    candidates = [hit.row for hit in nearest if hit.row.key not in linked]

    def next_best() -> ArticleRow | None:
        while candidates:
            row = candidates.pop(0)
            own = signature(row.question)
            if all(compare(own, other) < too_alike for other in signatures):
                signatures.append(own)
                return row
        return None

    links: list[Related | ArticleRow] = []
    for item in judged:
        if item.flaw is None:
            links.append(item.link)
        elif (row := next_best()) is not None:
            links.append(row)
        elif item.flaw not in _ALWAYS_REMOVED:
            links.append(item.link)
    while len(links) < MAX_RELATED and (row := next_best()) is not None:
        links.append(row)
    return links
