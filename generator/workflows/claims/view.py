"""The claims of a page as its text is now: recorded verdicts of sentences that are still there, the rest unchecked.

A verdict belongs to a sentence. A claim whose sentence was edited or removed is left out, by whichever way that
happened, and what the rules find in the new sentence is unchecked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.claims.claim import CLAIM_KINDS, Claim, identity_of
from generator.content.claims.find import find_claims
from generator.content.claims.text import claim_sentences
from generator.content.claims.verdict import UNCHECKED, RequiredClaims, Verdict, must_be_settled
from generator.store.ledger.pages import draft_page
from generator.workflows.pages.page import texts_of_file
from generator.workflows.ports import HasClaims, HasDrafts, HasSettings, HasSubjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.store.ledger.claims import ClaimRow
    from generator.store.ledger.drafts.rows import DraftRow


@dataclass(frozen=True, slots=True)
class PresentClaim:
    """A claim in the present text; ``row`` is None where no check has recorded it."""

    claim: Claim
    row: ClaimRow | None = None

    @property
    def verdict(self) -> Verdict:
        """What the last check said of it."""
        return self.row.verdict if self.row else UNCHECKED

    @property
    def is_settled(self) -> bool:
        """Whether a person confirmed it as it is."""
        return self.row is not None and self.row.is_settled

    def is_open(self, required: RequiredClaims) -> bool:
        """Whether it must be settled before the draft may be approved."""
        return not self.is_settled and must_be_settled(self.verdict.name, required)


class ClaimViewServices(HasSettings, HasDrafts, HasClaims, HasSubjects, Protocol):
    """What viewing the claims of drafts takes."""


def present_claims(texts: Mapping[str, str], rows: Sequence[ClaimRow]) -> list[PresentClaim]:
    """The claims in these texts, in the order of the page.

    Args:
        rows: every claim that the page has or had.
    """
    by_rules = {claim.identity: claim for claim in find_claims(texts)}
    known = {row.identity: row for row in rows}
    found = {id_: PresentClaim(claim, known.get(id_)) for id_, claim in by_rules.items()}
    for row in rows:
        if row.identity not in found:
            claim = _placed(row, texts)
            if claim is not None:
                found[row.identity] = PresentClaim(claim, row)
    order = {field: number for number, field in enumerate(texts)}
    return sorted(
        found.values(), key=lambda item: (order[item.claim.field], item.claim.start, item.claim.end)
    )


def claims_of_draft(
    services: ClaimViewServices, row: DraftRow, data: bytes | None = None
) -> list[PresentClaim]:
    """The claims of a draft's present text.

    Args:
        data: the bytes of its present version, if they are read already.
    """
    texts = texts_of_file(services.drafts.data(row) if data is None else data)
    return [] if texts is None else present_claims(texts, services.claims.of(draft_page(row.job)))


def required_claims(services: ClaimViewServices, subject: str | None) -> RequiredClaims:
    """Which claims of a draft of this subject must be settled before it may be approved."""
    known = services.subjects.resolve(subject or "")
    own = known.require_claims if known else None
    return own or services.settings.review.require_claims


def open_claims(services: ClaimViewServices, row: DraftRow) -> list[PresentClaim]:
    """The claims of a draft that a person must settle before it may be approved."""
    required = required_claims(services, row.subject)
    if required == "none":
        return []
    if required == "contradicted" and not _may_be_contradicted(services, row):
        return []
    return [item for item in claims_of_draft(services, row) if item.is_open(required)]


def _may_be_contradicted(services: ClaimViewServices, row: DraftRow) -> bool:
    """Whether a contradiction is recorded that nobody has settled; most drafts need not be searched for claims then."""
    recorded = services.claims.of(draft_page(row.job))
    return any(
        must_be_settled(claim.verdict.name, "contradicted") for claim in recorded if not claim.is_settled
    )


def _placed(row: ClaimRow, texts: Mapping[str, str]) -> Claim | None:
    """The claim of a row at its present place; None where its sentence is not in the texts."""
    for field in sorted(texts, key=lambda name: name != row.field):
        for claim in _with_words(row, field, texts[field]):
            if claim.identity == row.identity:
                return claim
    return None


def _with_words(row: ClaimRow, field: str, text: str) -> Iterator[Claim]:
    """The words of a row wherever its sentence is in a text."""
    wanted = " ".join(row.sentence.split())
    kind = next(kind for kind in CLAIM_KINDS if kind == row.kind)
    for start, end in claim_sentences(text):
        sentence = text[start:end]
        if " ".join(sentence.split()) != wanted:
            continue
        at = sentence.find(row.words)
        while at >= 0:
            if identity_of(kind, row.words, sentence, at) == row.identity:
                yield Claim(kind, row.words, sentence, field, start + at, start + at + len(row.words), start)
            at = sentence.find(row.words, at + 1)
