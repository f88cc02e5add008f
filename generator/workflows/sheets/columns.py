"""The columns of a spreadsheet of drafts: which a person may edit, and what each says of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.errors import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.findings import Finding
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.team.comments import Comment
    from generator.workflows.claims.view import PresentClaim

NUMBER, KEY, HASH, STATE = "draft", "key", "hash", "state"
EDITABLE_COLUMNS = ("question", "subject", "answer", "description", "keywords")
"""The columns whose cells become edits, by the names of the editor's fields."""
COMMENT = "comment"
"""The column of new comments; it is written empty."""
COLUMNS = (NUMBER, KEY, HASH, STATE, *EDITABLE_COLUMNS, COMMENT, "comments", "findings", "claims")
MAX_CELL = 32_767
"""The most UTF-16 units that a cell of Excel holds; of a longer one it drops the rest."""
_CUT = " […]"


def texts_of(row: DraftRow, data: bytes | None) -> dict[str, str]:
    """The texts of a draft by the names of the editable columns, the answer with real line breaks.

    Args:
        data: of its file; None where it has none. Without an article, only question and subject have a text.
    """
    try:
        document = None if data is None else read(data)
    except FrontMatterError:
        document = None
    texts = dict.fromkeys(EDITABLE_COLUMNS, "") | {"question": row.question, "subject": row.subject or ""}
    if document is None:
        return texts
    return {
        "question": document.get("question", ""),
        "subject": document.get("subject", ""),
        "answer": decode(document.get("answer", "")),
        "description": document.get("seo.page_description", ""),
        "keywords": document.get("seo.page_keywords", ""),
    }


def plain(text: str) -> str:
    """A text with line feeds as line breaks, whatever a spreadsheet program made of them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def cell_size(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str) -> str:
    """A text that fits into a cell. Only for columns that are never read back."""
    if cell_size(text) <= MAX_CELL:
        return text
    return text[: MAX_CELL // 2 - len(_CUT)] + _CUT


def finding_lines(findings: Iterable[Finding]) -> str:
    """Findings, one on each line."""
    return "\n".join(
        f"{finding.severity} {finding.field or 'whole'}: {finding.message} [{finding.code}]"
        for finding in findings
    )


def claim_lines(claims: Iterable[PresentClaim]) -> str:
    """Claims with their verdicts, one on each line."""
    return "\n".join(
        f"{item.verdict.name}{' (confirmed)' if item.is_settled else ''}: {item.claim.words} [{item.claim.field}]"
        for item in claims
    )


def comment_lines(comments: Iterable[Comment]) -> str:
    """The open comments, one paragraph each."""
    return "\n".join(
        f"{comment.who}{f' ({comment.field})' if comment.field else ''}: {comment.text}"
        for comment in comments
        if comment.is_open
    )


def list_labels(names: Sequence[str]) -> list[str]:
    """The names of the columns of lists, with `` (list)`` appended where a column of drafts has the name."""
    return [f"{name} (list)" if name.casefold() in COLUMNS else name for name in names]


def list_cell(value: Any) -> str:
    """A cell of a list as text."""
    return "" if value is None else value if isinstance(value, str) else str(value)
