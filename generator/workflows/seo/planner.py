"""Plans the jobs for articles that need new search fields. Each job is stored in the ledger and asked once.

A field that has a proposal for the same basis (question, answer, old text) is not asked for again. An interrupted run
therefore continues where it stopped. A proposal of the offline model does not prevent a real model from being asked.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, Protocol

from generator.content.seo.fields import SeoField
from generator.content.seo.proposal_states import DECIDED
from generator.services import Endpoint
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.seo.proposals import NewProposal, ProposalRow
from generator.store.ledger.storage.hashes import hash_of
from generator.workflows.engine.estimate import Estimate, RequestSample
from generator.workflows.engine.long_prompts import LongPrompts
from generator.workflows.engine.noted_report import NotedReport
from generator.workflows.engine.plan_decisions import count_asked, is_asked
from generator.workflows.ports import HasEndpoints, HasLedger, HasPrompts, HasProposals, HasSettings
from generator.workflows.seo.job_maker import KIND, SeoJobMaker
from generator.workflows.seo.selection import OmittedArticle, SelectedArticle
from generator.workflows.site.duplicate_descriptions import DuplicateDescriptions

CHUNK = 200
TYPICAL_REPLY_TOKENS = 350
"""What is expected of a model of which no reply is known: the text (:data:`REPLY_TOKENS`) and a short reasoning."""
REPLY_TOKENS = (110, 900)
"""From what to what such a reply usually has: the text alone (a description of 120 characters, eleven keywords and the
JSON around them takes 110), to a text after thorough reasoning."""

Articles = Iterable[SelectedArticle | OmittedArticle]
ArticleStatus = Literal[
    "new", "resume", "redo", "proposed", "settled", "busy", "fine", "skipped", "held_out", "missing"
]


@dataclass
class SeoPlan(NotedReport):
    """The articles by status, and the fields to ask for.

    ``skipped`` counts skipped articles by reason. ``limited`` is whether the limit of the run ended the planning.
    """

    counts: Counter[ArticleStatus] = field(default_factory=Counter)
    fields: Counter[SeoField] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    limited: bool = False

    @property
    def to_ask(self) -> int:
        """The number of articles that the model must be asked about."""
        return count_asked(self.counts)

    @property
    def needs_person(self) -> bool:
        """Whether an article is missing or cannot be read."""
        return bool(self.counts["missing"] or self.skipped["cannot be read"])

    def add(self, status: ArticleStatus, fields: tuple[SeoField, ...] = ()) -> None:
        """Count an article with its status, and the fields to ask for."""
        self.counts[status] += 1
        self.fields.update(fields)

    def omit(self, omitted: OmittedArticle) -> None:
        """Count an article that is not asked about. Note the reason if it is missing or cannot be read."""
        self.add(omitted.kind)
        if omitted.kind in ("fine", "held_out"):
            return
        if omitted.kind == "skipped":
            self.skipped["cannot be read" if omitted.article is None else omitted.reason] += 1
        if omitted.kind == "missing" or omitted.article is None:
            self.note(f"{omitted.path}: {omitted.reason}")


class SeoPlannerServices(HasSettings, HasLedger, HasProposals, HasPrompts, HasEndpoints, Protocol):
    """The services that planning new search fields needs."""


class SeoPlanner:
    """Records the jobs of a run, and the skipped articles with their reasons.

    Args:
        redo: ask again for fields that have a proposal that nobody approved.
        hold_out: the share of pages that are held out, 0 to 1; the pages that are asked about are recorded beside them.
    """

    def __init__(
        self,
        services: SeoPlannerServices,
        endpoint: Endpoint,
        *,
        redo: bool = False,
        hold_out: float | None = None,
    ) -> None:
        self._services = services
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._now = services.now
        self._endpoint = endpoint
        self._maker = SeoJobMaker(services, endpoint)
        self._redo = redo
        self._duplicates = DuplicateDescriptions(services)
        self._hold_out = hold_out
        self._long_prompts = LongPrompts(services.ledger, endpoint.model)

    def plan(
        self,
        articles: Articles,
        *,
        run: int,
        limit: int | None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> SeoPlan:
        """Record the jobs for the articles in the ledger.

        Args:
            run: the number of the run.
            limit: stop after this many articles to ask about; None for no limit.
            progress: is called with the number of articles planned.
        """
        plan = SeoPlan()
        remaining = iter(articles)
        done = 0
        while True:
            with self._ledger.database.transaction():
                chunk = 0
                for article in islice(remaining, CHUNK):
                    chunk += 1
                    self._plan(article, plan, run)
                    if limit is not None and plan.to_ask >= limit:
                        plan.limited = True
                        break
            done += chunk
            progress(done)
            if chunk < CHUNK or plan.limited:
                return plan

    def estimate(
        self, articles: Articles, *, limit: int | None, progress: Callable[[int], None] = lambda _: None
    ) -> tuple[SeoPlan, Estimate]:
        """The plan of a run and its estimated cost. Arguments as :meth:`plan`. Nothing is written."""
        model = self._services.settings.model
        sample = RequestSample(
            self._endpoint.price,
            longer_cap=model.longer_cap,
            rounds=model.repairs,
            most_tokens=self._services.most_tokens(self._endpoint),
        )
        plan = SeoPlan()
        for number, article in enumerate(articles, start=1):
            if isinstance(article, OmittedArticle):
                self._omit(article, plan)
            else:
                status, fields = self._status(article)
                plan.add(status, fields)
                if is_asked(status) and not sample.is_full:
                    sample.add(self._maker.make(article, fields))
            if number % CHUNK == 0:
                progress(number)
            if limit is not None and plan.to_ask >= limit:
                plan.limited = True
                break
        estimate = sample.estimate(
            plan.to_ask,
            seen=self._ledger.calls.tokens_seen(self._endpoint.model, KIND),
            history=self._ledger.calls.tokens_by_job(self._endpoint.model, KIND),
            typical_completion=TYPICAL_REPLY_TOKENS,
            prior_completion=REPLY_TOKENS,
        )
        return plan, estimate

    def _plan(self, article: SelectedArticle | OmittedArticle, plan: SeoPlan, run: int) -> None:
        if isinstance(article, OmittedArticle):
            if self._omit(article, plan):
                self._assign(article.path, held_out=True)
            if article.kind == "skipped":
                self._record_skip(article)
            return
        self._reopen(article)
        status, fields = self._status(article)
        plan.add(status, fields)
        if is_asked(status):
            self._assign(article.path, held_out=False)
        earlier = self._ledger.jobs.find(KIND, self._maker.backend, self._maker.identity(article, fields))
        job: NewJob | None = None
        if status == "resume" and earlier is not None:
            job = self._long_prompts.renewed(earlier, lambda: self._maker.make(article, fields))
            if job is None:
                self._ledger.jobs.assign_to_run(earlier.id, run, request=self._maker.request())
        elif status in ("new", "redo"):
            job = self._maker.make(article, fields)
        if job is not None:
            self._ledger.jobs.plan(
                job,
                run=run,
                state="planned",
                first_free_id=0,
                earlier=earlier,
                now=self._now(),
            )

    def _omit(self, omitted: OmittedArticle, plan: SeoPlan) -> bool:
        """Count an omitted article. Returns whether this run holds it out: it would have been asked about."""
        if omitted.kind != "held_out" or omitted.article is None:
            plan.omit(omitted)
            return False
        status, _ = self._status(omitted.article)
        if is_asked(status):
            plan.omit(omitted)
            return True
        plan.add(status)
        return False

    def _assign(self, path: str, *, held_out: bool) -> None:
        if self._hold_out is not None:
            self._proposals.hold_outs.assign(path, held_out=held_out, share=self._hold_out, now=self._now())

    def _status(self, article: SelectedArticle) -> tuple[ArticleStatus, tuple[SeoField, ...]]:
        """The status of an article, and the fields to ask for."""
        rows = {name: self._proposals.find(article.key, name, article.bases[name]) for name in article.fields}
        fields = tuple(name for name, row in rows.items() if row is None or not self._suffices(row))
        if not fields:
            all_decided = all(row is not None and row.state in DECIDED for row in rows.values())
            return ("settled" if all_decided else "proposed"), ()
        earlier = self._ledger.jobs.find(KIND, self._maker.backend, self._maker.identity(article, fields))
        if earlier is None:
            return "new", fields
        if earlier.state == "claimed" or (earlier.state == "batched" and not earlier.unsent):
            return "busy", ()
        is_unfinished = earlier.unsent or earlier.state in ("planned", "held", "failed")
        is_again = not is_unfinished or (self._redo and earlier.state == "failed")
        return ("redo" if is_again else "resume"), fields

    def _suffices(self, row: ProposalRow) -> bool:
        """Whether the field of this proposal need not be asked for again."""
        if row.state in DECIDED:
            return row.state == "approved" or not self._redo
        if row.is_typed:
            return True
        if self._redo or row.job is None or row.state == "stale":
            return False
        return not row.offline or self._maker.backend == "offline"

    def _reopen(self, article: SelectedArticle) -> None:
        """Reopen applied and stale proposals whose basis the file has again. A redo makes rejected and applied ones stale.

        The basis includes the old text: the file of an applied proposal that has it was put back. Such proposals are
        also reopened for a field that is not to be rewritten now.
        """
        for name, basis in article.bases.items():
            row = self._proposals.find(article.key, name, basis)
            is_wanted = name in article.fields
            if row is None or not (is_wanted or row.state == "applied"):
                continue
            if self._redo and is_wanted and row.state in ("rejected", "applied"):
                self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note="asked again")
            elif row.new is not None and row.state in ("applied", "stale") and not self._is_taken(row):
                self._proposals.reopen(row, now=self._now())

    def _is_taken(self, row: ProposalRow) -> bool:
        """Whether another page has, or is proposed to have, nearly the description of a proposal."""
        if row.field != "page_description" or not row.new:
            return False
        duplicates = self._duplicates
        return bool(duplicates.proposed(row.new, key=row.key) or duplicates.published(row.new, key=row.key))

    def _record_skip(self, skipped: OmittedArticle) -> None:
        article = skipped.article
        # A file that cannot be read has no basis. The hash of its path and the reason is used instead.
        bases = article.bases if article else {"page_description": hash_of(skipped.path, skipped.reason)}
        for name in article.fields if article else ("page_description",):
            known = self._proposals.find(skipped.key, name, bases[name])
            if known is not None and (known.state != "skipped" or known.reason == skipped.reason):
                continue
            self._proposals.record(
                NewProposal(
                    job=None,
                    key=skipped.key,
                    path=skipped.path,
                    field=name,
                    question=article.question if article else "",
                    subject=article.subject if article else None,
                    basis=bases[name],
                    old=article.texts[name] if article else "",
                    new=None,
                    state="skipped",
                    reason=skipped.reason,
                    findings=[item for item in article.findings if item.field == name] if article else [],
                    offline=self._maker.backend == "offline",
                ),
                now=self._now(),
            )
