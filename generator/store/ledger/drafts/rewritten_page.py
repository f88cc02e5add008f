"""What the job of a rewrite keeps of the published page: its bytes as the model was shown them, and what was asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from generator.store.files import sha256
from generator.store.ledger.drafts.rows import ReplacedPage
from generator.store.ledger.storage.hashes import hash_of

if TYPE_CHECKING:
    from generator.store.ledger.runs.jobs import Job

RewriteMode = Literal["repair", "fresh"]
"""``repair`` keeps what is right and changes what is wrong; ``fresh`` writes the article as if there were none."""
MODES: tuple[RewriteMode, ...] = get_args(RewriteMode)

REWRITE = "rewrite"
"""The kind of the jobs that rewrite published pages."""


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A defect of the page that the model is told. ``field`` is that of a finding in an article file."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class MergedPage:
    """Another published page that the rewritten one is to replace. ``answer`` is Markdown with real line breaks."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class RewrittenPage:
    """A published page that is to be rewritten.

    Args:
        path: of its file, below the content folder.
        text: the whole file, as it is published.
        note: what a person asks for; empty for nothing.
        reporters: who reported what is wrong. The model is not told.
        findings: what is wrong with it.
        merged: the pages that it is to replace; what they say is taken over.
    """

    path: str
    text: str
    mode: RewriteMode
    note: str
    findings: tuple[ToldFinding, ...]
    reporters: tuple[str, ...] = ()
    merged: tuple[MergedPage, ...] = ()

    @property
    def key(self) -> str:
        """``subject/slug`` of the page."""
        return self.path.removesuffix(".md")

    @property
    def basis(self) -> str:
        """The SHA-256 of its bytes, in hex."""
        return sha256(self.text.encode())

    @property
    def identity(self) -> str:
        """What makes two jobs one: the path and the bytes of the page."""
        return hash_of(self.path, self.basis)

    @property
    def replaced(self) -> ReplacedPage:
        """What its draft replaces."""
        return ReplacedPage(self.path, self.basis)

    def as_context(self) -> dict[str, Any]:
        """The page as JSON values, for the context of its job."""
        return asdict(self)


def rewritten_page_of(job: Job) -> RewrittenPage | None:
    """The page that a job rewrites; None for a job of another kind."""
    values = job.context.get(REWRITE)
    if values is None:
        return None
    findings = tuple(ToldFinding(**item) for item in values["findings"])
    merged = tuple(MergedPage(**item) for item in values.get("merged", ()))
    reporters = tuple(values["reporters"])
    return RewrittenPage(**{**values, "findings": findings, "reporters": reporters, "merged": merged})
