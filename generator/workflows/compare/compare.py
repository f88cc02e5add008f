"""The use case of ``compare``: draft a golden set by two sides, examine the drafts, and say what differs for certain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.errors import GeneratorError
from generator.workflows.compare.case_pairs import CasePair, SideFacts
from generator.workflows.compare.claims import check_drafts, verdicts_of
from generator.workflows.compare.drafts import ComparisonDrafts, monitor_comparison
from generator.workflows.compare.export import check_export_folder, export_pairs
from generator.workflows.compare.html_report import write_html_report
from generator.workflows.compare.measures import measures_of
from generator.workflows.compare.planner import freeze
from generator.workflows.compare.preferences import (
    PreferenceJobs,
    ask_preferences,
    decided,
    longer_preferred,
    read_preference,
    same_text,
)
from generator.workflows.compare.recorded import RecordedSession, read_draft
from generator.workflows.compare.requests import CompareOutcome, CompareReport
from generator.workflows.compare.sessions import SessionOptions, Sessions
from generator.workflows.compare.setup import prepare
from generator.workflows.compare.statistics import differences_of
from generator.workflows.engine.stopping.interrupts import Interruption, run_async

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.services import Endpoint
    from generator.store.ledger.runs.new_jobs import Backend
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.compare.case_pairs import CriteriaJudge
    from generator.workflows.compare.requests import CompareRequest
    from generator.workflows.compare.setup import CompareServices, Setup
    from generator.workflows.compare.sides import Side
    from generator.workflows.engine.progress import Bar, Progress


def compare_sides(
    services: CompareServices,
    request: CompareRequest,
    progress: Progress,
    *,
    criteria: CriteriaJudge | None = None,
) -> CompareOutcome:
    """Compare two sides. After an interruption, the same command continues, and nothing is paid twice.

    Args:
        services: their folder of sources is that of the golden set, if it has one.
        criteria: scores drafts by criteria, which are then compared as well.

    Raises:
        UsageError, ConfigError, PromptError: the set, a side or the options cannot be used; nothing was asked.
        StorageError: the report or the pairs cannot be written.
    """
    if request.export is not None:
        check_export_folder(request.export)
    setup = prepare(services, request, progress)
    a, b = setup.sides
    report = CompareReport(a=a.name, b=b.name, cases=setup.cases, created_at=services.now())
    interruption = Interruption(progress.note)
    with services.run("compare", list(request.argv)) as run:
        comparison = _Comparison(services, request, setup, run, report, progress, criteria)
        run_async(comparison.run(interruption), interruption)
        backend: Backend = "model" if any(each.backend == "model" for each in setup.endpoints) else "offline"
        outcome = CompareOutcome(
            report=report,
            left=services.ledger.jobs.count_wanted(run.id),
            spend=services.ledger.calls.spend(run=run.id, backend=backend),
            interrupted=interruption.interrupted,
            error=interruption.error,
        )
    if request.html is not None:
        write_html_report(outcome, request.html)
    if request.export is not None:
        export_pairs(report, request.export, seed=request.seed)
    return outcome


class _Comparison:
    """The stages of one comparison: drafts, claims, preferences, statistics."""

    def __init__(
        self,
        services: CompareServices,
        request: CompareRequest,
        setup: Setup,
        run: Run,
        report: CompareReport,
        progress: Progress,
        criteria: CriteriaJudge | None,
    ) -> None:
        self._services = services
        self._request = request
        self._setup = setup
        self._run = run
        self._report = report
        self._progress = progress
        self._criteria = criteria
        self._concurrency = request.concurrency or services.settings.model.concurrency
        self._recorded = RecordedSession(services.ledger, run=run.id, now=services.now)
        with services.database.transaction():
            ids = freeze(services.ledger, setup.planned, run=run.id, now=services.now())
        self._sides: Mapping[int, Side] = {
            job: draft.side for job, draft in zip(ids, setup.planned, strict=True)
        }
        self._jobs = [(ids[at], ids[at + 1]) for at in range(0, len(ids), 2)]

    async def run(self, interruption: Interruption) -> None:
        """Go through all stages. What ends them early is left in ``interruption``; the report has what there is."""
        options = SessionOptions(self._run, self._concurrency, self._request.max_cost, self._progress)
        async with Sessions(self._services, self._setup.endpoints, options) as sessions:
            interruption.watch(sessions.first.stop)
            pairs: list[CasePair] = []
            try:
                try:
                    await self._draft(sessions)
                finally:
                    pairs = await self._pairs()
                pairs = await self._examined(pairs, sessions)
            except GeneratorError as error:
                interruption.error = error
            self._report.pairs = tuple(pairs)
            self._report.preferences = decided(pairs)
            self._report.longer_preferred = longer_preferred(pairs)
            self._report.differences = differences_of(measures_of(pairs), seed=self._request.seed)
            for line in sessions.notes:
                self._report.note(line)

    async def _draft(self, sessions: Sessions) -> None:
        total = self._services.ledger.jobs.count_wanted(self._run.id)
        if not total:
            return
        monitor = monitor_comparison(
            sessions, self._setup.sides, total, self._request.canary, self._progress.note
        )
        with self._progress.bar("drafting") as show:
            counted = _Counter(show, total)
            await ComparisonDrafts(sessions, self._sides, monitor, counted).run(self._concurrency)

    async def _pairs(self) -> list[CasePair]:
        """The cases that both sides have drafted; notes in the report say how many are missing."""
        pairs = []
        missing = [0, 0]
        for case, ids in zip(self._setup.cases, self._jobs, strict=True):
            a, b = [await read_draft(self._recorded, self._sides[job], job) for job in ids]
            missing[0] += a is None
            missing[1] += b is None
            if a is not None and b is not None:
                pairs.append(CasePair(case, a, b))
        for letter, count in zip("AB", missing, strict=True):
            if count:
                self._report.note(
                    f"{plural(count, 'case')} not drafted by {letter}: run the same command again"
                )
        return pairs

    async def _examined(self, pairs: list[CasePair], sessions: Sessions) -> list[CasePair]:
        """The pairs with what claims, judge and criteria say of them."""
        if self._request.check_claims:
            pairs = await self._with_claims(pairs, sessions)
        if self._setup.judge is not None:
            pairs = await self._with_preferences(pairs, sessions, self._setup.judge)
        return [await self._with_scores(pair) for pair in pairs] if self._criteria else pairs

    async def _with_claims(self, pairs: list[CasePair], sessions: Sessions) -> list[CasePair]:
        services, endpoint = self._services, self._setup.verifier
        checked = await check_drafts(
            services,
            [draft for pair in pairs for draft in (pair.a, pair.b)],
            self._run,
            sessions.of(endpoint) if endpoint else None,
            endpoint,
            concurrency=self._concurrency,
            progress=self._progress,
        )
        for line in checked.notes:
            self._report.note(line)
        self._report.unexamined += checked.failed
        asked = endpoint is not None
        return [
            replace(
                pair,
                a_facts=replace(pair.a_facts, claims=verdicts_of(services, pair.a, asked=asked)),
                b_facts=replace(pair.b_facts, claims=verdicts_of(services, pair.b, asked=asked)),
            )
            for pair in pairs
        ]

    async def _with_preferences(
        self, pairs: list[CasePair], sessions: Sessions, judge: Endpoint
    ) -> list[CasePair]:
        services, maker = self._services, PreferenceJobs(self._services, judge)
        judged = [pair for pair in pairs if pair.has_both_texts and pair.a.text != pair.b.text]
        with services.database.transaction():
            jobs = {id(pair): maker.plan(pair, run=self._run.id) for pair in judged}
        total = services.ledger.jobs.count_wanted(self._run.id)
        with self._progress.bar("judging") as show:
            await ask_preferences(services, sessions.of(judge), self._concurrency, _Counter(show, total))
        found = {pair: await read_preference(services, self._recorded, ids) for pair, ids in jobs.items()}
        failed = sum(preference is None for preference in found.values())
        self._report.unexamined += failed
        if failed:
            self._report.note(
                f"{plural(failed, 'pair')} not judged: calls failed, or replies that cannot be read"
            )
        return [replace(pair, preference=found.get(id(pair)) or same_text(pair)) for pair in pairs]

    async def _with_scores(self, pair: CasePair) -> CasePair:
        assert self._criteria is not None
        a = SideFacts(pair.a_facts.claims, await self._criteria.scores(pair.case, pair.a))
        b = SideFacts(pair.b_facts.claims, await self._criteria.scores(pair.case, pair.b))
        return replace(pair, a_facts=a, b_facts=b)


class _Counter:
    """Counts what is done, and shows it."""

    def __init__(self, show: Bar, total: int) -> None:
        self._show = show
        self._total = total
        self._done = 0

    def __call__(self) -> None:
        self._done += 1
        self._show(self._done, self._total)
