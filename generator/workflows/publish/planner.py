"""Plans a publication: which approved drafts can go to the site, with the ids, dates and links that they get there.

Everything but those is published as it was approved, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.approval import covered_hash
from generator.content.article import MAX_RELATED, Article, RelatedArticle
from generator.content.display import in_words
from generator.content.frontmatter import Change, Document, patch, patch_related, read, render
from generator.errors import FrontMatterError, GeneratorError, PatchError, StorageError
from generator.store.files import sha256
from generator.store.ledger.drafts import StaleDraft
from generator.store.ledger.hashes import question_key
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPublications,
    HasSettings,
)
from generator.workflows.site.files import SiteFiles

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from generator.store.ledger.drafts import DraftRow


class PublishRefused(GeneratorError):
    """A draft that cannot be published as it is."""


@dataclass(frozen=True, slots=True)
class PlannedArticle:
    """A draft ready to publish: its file as the site will get it, and what was assigned to it (old and new value).

    ``replaces`` is the hash of the file that is there now, None for a new article.
    """

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
class PublicationPlan:
    """The articles to write, the drafts that are published already, and those that cannot be."""

    articles: list[PlannedArticle] = field(default_factory=list)
    already: list[DraftRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class PublicationPlannerServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasPublications, HasCorpus, Protocol
):
    """What planning a publication takes."""


class PublicationPlanner:
    """Plans publications of one ledger's drafts into one content folder."""

    def __init__(self, services: PublicationPlannerServices) -> None:
        self._settings = services.settings
        self._subjects = services.subjects
        self._drafts = services.drafts
        self._publications = services.publications
        self._index = services.index
        self._subjects = services.subjects
        self._importer = EditImporter(services)
        self._site = SiteFiles(services.settings.content_dir)

    def plan(self, rows: Iterable[DraftRow], *, update: bool, date: datetime.date | None) -> PublicationPlan:
        """Which of these drafts can be published, with the ids and related articles that they get.

        Args:
            update: replace an article that is there already, keeping its id and date.
            date: instead of the drafts' own.
        """
        plan = PublicationPlan()
        ready: list[_Ready] = []
        taken = _Taken()
        next_id = max(self._index.next_id(), self._publications.max_article_id() + 1)
        for named in rows:
            row = self._drafts.get(named.id)
            if row.state == "published":
                plan.already.append(row)
                continue
            try:
                row, document = self._approved(row)
                existing = self._existing(row, document, taken, update=update)
                article = self._identified(document, existing, taken, next_id, date)
                ready.append(_made_ready(row, document, existing, article))
            except (PublishRefused, StorageError, StaleDraft, FrontMatterError, PatchError) as error:
                plan.refused.append(Refusal(row.key or row.question, str(error)))
                continue
            next_id = max(next_id, article.id + 1) if article.id == next_id else next_id
            taken.add(article)
        plan.articles = self._linked(ready, plan)
        return plan

    def _linked(self, ready: Sequence[_Ready], plan: PublicationPlan) -> list[PlannedArticle]:
        """The files with their related articles, chosen as if all of them were on the site already."""
        with self._index.supposing({item.article.key.path: item.text.encode() for item in ready}):
            related = [self._links(str(item.article.key)) for item in ready]
        planned: list[PlannedArticle] = []
        for item, links in zip(ready, related, strict=True):
            try:
                planned.append(_assigned(item, links))
            except PatchError as error:
                plan.refused.append(Refusal(item.row.key or "", str(error)))
                # Others may link to it, so all links are chosen again without it.
                return self._linked([other for other in ready if other is not item], plan)
        return planned

    def _links(self, key: str) -> list[RelatedArticle]:
        """The links of an article, as bringing them up to date later would choose them."""
        site = self._settings.site
        return [hit.row.link(site, self._subjects) for hit in self._index.related_to(key, limit=MAX_RELATED)]

    def _approved(self, row: DraftRow) -> tuple[DraftRow, Document]:
        """The draft with its text, if these very bytes are approved."""
        before, row = row, self._importer.sync(row)
        if before.state == "approved" and row.version != before.version:
            raise PublishRefused("its file was changed after the approval: review it again")
        if row.state != "approved":
            raise PublishRefused(f"is {in_words(row.state)}, not approved")
        if refusal := self._settings.publish.refusal(offline=row.offline):
            raise PublishRefused(refusal)
        approval = self._drafts.decisions.approval(row.id)
        data = self._drafts.data(row)
        if approval is None or data is None or approval.sha != row.sha or approval.covered is None:
            raise PublishRefused("its bytes are not those that were approved: review it again")
        document = read(data)
        if covered_hash(document) != approval.covered:
            raise PublishRefused("its bytes are not those that were approved: review it again")
        return row, document

    def _existing(self, row: DraftRow, document: Document, taken: _Taken, *, update: bool) -> Document | None:
        """The article that the draft replaces, None for a new one."""
        article = document.article()
        key = article.key
        if (
            str(key) != row.key
            or article.file_name != f"{key.slug}.md"
            or article.url != self._settings.site.address_of(key)
        ):
            raise PublishRefused("file name, address, question and subject do not agree")
        asked = question_key(article.question)
        withdrawn = self._publications.withdrawal_of(str(key)) or next(
            (
                item
                for item in self._publications.withdrawn_question(asked)
                if item.key.split("/")[0] == key.subject_slug
            ),
            None,
        )
        if withdrawn is not None:
            raise PublishRefused(f"its question was withdrawn: {withdrawn.reason}")
        if str(key) in taken.keys or (key.subject_slug, asked) in taken.questions:
            raise PublishRefused("another draft of this publication has its address or its question")
        for other in self._index.find_questions(article.question, article.subject):
            if other.key != str(key):
                raise PublishRefused(f"its question is answered already: {other.key}")
        present = self._site.find(key.path)
        if present is None:
            return None
        if not update:
            raise PublishRefused(f"{key.path} stands already; --update replaces it and keeps its id and date")
        return read(present)

    def _identified(
        self,
        document: Document,
        existing: Document | None,
        taken: _Taken,
        next_id: int,
        date: datetime.date | None,
    ) -> Article:
        """The article with the id and date it gets: those it replaces, its own, or fresh ones."""
        article = document.article()
        if existing is not None:
            old = existing.article()
            return article.model_copy(update={"id": old.id, "date": old.date})
        used = article.id in taken.ids or any(
            other.key != str(article.key) for other in self._index.find_id(article.id)
        )
        return article.model_copy(
            update={"id": next_id if used else article.id, "date": date or article.date}
        )


@dataclass
class _Taken:
    """What the drafts before one in a batch hold."""

    keys: set[str] = field(default_factory=set)
    questions: set[tuple[str, str]] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def add(self, article: Article) -> None:
        self.keys.add(str(article.key))
        self.questions.add((article.key.subject_slug, question_key(article.question)))
        self.ids.add(article.id)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A draft with its id and date, before its related articles are known."""

    row: DraftRow
    document: Document
    article: Article
    text: str
    replaces: str | None


def _made_ready(row: DraftRow, document: Document, existing: Document | None, article: Article) -> _Ready:
    """The approved text with the id, date and score it gets."""
    if row.score >= 0:
        article = article.model_copy(update={"score": row.score})
    replaces = None if existing is None else sha256(existing.text.encode())
    return _Ready(row, document, article, _rewritten(document, article), replaces)


def _rewritten(document: Document, article: Article) -> str:
    """The file with the fields of ``article`` that publishing assigns.

    A file in canonical form is rendered again, which is quick; one that a person wrote otherwise is patched.
    """
    if render(document.article()) == document.text:
        return render(article)
    changes: dict[str, Change] = {"id": article.id, "date": article.date.isoformat()}
    if article.score is not None:
        changes["score"] = article.score
    return patch_related(patch(document.text, changes), article.related)


def _assigned(ready: _Ready, related: Sequence[RelatedArticle]) -> PlannedArticle:
    """The file to publish: nothing differs from what was approved but what publishing assigns."""
    article = ready.article.model_copy(update={"related": tuple(related)})
    before, after = ready.document, read(_rewritten(ready.document, article))
    if covered_hash(after) != covered_hash(before):
        raise PatchError(f"{ready.row.key}: assigning id, date and links would change what was approved")
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in ("id", "date", "score")}
    pairs["related"] = (_urls(before), _urls(after))
    return PlannedArticle(
        row=ready.row,
        path=ready.article.key.path,
        data=after.text.encode(),
        article=article,
        replaces=ready.replaces,
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
    )


def _urls(document: Document) -> str:
    return ", ".join(link.url for link in document.related)
