"""Queues drafts to be drafted again with a note and facts for the model, and takes that back.

Nothing is paid here: the next ``generator redraft``, or the next ``generator draft`` of the list, drafts what is queued.
The same note for the same draft is asked once, so nothing is paid twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.display import in_words
from generator.content.states import REDRAFTABLE
from generator.content.text import clean
from generator.errors import GeneratorError, UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import HasCorpus, HasDraftFiles, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.review.redrafts import Redraft

MAX_NOTE_CHARS = 4_000
MAX_FACTS_CHARS = 20_000
REDRAFTED = "to be drafted again"
WITHDRAWN = "not to be drafted again"
_RUNNING = ("claimed", "batched")
_WITHOUT_ANSWER = ("planned", "held", "failed")


class WantedDraft(NamedTuple):
    """What the model gets besides the question; each is empty for nothing."""

    note: str = ""
    facts: str = ""

    def cleaned(self) -> WantedDraft:
        """The same without unwanted characters. Raises UsageError where a text is too long."""
        note, facts = clean(self.note).strip(), clean(self.facts).strip()
        for name, text, most in (("note", note, MAX_NOTE_CHARS), ("facts", facts, MAX_FACTS_CHARS)):
            if len(text) > most:
                raise UsageError(f"the {name} has {len(text):,} characters; at most {most:,} are possible")
        return WantedDraft(note, facts)


class RedraftsOutcome(NamedTuple):
    """The drafts that are queued, those whose draft of this note is not finished, and a line for each other one."""

    queued: tuple[DraftRow, ...]
    unfinished: tuple[DraftRow, ...]
    left: tuple[str, ...]

    @property
    def wanted(self) -> tuple[DraftRow, ...]:
        """The drafts that a run has to draft."""
        return self.queued + self.unfinished


class RedraftServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, Protocol):
    """What queueing redrafts takes."""


class DraftRedrafts:
    """Queues redrafts of the drafts of one ledger. ``who`` is the reviewer's name."""

    def __init__(self, services: RedraftServices) -> None:
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._importer = EditImporter(services)
        self._now = services.now

    def may_ask(self, row: DraftRow) -> bool:
        """Whether a draft can be drafted again."""
        return self._refusal(row) is None

    def queued(self, row: DraftRow) -> Redraft | None:
        """The queued redraft of a draft; None without one."""
        return self._ledger.redrafts.queued_of(row.id)

    def ask(self, rows: Iterable[DraftRow], wanted: WantedDraft, *, who: str) -> RedraftsOutcome:
        """Queue drafts, as one decision. A draft that cannot be drafted again is left.

        Args:
            rows: the drafts as the reviewer saw them.

        Raises:
            UsageError: the note or the facts are too long.
        """
        wanted = wanted.cleaned()
        queued: list[DraftRow] = []
        unfinished: list[DraftRow] = []
        left: list[str] = []
        for row in rows:
            try:
                self._importer.require_unchanged(row)
                if self._is_unfinished(row, wanted):
                    unfinished.append(row)
                else:
                    queued.append(self._ask(row, wanted, who))
            except GeneratorError as error:
                left.append(str(error))
        return RedraftsOutcome(tuple(queued), tuple(unfinished), tuple(left))

    def withdraw(self, row: DraftRow, *, who: str) -> DraftRow:
        """Take a queued redraft back.

        Raises:
            StaleDraft: there is none any more, or the draft changed since ``row`` was read.
        """
        with self._drafts.transaction():
            after = self._drafts.decide(row, row.state, who=who, now=self._now(), note=WITHDRAWN)
            if not self._ledger.redrafts.withdraw(row.id):
                raise StaleDraft(f"{row.name} is not queued any more")
            return after

    def _ask(self, row: DraftRow, wanted: WantedDraft, who: str) -> DraftRow:
        refusal = self._refusal(row) or self._answered(row, wanted)
        if refusal is not None:
            raise UsageError(f"{row.name} {refusal}")
        note = ": ".join(filter(None, (REDRAFTED, wanted.note)))
        with self._drafts.transaction():
            after = self._drafts.decide(row, row.state, who=who, now=self._now(), note=note)
            self._ledger.redrafts.ask(row.id, note=wanted.note, facts=wanted.facts, who=who, now=self._now())
            return after

    def _refusal(self, row: DraftRow) -> str | None:
        """Why a draft cannot be drafted again; None where it can."""
        if row.replaces is not None:
            return f"rewrites a published page: generator rewrite {row.key} --redo --note TEXT"
        if row.state == "near_duplicate":
            return f"is a near duplicate: generator allow {row.name}"
        if row.state not in REDRAFTABLE:
            return f"is {in_words(row.state)} and cannot be drafted again"
        if row.edited:
            return "was edited by a person and is not drafted again"
        if self._ledger.jobs.states_of([row.job])[row.job] in _RUNNING:
            return "is being drafted already"
        return None

    def _is_unfinished(self, row: DraftRow, wanted: WantedDraft) -> bool:
        """Whether a run was to draft it with this note and these facts, and has not ended it."""
        newest = self._ledger.redrafts.newest(row.id)
        if newest is None or newest.job is None or WantedDraft(newest.note, newest.facts) != wanted:
            return False
        return self._ledger.jobs.states_of([newest.job])[newest.job] in ("planned", *_RUNNING)

    def _answered(self, row: DraftRow, wanted: WantedDraft) -> str | None:
        """Why the same request is not sent again: the model has answered it. None where it has not."""
        sent = self._ledger.redrafts.sent(row.id)
        jobs = [item.job for item in sent if item.job and WantedDraft(item.note, item.facts) == wanted]
        states = self._ledger.jobs.states_of(jobs) if jobs else {}
        if all(state in _WITHOUT_ANSWER for state in states.values()):
            return None
        return "was drafted again with this note already; write another note"
