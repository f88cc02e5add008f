"""Asks the model to revise a draft as a reviewer's comment says, and lets a person take over what they like.

The new version never replaces the draft by itself: it is a proposal, compared field by field. A request that
was paid for is never sent again: the same comment on the same text is the same job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.content.checks import RULES
from generator.content.display import in_words
from generator.content.draft import DRAFT_SCHEMA, Draft, draft_schema
from generator.content.frontmatter import read
from generator.content.revision import FieldChange, accepted_texts, draft_of, field_changes
from generator.content.states import EDITABLE
from generator.content.text import clean
from generator.errors import FrontMatterError, UsageError
from generator.store.ledger.hashes import hash_of, question_key
from generator.store.ledger.new_jobs import NewJob
from generator.store.ledger.revisions import Revision, StaleRevision
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPrompts,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.editor import DraftEditor, EditRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.content.findings import Finding
    from generator.content.frontmatter import Document
    from generator.content.states import JobState
    from generator.services import Endpoint
    from generator.store.ledger.database import GroupCommit
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.jobs import Job
    from generator.workflows.drafting.writer import DraftResult, DraftWriter

PROMPT = "revise"


class RevisionView(NamedTuple):
    """A revision with what it would change, field by field."""

    revision: Revision
    changes: tuple[FieldChange, ...]


class RevisionServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasCorpus, HasPrompts, Protocol
):
    """What revising drafts takes."""


class DraftRevisions:
    """Revises the drafts of one ledger."""

    def __init__(self, services: RevisionServices) -> None:
        self._services = services
        self._settings = services.settings
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._revisions = services.revisions
        self._importer = EditImporter(services)
        self._editor = DraftEditor(services)
        self._now = services.now

    def request(self, row: DraftRow, *, comment: str, who: str, run: int, endpoint: Endpoint) -> Revision:
        """Put a request to revise on record; :meth:`ask` sends it.

        Args:
            row: the draft as the reviewer saw it.
            run: the run that will ask.
            endpoint: that which will be asked.

        Raises:
            UsageError: no comment.
            EditRefused: there is no text to revise, or the draft may not change any more.
            StaleDraft: the draft changed since ``row`` was read.
        """
        comment = clean(comment).strip()
        if not comment:
            raise UsageError("a revision needs a comment")
        self._importer.require_unchanged(row)
        document = self._document(row)
        job = self._job(row, document, comment, endpoint)
        with self._drafts.transaction():
            earlier = self._ledger.jobs.find(PROMPT, endpoint.backend, job.identity)
            known = self._revisions.of_job(earlier.id) if earlier else None
            if earlier is not None and known is not None and known.state in ("asked", "failed", "proposed"):
                self._ledger.jobs.want(earlier.id, run, request=job.request)
                return known
            number = self._ledger.jobs.plan(
                job,
                run=run,
                state="planned",
                first_free_id=0,
                earlier=earlier,
                now=self._now(),
            )
            assert row.sha is not None
            return self._revisions.ask(
                draft=row.id, job=number, basis=row.sha, comment=comment, who=who, now=self._now()
            )

    async def ask(self, writer: DraftWriter, commits: GroupCommit, *, run: int) -> list[Revision]:
        """Ask for every revision that this run requested; a reply that cannot be used is a failed revision.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the run ended early; what was paid for is stored.
        """
        done: list[Revision] = []
        while jobs := await commits.run(lambda: self._ledger.jobs.claim(run, 1)):
            for job in jobs:
                try:
                    result = await writer.write(job)
                except BaseException:
                    self._ledger.jobs.release(job.id)
                    raise
                done.append(await commits.run(lambda job=job, result=result: self._record(job, result)))  # type: ignore[misc]
        return done

    def view(self, revision: Revision) -> RevisionView:
        """A revision compared with the draft that it was made from."""
        return RevisionView(revision, self.changes(revision))

    def changes(self, revision: Revision) -> tuple[FieldChange, ...]:
        """Where the proposal differs from the draft that it was made from, field by field."""
        if revision.proposal is None:
            return ()
        return field_changes(self._basis(revision), Draft.model_validate(revision.proposal))

    def accept(self, revision: Revision, fields: Collection[str] | None = None, *, who: str) -> DraftRow:
        """Take over these fields of a proposal (all by default) as a new version of the draft, and close it.

        Raises:
            UsageError: a field that the proposal does not change.
            StaleRevision: it was decided on already, or the draft changed since it was asked for.
            EditRefused, StaleDraft: as :meth:`DraftEditor.save_fields`.
        """
        row = self._importer.sync(self._drafts.get(revision.draft))
        revision = self._revisions.get(revision.id)
        if revision.state != "proposed" or revision.proposal is None:
            raise StaleRevision(f"there is nothing to accept: the revision is {revision.state}")
        if row.sha != revision.basis:
            raise StaleRevision(f"{row.name} was changed since the revision was asked for")
        offered = [change.field for change in self.changes(revision)]
        accepted = offered if fields is None else [name for name in offered if name in fields]
        unknown = sorted(set(fields or ()) - set(offered))
        if unknown:
            raise UsageError(
                f"the revision does not change {', '.join(unknown)}; it changes {', '.join(offered)}"
            )
        texts = accepted_texts(self._basis(revision), Draft.model_validate(revision.proposal), accepted)
        with self._drafts.transaction():
            self._close(revision, "accepted" if accepted else "declined", accepted, who)
            if not texts:
                return row
            return self._editor.save_fields(
                row,
                texts,
                who=who,
                origin="revise",
                made_by=revision.job,
                offline=self._ledger.jobs.get(revision.job).backend == "offline",
                reply_findings=_reply_findings(revision) if "answer" in texts else (),
            )

    def decline(self, revision: Revision, *, who: str) -> Revision:
        """Keep the draft as it is. Raises StaleRevision where it was decided on already."""
        return self._close(revision, "declined", (), who)

    # inside

    def _close(self, revision: Revision, state: Any, accepted: Sequence[str], who: str) -> Revision:
        with self._drafts.transaction():
            return self._revisions.decide(revision, state, accepted=accepted, who=who, now=self._now())

    def _document(self, row: DraftRow) -> Document:
        data = self._drafts.data(row)
        if data is None or row.state not in EDITABLE:
            raise EditRefused(f"a draft that is {in_words(row.state)} cannot be revised")
        try:
            return read(data)
        except FrontMatterError as error:
            raise EditRefused(f"its file must be mended first: {error}") from error

    def _basis(self, revision: Revision) -> Document:
        """The text that the model was shown."""
        return read(self._ledger.blobs.get(revision.basis))

    def _job(self, row: DraftRow, document: Document, comment: str, endpoint: Endpoint) -> NewJob:
        origin = self._ledger.jobs.get(row.job)
        passages = origin.context.get("passages", [])
        system, user = self._services.prompts.render(
            PROMPT,
            question=row.question,
            subject=row.subject,
            draft=draft_of(document).model_dump(exclude={"cannot_answer", "subject"}, exclude_none=True),
            comment=comment,
            passages=passages,
            limits=self._settings.limits,
            grounded=False,
        )
        assert row.sha is not None
        return NewJob(
            kind=PROMPT,
            backend=endpoint.backend,
            identity=hash_of(str(row.id), row.sha, comment, endpoint.model),
            question_key=question_key(row.question),
            question=row.question,
            subject=row.subject,
            key=row.key,
            date=None,
            request=frozen_request(
                DRAFT_SCHEMA,
                draft_schema(self._settings.limits),
                endpoint.model,
                self._settings.model.parameters,
                grounded=False,
            ),
            system=system["content"],
            user=user["content"],
            context={"passages": passages, "comment": comment, "origin": origin.context.get("origin")},
            prompt_hash=self._services.prompts.hash(PROMPT),
        )

    def _record(self, job: Job, result: DraftResult) -> Revision:
        revision = self._revisions.of_job(job.id)
        assert revision is not None
        proposal = result.draft
        if proposal is not None and result.state not in ("drafted", "needs_fix"):
            proposal = None
        state: JobState = "done" if proposal is not None else "failed"
        self._ledger.jobs.end(job.id, state, key=None, reason=result.reason, now=self._now())
        return self._revisions.propose(
            revision.id,
            proposal=proposal.model_dump(exclude={"cannot_answer", "subject"}) if proposal else None,
            findings=result.findings,
            reason=result.reason,
        )


def _reply_findings(revision: Revision) -> tuple[Finding, ...]:
    """What only the reply shows of the proposal's answer: that it was cut off, say."""
    return tuple(
        finding
        for finding in revision.findings
        if (rule := RULES.get(finding.code)) is not None and rule.needs == "reply"
    )
