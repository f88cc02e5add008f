"""The tables of publications and withdrawals: what was published on the site, and what was removed from it.

A publication is recorded before its file is written. Methods write within the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from generator.content.evidence.release import Release, release_of
from generator.store.ledger.ledger import Ledger, name_condition
from generator.store.ledger.storage.hashes import question_key


@dataclass(frozen=True, slots=True)
class Publication:
    """The publication of one draft. Hashes are of whole files.

    Args:
        path: below the content folder.
        approved: the hash of the approved bytes.
        sha: the hash of the published bytes.
        replaces: the hash of the file that was at ``path`` before; None without one.
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
class PageRelease:
    """How the present text of a published page was released.

    Args:
        who, at: who approved it, and when.
        published_at: when its file was written.
    """

    who: str
    at: str
    release: Release
    published_at: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A publication before its file is written; fields as in :class:`Publication`, ``data`` is the whole file."""

    draft: int
    path: str
    approved: str
    data: bytes
    replaces: str | None
    article_id: int
    to_commit: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article that was deleted from the site or hidden on it. Its question is not drafted again."""

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
        """Record a publication, with its bytes, before its file is written."""
        cursor = self._database.execute(
            "INSERT INTO publication (draft, path, approved, sha, replaces, article_id, state, to_commit, who,"
            " intended_at)"
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
        """The published bytes."""
        return self._ledger.blobs.get(publication.sha)

    def intended(self) -> list[Publication]:
        """The publications that are neither confirmed nor abandoned."""
        return self._where("state = 'intended'")

    def unlisted(self) -> list[Publication]:
        """The publications that ``published.jsonl`` does not contain yet."""
        return self._where("state = 'published' AND listed = 0")

    def uncommitted(self) -> list[Publication]:
        """The publications of which no commit to git is recorded."""
        return self._where("state = 'published' AND committed IS NULL")

    def of_draft(self, draft: int) -> Publication | None:
        """The newest publication of a draft; None without one."""
        return next(iter(self._where("draft = ?", draft)[::-1]), None)

    def releases(self) -> dict[str, PageRelease]:
        """How the newest publication of each page was released, by the path of its file."""
        rows = self._database.execute(
            "SELECT publication.path, approval.who, approval.at, approval.release, publication.published_at"
            " FROM publication JOIN decision AS approval ON approval.id = (SELECT max(id) FROM decision"
            " WHERE decision.draft = publication.draft AND decision = 'approved' AND before <> 'publishing')"
            " WHERE publication.id IN (SELECT max(id) FROM publication WHERE state = 'published' GROUP BY path)"
        )
        return {
            path: PageRelease(who, at, release_of(release), published_at)
            for path, who, at, release, published_at in rows
        }

    def withdrawn_keys(self) -> set[str]:
        """The keys of all articles that were withdrawn."""
        return {key for (key,) in self._database.execute("SELECT DISTINCT key FROM withdrawn")}

    def max_article_id(self) -> int:
        """The largest id of a published or planned article; 0 without one."""
        row = self._database.execute(
            "SELECT max((SELECT coalesce(max(article_id), 0) FROM publication),"
            " (SELECT coalesce(max(article_id), 0) FROM job WHERE article_id IS NOT NULL))"
        ).fetchone()
        return int(row[0])

    def confirm(self, publication: int, *, now: str) -> None:
        """Record that the file is written."""
        self._database.execute(
            "UPDATE publication SET state = 'published', published_at = ? WHERE id = ?", (now, publication)
        )

    def abandon(self, publication: int) -> None:
        """Record that the file was not written and will not be."""
        self._database.execute("UPDATE publication SET state = 'abandoned' WHERE id = ?", (publication,))

    def mark_listed(self, publications: Sequence[int]) -> None:
        """Record that ``published.jsonl`` contains these publications."""
        for number in publications:
            self._database.execute("UPDATE publication SET listed = 1 WHERE id = ?", (number,))

    def mark_committed(self, publications: Sequence[int], commit: str) -> None:
        """Record the commit that contains these publications."""
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
        """Record a withdrawal, after which the question is not drafted again.

        Where the newest withdrawal has the same reason and ``deleted`` adds nothing to it, nothing changes.

        Args:
            deleted: whether the file was deleted; otherwise the page is hidden.
        """
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
        """The newest withdrawal of ``subject/slug``; None without one."""
        return next(iter(self._withdrawals("key = ?", key)), None)

    def withdrawn_slug(self, slug: str) -> Withdrawal | None:
        """The newest withdrawal of a slug in any subject; None without one."""
        return next(iter(self._withdrawals(name_condition(slug), slug)), None)

    def withdrawn_question(self, question_key: str) -> list[Withdrawal]:
        """The withdrawals of a question in any subject, newest first."""
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
