"""Everything a reviewer must see of one draft: the fields, the findings at their places, how search shows it."""

from dataclasses import dataclass
from typing import Any

from generator.config import Settings
from generator.content.checks.places import in_file
from generator.content.findings import Finding
from generator.content.frontmatter import Document, read
from generator.content.frontmatter.document import Related
from generator.content.markdown.answer import decode
from generator.errors import FrontMatterError
from generator.store.ledger.drafts import Decision, DraftRow, Drafts, Version
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.publications import Publication, Publications, Withdrawal
from generator.store.ledger.revisions import Revision, Revisions


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The page as a search engine lists it; ``length`` counts the description with the site's prefix."""

    title: str
    description: str
    length: int
    limit: int

    @property
    def shown(self) -> str:
        """The description as far as it is shown."""
        return (
            self.description
            if self.length <= self.limit
            else self.description[: self.limit - 1].rstrip() + "…"
        )


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft, whole. ``document`` is None where there is no text or it cannot be read.

    ``answer`` is Markdown with real line breaks; a finding's offsets are into it where its field is ``answer``, else
    into the part that its field names. ``findings`` are those that the ledger counts in ``row``.
    ``cost`` is in nano-dollars, None where a price is unknown; revisions are counted in.
    """

    row: DraftRow
    data: bytes | None
    document: Document | None
    answer: str
    keywords: tuple[str, ...]
    related: tuple[Related, ...]
    findings: tuple[Finding, ...]
    search: SearchResult | None
    passages: list[dict[str, Any]]
    versions: tuple[Version, ...]
    decisions: tuple[Decision, ...]
    revisions: tuple[Revision, ...]
    publication: Publication | None
    withdrawal: Withdrawal | None
    prompt_hash: str
    calls: int
    cost: int | None

    def get(self, path: str) -> str:
        """A field of the article file, empty where there is none."""
        return self.document.get(path, "") if self.document is not None else ""


class Inspecting:
    """Looks at the drafts of one ledger."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        drafts: Drafts,
        revisions: Revisions,
        publications: Publications,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._drafts = drafts
        self._revisions = revisions
        self._publications = publications

    def view(self, row: DraftRow) -> DraftView:
        """The draft as the ledger has it; call ``Editing.current`` first to see what was edited on disk."""
        data = self._drafts.data(row)
        document = _document(data)
        versions = tuple(self._drafts.versions(row.id))
        revisions = tuple(self._revisions.of(row.id))
        job = self._ledger.jobs.get(row.job)
        calls = [
            call
            for number in (row.job, *(revision.job for revision in revisions))
            for call in self._ledger.calls.of_job(number)
        ]
        stored = next((version.findings for version in versions if version.n == row.version), ())
        answer = decode(document.get("answer", "")) if document else ""
        keywords = document.get("seo.page_keywords", "").split(",") if document else []
        return DraftView(
            row=row,
            data=data,
            document=document,
            answer=answer,
            keywords=tuple(part.strip() for part in keywords if part.strip()),
            related=tuple(document.related) if document else (),
            findings=in_file(stored, answer),
            search=self.search_result(document) if document else None,
            passages=job.context.get("passages", []),
            versions=versions,
            decisions=tuple(self._drafts.decisions(row.id)),
            revisions=revisions,
            publication=self._publications.of_draft(row.id),
            withdrawal=self._publications.withdrawal_of(row.key) if row.key else None,
            prompt_hash=job.prompt_hash,
            calls=len(calls),
            cost=_cost(calls),
        )

    def search_result(self, document: Document) -> SearchResult:
        """How a search engine lists an article."""
        seo, site = self._settings.limits.seo, self._settings.site
        description = seo.description_prefix + document.get("seo.page_description", "")
        title = site.page_title.replace("{title}", document.get("title", "")).replace(
            "{subject}", document.get("subject", "")
        )
        return SearchResult(title, description, len(description), seo.description_total)


def _document(data: bytes | None) -> Document | None:
    try:
        return None if data is None else read(data)
    except FrontMatterError:
        return None


def _cost(calls: list[dict[str, Any]]) -> int | None:
    total = 0
    for call in calls:
        cost = call["cost"] if call["cost"] is not None or call["outcome"] else call["reserved"]
        if cost is None and call["outcome"] in (None, "ok"):
            return None
        total += cost or 0
    return total
