"""Takes a published article off: hidden from search engines or deleted, unlinked, its question never asked again.

The ledger knows of it first; every step after that may be repeated without harm.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.config import Settings
from generator.content.article import RelatedArticle
from generator.content.frontmatter import Document, patch, patch_related, read
from generator.content.slugs import ArticleKey, key_from_url
from generator.content.text import normalise_question
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.store.corpus import files
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import ArticleRow
from generator.store.files import sha256
from generator.store.ledger.blobs import hash_of
from generator.store.ledger.drafts import Drafts
from generator.store.ledger.publications import Publications, Withdrawal
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError, commit_only


@dataclass
class WithdrawReport:
    """What was done: the files changed (relative to the content folder), and a line for each that could not be."""

    withdrawal: Withdrawal
    hidden: bool = False
    deleted: bool = False
    unlinked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    commit: str | None = None


class Withdrawing:
    """Withdraws articles of one content folder, whether they were drafted here or not."""

    def __init__(
        self,
        settings: Settings,
        drafts: Drafts,
        publications: Publications,
        index: CorpusIndex,
        *,
        now: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._drafts = drafts
        self._publications = publications
        self._index = index
        self._now = now
        self._site = SiteFiles(settings.content_dir)

    def withdraw(
        self, name: str, *, reason: str, who: str, delete: bool = False, commit: bool = False
    ) -> WithdrawReport:
        """Withdraw the article that ``subject/slug``, a slug that is unique, or an address names.

        Raises:
            UsageError: no article or several have this name, or there is no reason.
            StorageError, FrontMatterError, PatchError: the article's own file cannot be changed.
        """
        if not reason.strip():
            raise UsageError("a withdrawal needs a reason")
        self._index.refresh()
        row = self._find(name)
        if row is None:
            report = WithdrawReport(self._withdrawn_before(name))
            key = report.withdrawal.key
        else:
            key = row.key
            report = WithdrawReport(self._record(row, reason.strip(), who, delete))
            self._take_off(row, report, delete=delete)
        self._unlink(ArticleKey(*key.split("/", 1)), report)
        if commit:
            self._commit(key, report)
        self._index.refresh()
        return report

    def _find(self, name: str) -> ArticleRow | None:
        address = key_from_url(name)
        plain = str(address) if address else name.removesuffix(".md").strip("/")
        if "/" in plain:
            return self._index.get(plain)
        rows = self._index.find_slug(plain)
        if len(rows) > 1:
            raise UsageError(f"several articles are named {plain!r}: {', '.join(row.key for row in rows)}")
        return rows[0] if rows else None

    def _withdrawn_before(self, name: str) -> Withdrawal:
        """An article that an earlier, perhaps interrupted, withdrawal deleted."""
        address = key_from_url(name)
        key = str(address) if address else name.removesuffix(".md").strip("/")
        found = self._publications.withdrawal_of(key) or self._publications.withdrawn_slug(key)
        if found is None:
            raise UsageError(f"no published article is named {name!r}")
        return found

    def _record(self, row: ArticleRow, reason: str, who: str, delete: bool) -> Withdrawal:
        with self._drafts.transaction():
            return self._publications.withdraw(
                key=row.key,
                question_key=hash_of(normalise_question(row.question)),
                question=row.question,
                subject=row.subject,
                reason=reason,
                who=who,
                now=self._now(),
                deleted=delete,
            )

    def _take_off(self, row: ArticleRow, report: WithdrawReport, *, delete: bool) -> None:
        data = self._site.read(row.path)
        if data is None:
            return
        if delete:
            self._site.target(row.path).unlink(missing_ok=True)
            report.deleted = True
            return
        try:
            report.hidden = self._rewrite(row.path, data, patch(_text(data), {"no_index": True}))
        except FrontMatterError as error:
            raise error.at(row.path) from error

    def _unlink(self, key: ArticleKey, report: WithdrawReport) -> None:
        """Take the links to it out of every other article."""
        for path, data in self._mentioning(key.url):
            try:
                document = read(data)
                if any(_leads_to(link.url, key) for link in document.related):
                    self._rewrite(path, data, _without(document, key))
                    report.unlinked.append(path)
            except (FrontMatterError, PatchError, StorageError) as error:
                report.problems.append(f"{path}: its link stays: {error}")

    def _mentioning(self, url: str) -> Iterator[tuple[str, bytes]]:
        wanted = url.encode()
        for path in sorted(files.scan(self._settings.content_dir).files):
            try:
                data = self._site.read(path)
            except StorageError:
                continue
            if data is not None and wanted in data:
                yield path, data

    def _rewrite(self, path: str, old: bytes, text: str) -> bool:
        """Put the changed text in place; False where nothing changed."""
        new = text.encode()
        if new == old:
            return False
        self._site.write(path, new, instead_of=sha256(old))
        return True

    def _commit(self, key: str, report: WithdrawReport) -> None:
        folder = self._settings.content_dir
        files: list[Path] = [folder / path for path in (f"{key}.md", *report.unlinked)]
        message = "\n".join(
            [
                f"Withdraw {key}.md",
                "",
                report.withdrawal.reason,
                "",
                *(f"- {file.relative_to(folder)}" for file in files),
            ]
        )
        try:
            report.commit = commit_only(folder, files, message + "\n")
        except GitError as error:
            report.problems.append(str(error))


def _text(data: bytes) -> str:
    return read(data).text


def _leads_to(url: str, key: ArticleKey) -> bool:
    return key_from_url(url) == key


def _without(document: Document, key: ArticleKey) -> str:
    """The file without its links to an article, the others renumbered."""
    kept = [link for link in document.related if not _leads_to(link.url, key)]
    if not all(link.id.isdecimal() for link in kept):
        raise PatchError("another of its links has no id")
    return patch_related(
        document.text,
        [
            RelatedArticle(id=int(link.id), title=link.title, subject=link.subject, url=link.url)
            for link in kept
        ],
    )
