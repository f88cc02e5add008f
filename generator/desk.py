"""The reviewer's desk: builds from a workshop what review and publishing need, and tells who is reviewing."""

from functools import cached_property

from generator.services import Endpoint, Services
from generator.store.ledger.draft_queue import DraftQueue
from generator.store.ledger.publications import Publications
from generator.store.ledger.revisions import Revision, Revisions
from generator.store.ledger.runs import RunLock
from generator.workflows.drafting.draft import new_writer
from generator.workflows.engine.asker import open_asker
from generator.workflows.publish.publication_list import PublicationList
from generator.workflows.publish.publisher import Publishing
from generator.workflows.publish.withdrawal import Withdrawing
from generator.workflows.review.decisions import Deciding
from generator.workflows.review.draft_view import Inspecting
from generator.workflows.review.editor import Editing
from generator.workflows.review.reviewer import reviewer_name
from generator.workflows.review.revisions import Revising
from generator.workflows.review.undo import Undoing
from generator.workflows.seo.decisions import ProposalReview


class Desk:
    """What reviewers work with, over the stores of one workshop; opened when first used."""

    def __init__(self, shop: Services) -> None:
        self.shop = shop

    @property
    def queue(self) -> DraftQueue:
        return self.shop.draft_queue

    @property
    def publications(self) -> Publications:
        return self.shop.publications

    @property
    def revisions(self) -> Revisions:
        return self.shop.revisions

    @cached_property
    def editing(self) -> Editing:
        return Editing(self.shop)

    @cached_property
    def deciding(self) -> Deciding:
        return Deciding(self.shop.ledger, self.shop.drafts, self.revisions, self.editing, now=self.shop.now)

    @cached_property
    def undoing(self) -> Undoing:
        shop = self.shop
        return Undoing(self.deciding, shop.drafts, ProposalReview(shop), shop.proposals)

    @cached_property
    def inspecting(self) -> Inspecting:
        shop = self.shop
        return Inspecting(shop.settings, shop.ledger, shop.drafts, self.revisions, self.publications)

    @cached_property
    def revising(self) -> Revising:
        shop = self.shop
        return Revising(
            shop.settings,
            shop.ledger,
            shop.drafts,
            self.revisions,
            self.editing,
            shop.prompts,
            now=shop.now,
        )

    @cached_property
    def publishing(self) -> Publishing:
        shop = self.shop
        return Publishing(
            shop.settings,
            shop.drafts,
            self.publications,
            self.editing,
            shop.index,
            PublicationList(shop.settings.output_dir, shop.ledger, shop.drafts, self.publications),
            now=shop.now,
            lock=lambda: RunLock(shop.settings.output_dir / "locks", "publish"),
        )

    @cached_property
    def withdrawing(self) -> Withdrawing:
        shop = self.shop
        return Withdrawing(shop.settings, shop.drafts, self.publications, shop.index, now=shop.now)

    def reviewer(self, name: str | None = None) -> str:
        """Who decides: the name given, else that of the settings, else git's.

        Raises:
            UsageError: none of them is there.
        """
        return reviewer_name(self.shop.settings, name)

    async def revise(
        self, endpoint: Endpoint, draft: int, *, comment: str, who: str, max_cost: float | None = None
    ) -> Revision:
        """Ask the model at ``endpoint`` to revise a draft, from request to proposal, as a run of its own.

        Raises:
            UsageError, EditRefused, StaleDraft: as :meth:`Revising.request`.
            ModelUnavailable, BudgetExceeded, StorageError: the model could not be asked.
        """
        shop = self.shop
        row = self.editing.current(shop.drafts.get(draft), who=who)
        with shop.run("revise", [row.key or row.question]) as run:
            revision = self.revising.request(
                row,
                comment=comment,
                who=who,
                run=run.id,
                realm=endpoint.realm,
                model=endpoint.model,
            )
            async with open_asker(shop, endpoint, run, concurrency=1, max_cost=max_cost) as asker:
                await self.revising.ask(new_writer(shop, asker), asker.commits, run=run.id)
        return self.revisions.get(revision.id)
