"""Records reviewers' decisions on proposals: accept, edit, skip, reject, accept all clean ones, undo.

The command line and the review page use the same functions. A decision is made on the proposal as the reviewer saw it.
If the proposal changed since, StaleProposal is raised and nothing is recorded.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from generator.content.checks import CheckContext
from generator.content.display import plural
from generator.content.drafts.composition import clean_description
from generator.content.findings import Finding, errors
from generator.content.keywords import clean_keywords, join_keywords
from generator.content.markdown.line_breaks import decode
from generator.content.seo.fields import SeoField, check_seo
from generator.content.seo.material import excerpt
from generator.content.seo.proposal_states import LIVE, ProposalState
from generator.errors import UsageError
from generator.store.ledger.row_versions import require_as_seen
from generator.store.ledger.seo.proposal_decisions import ProposalDecision
from generator.store.ledger.seo.proposals import ProposalRow, StaleProposal
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.seo.published import article_of
from generator.workflows.site.duplicate_descriptions import DuplicateDescriptions, duplicate_finding


@dataclass(frozen=True)
class DecidedProposals:
    """The result of a decision on several proposals.

    ``decided`` counts the proposals that were decided on. ``left`` has a line for each that could not be. ``not_clean``
    has lines on proposals that were skipped because of warnings when all clean ones were approved.
    """

    decided: int
    left: list[str]
    not_clean: list[str] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """Whether a proposal could not be decided on."""
        return bool(self.left)


class ProposalReviewServices(HasSettings, HasLedger, HasProposals, Protocol):
    """The services that deciding on proposals needs."""


class ProposalReview:
    """Records decisions on the proposals of one ledger. ``who`` is the reviewer's name."""

    def __init__(self, services: ProposalReviewServices) -> None:
        self._duplicates = DuplicateDescriptions(services)
        self._settings = services.settings
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._limits = services.settings.limits
        self._house = services.settings.house
        self._now = services.now

    def accept(self, row: ProposalRow, *, who: str) -> ProposalRow:
        """Approve the new text as the reviewer saw it.

        Raises:
            StaleProposal: the proposal changed since, has no text, or has errors.
        """
        _require_no_errors(row)
        return self._proposals.decide(row, "approved", who=who, now=self._now())

    def edit(self, row: ProposalRow, text: str, *, who: str) -> ProposalRow:
        """Replace the proposed text by the reviewer's text, and check it. It is not approved yet.

        Raises:
            StaleProposal: the proposal changed since, or is applied.
        """
        new = _polished(row.field, text)
        return self._proposals.edit(row, new, self.check(row, new), who=who, now=self._now())

    def check(self, row: ProposalRow, text: str) -> tuple[Finding, ...]:
        """The findings of the checks on another text for this proposal. Nothing is recorded."""
        context = CheckContext(question=row.question, limits=self._limits, house=self._house)
        new = _polished(row.field, text)
        answer = excerpt(self._answer(row))
        findings = list(check_seo({row.field: new}, context, "draft", answer=answer, fields=[row.field]))
        if row.field == "page_description":
            duplicates = self._duplicates.published(new, key=row.key)
            duplicates += self._duplicates.proposed(new, key=row.key)
            findings += [duplicate_finding(item.text) for item in duplicates[:1]]
        return tuple(findings)

    def _answer(self, row: ProposalRow) -> str:
        """The answer of the article as the site has it now; empty where it cannot be read."""
        document = article_of(self._settings, row.path)
        return decode(document.get("answer") or "") if document is not None else ""

    def accept_edited(self, row: ProposalRow, text: str, *, who: str) -> ProposalRow:
        """Replace the proposed text by the reviewer's text, and approve it.

        Raises:
            UsageError: the text has an error.
            StaleProposal: the proposal changed since, or is applied.
        """
        found = errors(self.check(row, text))
        if found:
            raise UsageError("; ".join(finding.message for finding in found))
        with self._ledger.database.transaction():
            return self.accept(self.edit(row, text, who=who), who=who)

    def skip(self, row: ProposalRow, *, who: str) -> ProposalRow:
        """Leave the field as it is; a later run may propose a text again.

        Raises:
            StaleProposal: the proposal changed since.
        """
        return self._proposals.decide(row, "skipped", who=who, now=self._now(), note=f"skipped by {who}")

    def accept_named(self, rows: Sequence[ProposalRow], *, who: str) -> DecidedProposals:
        """Approve these proposals as one decision. Proposals that cannot be approved are skipped."""
        return self._together(rows, "approved", who, None)

    def reject_named(
        self, rows: Sequence[ProposalRow], *, who: str, note: str | None = None
    ) -> DecidedProposals:
        """Reject these proposals as one decision: no run proposes for their fields again until the article changes."""
        return self._together(rows, "rejected", who, note)

    def accept_all_clean(
        self, *, who: str, field: SeoField | None = None, seen: str | None = None
    ) -> DecidedProposals:
        """Approve all clean proposals, which have neither an error nor a warning, as one decision.

        Args:
            field: only proposals for this field; None for all.
            seen: the digest of the clean proposals that the reviewer saw
                (:func:`generator.store.ledger.row_versions.digest_of`); None if no list was shown.

        Raises:
            StaleProposal: the clean proposals are not those.
        """
        with self._ledger.database.transaction():
            rows = [row for row in self._proposals.rows(states=["proposed"], field=field) if row.is_clean]
            require_as_seen(rows, seen, StaleProposal)
            result = self._together(rows, "approved", who, "all clean proposals")
            return replace(result, not_clean=self.not_clean(field))

    def not_clean(self, field: SeoField | None = None) -> list[str]:
        """One line that counts the proposed texts with findings by rule; no line if there are none."""
        codes: Counter[str] = Counter()
        number = 0
        for row in self._proposals.rows(states=["proposed"], field=field):
            if not row.is_clean:
                number += 1
                codes.update({finding.code for finding in row.findings})
        if not number:
            return []
        rules = ", ".join(f"{code} ({count:,})" for code, count in codes.most_common())
        return [f"{plural(number, 'proposal')} with warnings not approved: {rules}"]

    def undo(self, decision: ProposalDecision, *, who: str) -> ProposalRow:
        """Undo a decision, recorded as a new decision: the state is the one before it. The text does not change.

        Raises:
            StaleProposal: the proposal was applied, proposed again, or decided on again since.
        """
        row = self._proposals.get(decision.row)
        if row.state == "applied":
            raise StaleProposal(
                f"{row.name} is applied, which cannot be undone: restore the old text in {row.path} by hand or with git"
            )
        if row.state not in LIVE and decision.before in LIVE and row.field == "page_description" and row.new:
            taken = self._duplicates.proposed(row.new, key=row.key)
            if taken:
                raise StaleProposal(f"{row.name}: {taken[0].page} was proposed nearly the same text since")
        return self._proposals.undo(row, decision, who=who, now=self._now())

    def _together(
        self, rows: Iterable[ProposalRow], state: ProposalState, who: str, note: str | None
    ) -> DecidedProposals:
        decided, left = 0, []
        with self._ledger.database.transaction():
            bulk = self._proposals.decisions.next_bulk()
            for row in rows:
                try:
                    if state == "approved":
                        _require_no_errors(row)
                    self._proposals.decide(row, state, who=who, now=self._now(), note=note, bulk=bulk)
                    decided += 1
                except StaleProposal as error:
                    left.append(str(error))
        return DecidedProposals(decided, left)


def _require_no_errors(row: ProposalRow) -> None:
    """Raises StaleProposal if the proposal has errors."""
    if errors(row.findings):
        raise StaleProposal(f"{row.key}: the proposal has errors; edit it first")


def _polished(field: SeoField, text: str) -> str:
    """A typed text in the form in which the article file stores it."""
    if field == "page_description":
        return clean_description(text)
    return join_keywords(clean_keywords([text]))
