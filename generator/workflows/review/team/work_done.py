"""The use case of ``review-log``: the work of each person on a day or in a month, for planning, not for scoring.

Days and months begin at midnight of this machine. A decision that was undone counts as undone, and as nothing else.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.drafts.search_text import search_text
from generator.errors import UsageError
from generator.workflows.ports import HasDrafts, HasLedger, HasWorkLog

if TYPE_CHECKING:
    from generator.store.ledger.team.work_log import DraftWork

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass
class PersonWork:
    """What one person did in a period.

    Attributes:
        drafts: on how many drafts they decided, or which they edited.
        approved, rejected, allowed, edited: how many drafts.
        undone: how many of their decisions were undone, by anyone.
        proposals, clusters: on how many they decided.
        words: of the answers of ``drafts``; None where they were not counted.
    """

    who: str
    approved: int = 0
    rejected: int = 0
    allowed: int = 0
    edited: int = 0
    undone: int = 0
    comments: int = 0
    proposals: int = 0
    clusters: int = 0
    words: int | None = None
    versions: dict[int, str | None] = field(default_factory=dict, repr=False)

    @property
    def drafts(self) -> int:
        """On how many drafts they decided, or which they edited."""
        return len(self.versions)


@dataclass(frozen=True)
class Period:
    """From ``since`` until before ``until``, in the ledger's format; ``name`` is that of the day or month."""

    name: str
    since: str
    until: str


class WorkServices(HasLedger, HasDrafts, HasWorkLog, Protocol):
    """The services that counting work needs."""


def month_of(text: str) -> Period:
    """The month ``YYYY-MM``.

    Raises:
        UsageError: it is none.
    """
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1970:
        raise UsageError(f"--month {text!r} is not a month of the form YYYY-MM")
    first = datetime.date(int(found[1]), int(found[2]), 1)
    return _period(text, first, (first + datetime.timedelta(days=31)).replace(day=1))


def days_until(now: str, days: int) -> Period:
    """The last days up to the end of today; 1 is today."""
    today = datetime.datetime.fromisoformat(now).astimezone().date()
    first = today - datetime.timedelta(days=days - 1)
    return _period(first.isoformat(), first, today + datetime.timedelta(days=1))


def work_done(services: WorkServices, period: Period, *, with_words: bool = False) -> list[PersonWork]:
    """What each person did in a period, by name.

    Args:
        with_words: count the words of the answers, for which every version is read.
    """
    if not services.has_ledger:
        return []
    log = services.work_log
    people: dict[str, PersonWork] = {}

    def person(who: str) -> PersonWork:
        return people.setdefault(who, PersonWork(who))

    steps: dict[str, list[DraftWork]] = defaultdict(list)
    for step in log.on_drafts(period.since, period.until):
        if _kind(step) is not None:
            steps[step.who].append(step)
    for who, own in steps.items():
        _count_drafts(person(who), own)
    for other in log.on_proposals(period.since, period.until):
        person(other.who).proposals = other.standing
        person(other.who).undone += other.undone
    for other in log.on_clusters(period.since, period.until):
        person(other.who).clusters = other.standing
        person(other.who).undone += other.undone
    for who, count in log.comments(period.since, period.until).items():
        person(who).comments = count
    if with_words:
        _count_words(services, list(people.values()))
    return sorted(people.values(), key=lambda one: one.who.casefold())


def drafts_today(services: WorkServices, who: str) -> int:
    """On how many drafts a person decided today, or which they edited."""
    today = days_until(services.now(), 1)
    own = PersonWork(who)
    _count_drafts(own, services.work_log.on_drafts(today.since, today.until, who=who))
    return own.drafts


def _count_drafts(work: PersonWork, steps: list[DraftWork]) -> None:
    """Count the steps of one person; several edits of one draft are one."""
    of_kind: dict[str, set[int]] = defaultdict(set)
    for step in steps:
        kind = _kind(step)
        if kind is None:
            continue
        if step.is_undone:
            work.undone += 1
            continue
        of_kind[kind].add(step.draft)
        work.versions[step.draft] = step.sha
    work.approved, work.rejected = len(of_kind["approved"]), len(of_kind["rejected"])
    work.allowed, work.edited = len(of_kind["allowed"]), len(of_kind["edited"])


def _kind(step: DraftWork) -> str | None:
    """What a step was; None for the steps of publishing, and for requests that change nothing yet."""
    if step.decision in ("publishing", "published") or step.before == "publishing":
        return None
    if step.decision in ("approved", "rejected"):
        return step.decision
    if step.decision == "near_duplicate":
        return "allowed"
    return "edited" if step.is_edit else None


def _count_words(services: WorkServices, people: list[PersonWork]) -> None:
    counted: dict[str, int] = {}
    for person in people:
        shas = [sha for sha in person.versions.values() if sha is not None]
        for sha in shas:
            if sha not in counted:
                counted[sha] = search_text(services.ledger.blobs.get(sha)).words
        person.words = sum(counted[sha] for sha in shas)


def _period(name: str, first: datetime.date, after: datetime.date) -> Period:
    return Period(name, _midnight(first), _midnight(after))


def _midnight(date: datetime.date) -> str:
    """The local midnight at which a day begins, as the ledger stores times."""
    local = datetime.datetime.combine(date, datetime.time()).astimezone()
    return local.astimezone(datetime.UTC).isoformat(timespec="milliseconds")
