"""What a reviewer does with proposals: accept, edit, skip, reject, accept all clean ones, take back.

The same for the command line and the page. A decision names the proposal as the reviewer saw it; one that changed
meanwhile raises StaleProposal and is left as it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from generator.content.checks import CheckContext
from generator.content.composition import clean_description
from generator.content.display import plural
from generator.content.findings import Finding, errors
from generator.content.keywords import clean_keywords, join_keywords
from generator.content.proposal_states import ProposalState
from generator.content.seo.fields import SeoField, check_seo
from generator.errors import UsageError
from generator.store.ledger.proposal_decisions import ProposalDecision
from generator.store.ledger.proposals import ProposalRow, StaleProposal
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.seo.echoes import Echoes, echo_finding


@dataclass(frozen=True)
class DecidedProposals:
    """What became of many proposals: how many were decided, and a line for each that could not be.

    ``not_clean`` are lines on the proposals that an approval of all clean ones left because of their warnings.
    """

    decided: int
    left: list[str]
    not_clean: list[str] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """Whether a proposal that was meant could not be decided on."""
        return bool(self.left)


class ProposalReviewServices(HasSettings, HasLedger, HasProposals, Protocol):
    """What deciding on proposals takes."""


class ProposalReview:
    """The decisions of reviewers on the proposals of one ledger."""

    def __init__(self, services: ProposalReviewServices) -> None:
        self._echoes = Echoes(services)
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._limits = services.settings.limits
        self._now = services.now

    def accept(self, row: ProposalRow, *, who: str) -> ProposalRow:
        """Approve the new text as the reviewer saw it.

        Raises:
            StaleProposal: it changed meanwhile, has no text, or its checks found errors.
        """
        _approvable(row)
        return self._proposals.decide(row, "approved", who=who, now=self._now())

    def edit(self, row: ProposalRow, text: str, *, who: str) -> ProposalRow:
        """Put the reviewer's text in the place of the proposed one, checked again; it is not yet approved.

        Raises:
            StaleProposal: it changed meanwhile, or is applied.
        """
        new = _polished(row.field, text)
        return self._proposals.edit(row, new, self.check(row, new), who=who, now=self._now())

    def check(self, row: ProposalRow, text: str) -> tuple[Finding, ...]:
        """What the checks would say of another text for this proposal, for showing while it is typed."""
        context = CheckContext(question=row.question, limits=self._limits)
        new = _polished(row.field, text)
        findings = list(check_seo({row.field: new}, context, "draft", fields=[row.field]))
        if row.field == "page_description":
            echoes = self._echoes.published(new, key=row.key, question=row.question)
            echoes += self._echoes.proposed(new, key=row.key, question=row.question)
            findings += map(echo_finding, echoes[:1])
        return tuple(findings)

    def accept_edited(self, row: ProposalRow, text: str, *, who: str) -> ProposalRow:
        """Approve the reviewer's text in the place of the proposed one.

        Raises:
            UsageError: a rule objects to it.
            StaleProposal: the proposal changed meanwhile, or is applied.
        """
        wrong = errors(self.check(row, text))
        if wrong:
            raise UsageError("; ".join(finding.message for finding in wrong))
        with self._ledger.database.transaction():
            return self.accept(self.edit(row, text, who=who), who=who)

    def skip(self, row: ProposalRow, *, who: str) -> ProposalRow:
        """Leave the field as it is for now; a later run may propose again. Raises StaleProposal."""
        return self._proposals.decide(row, "skipped", who=who, now=self._now(), note=f"skipped by {who}")

    def accept_named(self, rows: Sequence[ProposalRow], *, who: str) -> DecidedProposals:
        """Approve these as one decision; those that cannot be approved are left."""
        return self._together(rows, "approved", who, None)

    def reject_named(
        self, rows: Sequence[ProposalRow], *, who: str, note: str | None = None
    ) -> DecidedProposals:
        """Turn these down as one decision: no run proposes for their fields again until the article changes."""
        return self._together(rows, "rejected", who, note)

    def accept_all_clean(
        self, *, who: str, field: SeoField | None = None, expected: int | None = None
    ) -> DecidedProposals:
        """Approve, as one decision, the proposals that no rule objects to, not even with a warning.

        Args:
            field: only those for this field.
            expected: how many the reviewer saw announced.

        Raises:
            StaleProposal: there are not ``expected`` of them any more.
        """
        with self._ledger.database.transaction():
            count = self._proposals.clean_count(field)
            if expected is not None and count != expected:
                raise StaleProposal(
                    f"The list has {plural(count, 'clean proposal')} now, not {expected}. Look at them again."
                )
            rows = (row for row in self._proposals.rows(states=["proposed"], field=field) if row.is_clean)
            result = self._together(rows, "approved", who, "all clean proposals")
            return replace(result, not_clean=self.not_clean(field))

    def not_clean(self, field: SeoField | None = None) -> list[str]:
        """One line on the proposals that wait for a decision and are not clean; none where there are none."""
        codes: Counter[str] = Counter()
        number = 0
        for row in self._proposals.rows(states=["proposed"], field=field):
            if not row.is_clean:
                number += 1
                codes.update({finding.code for finding in row.findings})
        if not number:
            return []
        named = ", ".join(f"{code} ({count:,})" for code, count in codes.most_common())
        return [f"{plural(number, 'proposal')} with warnings left: {named}"]

    def take_back(self, decision: ProposalDecision, *, who: str) -> ProposalRow:
        """Give a proposal the state that it had before a decision, as a new one; its text stays as it is.

        Raises:
            StaleProposal: the proposal changed since: applied, proposed again, or decided on again.
        """
        row = self._proposals.get(decision.row)
        if row.state == "applied":
            raise StaleProposal(
                f"{row.name} is applied, which cannot be undone: put the old text back into {row.path}, by hand or with git"
            )
        return self._proposals.take_back(row, decision, who=who, now=self._now())

    def _together(
        self, rows: Iterable[ProposalRow], state: ProposalState, who: str, note: str | None
    ) -> DecidedProposals:
        decided, left = 0, []
        with self._ledger.database.transaction():
            bulk = self._proposals.decisions.next_bulk()
            for row in rows:
                try:
                    if state == "approved":
                        _approvable(row)
                    self._proposals.decide(row, state, who=who, now=self._now(), note=note, bulk=bulk)
                    decided += 1
                except StaleProposal as error:
                    left.append(str(error))
        return DecidedProposals(decided, left)


def _approvable(row: ProposalRow) -> None:
    """Raises StaleProposal where the checks found errors."""
    if errors(row.findings):
        raise StaleProposal(f"{row.key}: its checks found errors; edit it first")


def _polished(field: SeoField, text: str) -> str:
    """A typed text in the form in which the file holds it."""
    if field == "page_description":
        return clean_description(text)
    return join_keywords(clean_keywords([text]))
