"""Turns the articles that need new search fields into planned jobs, each frozen and asked once in its life.

A field that has a proposal on the same basis (question, answer, old text) is not asked for again, so that a
run cut short goes on where it was; a proposal of the offline model never stands in a real model's way.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, Protocol

from generator.content.proposal_states import SETTLED
from generator.content.seo import SEO_SCHEMA, SeoField, seo_schema
from generator.content.seo_material import excerpt
from generator.model.budget import Price
from generator.model.requests import CAP
from generator.services import Endpoint
from generator.store.ledger.blobs import hash_of
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.new_jobs import NewJob, Realm
from generator.store.ledger.proposal_history import PROGRAM
from generator.store.ledger.proposals import NewProposal, ProposalRow, Proposals, question_key
from generator.workflows.engine.estimate import Estimate, Sample
from generator.workflows.ports import HasPrompts, HasSettings
from generator.workflows.seo.selection import Page, Passed

KIND = "seo"
CHUNK = 200
# A description of 120 characters, eleven keywords and the JSON around them.
TYPICAL_REPLY_TOKENS = 110

Looked = Iterable[Page | Passed]
Outcome = Literal["new", "resume", "redo", "proposed", "settled", "busy", "fine", "skipped", "missing"]


@dataclass
class SeoPlan:
    """What became of the articles looked at, and of their fields; ``notes`` are lines for a person."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    fields: Counter[SeoField] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    limited: bool = False

    MAX_NOTES = 1000

    @property
    def to_ask(self) -> int:
        """How many articles a run has to ask the model about."""
        return self.counts["new"] + self.counts["resume"] + self.counts["redo"]

    def add(self, outcome: Outcome, looked: Page | Passed, fields: tuple[SeoField, ...] = ()) -> None:
        """Count one article."""
        self.counts[outcome] += 1
        self.fields.update(fields)
        if isinstance(looked, Passed) and outcome in ("skipped", "missing"):
            if outcome == "skipped":
                self.skipped["cannot be read" if looked.page is None else looked.reason] += 1
            if (outcome == "missing" or looked.page is None) and len(self.notes) < self.MAX_NOTES:
                self.notes.append(f"{looked.path}: {looked.reason}")


class SeoJobServices(HasSettings, HasPrompts, Protocol):
    """What making jobs for search fields takes."""


class SeoJobMaker:
    """Makes jobs of articles: messages, schema, parameters."""

    def __init__(self, services: SeoJobServices, endpoint: Endpoint) -> None:
        self._settings = services.settings
        self._prompts = services.prompts
        self.realm: Realm = endpoint.realm
        self._model = endpoint.model
        self._prompt_hash = self._prompts.hash(KIND)
        self._schema = seo_schema(self._settings.limits)

    def identity(self, page: Page, fields: tuple[SeoField, ...]) -> str:
        """What makes the job this one: the article, the fields, and what their texts rest on."""
        return hash_of(page.key, *(f"{name}:{page.bases[name]}" for name in fields))

    def make(self, page: Page, fields: tuple[SeoField, ...]) -> NewJob:
        """The job that asks for these fields of an article."""
        answer = excerpt(page.answer)
        system, user = self._prompts.render(
            KIND,
            question=page.question,
            subject=page.subject or "",
            answer=answer,
            current={name: page.texts[name] for name in fields},
            avoid=[],
            findings=[
                {"field": item.field, "message": item.message}
                for item in page.findings
                if item.field in fields
            ],
            fields=list(fields),
            limits=self._settings.limits,
        )
        return NewJob(
            kind=KIND,
            realm=self.realm,
            identity=self.identity(page, fields),
            question_key=question_key(page.question),
            question=page.question,
            subject=page.subject,
            key=page.key,
            date=None,
            request=self.request(),
            system=system["content"],
            user=user["content"],
            context={
                "path": page.path,
                "fields": list(fields),
                "old": {name: page.texts[name] for name in fields},
                "basis": {name: page.bases[name] for name in fields},
                "answer": answer,
            },
            prompt_hash=self._prompt_hash,
        )

    def request(self) -> dict[str, Any]:
        """What goes along with the messages; the output cap is small, because the reply is."""
        model = self._settings.model
        cap = min(model.output_cap, model.seo_output_cap)
        return {
            "schema_name": SEO_SCHEMA,
            "schema": self._schema,
            "model": self._model,
            "parameters": {**model.parameters, CAP: cap},
        }


class SeoPlanner:
    """Freezes the jobs of a run, and records what is skipped and why."""

    def __init__(
        self,
        ledger: Ledger,
        proposals: Proposals,
        maker: SeoJobMaker,
        *,
        redo: bool = False,
        now: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._proposals = proposals
        self._maker = maker
        self._redo = redo
        self._now = now

    def plan(
        self,
        looked: Looked,
        *,
        run: int,
        limit: int | None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> SeoPlan:
        """Plan the articles, at most ``limit`` of those that are to be asked about."""
        report = SeoPlan()
        articles = iter(looked)
        done = 0
        while True:
            with self._ledger.database.transaction():
                chunk = 0
                for article in islice(articles, CHUNK):
                    chunk += 1
                    self._apply(article, report, run)
                    if limit is not None and report.to_ask >= limit:
                        report.limited = True
                        break
            done += chunk
            progress(done)
            if chunk < CHUNK or report.limited:
                return report

    def estimate(
        self,
        looked: Looked,
        *,
        limit: int | None,
        price: Price | None,
        seen: tuple[int, int, int] | None,
        repairs: int,
        longer_cap: float,
        most_tokens: int = 0,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[SeoPlan, Estimate]:
        """What a run would do and cost; nothing is written."""
        report, sample = SeoPlan(), Sample(price, longer_cap=longer_cap, most_tokens=most_tokens)
        for number, article in enumerate(looked, start=1):
            if isinstance(article, Passed):
                report.add(article.kind, article)
            else:
                outcome, fields = self._judge(article)
                report.add(outcome, article, fields)
                if outcome in ("new", "redo", "resume") and not sample.full:
                    sample.add(self._maker.make(article, fields))
            if number % CHUNK == 0:
                progress(number)
            if limit is not None and report.to_ask >= limit:
                report.limited = True
                break
        guess = sample.estimate(
            report.to_ask, seen=seen, typical_completion=TYPICAL_REPLY_TOKENS, most_each=2 + repairs
        )
        return report, guess

    def _apply(self, article: Page | Passed, report: SeoPlan, run: int) -> None:
        if isinstance(article, Passed):
            report.add(article.kind, article)
            if article.kind == "skipped":
                self._record_skip(article)
            return
        self._reopen(article)
        outcome, fields = self._judge(article)
        report.add(outcome, article, fields)
        earlier = self._ledger.jobs.find(KIND, self._maker.realm, self._maker.identity(article, fields))
        if outcome == "resume" and earlier is not None:
            self._ledger.jobs.want(earlier.id, run, request=self._maker.request())
        elif outcome in ("new", "redo"):
            self._ledger.jobs.plan(
                self._maker.make(article, fields),
                run=run,
                state="planned",
                first_free_id=0,
                generation=earlier.generation + 1 if earlier else 0,
                now=self._now(),
            )

    def _judge(self, page: Page) -> tuple[Outcome, tuple[SeoField, ...]]:
        """What is to be done about an article, and the fields to ask for."""
        rows = {name: self._proposals.find(page.key, name, page.bases[name]) for name in page.fields}
        fields = tuple(name for name, row in rows.items() if row is None or not self._stands(row))
        if not fields:
            settled = all(row is not None and row.state in SETTLED for row in rows.values())
            return ("settled" if settled else "proposed"), ()
        earlier = self._ledger.jobs.find(KIND, self._maker.realm, self._maker.identity(page, fields))
        if earlier is None:
            return "new", fields
        if earlier.state == "claimed" or (earlier.state == "batched" and not earlier.unsent):
            return "busy", ()
        return (
            "resume" if earlier.unsent or earlier.state in ("planned", "held", "failed") else "redo"
        ), fields

    def _stands(self, row: ProposalRow) -> bool:
        """Whether a proposal makes asking again needless."""
        if row.state in SETTLED:
            return row.state != "rejected" or not self._redo
        if row.is_typed:
            return True
        if self._redo or row.job is None or row.state == "stale":
            return False
        return not row.offline or self._maker.realm == "offline"

    def _reopen(self, page: Page) -> None:
        """Offer a paid text again where the file is back at what it was proposed for; a redo gives rejected ones up."""
        for name in page.fields:
            row = self._proposals.find(page.key, name, page.bases[name])
            if row is None:
                continue
            if self._redo and row.state == "rejected":
                self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note="asked again")
            elif row.new is not None and row.state in ("applied", "stale"):
                self._proposals.reopen(row, now=self._now())

    def _record_skip(self, passed: Passed) -> None:
        page = passed.page
        # A file that cannot be read has no basis; what it is skipped for stands in.
        bases = page.bases if page else {"page_description": hash_of(passed.path, passed.reason)}
        for name in page.fields if page else ("page_description",):
            standing = self._proposals.find(passed.key, name, bases[name])
            if standing is not None and (standing.state != "skipped" or standing.reason == passed.reason):
                continue
            self._proposals.record(
                NewProposal(
                    job=None,
                    key=passed.key,
                    path=passed.path,
                    field=name,
                    question=page.question if page else "",
                    subject=page.subject if page else None,
                    basis=bases[name],
                    old=page.texts[name] if page else "",
                    new=None,
                    state="skipped",
                    reason=passed.reason,
                    findings=[item for item in page.findings if item.field == name] if page else [],
                    offline=self._maker.realm == "offline",
                ),
                now=self._now(),
            )
