"""Asks the model to revise a draft after a reviewer's comment, and applies the fields that the reviewer accepts.

The revised text is a proposal. It never replaces the draft automatically; the reviewer compares it field by field. A
request that was paid for is never sent again: the same comment on the same text is the same job, unless the model's
replies to it could not be used.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.content.display import in_words
from generator.content.drafts.draft import Draft
from generator.content.drafts.revision import FieldChange, accepted_texts, draft_of, field_changes
from generator.content.drafts.schemas import DRAFT_SCHEMA, draft_schema
from generator.content.frontmatter import read
from generator.content.states import EDITABLE
from generator.content.text import clean
from generator.errors import FrontMatterError, UsageError
from generator.store.ledger.drafts.revisions import Revision, StaleRevision
from generator.store.ledger.runs.new_jobs import Backend, NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
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
from generator.workflows.review.editing.editor import DraftEditor, EditRefused, findings_on_reply

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.content.frontmatter import Document
    from generator.content.states import JobState
    from generator.services import Endpoint
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.storage.database import GroupCommit
    from generator.workflows.drafting.writer import DraftResult, DraftWriter

PROMPT = "revise"


class RevisionView(NamedTuple):
    """A revision and the fields that it changes."""

    revision: Revision
    changes: tuple[FieldChange, ...]


class RevisionServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasCorpus, HasPrompts, Protocol
):
    """The services that revising drafts needs."""


class DraftRevisions:
    """Requests revisions of the drafts of one ledger, and records the decisions on them."""

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
        """Record a request for a revision. :meth:`ask` sends it to the model.

        Args:
            row: the draft as the reviewer saw it.
            comment: what the model is to change.
            who: the reviewer.
            run: the number of the run that will ask.
            endpoint: the endpoint that will be asked.

        Raises:
            UsageError: the comment is blank.
            EditRefused: the draft has no text, or its state does not allow changes.
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
            if earlier is not None and known is not None and _is_same_request(known, earlier.state):
                self._ledger.jobs.assign_to_run(earlier.id, run, request=job.request)
                return self._revisions.ask_again(known.id)
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

    async def ask(
        self, revision: Revision, writer: DraftWriter, commits: GroupCommit, *, run: int
    ) -> Revision:
        """Ask the model for a requested revision; returns it as it is then.

        An unusable reply makes a failed revision, and so does a model that cannot be asked: with its reason, and
        without its job, which may be asked again. Nothing is asked where another process is asking.

        Raises:
            ModelUnavailable, BudgetExceeded, StorageError: the model could not be asked. Paid replies are stored.
        """
        job = await commits.run(lambda: self._ledger.jobs.claim_one(revision.job, run))
        if job is None:
            return self._revisions.get(revision.id)
        try:
            result = await writer.write(job)
        except Exception as error:
            reason = str(error) or type(error).__name__
            await commits.run(partial(self._give_up, revision, reason))
            raise
        except BaseException:
            self._ledger.jobs.release(job.id)
            raise
        return await commits.run(partial(self._record, job, result))

    def resume(self, endpoint: Endpoint) -> list[Revision]:
        """The revisions that no model has answered, to be asked for by :meth:`ask`.

        One whose draft was changed since fails instead, because its text could not be used.
        """
        waiting = []
        with self._drafts.transaction():
            for revision in self._revisions.unanswered(endpoint.backend):
                row = self._drafts.get(revision.draft)
                if row.sha == revision.basis and row.state in EDITABLE:
                    waiting.append(self._revisions.ask_again(revision.id))
                else:
                    self._revisions.fail(revision.id, "the draft was changed before the model was asked")
        return waiting

    def fail_unanswered(self, reason: str) -> None:
        """Record that no model can be asked for the revisions that wait."""
        backends: tuple[Backend, ...] = ("model", "offline")
        with self._drafts.transaction():
            for revision in [item for backend in backends for item in self._revisions.unanswered(backend)]:
                self._revisions.fail(revision.id, reason)

    def view(self, revision: Revision) -> RevisionView:
        """A revision and its changes compared with the text that was revised."""
        return RevisionView(revision, self.changes(revision))

    def changes(self, revision: Revision) -> tuple[FieldChange, ...]:
        """The fields in which the proposal differs from the text that was revised."""
        if revision.proposal is None:
            return ()
        return field_changes(self._basis(revision), Draft.model_validate(revision.proposal))

    def accept(self, revision: Revision, fields: Collection[str] | None = None, *, who: str) -> DraftRow:
        """Save fields of a proposal as a new version of the draft, and close the revision.

        Args:
            fields: the fields to accept; None for all fields that the proposal changes.
            who: the reviewer.

        Raises:
            UsageError: the proposal does not change one of the fields.
            StaleRevision: it was decided on already, or the draft changed since the request.
            EditRefused, StaleDraft: as :meth:`DraftEditor.save_fields`.
        """
        row = self._importer.sync(self._drafts.get(revision.draft))
        revision = self._revisions.get(revision.id)
        if revision.state != "proposed" or revision.proposal is None:
            raise StaleRevision(f"the revision cannot be accepted: it is {revision.state}")
        if row.sha != revision.basis:
            raise StaleRevision(f"{row.name} was changed since the revision was requested")
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
                reply_findings=findings_on_reply(revision.findings) if "answer" in texts else (),
            )

    def decline(self, revision: Revision, *, who: str) -> Revision:
        """Close the revision; the draft stays as it is.

        Raises:
            StaleRevision: it was decided on already.
        """
        return self._close(revision, "declined", (), who)

    def _close(self, revision: Revision, state: Any, accepted: Sequence[str], who: str) -> Revision:
        with self._drafts.transaction():
            return self._revisions.decide(revision, state, accepted=accepted, who=who, now=self._now())

    def _document(self, row: DraftRow) -> Document:
        data = self._drafts.data(row)
        if data is None or row.state not in EDITABLE:
            how = f": generator rewrite {row.key} rewrites its page" if row.state == "published" else ""
            raise EditRefused(f"a draft that is {in_words(row.state)} cannot be revised{how}")
        try:
            return read(data)
        except FrontMatterError as error:
            raise EditRefused(f"its file cannot be read; repair it first: {error}") from error

    def _basis(self, revision: Revision) -> Document:
        """The text that the model was asked to revise."""
        return read(self._ledger.blobs.get(revision.basis))

    def _job(self, row: DraftRow, document: Document, comment: str, endpoint: Endpoint) -> NewJob:
        origin = self._ledger.jobs.get(row.job)
        passages = origin.context.get("passages", [])
        system, user = self._services.prompts.render(
            PROMPT,
            question=row.question,
            date=self._now()[:10],
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

    def _give_up(self, revision: Revision, reason: str) -> None:
        self._ledger.jobs.release(revision.job)
        self._revisions.fail(revision.id, reason)

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


def _is_same_request(known: Revision, job: JobState) -> bool:
    """Whether a request is the one that was made before; one that ended without a usable reply is made again."""
    return known.state in ("asked", "proposed") or (known.state == "failed" and job != "failed")
