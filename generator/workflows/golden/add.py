"""The use case of ``golden add``: a draft that a reviewer corrected or rejected becomes a case, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from generator.content.claims.claim import texts_of
from generator.content.claims.find import find_claims
from generator.content.drafts.revision import draft_of, markdown_of
from generator.content.facts import Fact, facts_held
from generator.content.frontmatter import read
from generator.content.questions.kinds import kind_of
from generator.content.text import one_line
from generator.errors import FrontMatterError, UsageError
from generator.store.ledger.drafts.decisions import EDIT_NAMES
from generator.store.ledger.pages import draft_page
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.golden.case_table import AddedRow, add_row
from generator.workflows.golden.golden_set import sources_of
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasRevisions,
    HasSettings,
)
from generator.workflows.review.draft_names import find_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.content.claims.claim import Claim, ClaimKind
    from generator.content.drafts.draft import Draft
    from generator.store.ledger.drafts.rows import DraftRow

_LOOKED_FOR: frozenset[ClaimKind] = frozenset({"figure", "date", "name", "law", "dose", "quotation"})
_MOST_FACTS = 6
_MOST_FACT_CHARS = 60


class AddServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasClaims, HasCorpus, Protocol
):
    """What making a case of a draft takes."""


@dataclass(frozen=True)
class AddRequest:
    """Which draft becomes a case.

    Args:
        to: the table of the golden set.
        expect: what a good reply does: ``answer`` or ``decline``.
        facts: as in the table, instead of those that the correction shows; None for the latter.
        reason: instead of the one in the ledger; None for the latter.
    """

    name: str
    to: Path
    expect: str = "answer"
    facts: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class AddOutcome:
    """What became of a draft.

    Args:
        values: of the row, by column.
        missing_sources: the documents that the draft rests on and that the golden set does not have.
    """

    row: AddedRow
    values: dict[str, str]
    missing_sources: tuple[str, ...] = ()


def add_case(services: AddServices, request: AddRequest) -> AddOutcome:
    """Make a case of a draft. A question that the table has already is left as it is.

    Raises:
        UsageError: no draft has the name, nobody corrected or rejected it, or the file is not a table of questions.
        StorageError: the file cannot be written.
    """
    row = EditImporter(services).sync(find_draft(services, request.name))
    rejected = row.state == "rejected"
    corrected = _corrected(services, row)
    if not rejected and corrected is None:
        raise UsageError(
            f"{row.name} is {row.state} and nobody has corrected it: a case is made of a draft that a reviewer edited,"
            " revised or rejected"
        )
    found = list(_facts(services, row, corrected)) if request.expect == "answer" else []
    sources, missing = _sources(services, row, request.to)
    values = {
        "subject": row.subject or "",
        "question": row.question,
        "kind": kind_of(row.question),
        "expect": request.expect,
        "facts": "; ".join(found) if request.facts is None else request.facts,
        "sources": "; ".join(sources),
        "reason": request.reason or "; ".join(dict.fromkeys(_reasons(services, row))),
    }
    return AddOutcome(add_row(request.to, values), values, missing)


def _corrected(services: AddServices, row: DraftRow) -> tuple[Draft, Draft] | None:
    """The last draft of the model before a person changed it, and the draft as it is now; None where nobody did."""
    versions = services.drafts.versions.of(row.id)
    first = next((version.n for version in versions if version.origin in EDIT_NAMES), None)
    before = [version.n for version in versions if first is not None and version.n < first]
    if not before:
        return None
    texts = [services.drafts.versions.data(row.id, n) for n in (before[-1], row.version)]
    try:
        old, new = (draft_of(read(data or b"")) for data in texts)
    except FrontMatterError:
        return None
    return (old, new) if old != new else None


def _reasons(services: AddServices, row: DraftRow) -> Iterator[str]:
    """Why people changed or rejected it, in their words, oldest first."""
    for decision in services.drafts.decisions.of(row.id):
        if decision.decision == "rejected" and decision.note:
            yield f"rejected: {one_line(decision.note)}"
    for revision in services.revisions.of(row.id):
        if revision.state == "accepted":
            yield f"revised: {one_line(revision.comment)}"
    for claim in services.claims.of(draft_page(row.job)):
        decided = claim.decision
        if decided is not None and decided.decision in ("struck", "edited"):
            why = decided.note or claim.verdict.reason or claim.verdict.quote or claim.verdict.name
            yield f"{decided.decision} {claim.words!r}: {one_line(why)}"


def _facts(services: AddServices, row: DraftRow, corrected: tuple[Draft, Draft] | None) -> Iterator[str]:
    """What the reviewer put in, and, with ``!``, what the reviewer took out, as facts that a rule can look for."""
    if corrected is not None:
        old, new = corrected
        old_text, new_text = markdown_of(old), markdown_of(new)
        yield from _only_in(find_claims(texts_of(new)), old_text)
        yield from (f"!{words}" for words in _only_in(find_claims(texts_of(old)), new_text))
        return
    for claim in services.claims.of(draft_page(row.job)):
        decided = claim.decision is not None and claim.decision.decision in ("struck", "edited")
        if decided and _is_writable(claim.words):
            yield f"!{one_line(claim.words)}"


def _only_in(claims: Iterable[Claim], other: str) -> list[str]:
    """The words of claims that another text has nowhere, each once."""
    words = dict.fromkeys(one_line(claim.words) for claim in claims if claim.kind in _LOOKED_FOR)
    new = [each for each in words if _is_writable(each) and not facts_held([Fact(each, (each,))], other)]
    return new[:_MOST_FACTS]


def _is_writable(words: str) -> bool:
    """Whether words can stand in a list of facts and say something."""
    return 1 < len(words) <= _MOST_FACT_CHARS and not set(words) & set(";|!") and any(map(str.isalnum, words))


def _sources(services: AddServices, row: DraftRow, table: Path) -> tuple[list[str], tuple[str, ...]]:
    """The documents that the draft was given, and those of them that the golden set does not have."""
    passages = services.ledger.jobs.get(row.job).context.get("passages", ())
    names = dict.fromkeys(part["key"] for part in passages if part["kind"] == "source")
    folder = sources_of(table)
    there = [name for name in names if folder is not None and (folder / name).is_file()]
    return there, tuple(name for name in names if name not in there)
