"""What a reviewer has read of a draft: reported by the review page, and the evidence of an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.drafts.search_text import search_text
from generator.content.evidence.reading import Reading, least_seconds
from generator.content.evidence.release import Release, duration
from generator.store.ledger.pages import draft_page
from generator.workflows.draft_files.checker import EDIT
from generator.workflows.ports import HasClaims, HasDrafts, HasLedger

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.content.evidence.release import RequiredRelease
    from generator.content.site.subjects import SubjectList
    from generator.store.ledger.drafts.rows import DraftRow


class ReadingServices(HasLedger, HasDrafts, HasClaims, Protocol):
    """What recording and judging a reading takes."""


class ReadingState(NamedTuple):
    """What a reviewer has read of the present text of a draft, and how many words that has."""

    reading: Reading
    words: int

    @property
    def is_read(self) -> bool:
        """Whether an approval now would say that the reviewer read the text."""
        return self.reading.covers(self.words)

    def in_words(self) -> str:
        """The state as one sentence for the reviewer."""
        spent = duration(self.reading.seconds)
        if self.is_read:
            return f"You have read this text to its end, in {spent}."
        least = duration(max(1.0, least_seconds(self.words)))
        seen = "you have seen its end" if self.reading.to_end else "you have not seen all of it"
        return f"Counts as read when all of it was seen and it was open for {least}: {seen}, and it was open for {spent}."


def record_opening(services: ReadingServices, row: DraftRow, sha: str, *, who: str) -> None:
    """Record that a reviewer opened a version of a draft; one that the draft never had is ignored."""
    if services.drafts.versions.has(row.id, sha):
        with services.drafts.transaction():
            services.drafts.readings.open(row.id, sha, who=who, now=services.now())


def record_reading(
    services: ReadingServices, row: DraftRow, sha: str, reported: Reading, *, who: str, is_last: bool = False
) -> bool:
    """Add what the page reports of a version; returns whether it was recorded. See ``Readings.add``."""
    drafts = services.drafts
    if not drafts.versions.has(row.id, sha):
        return False
    with drafts.transaction():
        return drafts.readings.add(row.id, sha, reported, who=who, now=services.now(), is_last=is_last)


def reading_state(services: ReadingServices, row: DraftRow, who: str) -> ReadingState:
    """What a reviewer has read of the present text of a draft.

    The reading of a text counts for the text that the same reviewer made of it by an edit on the page: who has read a
    text and corrects a word need not read it all again. It does not count for a model's revision, for an edit in a
    spreadsheet, or for an edit by somebody else.
    """
    drafts = services.drafts
    readings = drafts.readings.of(row.id, who)
    if not readings:
        return ReadingState(Reading(), search_text(drafts.data(row)).words)
    makers: dict[tuple[str | None, str], str] = {}
    for decision in drafts.decisions.of(row.id):
        makers.setdefault((decision.sha, decision.at), decision.who)  # a version is recorded with a decision
    counted: set[str] = set()
    for version in reversed(drafts.versions.of(row.id)):
        counted.add(version.sha)
        if version.origin != EDIT or makers.get((version.sha, version.created_at)) != who:
            break
    found = [readings[sha] for sha in counted if sha in readings]
    total = Reading(sum(each.seconds for each in found), any(each.to_end for each in found))
    return ReadingState(total, search_text(drafts.data(row)).words)


def required_release(settings: Settings, subjects: SubjectList, subject: str | None) -> RequiredRelease:
    """The least by which drafts of a subject must be released: that of the subject, else that of all subjects."""
    known = subjects.resolve(subject or "")
    return settings.publish.require if known is None or known.require is None else known.require


def release_by(services: ReadingServices, row: DraftRow, who: str) -> Release:
    """How an approval by this reviewer releases the present text: ``read`` if that is on record, else ``bulk``."""
    state = reading_state(services, row, who)
    settled = sum(claim.decision is not None for claim in services.claims.of(draft_page(row.job)))
    return Release(
        "read" if state.is_read else "bulk",
        seconds=round(state.reading.seconds, 1) if state.is_read else None,
        edited=row.edited,
        claims=settled,
    )
