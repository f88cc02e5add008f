"""What a reviewer does with proposals: accept, edit, skip, reject, accept all clean ones. The same for shell and browser.

A decision names the proposal as the reviewer saw it; one that changed meanwhile raises StaleProposal and is
left as it is.
"""

from collections.abc import Callable

from generator.content.checks import CheckContext
from generator.content.composition import polish
from generator.content.draft import Draft
from generator.content.findings import Finding, errors
from generator.content.limits import Limits
from generator.content.seo import SeoField, check_seo
from generator.store.ledger import Ledger
from generator.store.proposals import ProposalRow, Proposals, StaleProposal
from generator.store.site_descriptions import SiteDescriptions

_CHUNK = 200


class ProposalReview:
    """The decisions of reviewers on the proposals of one ledger."""

    def __init__(
        self,
        ledger: Ledger,
        proposals: Proposals,
        site: SiteDescriptions,
        limits: Limits,
        *,
        now: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._proposals = proposals
        self._site = site
        self._limits = limits
        self._now = now

    def accept(self, row: ProposalRow, *, who: str, note: str | None = None) -> ProposalRow:
        """Approve the new text as the reviewer saw it.

        Raises:
            StaleProposal: it changed meanwhile, has no text, or its checks found errors.
        """
        if errors(row.findings):
            raise StaleProposal(f"{row.key}: its checks found errors; edit it first")
        return self._proposals.decide(row, "approved", who=who, now=self._now(), note=note)

    def edit(self, row: ProposalRow, text: str, *, who: str) -> ProposalRow:
        """Put the reviewer's text in the place of the proposed one, checked anew; it is not yet approved.

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
            echoes = self._site.echoes(new, key=row.key, question=row.question)
            echoes += self._proposals.echoes(
                new, key=row.key, question=row.question, frequency=self._site.frequency
            )
            findings += [
                Finding(
                    "description-echo", "error", row.field, f"says nearly the same as another page: {echo}"
                )
                for echo in echoes[:1]
            ]
        return tuple(findings)

    def skip(self, row: ProposalRow, *, who: str, note: str | None = None) -> ProposalRow:
        """Leave the field as it is for now; a later run may propose again. Raises StaleProposal."""
        return self._proposals.decide(
            row, "skipped", who=who, now=self._now(), note=note or f"skipped by {who}"
        )

    def reject(self, row: ProposalRow, *, who: str, note: str | None = None) -> ProposalRow:
        """Turn the text down; no run proposes for this field again until the article changes. Raises StaleProposal."""
        return self._proposals.decide(row, "rejected", who=who, now=self._now(), note=note)

    def accept_all_clean(self, *, who: str, note: str | None = None) -> int:
        """Approve every proposal whose checks found no error; returns how many. One that changes meanwhile is left out."""
        accepted = 0
        rows = self._proposals.rows(states=["proposed"])
        while True:
            with self._ledger.database.transaction():
                count = 0
                for row, _ in zip(rows, range(_CHUNK), strict=False):
                    count += 1
                    try:
                        self.accept(row, who=who, note=note)
                    except StaleProposal:
                        continue
                    accepted += 1
            if count < _CHUNK:
                return accepted


def _polished(field: SeoField, text: str) -> str:
    """A typed text in the form in which the file holds it."""
    description = text if field == "page_description" else ""
    keywords = tuple(text.split(",")) if field == "page_keywords" else ()
    draft = polish(
        Draft(introduction="", points=(), conclusion="", page_description=description, page_keywords=keywords)
    )
    return draft.page_description if field == "page_description" else ", ".join(draft.page_keywords)
