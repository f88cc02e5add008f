"""Plans a publication: which approved drafts can be published, and their ids, dates, scores and related links.

All other bytes are published as they were approved. A rewrite takes the place of its page: see ``rewrites.py``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.article import MAX_RELATED, Article, RelatedArticle
from generator.content.display import in_words
from generator.content.evidence.approval import covered_hash
from generator.content.frontmatter import Change, Document, patch, patch_related, read, render
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.files import sha256
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasPublications,
    HasSettings,
)
from generator.workflows.publish.approved_draft import ApprovedDraft, sufficient_release
from generator.workflows.publish.plan import PlannedArticle, PublicationPlan, PublishRefused, Refusal
from generator.workflows.publish.rewrites import planned_rewrite
from generator.workflows.review.reading import required_release
from generator.workflows.site.files import SiteFiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.evidence.disclosure import Disclosure
    from generator.store.ledger.drafts.rows import DraftRow


class PublicationPlannerServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasPublications, HasLots, HasCorpus, Protocol
):
    """The services that planning a publication needs."""


class PublicationPlanner:
    """Plans publications of one ledger's drafts into one content folder."""

    def __init__(self, services: PublicationPlannerServices) -> None:
        self._settings = services.settings
        self._subjects = services.subjects
        self._drafts = services.drafts
        self._publications = services.publications
        self._lots = services.lots
        self._index = services.index
        self._importer = EditImporter(services)
        self._site = SiteFiles(services.settings.content_dir)
        self._now = services.now

    def plan(self, rows: Iterable[DraftRow], *, update: bool, date: datetime.date | None) -> PublicationPlan:
        """Plan which of these drafts can be published, with their ids and related articles.

        Args:
            update: replace an article that exists already, and keep its id and date. A rewrite needs no such consent.
            date: the date of the articles; None for the dates of the drafts, and for what the settings say of rewrites.
        """
        plan = PublicationPlan()
        unlinked: list[_UnlinkedArticle] = []
        reserved = _ReservedValues()
        next_id = max(self._index.next_id(), self._publications.max_article_id() + 1)
        for requested in rows:
            row = self._drafts.get(requested.id)
            if row.state == "published":
                plan.already_published.append(row)
                continue
            try:
                approved = self._approved(row)
                if approved.row.replaces is not None:
                    plan.articles.append(self._rewrite(approved, reserved, date))
                    continue
                existing = self._existing(approved.row, approved.document, reserved, update=update)
                article = self._identified(approved.document, existing, reserved, next_id, date)
                write_score = self._settings.judge.write_score
                unlinked.append(_unlinked_article(approved, existing, article, write_score=write_score))
            except (PublishRefused, StorageError, StaleDraft, FrontMatterError, PatchError) as error:
                plan.refused.append(Refusal(row.key or row.question, str(error)))
                continue
            next_id = max(next_id, article.id + 1) if article.id == next_id else next_id
            reserved.add(article)
        plan.articles += self._linked(unlinked, plan)
        return plan

    def _rewrite(
        self, approved: ApprovedDraft, reserved: _ReservedValues, date: datetime.date | None
    ) -> PlannedArticle:
        """The file of a rewrite. Raises PublishRefused if its page cannot be replaced."""
        row = approved.row
        assert row.key is not None and row.replaces is not None
        withdrawn = self._publications.withdrawal_of(row.key)
        if withdrawn is not None:
            raise PublishRefused(f"its page was withdrawn: {withdrawn.reason}")
        if row.key in reserved.keys:
            raise PublishRefused("another draft of this publication replaces the same page")
        settings = self._settings
        if date is None and settings.publish.date_on_rewrite == "today":
            date = datetime.date.fromisoformat(self._now()[:10])
        score = row.score if settings.judge.write_score else -1.0
        planned = planned_rewrite(
            approved,
            self._site.find(row.replaces),
            date=date,
            score=score,
            disclosure=settings.publish.disclosure,
        )
        reserved.keys.add(row.key)
        return planned

    def _linked(self, unlinked: Sequence[_UnlinkedArticle], plan: PublicationPlan) -> list[PlannedArticle]:
        """The files with their related articles, chosen as if all these articles were published already."""
        with self._index.overlay({item.article.key.path: item.text.encode() for item in unlinked}):
            related = [self._links(str(item.article.key)) for item in unlinked]
        planned: list[PlannedArticle] = []
        for item, links in zip(unlinked, related, strict=True):
            try:
                planned.append(_planned_article(item, links, self._settings.publish.disclosure))
            except PatchError as error:
                plan.refused.append(Refusal(item.approved.row.key or "", str(error)))
                # Other articles may link to it, so all links are chosen again without it.
                return self._linked([other for other in unlinked if other is not item], plan)
        return planned

    def _links(self, key: str) -> list[RelatedArticle]:
        """The links of an article, the same that a later update of its links would choose."""
        site = self._settings.site
        return [hit.row.link(site, self._subjects) for hit in self._index.related_to(key, limit=MAX_RELATED)]

    def _approved(self, row: DraftRow) -> ApprovedDraft:
        """The current draft. Raises PublishRefused unless exactly its bytes are approved, with the required evidence."""
        before, row = row, self._importer.sync(row)
        if before.state == "approved" and row.version != before.version:
            raise PublishRefused("its file was changed after it was approved: review it again")
        if row.state != "approved":
            raise PublishRefused(f"is {in_words(row.state)}, not approved")
        if refusal := self._settings.publish.refusal(offline=row.offline):
            raise PublishRefused(refusal)
        approval = self._drafts.decisions.approval(row.id)
        data = self._drafts.data(row)
        if approval is None or data is None or approval.sha != row.sha or approval.covered is None:
            raise PublishRefused("its text differs from the approved text: review it again")
        lot = self._lots.unfinished_release(approval.bulk)
        if lot is not None:
            raise PublishRefused(
                f"a part of {lot.name} is released: generator lots release {lot.id} finishes it"
            )
        document = read(data)
        if covered_hash(document) != approval.covered:
            raise PublishRefused("its text differs from the approved text: review it again")
        required = required_release(self._settings, self._subjects, row.subject)
        return ApprovedDraft(row, document, sufficient_release(row, approval, required))

    def _existing(
        self, row: DraftRow, document: Document, reserved: _ReservedValues, *, update: bool
    ) -> Document | None:
        """The article that the draft replaces, None for a new one. Raises PublishRefused if it cannot be published."""
        article = document.article()
        key = article.key
        if (
            str(key) != row.key
            or article.file_name != f"{key.slug}.md"
            or article.url != self._settings.site.address_of(key)
        ):
            raise PublishRefused("its file name and address do not match its question and subject")
        question = question_key(article.question)
        withdrawn = self._publications.withdrawal_of(str(key)) or next(
            (
                item
                for item in self._publications.withdrawn_question(question)
                if item.key.split("/")[0] == key.subject_slug
            ),
            None,
        )
        if withdrawn is not None:
            raise PublishRefused(f"its question was withdrawn: {withdrawn.reason}")
        if str(key) in reserved.keys or (key.subject_slug, question) in reserved.questions:
            raise PublishRefused("another draft of this publication has the same address or question")
        for other in self._index.find_questions(article.question, article.subject):
            if other.key != str(key):
                raise PublishRefused(f"its question is answered already: {other.key}")
        present = self._site.find(key.path)
        if present is None:
            return None
        if not update:
            raise PublishRefused(f"{key.path} exists already; --update replaces it and keeps its id and date")
        return read(present)

    def _identified(
        self,
        document: Document,
        existing: Document | None,
        reserved: _ReservedValues,
        next_id: int,
        date: datetime.date | None,
    ) -> Article:
        """The article with its id and date: those of the article that it replaces, its own, or new ones."""
        article = document.article()
        if existing is not None:
            old = existing.article()
            return article.model_copy(update={"id": old.id, "date": old.date})
        is_used = article.id in reserved.ids or any(
            other.key != str(article.key) for other in self._index.find_id(article.id)
        )
        return article.model_copy(
            update={"id": next_id if is_used else article.id, "date": date or article.date}
        )


@dataclass
class _ReservedValues:
    """The addresses, questions and ids of the articles that are planned so far."""

    keys: set[str] = field(default_factory=set)
    questions: set[tuple[str, str]] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def add(self, article: Article) -> None:
        self.keys.add(str(article.key))
        self.questions.add((article.key.subject_slug, question_key(article.question)))
        self.ids.add(article.id)


@dataclass(frozen=True, slots=True)
class _UnlinkedArticle:
    """A draft with its id and date, before its related articles are chosen."""

    approved: ApprovedDraft
    article: Article
    text: str
    replaces: str | None


def _unlinked_article(
    approved: ApprovedDraft, existing: Document | None, article: Article, *, write_score: bool
) -> _UnlinkedArticle:
    """The approved draft with its id, its date and, where the settings want it in files, its score."""
    if write_score and approved.row.score >= 0:
        article = article.model_copy(update={"score": approved.row.score})
    replaces = None if existing is None else sha256(existing.text.encode())
    return _UnlinkedArticle(approved, article, _rewritten(approved.document, article), replaces)


def _rewritten(document: Document, article: Article) -> str:
    """The text of the file with the fields of ``article`` that publishing assigns.

    A file in canonical form is rendered again, which is fast. Any other file is patched.
    """
    if render(document.article()) == document.text:
        return render(article)
    changes: dict[str, Change] = {"id": article.id, "date": article.date.isoformat()}
    if article.score is not None:
        changes["score"] = article.score
    return patch_related(patch(document.text, changes), article.related)


def _planned_article(
    unlinked: _UnlinkedArticle, related: Sequence[RelatedArticle], disclosure: Disclosure | None
) -> PlannedArticle:
    """The file to publish. It differs from the approved file only in the fields that publishing assigns.

    Raises:
        PatchError: other fields would change too.
    """
    row, before, release = unlinked.approved
    article = unlinked.article.model_copy(update={"related": tuple(related)})
    text = _rewritten(before, article)
    after = read(disclosure.apply(text, release) if disclosure else text)
    also = (disclosure.field,) if disclosure else ()
    if covered_hash(after, also) != covered_hash(before, also):
        raise PatchError(f"{row.key}: assigning its id, date and links would change the approved text")
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in ("id", "date", "score", *also)}
    pairs["related"] = (_urls(before), _urls(after))
    return PlannedArticle(
        row=row,
        path=unlinked.article.key.path,
        data=after.text.encode(),
        article_id=article.id,
        date=article.date.isoformat(),
        replaces=unlinked.replaces,
        release=release,
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
    )


def _urls(document: Document) -> str:
    return ", ".join(link.url for link in document.related)
