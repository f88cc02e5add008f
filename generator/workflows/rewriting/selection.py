"""Selects the pages to rewrite: by name, by a list of corrections, or by the rules that they fail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from generator.content.checks.rewriting import REWRITE_RULES
from generator.content.frontmatter import read
from generator.content.text import clean
from generator.errors import FrontMatterError, StorageError, UsageError
from generator.store.files import sha256
from generator.store.ledger.drafts.rewritten_page import RewrittenPage
from generator.workflows.ports import HasProposals, HasPublications, HasSearchData
from generator.workflows.rewriting.findings import FindingServices, check_rules, findings_of_page, pages_with
from generator.workflows.rewriting.merges import Merges, MergeServices
from generator.workflows.rewriting.page_list import MOST_NOTE_CHARS, read_pages
from generator.workflows.search_data.figures import clicks_by_path
from generator.workflows.site.article_names import find_published, single_match
from generator.workflows.site.canonical import is_canonicalised
from generator.workflows.site.files import SiteFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content.frontmatter import Document
    from generator.store.ledger.drafts.rewritten_page import ToldFinding
    from generator.store.ledger.publications import Withdrawal
    from generator.workflows.engine.progress import Progress
    from generator.workflows.rewriting.requests import PageListSource, RewriteRequest


class SelectServices(FindingServices, MergeServices, HasPublications, HasSearchData, HasProposals, Protocol):
    """What selecting pages to rewrite takes."""


@dataclass(frozen=True)
class SelectedPage:
    """A page that was selected, before its file is read.

    Args:
        path: below the content folder; empty where no page has the name.
        name: what messages call it.
        notes: what lists say is to be changed.
        reporters: who reported it.
        findings: what is wrong with it; None where that is found when its turn comes.
        problem: why it cannot be rewritten; empty where nothing is known against it.
    """

    path: str
    name: str
    notes: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    findings: tuple[ToldFinding, ...] | None = None
    problem: str = ""


class PageSelector:
    """Selects and reads the pages of one request.

    Raises:
        UsageError: there is not exactly one way to select pages, a rule does not exist, or the note is too long.
    """

    def __init__(self, services: SelectServices, request: RewriteRequest) -> None:
        if not request.pages.is_clear:
            raise UsageError("select pages in one way: name them, or give --list, or give --rule")
        check_rules(request.pages.rules)
        self._note = clean(request.note).strip()
        if len(self._note) > MOST_NOTE_CHARS:
            raise UsageError(f"--note has {len(self._note):,} characters, more than {MOST_NOTE_CHARS:,}")
        self._services = services
        self._request = request
        self._clicks = clicks_by_path(services)
        self._merges = Merges(services)
        self._site = SiteFiles(services.settings.content_dir)
        self._held_out = services.proposals.hold_outs.held_out() if services.has_ledger else frozenset()

    def pages(self, progress: Progress) -> list[SelectedPage]:
        """The selected pages, each once: those with most clicks in search results first, else in the order of a list or of paths.

        Raises:
            UsageError: a name fits no page or several, or the list cannot be read.
        """
        selection = self._request.pages
        if selection.rules:
            found = pages_with(self._services, selection.rules, progress)
            pages = [SelectedPage(path, path, findings=found[path]) for path in sorted(found)]
        elif selection.listed is not None:
            pages = list(self._listed(selection.listed))
        else:
            pages = [self._named(name) for name in selection.names]
        merged: dict[str, SelectedPage] = {}
        for page in pages:
            earlier = merged.get(page.path or page.name)
            merged[page.path or page.name] = _merged(earlier, page) if earlier else page
        return sorted(merged.values(), key=lambda page: -self._clicks.get(page.path, 0))

    def is_left_out(self, page: SelectedPage) -> bool:
        """Whether search engines show another page in its place; False for one that is named or listed by a person."""
        by_rule = bool(self._request.pages.rules)
        key = page.path.removesuffix(".md")
        return by_rule and is_canonicalised(self._site, key, self._services.settings.site)

    def is_withdrawn(self, page: SelectedPage) -> bool:
        """Whether it was withdrawn before and its file is still there; False for one that is named or listed by a person."""
        return bool(self._request.pages.rules) and self._withdrawal_of(page) is not None

    def withdrawal_code(self, page: SelectedPage) -> ToldFinding | None:
        """The finding for which a page is proposed for withdrawal; None for one that is named or listed by a person."""
        if not self._request.pages.rules:
            return None
        return next(
            (item for item in page.findings or () if REWRITE_RULES.get(item.code) == "withdraw"), None
        )

    def is_held_out(self, page: SelectedPage) -> bool:
        """Whether an open hold-out of search texts compares others with the page as it is."""
        return page.path in self._held_out

    def is_left_alone(self, page: SelectedPage) -> bool:
        """Whether the page is held out and no person named or listed it."""
        return bool(self._request.pages.rules) and self.is_held_out(page)

    def read(self, page: SelectedPage) -> tuple[RewrittenPage, Document]:
        """A page with its text and what is asked of it.

        Raises:
            UsageError: it cannot be rewritten; the message does not name it.
        """
        if page.problem:
            raise UsageError(page.problem)
        withdrawn = self._withdrawal_of(page)
        if withdrawn is not None:
            raise UsageError(f"was withdrawn: {withdrawn.reason}")
        try:
            data = self._site.read(page.path)
            document = read(data)
        except (StorageError, FrontMatterError) as error:
            raise UsageError(f"cannot be read: {error.reason}") from error
        if sha256(document.text.encode()) != sha256(data):
            raise UsageError("cannot be read without a change of its bytes")
        for name in ("question", "subject"):
            if not document.get(name, "").strip():
                raise UsageError(f"has no {name}")
        if document.article_id is None:
            raise UsageError("has no id that is a whole number")
        findings = page.findings
        if findings is None:
            findings = tuple(dict.fromkeys(findings_of_page(self._services, page.path)))
        merge = self._merges.of(page.path.removesuffix(".md"))
        rewritten = RewrittenPage(
            path=page.path,
            text=document.text,
            mode=self._request.mode,
            note="\n".join(dict.fromkeys(filter(None, (self._note, *page.notes, *merge.notes)))),
            reporters=page.reporters,
            findings=findings,
            merged=merge.pages,
        )
        return rewritten, document

    def _withdrawal_of(self, page: SelectedPage) -> Withdrawal | None:
        if not self._services.has_ledger:
            return None
        return self._services.publications.withdrawal_of(page.path.removesuffix(".md"))

    def _named(self, name: str) -> SelectedPage:
        row = single_match(
            find_published(self._services.index, name, self._services.settings), name, "articles"
        )
        if row is None:
            raise UsageError(f"no published article is named {name!r}")
        return SelectedPage(row.path, row.path)

    def _listed(self, listed: PageListSource) -> Iterator[SelectedPage]:
        for row in read_pages(listed):
            page = SelectedPage("", row.place, problem=row.problem)
            for name in row.names if not row.problem else ():
                try:
                    page = self._named(name)
                    break
                except UsageError as error:
                    page = replace(page, problem=page.problem or str(error))
            notes = (row.note,) if row.note else ()
            reporters = (row.reporter,) if row.reporter else ()
            yield replace(page, notes=notes, reporters=reporters)


def _merged(one: SelectedPage, other: SelectedPage) -> SelectedPage:
    """One page that was selected twice: what both rows say."""
    return replace(
        one,
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
        reporters=tuple(dict.fromkeys((*one.reporters, *other.reporters))),
    )
