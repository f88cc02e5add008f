"""The page of duplicates: the clusters of pages that one page would serve, and the decisions on them."""

from collections import Counter
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from generator.content.display import plural
from generator.content.duplicates.cluster_states import ClusterState
from generator.content.duplicates.pairs import CLUSTER_KINDS, KINDS, PairKind
from generator.content.slugs import ArticleKey
from generator.content.text import one_line
from generator.store.ledger.duplicates.clusters import ClusterPage, ClusterRow, StaleCluster
from generator.store.ledger.row_versions import digest_of, versions_of
from generator.web.actions import action_reply
from generator.web.context import NotFound, PageContext, number_of, reviewer_of
from generator.web.request_fields import optional_number_in, read_body, text_of
from generator.workflows.duplicates.decide import ClusterReview, keep_all_clusters

PAGE_SIZE = 50
EXCERPT = 320
"""So many characters of each answer are shown."""
TABS: tuple[tuple[ClusterState, str], ...] = (
    ("open", "To decide"),
    ("kept", "Kept"),
    ("merge", "To merge"),
    ("rejected", "Not duplicates"),
)
DECISION_NAMES: dict[ClusterState, str] = {"kept": "kept", "merge": "to be merged", "rejected": "rejected"}
"""The names of decisions on the page."""


class ShownPage(NamedTuple):
    """One page of a cluster; ``number`` is the key that keeps it, 0 without one."""

    page: ClusterPage
    number: int
    address: str
    excerpt: str
    is_kept: bool


class ShownCluster(NamedTuple):
    """One cluster in the list. ``is_open`` is whether it can be decided on."""

    row: ClusterRow
    pages: tuple[ShownPage, ...]
    is_open: bool


class DuplicatePages:
    """Handles the requests about clusters."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def list(self, request: Request) -> Response:
        """The clusters in one state."""
        state, kinds = _state(request), _kinds(request)
        clusters = self._services.clusters
        # Before the rows: what another process changes in between must not look as if it was shown.
        in_list = clusters.rows(["open"], kinds=kinds) if state == "open" else []
        sure = [row for row in in_list if not row.doubt]
        rows = clusters.rows([state], kinds=kinds, after=_after(request), limit=PAGE_SIZE + 1)
        counts: Counter[ClusterState] = clusters.counts()
        return self._context.page(
            request,
            "duplicates.html",
            "duplicates",
            {
                "state": state,
                "kind": kinds[0] if kinds else "",
                "states": [(name, label, counts[name]) for name, label in TABS],
                "kinds": CLUSTER_KINDS,
                "rows": [self._shown(row) for row in rows[:PAGE_SIZE]],
                "more": rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None,
                "sure": len(sure),
                "sure_seen": digest_of(versions_of(sure)),
            },
        )

    async def keep(self, request: Request) -> Response:
        """Keep the proposed page of a cluster, or the one that ``keeper`` names."""
        row, body = await self._row_and_body(request)
        kept = self._review.keep(row, who=reviewer_of(request), keeper=_keeper(body))
        return action_reply("", f"Kept: {kept.keeper}", undo=True)

    async def merge(self, request: Request) -> Response:
        """Keep the proposed page after it is rewritten."""
        row, body = await self._row_and_body(request)
        kept = self._review.merge(row, who=reviewer_of(request), keeper=_keeper(body))
        return action_reply("", f"To be rewritten first: {kept.keeper}", undo=True)

    async def reject(self, request: Request) -> Response:
        """Record that the pages are no duplicates."""
        row, _ = await self._row_and_body(request)
        self._review.reject(row, who=reviewer_of(request))
        return action_reply("", f"Not duplicates: {row.kept_page.question}", undo=True)

    async def keep_all(self, request: Request) -> Response:
        """Keep the proposed page of all clusters without a doubt, if they are still those that the page showed (``seen``)."""
        body, kinds = await read_body(request), _kinds(request)
        seen = text_of(body, "seen") if "seen" in body else None
        decided = keep_all_clusters(self._services, kinds=kinds, seen=seen, reviewer=reviewer_of(request))
        text = f"Decided on {plural(len(decided.rows), 'cluster')}. To apply this, run generator duplicates apply."
        return action_reply(_address(kinds), text, undo=bool(decided.rows))

    @property
    def _review(self) -> ClusterReview:
        return ClusterReview(self._services)

    def _shown(self, row: ClusterRow) -> ShownCluster:
        site = self._services.settings.site
        pages = tuple(
            ShownPage(
                page,
                number if number < 10 else 0,
                f"{site.origin or ''}{site.address_of(ArticleKey(*page.key.split('/', 1)))}",
                _excerpt(self._services.index.answer(page.key)),
                page.key == row.keeper,
            )
            for number, page in enumerate(row.pages, start=1)
        )
        return ShownCluster(row, pages, row.applied_by is None and not self._context.access.read_only)

    async def _row_and_body(self, request: Request) -> tuple[ClusterRow, dict[str, Any]]:
        """The cluster that the request names, and the values of its body.

        Raises:
            StaleCluster: the cluster was decided on, or found with another keeper, since the reviewer saw it.
        """
        body = await read_body(request)
        try:
            row = self._services.clusters.get(number_of(request))
        except StaleCluster as error:
            raise NotFound("There is no such cluster.") from error
        if row.lock != optional_number_in(body, "lock"):
            raise StaleCluster("This cluster was changed since this page was loaded.")
        return row, body


def _excerpt(answer: str | None) -> str:
    text = one_line(answer or "")
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def _keeper(body: dict[str, Any]) -> str | None:
    return None if body.get("keeper") is None else text_of(body, "keeper")


def _state(request: Request) -> ClusterState:
    state = request.query_params.get("state", "open")
    return next((name for name, _ in TABS if name == state), "open")


def _kinds(request: Request) -> tuple[PairKind, ...]:
    return tuple(kind for kind in KINDS if kind == request.query_params.get("kind", ""))


def _after(request: Request) -> int:
    after = request.query_params.get("after", "")[:15]
    return int(after) if after.isascii() and after.isdecimal() else 0


def _address(kinds: tuple[PairKind, ...]) -> str:
    return f"/duplicates?kind={kinds[0]}" if kinds else "/duplicates"
