"""The filter of the review queue, and its condition in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.content.evidence.release import ReleaseKind
from generator.content.states import DraftState
from generator.store.ledger.drafts.decisions import IS_RELEASED_AS
from generator.store.ledger.pages import DRAFT_KEY
from generator.store.ledger.question_details import DETAILS_OF_JOBS
from generator.store.ledger.queue.draft_texts import FOUND
from generator.store.ledger.queue.set_aside import ASIDE
from generator.store.ledger.sampling.rows import IS_MARKED
from generator.store.ledger.team.assignments import ASSIGNED_TO, UNASSIGNED

_OUTSIDE_LOTS = f"NOT EXISTS (SELECT 1 FROM lot_member AS own WHERE own.draft = draft.id AND {IS_MARKED})"
_DECIDED_BY = (
    "who = ? COLLATE NOCASE AND undoes IS NULL AND (decision = 'rejected' OR decision = 'approved' AND before <> 'publishing')"
    " AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.undoes = decision.id)"
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which drafts are in a queue. A field that is empty or None does not filter.

    Args:
        states: the state is one of these.
        subject: the name of the subject.
        rule: the code of a finding on the current version.
        model: the model that answered.
        run: the number of a run that made a call for the draft.
        text: the question, the key or the reason contains each word of this text, letter by letter.
        search: the texts of the draft have the words and "phrases" of this text, by their stems. They must have been
            found by :meth:`DraftTexts.find`.
        owner, priority: what the list says about the question; case does not matter.
        due_before, publish_before: the date that the list names is before this one, YYYY-MM-DD.
        rewrites: True for rewrites of published pages, False for new articles.
        released: released by an approval of this kind.
        aside: True for drafts that a reviewer set aside for later, False for the others.
        assigned: assigned to this reviewer.
        unassigned: assigned to nobody.
        decided_by: this person made a decision on the draft that was not undone.
        commented: with an open comment.
        lot: the number of a lot that has the draft.
        outside_lots: no open lot decides on the draft, and no failed one has a person read it.
    """

    states: Sequence[DraftState] = ()
    subject: str | None = None
    rule: str | None = None
    model: str | None = None
    run: int | None = None
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_before: str | None = None
    publish_before: str | None = None
    rewrites: bool | None = None
    released: ReleaseKind | None = None
    search: str | None = None
    aside: bool | None = None
    assigned: str | None = None
    unassigned: bool = False
    decided_by: str | None = None
    commented: bool = False
    lot: int | None = None
    outside_lots: bool = False


def where(wanted: QueueFilter, today: str) -> tuple[str, list[Any]]:
    """The ``WHERE`` clause of a filter, empty without one, and its parameters.

    Args:
        today: decides which drafts are aside, YYYY-MM-DD.
    """
    clauses: list[str] = []
    values: list[Any] = []

    def add(clause: str, *items: Any) -> None:
        clauses.append(clause)
        values.extend(items)

    if wanted.states:
        add(f"draft.state IN ({', '.join('?' * len(wanted.states))})", *wanted.states)
    if wanted.rewrites is not None:
        add(f"draft.replaces IS {'NOT ' if wanted.rewrites else ''}NULL")
    if wanted.subject is not None:
        add("draft.subject = ?", wanted.subject)
    if wanted.model is not None:
        add("draft.model = ?", wanted.model)
    if wanted.rule is not None:
        add("draft.id IN (SELECT draft FROM draft_rule WHERE code = ?)", wanted.rule)
    if wanted.released is not None:
        add(IS_RELEASED_AS, wanted.released)
    if wanted.run is not None:
        add("draft.job IN (SELECT job FROM call WHERE run = ?)", wanted.run)
    for condition, value in (
        ("owner = ? COLLATE NOCASE", wanted.owner),
        ("priority = ? COLLATE NOCASE", wanted.priority),
        ("due < ?", wanted.due_before),
        ("publish_on < ?", wanted.publish_before),
    ):
        if value is not None:
            add(f"draft.job IN (SELECT job.id FROM {DETAILS_OF_JOBS} WHERE detail.{condition})", value)
    if wanted.aside is not None:
        add(f"draft.id {'' if wanted.aside else 'NOT '}IN ({ASIDE})", today)
    if wanted.lot is not None:
        add("draft.id IN (SELECT own.draft FROM lot_member AS own WHERE own.lot = ?)", wanted.lot)
    if wanted.outside_lots:
        add(_OUTSIDE_LOTS)
    if wanted.assigned is not None:
        add(ASSIGNED_TO, wanted.assigned, wanted.assigned)
    if wanted.unassigned:
        add(UNASSIGNED)
    if wanted.decided_by is not None:
        add(f"draft.id IN (SELECT draft FROM decision WHERE {_DECIDED_BY})", wanted.decided_by)
    if wanted.commented:
        add("draft.id IN (SELECT draft FROM comment WHERE resolved_at IS NULL)")
    if wanted.search:
        add(FOUND)
    for word in (wanted.text or "").split():
        escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        add(
            f"(draft.question LIKE ? ESCAPE '!' OR {DRAFT_KEY} LIKE ? ESCAPE '!' OR draft.reason LIKE ? ESCAPE '!')",
            *[f"%{escaped}%"] * 3,
        )
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), values
