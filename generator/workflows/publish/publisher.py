"""Brings approved drafts to the site: what was approved, byte for byte, but for what is assigned anew.

Promises: nothing is overwritten that was not to be, nothing is written twice, and a run cut off at any point
is finished by the next. The ledger has intent and bytes before a file is touched, and confirms each after.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from generator.config import Settings
from generator.content.approval import covered_hash
from generator.content.article import MAX_RELATED, Article, RelatedArticle
from generator.content.frontmatter import Change, Document, patch, patch_related, read, render
from generator.content.text import normalise_question
from generator.errors import FrontMatterError, GeneratorError, PatchError, StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.files import sha256
from generator.store.ledger.blobs import hash_of
from generator.store.ledger.drafts import DraftRow, Drafts, StaleDraft
from generator.store.ledger.publications import Intent, Publication, Publications
from generator.store.ledger.runs import RunLock
from generator.workflows.drafting.offline_texts import offline_refusal
from generator.workflows.publish.publication_list import PublicationList
from generator.workflows.review.editor import Editing, remove_draft_file
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError, commit_only

_WRITERS = 8
_AT_ONCE = 500


class PublishRefused(GeneratorError):
    """A draft that cannot be published as it is."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """One draft made ready: its file as the site will get it, and what was assigned anew (old and new)."""

    row: DraftRow
    path: str
    data: bytes
    article: Article
    replaces: str | None
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A draft that was left, and why."""

    key: str
    reason: str


@dataclass
class PublishReport:
    """What was done. ``finished`` are publications that an earlier run had begun."""

    planned: list[Assigned] = field(default_factory=list)
    published: list[Publication] = field(default_factory=list)
    finished: list[Publication] = field(default_factory=list)
    already: list[DraftRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    commit: str | None = None
    commit_error: str | None = None

    @property
    def needs_person(self) -> bool:
        return bool(self.refused or self.commit_error)


class Publishing:
    """Publishes the drafts of one ledger into one content folder."""

    def __init__(
        self,
        settings: Settings,
        drafts: Drafts,
        publications: Publications,
        editing: Editing,
        index: CorpusIndex,
        listing: PublicationList,
        *,
        now: Callable[[], str],
        lock: Callable[[], RunLock],
    ) -> None:
        self._settings = settings
        self._drafts = drafts
        self._publications = publications
        self._editing = editing
        self._index = index
        self._list = listing
        self._now = now
        self._lock = lock
        self._site = SiteFiles(settings.content_dir)

    def publish(
        self,
        rows: Iterable[DraftRow],
        *,
        who: str,
        update: bool = False,
        date: datetime.date | None = None,
        commit: bool = False,
        dry_run: bool = False,
    ) -> PublishReport:
        """Publish these drafts, after finishing what an earlier run began.

        Args:
            update: replace an article that stands already, keeping its id and date.
            date: instead of the drafts' own.
            commit: also commit exactly the files of this and of interrupted runs.
            dry_run: write nothing; the report's ``planned`` says what would be done.

        Raises:
            StorageError: another publish is running, or ledger or index cannot be used.
        """
        report = PublishReport()
        if dry_run:
            self._index.refresh()
            report.planned = self._plan(rows, report, update=update, date=date)
            return report
        lock = self._lock()
        if not lock.acquire():
            raise StorageError(str(self._settings.output_dir), "another publish is running")
        try:
            self._carry_out(self._publications.intended(), report, report.finished)
            self._index.refresh()
            report.planned = self._plan(rows, report, update=update, date=date)
            for start in range(0, len(report.planned), _AT_ONCE):
                begun = self._begin(report.planned[start : start + _AT_ONCE], report, who, commit)
                self._carry_out(begun, report, report.published)
            self._list.bring_up_to_date()
            if commit:
                self._commit(report)
        finally:
            lock.release()
        self._index.refresh()
        return report

    # planning

    def _plan(
        self, rows: Iterable[DraftRow], report: PublishReport, *, update: bool, date: datetime.date | None
    ) -> list[Assigned]:
        """The drafts that can be published, ids and related articles given out."""
        ready: list[_Ready] = []
        taken = _Taken()
        next_id = max(self._index.next_id(), self._publications.max_article_id() + 1)
        for named in rows:
            row = self._drafts.get(named.id)
            if row.state == "published":
                report.already.append(row)
                continue
            try:
                row, document = self._approved(row)
                standing = self._standing(row, document, taken, update=update)
                article = self._identified(document, standing, taken, next_id, date)
                ready.append(_made_ready(row, document, standing, article))
            except (PublishRefused, StorageError, StaleDraft, FrontMatterError, PatchError) as error:
                report.refused.append(Refusal(row.key or row.question, str(error)))
                continue
            next_id = max(next_id, article.id + 1) if article.id == next_id else next_id
            taken.add(article)
        return self._linked(ready, report)

    def _linked(self, ready: Sequence["_Ready"], report: PublishReport) -> list[Assigned]:
        """The files with their related articles, chosen as if all of them were on the site already."""
        with self._index.supposing({item.article.key.path: item.text.encode() for item in ready}):
            related = [self._related(item.article) for item in ready]
        planned: list[Assigned] = []
        for item, links in zip(ready, related, strict=True):
            try:
                planned.append(_assigned(item, links))
            except PatchError as error:
                report.refused.append(Refusal(item.row.key or "", str(error)))
                # Others may link to it, so all links are chosen anew without it.
                return self._linked([other for other in ready if other is not item], report)
        return planned

    def _related(self, article: Article) -> list[RelatedArticle]:
        key = str(article.key)
        hits = self._index.search(article.question, exclude={key})
        found = self._index.related(
            article.question, article.subject, hits=hits, limit=MAX_RELATED, exclude={key}
        )
        return [hit.row.link() for hit in found]

    def _approved(self, row: DraftRow) -> tuple[DraftRow, Document]:
        """The draft with its text, if these very bytes are approved."""
        before, row = row, self._editing.current(row)
        if before.state == "approved" and row.version != before.version:
            raise PublishRefused("its file was changed after the approval: review it again")
        if row.state != "approved":
            raise PublishRefused(f"is {row.state.replace('_', ' ')}, not approved")
        if refusal := offline_refusal(row.offline, self._settings.publish):
            raise PublishRefused(refusal)
        approval = self._drafts.approval(row.id)
        data = self._drafts.data(row)
        if approval is None or data is None or approval.sha != row.sha or approval.covered is None:
            raise PublishRefused("its bytes are not those that were approved: review it again")
        document = read(data)
        if covered_hash(document) != approval.covered:
            raise PublishRefused("its bytes are not those that were approved: review it again")
        return row, document

    def _standing(
        self, row: DraftRow, document: Document, taken: "_Taken", *, update: bool
    ) -> Document | None:
        """The article that the draft replaces, None for a new one."""
        article = document.article()
        key = article.key
        if str(key) != row.key or article.file_name != f"{key.slug}.md" or article.url != key.url:
            raise PublishRefused("file name, address, question and subject do not agree")
        question_key = hash_of(normalise_question(article.question))
        withdrawn = self._publications.withdrawal_of(str(key)) or next(
            (
                item
                for item in self._publications.withdrawn_question(question_key)
                if item.key.split("/")[0] == key.subject_slug
            ),
            None,
        )
        if withdrawn is not None:
            raise PublishRefused(f"its question was withdrawn: {withdrawn.reason}")
        if str(key) in taken.keys or (key.subject_slug, question_key) in taken.questions:
            raise PublishRefused("another draft of this publication has its address or its question")
        for other in self._index.find_questions(article.question, article.subject):
            if other.key != str(key):
                raise PublishRefused(f"its question is answered already: {other.key}")
        present = self._site.read(key.path)
        if present is None:
            return None
        if not update:
            raise PublishRefused(f"{key.path} stands already; --update replaces it and keeps its id and date")
        return read(present)

    def _identified(
        self,
        document: Document,
        standing: Document | None,
        taken: "_Taken",
        next_id: int,
        date: datetime.date | None,
    ) -> Article:
        """The article with the id and date it gets: those it replaces, its own, or fresh ones."""
        article = document.article()
        if standing is not None:
            old = standing.article()
            return article.model_copy(update={"id": old.id, "date": old.date})
        used = article.id in taken.ids or any(
            other.key != str(article.key) for other in self._index.find_id(article.id)
        )
        return article.model_copy(
            update={"id": next_id if used else article.id, "date": date or article.date}
        )

    # writing

    def _begin(
        self, planned: Sequence[Assigned], report: PublishReport, who: str, commit: bool
    ) -> list[Publication]:
        """Put the intents on record, all in one transaction."""
        begun: list[Publication] = []
        with self._drafts.transaction():
            for item in planned:
                try:
                    self._drafts.decide(item.row, "publishing", who=who, now=self._now(), note=item.path)
                except StaleDraft as error:
                    report.refused.append(Refusal(item.row.key or "", str(error)))
                    continue
                assert item.row.sha is not None
                intent = Intent(
                    draft=item.row.id,
                    path=item.path,
                    approved=item.row.sha,
                    data=item.data,
                    replaces=item.replaces,
                    article_id=item.article.id,
                    to_commit=commit,
                )
                begun.append(self._publications.intend(intent, who=who, now=self._now()))
        return begun

    def _carry_out(
        self, begun: Sequence[Publication], report: PublishReport, done: list[Publication]
    ) -> None:
        """Write the files of recorded intents and confirm them. Does no harm when done twice."""
        if not begun:
            return
        bytes_of = {item.id: self._publications.data(item) for item in begun}
        with ThreadPoolExecutor(_WRITERS) as pool:
            failures = list(pool.map(lambda item: self._write(item, bytes_of[item.id]), begun))
        self._site.sync(item.path for item in begun)
        for item in begun:
            self._remove_draft(item)
        with self._drafts.transaction():
            for item, failure in zip(begun, failures, strict=True):
                row = self._drafts.get(item.draft)
                if failure is None:
                    self._drafts.decide(row, "published", who=item.who, now=self._now(), note=item.path)
                    self._publications.confirm(item.id, now=self._now())
                    done.append(item)
                else:
                    self._drafts.decide(row, "approved", who=item.who, now=self._now(), note=failure)
                    self._publications.abandon(item.id)
                    report.refused.append(Refusal(row.key or "", failure))

    def _write(self, item: Publication, data: bytes) -> str | None:
        """Write one file; returns why it could not be."""
        try:
            self._site.remove_leftovers(item.path)
            self._site.write(item.path, data, instead_of=item.replaces)
        except StorageError as error:
            return str(error)
        return None

    def _remove_draft(self, item: Publication) -> None:
        row = self._drafts.get(item.draft)
        if row.path is not None and (self._settings.content_dir / item.path).exists():
            remove_draft_file(self._settings.output_dir, row, self._drafts)

    def _commit(self, report: PublishReport) -> None:
        due = self._publications.uncommitted()
        named = [self._publications.of_draft(row.id) for row in report.already]
        items = [*due, *report.finished, *(item for item in named if item is not None)]
        items = list({item.id: item for item in items}.values())
        if not items:
            return
        files = [self._settings.content_dir / item.path for item in items]
        try:
            report.commit = commit_only(self._settings.content_dir, _standing_files(files), _message(items))
        except GitError as error:
            report.commit_error = str(error)
            return
        with self._drafts.transaction():
            self._publications.mark_committed([item.id for item in items], report.commit or "before")


@dataclass
class _Taken:
    """What the drafts before one in a batch hold."""

    keys: set[str] = field(default_factory=set)
    questions: set[tuple[str, str]] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def add(self, article: Article) -> None:
        self.keys.add(str(article.key))
        self.questions.add((article.key.subject_slug, hash_of(normalise_question(article.question))))
        self.ids.add(article.id)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A draft with its id and date, before its related articles are known."""

    row: DraftRow
    document: Document
    article: Article
    text: str
    replaces: str | None


def _made_ready(row: DraftRow, document: Document, standing: Document | None, article: Article) -> _Ready:
    """The approved text with the id, date and score it gets."""
    if row.score >= 0:
        article = article.model_copy(update={"score": row.score})
    replaces = None if standing is None else sha256(standing.text.encode())
    return _Ready(row, document, article, _rewritten(document, article), replaces)


def _rewritten(document: Document, article: Article) -> str:
    """The file with the fields of ``article`` that publishing assigns.

    A file in canonical form is rendered anew, which is quick; one that a person wrote otherwise is patched.
    """
    if render(document.article()) == document.text:
        return render(article)
    changes: dict[str, Change] = {"id": article.id, "date": article.date.isoformat()}
    if article.score is not None:
        changes["score"] = article.score
    return patch_related(patch(document.text, changes), article.related)


def _assigned(ready: _Ready, related: Sequence[RelatedArticle]) -> Assigned:
    """The file to publish: nothing differs from what was approved but what publishing assigns."""
    article = ready.article.model_copy(update={"related": tuple(related)})
    before, after = ready.document, read(_rewritten(ready.document, article))
    if covered_hash(after) != covered_hash(before):
        raise PatchError(f"{ready.row.key}: assigning id, date and links would change what was approved")
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in ("id", "date", "score")}
    pairs["related"] = (_urls(before), _urls(after))
    return Assigned(
        row=ready.row,
        path=ready.article.key.path,
        data=after.text.encode(),
        article=article,
        replaces=ready.replaces,
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
    )


def _urls(document: Document) -> str:
    return ", ".join(link.url for link in document.related)


def _standing_files(files: Sequence[Path]) -> list[Path]:
    """Without those that somebody has removed since."""
    return [file for file in files if file.exists()]


def _message(items: Sequence[Publication]) -> str:
    paths = sorted({item.path for item in items})
    title = f"Publish {paths[0]}" if len(paths) == 1 else f"Publish {len(paths)} articles"
    return "\n".join([title, "", *(f"- {path}" for path in paths)]) + "\n"
