"""Asking again for what was drafted: which drafts may be replaced, and what a redo that was cut short goes on with."""

from collections.abc import Collection
from dataclasses import dataclass

from generator.content.states import SETTLED
from generator.store.ledger.ledger import Ledger, hash_of
from generator.store.ledger.records import JobSummary, Realm


@dataclass(frozen=True)
class RedoFilter:
    """Which drafts ``--redo`` asks for again. Empty fields do not filter.

    ``since`` is when the same redo was begun, if it was cut short: what it redid already is not redone again.
    """

    states: frozenset[str] = frozenset()
    other_prompt_than: str | None = None
    since: str | None = None

    def takes(self, job: JobSummary) -> bool:
        """Whether a job's draft may be and is to be replaced."""
        if job.draft_edited or job.draft_state in SETTLED or job.state in ("claimed", "batched"):
            return False
        if self.since is not None and job.generation > 0 and job.created_at >= self.since:
            return False
        if self.states and job.draft_state not in self.states:
            return False
        return self.other_prompt_than is None or job.prompt_hash != self.other_prompt_than


class Redo:
    """The redo of one list: the same command, run again after an interruption, goes on with it.

    Args:
        source: the list as the command names it.
        states: of the drafts to replace; empty for all.
        other_prompt_than: the hash of the prompt whose drafts are kept; None for those of every prompt.
    """

    def __init__(
        self,
        ledger: Ledger,
        source: str,
        *,
        realm: Realm,
        states: Collection[str] = (),
        other_prompt_than: str | None = None,
    ) -> None:
        self._ledger = ledger
        self._states = frozenset(states)
        self._other_prompt_than = other_prompt_than
        self._key = hash_of(source, realm, *sorted(states), other_prompt_than or "")

    def begin(self, *, now: str) -> RedoFilter:
        """What to replace; a redo that was cut short is gone on with."""
        return self._filter(self._ledger.begin_redo(self._key, now=now))

    def preview(self) -> RedoFilter:
        """What :meth:`begin` would replace; nothing is written."""
        return self._filter(self._ledger.redo_begun(self._key))

    def end(self) -> None:
        """Record that all of it was replaced: the same command begins a new redo."""
        self._ledger.end_redo(self._key)

    def _filter(self, since: str | None) -> RedoFilter:
        return RedoFilter(self._states, self._other_prompt_than, since)
