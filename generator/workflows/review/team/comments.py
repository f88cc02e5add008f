"""The use cases of ``drafts comment``: write comments on drafts, resolve them, and open them again.

A comment decides nothing and changes no draft. No model ever gets one, unless a person asks for a revision with its
text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.ports import HasComments, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.team.comments import Comment

MAX_CHARS = 5_000
COMMENT_FIELDS = ("question", "subject", "answer", "description", "keywords")
"""The fields that a comment can be about."""


class CommentServices(HasSettings, HasLedger, HasDrafts, HasComments, Protocol):
    """The services that commenting on drafts needs."""


class DraftComments:
    """Writes the comments on the drafts of one ledger."""

    def __init__(self, services: CommentServices) -> None:
        self._services = services
        self._comments = services.comments

    def add(self, row: DraftRow, text: str, *, who: str, field: str | None = None) -> Comment:
        """Record a comment on a draft, exactly as it was written.

        Args:
            field: the field that it is about (:data:`COMMENT_FIELDS`); None for the whole draft.

        Raises:
            UsageError: the text is blank, too long or not text, or there is no such field.
        """
        check_comment(text)
        if field is not None and field not in COMMENT_FIELDS:
            raise UsageError(f"there is no field {field!r}; the fields are {', '.join(COMMENT_FIELDS)}")
        with self._services.drafts.transaction():
            return self._comments.add(row.id, text, field=field, who=who, now=self._services.now())

    def has(self, row: DraftRow, text: str, *, who: str) -> bool:
        """Whether this person has written the same on this draft before."""
        return any(one.text == text and one.who == who for one in self._comments.of(row.id))

    def resolve(self, row: DraftRow, number: int, *, who: str) -> Comment:
        """Resolve a comment on a draft.

        Raises:
            UsageError: the draft has no such comment, or it is resolved already.
            StaleDraft: somebody else changed it at the same moment.
        """
        return self._set(row, number, is_resolved=True, who=who)

    def reopen(self, row: DraftRow, number: int, *, who: str) -> Comment:
        """Open a resolved comment again. Errors as :meth:`resolve`."""
        return self._set(row, number, is_resolved=False, who=who)

    def _set(self, row: DraftRow, number: int, *, is_resolved: bool, who: str) -> Comment:
        comment = self._find(row, number)
        if comment.is_open != is_resolved:
            raise UsageError(f"comment {number} is {'resolved' if is_resolved else 'open'} already")
        with self._services.drafts.transaction():
            self._comments.set_resolved(comment, is_resolved=is_resolved, who=who, now=self._services.now())
        return self._find(row, number)

    def _find(self, row: DraftRow, number: int) -> Comment:
        found = next((one for one in self._comments.of(row.id) if one.id == number), None)
        if found is None:
            raise UsageError(f"{row.name} has no comment {number}")
        return found


def check_comment(text: str) -> None:
    """Refuse a text that cannot be a comment.

    Raises:
        UsageError: it is blank, too long, or holds half of a character.
    """
    if not text.strip():
        raise UsageError("the comment is empty")
    if len(text) > MAX_CHARS:
        raise UsageError(f"the comment has {len(text):,} characters; at most {MAX_CHARS:,} are allowed")
    if "\0" in text or not _is_encodable(text):
        raise UsageError("the comment has a character that is not text")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
