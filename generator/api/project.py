"""A project as an object: what the commands do, as methods that return what the workflows return.

>>> from generator import Project
>>> with Project.open("my-site") as project:
...     outcome = project.draft(["How do bees find their way?"], subject="Biology", max_cost=0.50)
...     project.approve("biology/how-do-bees-find-their-way", reviewer="Ada")
...     project.publish(approved=True, reviewer="Ada", dry_run=True)

Every method waits until its work is done, which one thread of the project does; so methods can be called from any
thread, and where an event loop runs. In asynchronous code, ``await asyncio.to_thread(project.draft, ...)`` keeps the loop
free. Methods take the same locks as the commands, so both can be used on one folder at the same time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.api.open_project import OpenProject
from generator.api.questions import Questions, question_source
from generator.errors import UsageError
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.store.ledger.runs.figures import Period
from generator.workflows.drafting.requests import DraftRequest, PlanRequest

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from generator.content.frontmatter import Document
    from generator.content.states import DraftState
    from generator.services import Services
    from generator.store.ledger.queue.draft_queue import Sort
    from generator.workflows.audit.requests import AuditOutcome
    from generator.workflows.drafting.candidate import NearDuplicatePolicy
    from generator.workflows.drafting.requests import DraftOutcome, PlanOutcome
    from generator.workflows.ledger.status import LedgerStatus
    from generator.workflows.publish.publish import PublishOutcome
    from generator.workflows.report.figures import RunReport
    from generator.workflows.review.decisions.decisions import DecisionOutcome
    from generator.workflows.review.views.draft_list import DraftList
    from generator.workflows.review.views.show import ShownDraft
    from generator.workflows.seo.requests import ProposedOutcome

# The workflows are imported by the methods that call them, so that a script starts quickly.


class Project(OpenProject):
    """The drafts, the ledger and the site of one settings file; see :meth:`open`.

    All methods raise the exceptions of :mod:`generator.errors`; each method names the most likely ones. A run that ended
    early, at its budget for example, raises nothing: ``error`` of its outcome says why.
    """

    # drafting

    def plan(
        self,
        questions: Questions,
        *,
        subject: str | None = None,
        sheet: str | None = None,
        limit: int | None = None,
        model: str | None = None,
        offline: bool = False,
        near: NearDuplicatePolicy = "hold",
    ) -> PlanOutcome:
        """What drafting would do and cost, without a call. Arguments and errors are those of :meth:`draft`."""
        from generator.workflows.drafting.draft import plan_drafts

        source = question_source(questions, subject=subject, sheet=sheet)
        request = DraftRequest(PlanRequest(source, limit=limit, near=near), model=model, offline=offline)
        return self._do(lambda services: plan_drafts(services, request, self._progress))

    def draft(
        self,
        questions: Questions,
        *,
        subject: str | None = None,
        sheet: str | None = None,
        limit: int | None = None,
        max_cost: float | None = None,
        model: str | None = None,
        offline: bool = False,
        near: NearDuplicatePolicy = "hold",
        date: datetime.date | None = None,
        concurrency: int | None = None,
        check_claims: bool = False,
    ) -> DraftOutcome:
        """Draft an article for each question. Call it again after an interruption: it continues, and nothing is paid twice.

        Args:
            questions: the path of a list, or the questions: texts, or each a ``NewQuestion``.
            subject: of questions that name none.
            sheet: of a workbook; None for the first one.
            limit: the most questions to ask; None for all.
            max_cost: US dollars that the run may cost; None for no cap.
            model: asked instead of the model of the settings.
            offline: use the offline model, even where a key is set.
            near: what to do with near duplicates.
            date: of the articles; None for today.
            concurrency: the most calls in flight; None for the setting.
            check_claims: check the claims of each draft, and have what a source contradicts repaired.

        Raises:
            UsageError, ConfigError: no model is configured, or the list cannot be read.
        """
        from generator.workflows.drafting.draft import draft_list

        source = question_source(questions, subject=subject, sheet=sheet)
        request = DraftRequest(
            PlanRequest(source, limit=limit, date=date.isoformat() if date else None, near=near),
            argv=_argv("draft"),
            model=model,
            offline=offline,
            concurrency=concurrency,
            max_cost=max_cost,
            check_claims=check_claims,
        )
        return self._do(lambda services: draft_list(services, request, self._progress))

    # drafts and articles

    def drafts(
        self,
        *states: DraftState,
        subject: str | None = None,
        matching: QueueFilter | None = None,
        sort: Sort = "age",
        descending: bool = False,
        limit: int | None = None,
    ) -> DraftList:
        """List drafts, after edits of their files are imported.

        Args:
            states: in any of these states; all without one.
            subject: of this subject, by name.
            matching: all conditions together, in the place of ``states`` and ``subject``.
            limit: the most drafts; None for all.
        """
        from generator.workflows.review.views.draft_list import ListRequest, list_drafts

        wanted = matching or QueueFilter(states=states, subject=subject)
        request = ListRequest(wanted, sort, descending, limit)
        return self._do(lambda services: list_drafts(services, request))

    def draft_named(self, name: str) -> ShownDraft:
        """One draft with its text, findings, revisions and decisions.

        Args:
            name: ``subject/slug``, a slug, or the question.

        Raises:
            UsageError: no draft has this name, or several have.
        """
        from generator.workflows.review.draft_names import find_draft
        from generator.workflows.review.views.show import view_drafts

        def only(services: Services) -> ShownDraft:
            find_draft(services, name)
            return view_drafts(services, name)[0]

        return self._do(only)

    def article_named(self, name: str) -> Document:
        """One published article, as its file has it.

        Args:
            name: ``subject/slug``, a slug, an address or a path.

        Raises:
            UsageError: no article has this name, or several have.
        """
        from generator.workflows.site.published_article import published_article

        return self._do(lambda services: published_article(services, name, self._progress))

    # decisions

    def approve(self, *names: str, reviewer: str | None = None, note: str | None = None) -> DecisionOutcome:
        """Approve the exact bytes of drafts for publishing, as one decision; ``left`` says why a draft is skipped.

        Args:
            reviewer: who decides; None for the name from the settings or git.
            note: stored with the decision.

        Raises:
            UsageError: a name matches no draft or several, or the reviewer has no name; nothing is decided.
        """
        from generator.workflows.review.decisions.decide import approve_drafts

        _require_names(names)
        return self._do(lambda services: approve_drafts(services, names, reviewer=reviewer, note=note))

    def reject(self, *names: str, reason: str, reviewer: str | None = None) -> DecisionOutcome:
        """Reject drafts, as one decision; arguments and errors as for :meth:`approve`."""
        from generator.workflows.review.decisions.decide import reject_drafts

        _require_names(names)
        return self._do(lambda services: reject_drafts(services, names, reason=reason, reviewer=reviewer))

    def publish(
        self,
        *names: str,
        approved: bool = False,
        reviewer: str | None = None,
        dry_run: bool = False,
        update: bool = False,
        date: datetime.date | None = None,
        limit: int | None = None,
        commit: bool = False,
        branch: str | None = None,
    ) -> PublishOutcome:
        """Publish approved drafts into the content folder. After an interruption, call it again.

        Args:
            names: the drafts.
            approved: all approved drafts, in the place of names.
            reviewer: who publishes; None for the name from the settings or git.
            dry_run: write nothing; the outcome has the ids, dates and links that would be assigned.
            update: replace existing articles; their ids and dates stay.
            date: of the articles; None for the dates of the drafts.
            commit: commit the files to git; nothing is pushed.
            branch: commit the articles to this branch for a preview, and leave files and ledger as they are.

        Raises:
            UsageError: both or none of names and ``approved`` are given, or a name matches no draft or several.
            GitError: the branch is behind its remote branch, or a commit is not possible; nothing is written.
            StorageError: another publish is running.
        """
        from generator.workflows.publish.publish import PublishRequest, publish_drafts

        if bool(names) == approved:
            raise UsageError("name the drafts to publish, or give approved=True")
        if branch is not None and (commit or dry_run):
            raise UsageError("branch excludes commit and dry_run")
        request = PublishRequest(
            names,
            limit=limit,
            dry_run=dry_run,
            update=update,
            date=date,
            commit=commit,
            branch=branch,
            reviewer=reviewer,
        )
        return self._do(lambda services: publish_drafts(services, request, self._progress))

    # the site and the ledger

    def audit(
        self, *paths: str | Path, rules: Sequence[str] = (), changed_since: str | None = None
    ) -> AuditOutcome:
        """The findings in published articles. Nothing is changed.

        Args:
            paths: files or folders; the content folder without one.
            rules: only findings of these rules, by code; all without one.
            changed_since: only files that git shows as changed since this revision.

        Raises:
            UsageError: a rule, a path or the revision does not exist.
        """
        from generator.workflows.audit.audit import audit_site
        from generator.workflows.audit.requests import AuditRequest

        request = AuditRequest(tuple(map(Path, paths)), tuple(rules), changed_since)
        return self._do(lambda services: audit_site(services, request, self._progress))

    def propose_seo(
        self,
        *targets: str,
        rule: str | None = None,
        subject: str | None = None,
        limit: int | None = None,
        max_cost: float | None = None,
        model: str | None = None,
        offline: bool = False,
    ) -> ProposedOutcome:
        """Propose new descriptions and keywords for articles whose current ones have a finding. No article changes.

        Args:
            targets: paths, addresses or slugs; the whole site without one.
            rule, subject: only articles with a finding of this rule, or of this subject.
            limit: the most articles to ask about; None for all.
            max_cost, model, offline: as in :meth:`draft`.

        Raises:
            UsageError: no model can be asked, or there is no published article.
        """
        from generator.workflows.seo.propose import propose_fields
        from generator.workflows.seo.requests import ProposeRequest, SelectionRequest

        selection = SelectionRequest(targets=list(targets) or None, rule=rule, subject=subject)
        request = ProposeRequest(
            selection, limit=limit, model=model, offline=offline, max_cost=max_cost, argv=_argv("propose_seo")
        )
        return self._do(lambda services: propose_fields(services, request, self._progress))

    def status(self) -> LedgerStatus | None:
        """Drafts by state, the cost, and the failures by cause; None where nothing was drafted yet."""
        from generator.workflows.ledger.status import ledger_status

        return self._do(ledger_status)

    def report(self, run: int | None = None, *, since: datetime.date | None = None) -> RunReport:
        """The figures of a run, of the time since a day (UTC), or of all runs.

        Raises:
            UsageError: nothing was drafted yet, the period has no call, or both arguments are given.
        """
        from generator.workflows.report.report import report_runs

        if run is not None and since is not None:
            raise UsageError("give a run or a day, not both")
        period = Period(run, since.isoformat() if since else None)
        return self._do(lambda services: report_runs(services, period, self._progress))


def _argv(method: str) -> tuple[str, ...]:
    """What the ledger records in the place of a command line."""
    return (f"Project.{method}",)


def _require_names(names: Sequence[str]) -> None:
    if not names:
        raise UsageError("name a draft")
