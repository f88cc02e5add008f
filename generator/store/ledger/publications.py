"""What went to the site and what was taken off it again, each intent on record before the first file is touched.

Methods write inside the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from generator.store.ledger.article_names import named
from generator.store.ledger.hashes import question_key
from generator.store.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Publication:
    """One draft on its way to the site. ``path`` is relative to the content folder, hashes are of whole files.

    ``replaces`` is the hash of the file that stood there.
    """

    id: int
    draft: int
    path: str
    approved: str
    sha: str
    replaces: str | None
    article_id: int
    who: str
    published_at: str | None


@dataclass(frozen=True, slots=True)
class Intent:
    """A file to be written."""

    draft: int
    path: str
    approved: str
    data: bytes
    replaces: str | None
    article_id: int
    to_commit: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article taken off the site, or hidden on it; its question is not to be drafted again."""

    id: int
    key: str
    question_key: str
    question: str
    subject: str
    reason: str
    who: str
    at: str
    deleted: bool


_PUBLICATION = ", ".join(field.name for field in fields(Publication))
_WITHDRAWAL = ", ".join(field.name for field in fields(Withdrawal))


class Publications:
    """The publications and withdrawals of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def intend(self, intent: Intent, *, who: str, now: str) -> Publication:
        """Record what is about to be written, bytes and all."""
        cursor = self._database.execute(
            "INSERT INTO publication (draft, path, approved, sha, replaces, article_id, state, to_commit, who, intended_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'intended', ?, ?, ?)",
            (
                intent.draft,
                intent.path,
                intent.approved,
                self._ledger.blobs.put(intent.data),
                intent.replaces,
                intent.article_id,
                intent.to_commit,
                who,
                now,
            ),
        )
        return self._where("id = ?", int(cursor.lastrowid or 0))[0]

    def data(self, publication: Publication) -> bytes:
        """The bytes that are published."""
        return self._ledger.blobs.get(publication.sha)

    def intended(self) -> list[Publication]:
        """Publications that were begun and not confirmed."""
        return self._where("state = 'intended'")

    def unlisted(self) -> list[Publication]:
        """Publications that the list does not have yet."""
        return self._where("state = 'published' AND listed = 0")

    def uncommitted(self) -> list[Publication]:
        """Publications that git was to have and has not."""
        return self._where("state = 'published' AND to_commit = 1 AND committed IS NULL")

    def of_draft(self, draft: int) -> Publication | None:
        """The newest publication of a draft."""
        return next(iter(self._where("draft = ?", draft)[::-1]), None)

    def max_article_id(self) -> int:
        """The largest id ever given to a published article or to a planned one."""
        row = self._database.execute(
            "SELECT max((SELECT coalesce(max(article_id), 0) FROM publication),"
            " (SELECT coalesce(max(article_id), 0) FROM job WHERE article_id IS NOT NULL))"
        ).fetchone()
        return int(row[0])

    def confirm(self, publication: int, *, now: str) -> None:
        """The file stands."""
        self._database.execute(
            "UPDATE publication SET state = 'published', published_at = ? WHERE id = ?", (now, publication)
        )

    def abandon(self, publication: int) -> None:
        """The file was not written and will not be."""
        self._database.execute("UPDATE publication SET state = 'abandoned' WHERE id = ?", (publication,))

    def mark_listed(self, publications: Sequence[int]) -> None:
        """The list has their lines."""
        for number in publications:
            self._database.execute("UPDATE publication SET listed = 1 WHERE id = ?", (number,))

    def mark_committed(self, publications: Sequence[int], commit: str) -> None:
        """The commit has their files."""
        for number in publications:
            self._database.execute("UPDATE publication SET committed = ? WHERE id = ?", (commit, number))

    # withdrawals

    def withdraw(
        self,
        *,
        key: str,
        question: str,
        subject: str,
        reason: str,
        who: str,
        now: str,
        deleted: bool,
    ) -> Withdrawal:
        """Keep a question from being drafted again. The same once more changes nothing."""
        last = self.withdrawal_of(key)
        if last is not None and last.reason == reason and (last.deleted or not deleted):
            return last
        self._database.execute(
            "INSERT INTO withdrawn (key, question_key, question, subject, reason, who, at, deleted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key, question_key(question), question, subject, reason, who, now, deleted),
        )
        found = self.withdrawal_of(key)
        assert found is not None
        return found

    def withdrawal_of(self, key: str) -> Withdrawal | None:
        """The newest withdrawal of ``subject/slug``."""
        return next(iter(self._withdrawals("key = ?", key)), None)

    def withdrawn_slug(self, slug: str) -> Withdrawal | None:
        """The newest withdrawal of a slug, of any subject."""
        return next(iter(self._withdrawals(named(slug), slug)), None)

    def withdrawn_question(self, question_key: str) -> list[Withdrawal]:
        """The withdrawals of a question, of any subject, newest first."""
        return self._withdrawals("question_key = ?", question_key)

    def _where(self, where: str, *values: int) -> list[Publication]:
        rows = self._database.execute(
            f"SELECT {_PUBLICATION} FROM publication WHERE {where} ORDER BY id", values
        ).fetchall()
        return [Publication(*row) for row in rows]

    def _withdrawals(self, where: str, value: str) -> list[Withdrawal]:
        rows = self._database.execute(
            f"SELECT {_WITHDRAWAL} FROM withdrawn WHERE {where} ORDER BY id DESC", (value,)
        ).fetchall()
        return [Withdrawal(**{**dict(row), "deleted": bool(row["deleted"])}) for row in rows]
