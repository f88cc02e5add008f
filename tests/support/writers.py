"""Every command that writes into the content folder, over a site in which it has something to write."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.content.frontmatter import patch, read
from generator.services import Services
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.requests import AuditRequest, FixRequest
from generator.workflows.duplicates.apply import apply_clusters
from generator.workflows.duplicates.decide import keep_all_clusters
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.duplicates.requests import ApplyRequest as DuplicatesRequest
from generator.workflows.engine.progress import NoProgress, Progress
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import RefreshLinksRequest
from generator.workflows.publish.publish import PublishRequest, publish_drafts
from generator.workflows.publish.withdrawal import WithdrawRequest, withdraw_article
from generator.workflows.seo.apply import apply_proposals
from generator.workflows.seo.requests import ApplyRequest
from tests.support.drafts import approve_all, draft_of, with_drafts
from tests.support.duplicate_site import DuplicateSite, answer
from tests.support.duplicate_site import page as duplicate_page
from tests.support.linked_site import BEES, LinkedSite
from tests.support.made_site import LENSES, MadeSite
from tests.support.published_articles import article, publish_by_hand
from tests.support.seo_pages import KEY, page, propose
from tests.support.services import scripted_services

CELL = "What is the role of a ribosome?"


@dataclass(frozen=True)
class Written:
    """What a command did: the files that it wrote, its refusals in words, and its commit."""

    files: tuple[str, ...]
    refused: tuple[str, ...]
    commit: str | None


@dataclass(frozen=True)
class Writer:
    """A command over its site.

    Args:
        path: the file that it changes, relative to the content folder.
        run: runs it with options of its request.
        state: what of the ledger a preview must not change.
    """

    services: Services
    path: str
    run: Callable[..., Written]
    state: Callable[[], Any]

    @property
    def folder(self) -> Path:
        """The content folder."""
        return self.services.settings.content_dir

    @property
    def file(self) -> Path:
        """The file that it changes."""
        return self.folder / self.path

    def change_by_hand(self) -> bytes:
        """Change the file as a person does, in a field that no command touches. Returns its new bytes."""
        self.file.write_text(patch(self.file.read_text(encoding="utf-8"), {"score": 3.5}), encoding="utf-8")
        return self.file.read_bytes()


def _nothing() -> None:
    return None


def publishing(folder: Path) -> Writer:
    """``publish --update`` of an article that exists."""
    services = with_drafts(folder)
    row = draft_of(services)
    existing = read(services.drafts.data(row) or b"").article()
    publish_by_hand(folder, existing.model_copy(update={"id": 77, "answer": existing.answer + " Earlier."}))
    approve_all(services)

    def run(progress: Progress | None = None, **options: Any) -> Written:
        request = PublishRequest((row.key or "",), update=True, reviewer="Ada", **options)
        report = publish_drafts(services, request, progress or NoProgress()).report
        done = report.planned if report.branch else [*report.finished, *report.published]
        return Written(
            tuple(item.path for item in done),
            tuple(f"{item.key}: {item.reason}" for item in report.refused),
            report.commit,
        )

    return Writer(services, f"{row.key}.md", run, lambda: services.drafts.get(row.id).state)


def withdrawing(folder: Path) -> Writer:
    """``withdraw``."""
    publish_by_hand(folder, article("What is a cell?", id=1))
    services = with_drafts(folder, ())

    def run(progress: Progress | None = None, **options: Any) -> Written:
        request = WithdrawRequest("what-is-a-cell", "wrong", reviewer="Ada", **options)
        report = withdraw_article(services, request, progress or NoProgress())
        files = (f"{report.withdrawal.key}.md",) if report.hidden else ()
        return Written(files, tuple(report.problems), report.commit)

    key = "biology/what-is-a-cell"
    return Writer(services, f"{key}.md", run, lambda: services.publications.withdrawal_of(key))


def applying(folder: Path) -> Writer:
    """``seo apply``."""
    page(folder)
    services = scripted_services(folder, publish={"allow_offline": True})
    propose(services, offline=True, fields=("page_keywords",), all_articles=True)

    def run(progress: Progress | None = None, **options: Any) -> Written:
        request = ApplyRequest(names=(KEY,), reviewer="Ada", **options)
        report = apply_proposals(services, request, progress or NoProgress()).report
        return Written(tuple(report.changed), tuple(report.refused), report.commit)

    states = lambda: [row.state for row in services.proposals.rows()]  # noqa: E731
    return Writer(services, f"{KEY}.md", run, states)


def fixing(folder: Path) -> Writer:
    """``audit --fix``, which never commits."""
    site = MadeSite(folder / "content")
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    services = site.services()

    def run(progress: Progress | None = None, *, commit: bool = False, **options: Any) -> Written:
        audited = audit_site(services, AuditRequest(), NoProgress())
        request = FixRequest(("keyword-spacing",), **options)
        done = fix_site(services, audited, request, progress or NoProgress())
        refused = tuple(f"{item.path}: {item.reason}" for item in done.left_alone)
        return Written(tuple(item.path for item in done.fixed), refused, done.commit.hash)

    return Writer(services, str(site.path(LENSES).relative_to(site.folder)), run, _nothing)


def refreshing(folder: Path) -> Writer:
    """``related --refresh``."""
    site = LinkedSite(folder / "content")
    site.relink(BEES[0])
    services = site.services()

    def run(progress: Progress | None = None, **options: Any) -> Written:
        request = RefreshLinksRequest(
            (services.settings.content_dir / site.name(BEES[0]),), whole_site=True, **options
        )
        done = refresh_links(services, request, progress or NoProgress())
        refused = tuple(f"{item.path}: {item.reason}" for item in done.left_alone)
        return Written(tuple(item.path for item in done.changed), refused, done.commit)

    return Writer(services, site.name(BEES[0]), run, _nothing)


def pointing(folder: Path) -> Writer:
    """``duplicates apply``."""
    kept = duplicate_page(CELL, id=1, text=answer(1))
    copy = duplicate_page(CELL, "Physics", id=2, text=answer(1))
    services = DuplicateSite(folder, kept, copy).services
    find_duplicates(services, NoProgress())
    keep_all_clusters(services, reviewer="Ada")

    def run(progress: Progress | None = None, **options: Any) -> Written:
        done = apply_clusters(
            services, DuplicatesRequest(reviewer="Ada", **options), progress or NoProgress()
        )
        refused = tuple(f"{item.path}: {item.reason}" for item in done.left_alone)
        return Written((*done.pointed, *done.relinked), refused, next(iter(done.commits), None))

    states = lambda: [(row.id, row.state, row.applied_by) for row in services.clusters.rows()]  # noqa: E731
    return Writer(services, f"{copy.key}.md", run, states)


WRITERS = (publishing, withdrawing, applying, fixing, refreshing, pointing)
