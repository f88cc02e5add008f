"""A draft as the ledger stores it: its row, and a new result for it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from generator.content.findings import Finding
from generator.content.states import DraftState
from generator.store.ledger.decision_log import StaleRow
from generator.store.ledger.pages import DRAFT_KEY


class StaleDraft(StaleRow):
    """A draft has changed since it was read, or the decision is not allowed in its state."""


@dataclass(frozen=True, slots=True)
class ReplacedPage:
    """The published page that a rewrite replaces.

    Args:
        path: of its file, below the content folder.
        basis: the SHA-256 of the bytes that the model was shown.
    """

    path: str
    basis: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft.

    Args:
        job: the job of its current result.
        key: ``subject/slug``; None where it has no address. Of a rewrite, that of its page.
        lock: counts its changes.
        version: the number of the current version; None without bytes, as ``sha``, their hash.
        path: of its file, below the output folder.
        edited: whether a person changed its bytes.
        errors, warnings: how many findings the current version has.
        reason: why it is in its state; None without a reason.
        replaces: the path of the published page that it rewrites, below the content folder; None for a new article.
        basis: the SHA-256 of that page's bytes, as the model was shown them.
    """

    id: int
    job: int
    key: str | None
    question: str
    subject: str | None
    state: DraftState
    lock: int
    version: int | None
    sha: str | None
    path: str | None
    offline: bool
    edited: bool
    errors: int
    warnings: int
    model: str | None
    mode: str | None
    reason: str | None
    updated_at: str
    score: float
    """What the judge gave the current version, from 1 to 5; -1 where it gave nothing."""
    checks: float
    """The score of the checks of the current version, from 0 to 100; -1 where it was not computed."""
    replaces: str | None = None
    basis: str | None = None
    words: int = 0
    """The length of the answer of the current version."""
    open_claims: int = 0
    """How many of its claims a check contradicts or doubts, and nobody has confirmed."""

    @property
    def page(self) -> ReplacedPage | None:
        """The page that it replaces; None for a new article."""
        if self.replaces is None or self.basis is None:
            return None
        return ReplacedPage(self.replaces, self.basis)

    @property
    def name(self) -> str:
        """Its name for messages."""
        return self.key or repr(self.question)

    @property
    def is_clean(self) -> bool:
        """Whether it has no finding, not even a warning."""
        return not self.errors and not self.warnings


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A new result for a question, made by a job or a person.

    Args:
        data: the whole article file; None where there is no article.
        path: of its file, below the output folder.
        origin: where the result comes from, for example ``model`` or ``edit``.
        made_by: the job that made this version, if it is not ``job``.
        replaces: the published page that the result rewrites; None for a new article.
    """

    job: int
    key: str | None
    question: str
    subject: str | None
    state: DraftState
    data: bytes | None
    path: str | None
    origin: str
    findings: Sequence[Finding]
    offline: bool
    model: str | None = None
    mode: str | None = None
    reason: str | None = None
    made_by: int | None = None
    replaces: ReplacedPage | None = None


DRAFT_COLUMNS = ", ".join(
    f"{DRAFT_KEY} AS key" if field.name == "key" else f"draft.{field.name}" for field in fields(DraftRow)
)


def draft_row(row: Any) -> DraftRow:
    """A row of ``DRAFT_COLUMNS`` as a value."""
    values = dict(row)
    values["offline"] = bool(values["offline"])
    values["edited"] = bool(values["edited"])
    return DraftRow(**values)
