"""``generator related`` and ``generator index``: what the site has, what belongs together, and the links mended."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.output import TerminalProgress, meter, note, notes, say, say_json, table
from generator.content.display import plural
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.services import Services
    from generator.store.corpus.files import Unreadable
    from generator.store.corpus.rows import ArticleRow, Hit, IndexState, RefreshReport
    from generator.workflows.links.related_links import Asked, LeftOut
    from generator.workflows.links.updater import RelinkReport

_LIMIT = 10


def related(
    context: typer.Context,
    names: list[str] = typer.Argument(
        None, metavar="SLUG|PATH", help="The article; with --refresh, the files.", show_default=False
    ),
    question: str = typer.Option(
        None, "--question", metavar="TEXT", help="A question instead of an article."
    ),
    subject: str = typer.Option(
        None, "--subject", metavar="NAME", help="Of the question, or of a slug that several subjects have."
    ),
    limit: int = typer.Option(None, "--limit", metavar="N", min=1, help=f"How many to show; {_LIMIT}."),
    renew: bool = typer.Option(False, "--refresh", help="Mend the related articles of published files."),
    dry_run: bool = typer.Option(False, "--dry-run", help="With --refresh: show the changes, write nothing."),
    commit: bool = typer.Option(
        False, "--commit", help="With --refresh: commit just these files; nothing is pushed."
    ),
    whole_site: bool = typer.Option(
        False,
        "--whole-site",
        help="With --refresh: drop dead links though more than 5 % of all targets are missing.",
    ),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the articles to link to, or mend the related articles of published files.

    SLUG is subject/slug, a slug or an address, of a published article or a draft.
    With --refresh, PATH is a content folder, a subject's folder or a file; without
    one, all published files are looked at. Links are judged against the whole
    content folder in any case.

    --refresh gives links to files that have none and replaces links that are dead,
    double or to the article itself, and poor ones where there is a better one:
    near-duplicates of the article or of another link, pages hidden from search
    engines, answers that refuse or are cut off, and targets that are neither among
    the ten nearest articles nor a third as near as the fifth. Nothing else in a
    file changes, and a second run changes nothing.

    Exit codes: 0 all done, 1 a file was left alone or not committed, 2 wrong usage.

    Example: generator related --refresh --dry-run
    """
    from generator.errors import UsageError

    named = names or []
    if renew and (question or subject or limit):
        raise UsageError("--question, --subject and --limit do not go with --refresh")
    if not renew and (dry_run or commit or whole_site):
        flag = "--dry-run" if dry_run else "--commit" if commit else "--whole-site"
        raise UsageError(f"{flag} belongs to --refresh")
    if dry_run and commit:
        raise UsageError("--dry-run writes nothing that --commit could commit")
    if not renew and len(named) + (question is not None) != 1:
        raise UsageError("name one article, or give --question; --refresh mends published files")
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if renew:
            return _refresh(
                services, named, dry_run=dry_run, commit=commit, whole_site=whole_site, as_json=as_json
            )
        refresh_corpus(services, TerminalProgress(quiet=as_json))
        _show(
            services,
            _asked(services, named[0] if named else None, question, subject),
            limit or _LIMIT,
            as_json,
        )
        return 0


def index(
    context: typer.Context,
    rebuild: bool = typer.Option(False, "--rebuild", help="Throw the index away and read every file again."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Bring the index up to date, and show what it holds. It is made from the files and may be deleted.

    Exit code 1 says that a file cannot be read.

    Example: generator index --rebuild
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        with meter("indexing", quiet=as_json) as show:
            work = services.index.rebuild if rebuild else services.index.refresh
            report = work(lambda done, total: show(done, total))
        state = services.index.state()
        if as_json:
            say_json(_index_object(services, report, state, rebuilt=rebuild or report.rebuilt))
        else:
            _say_index(services, report, state, rebuilt=rebuild or report.rebuilt)
        return 1 if report.unreadable or (report.sources and report.sources.unreadable) else 0


# ---------------------------------------------------------------- candidates


def _asked(services: Services, name: str | None, question: str | None, subject: str | None) -> Asked:
    """What links are wanted for: a question, a published article, or a draft."""
    from generator.errors import UsageError
    from generator.workflows.links.related_links import Asked

    if name is None:
        if not question or not question.strip():
            raise UsageError("--question is empty")
        return Asked(question, subject or "")
    row = _published(services, name, subject)
    if row is not None:
        answer = services.index.answer(row.key) or ""
        return Asked(row.question, row.subject_slug, answer, row.keywords, row.key)
    return _draft(services, name)


def _published(services: Services, name: str, subject: str | None) -> ArticleRow | None:
    from generator.content.slugs import key_from_url, subject_slug
    from generator.errors import UsageError

    address = key_from_url(name)
    plain = str(address) if address else name.removesuffix(".md").strip("/")
    if "/" in plain:
        return services.index.get(plain)
    rows = services.index.find_slug(plain)
    if subject is not None:
        rows = [row for row in rows if subject_slug(subject) == row.subject_slug]
    if len(rows) > 1:
        raise UsageError(f"several articles are named {plain!r}: {', '.join(row.key for row in rows)}")
    return rows[0] if rows else None


def _draft(services: Services, name: str) -> Asked:
    """The draft that a person names. Raises UsageError where there is none, or several."""
    from generator.content.frontmatter import read
    from generator.content.markdown.line_breaks import decode
    from generator.errors import UsageError
    from generator.workflows.links.related_links import Asked

    rows = services.drafts.named(name.removesuffix(".md").strip("/")) if services.has_ledger else []
    if len(rows) > 1:
        raise UsageError(f"several drafts are named {name!r}: {', '.join(row.key or '?' for row in rows)}")
    data = services.drafts.data(rows[0]) if rows else None
    if data is None:
        raise UsageError(f"no published article and no draft is named {name!r}")
    document = read(data)
    return Asked(
        document.get("question", ""),
        document.get("subject", ""),
        decode(document.get("answer", "")),
        document.get("seo.page_keywords", ""),
        rows[0].key,
    )


def _show(services: Services, asked: Asked, limit: int, as_json: bool) -> None:
    from generator.workflows.links.related_links import candidates, left_out

    hits = candidates(services.index, asked, limit=limit)
    left = left_out(services.index, asked, hits)
    similar = _similarities(asked, hits)
    if as_json:
        say_json(
            {
                "question": asked.question,
                "key": asked.key,
                "candidates": [_candidate(hit, similar) for hit in hits],
                "left_out": [_left_out(item) for item in left],
            }
        )
        return
    if hits:
        rows = [(f"{hit.score:.1f}", f"{similar[hit.row.key]:.2f}", hit.row.key) for hit in hits]
        table(rows, header=("score", "similarity", "article"))
    else:
        say("no article is related to it")
    if left:
        say("\nleft out:")
        table([(f"{item.hit.similarity:.2f}", item.hit.row.key, item.reason) for item in left])


def _similarities(asked: Asked, hits: Sequence[Hit]) -> Mapping[str, float]:
    from generator.content.duplicates.questions import similarity

    return {hit.row.key: similarity(asked.question, hit.row.question) for hit in hits}


def _candidate(hit: Hit, similar: Mapping[str, float]) -> dict[str, Any]:
    row = hit.row
    return {
        "key": row.key,
        "id": row.id,
        "question": row.question,
        "subject": row.subject,
        "url": row.url,
        "score": round(hit.score, 3),
        "similarity": round(similar[row.key], 3),
    }


def _left_out(item: LeftOut) -> dict[str, Any]:
    row = item.hit.row
    return {
        "key": row.key,
        "question": row.question,
        "similarity": round(item.hit.similarity, 3),
        "reason": item.reason,
    }


# ---------------------------------------------------------------- mending links


def _refresh(
    services: Services, names: Sequence[str], *, dry_run: bool, commit: bool, whole_site: bool, as_json: bool
) -> int:
    from generator.errors import UsageError
    from generator.workflows.audit.fixer import Fix, LeftAlone
    from generator.workflows.audit.selection import select
    from generator.workflows.links.updater import Relink, Relinking, Site

    folder = services.index.content_dir
    selection = select([_absolute(Path(name), folder) for name in names], folder)
    if selection.content_dir != folder:
        raise UsageError(f"these files are not below {folder}: name their content folder by --content-dir")
    indexed = refresh_corpus(services, TerminalProgress(quiet=as_json))

    def tell(item: Relink, fix: Fix) -> None:
        if dry_run:
            say(fix.diff().rstrip("\n"))
        else:
            say(f"{selection.shown(item.path)}: {', '.join(item.reasons)}")

    relinking = Relinking(
        services.index,
        Site(folder, selection.files),
        subjects={name.casefold(): name for name in services.subjects.names},
        unreadable={item.path: item.reason for item in indexed.unreadable},
        whole_site=whole_site,
    )
    with meter("relating", quiet=as_json) as show:
        report = relinking.run(
            selection.chosen,
            dry_run=dry_run,
            commit=commit,
            on_change=None if as_json else tell,
            progress=lambda done, total: show(done, total),
        )
    report.left_alone += [LeftAlone(*item) for item in selection.unreadable]
    if as_json:
        say_json(_refreshed(report, dry_run=dry_run))
    else:
        _say_refreshed(report, dry_run=dry_run)
    return 1 if report.needs_person else 0


def _absolute(path: Path, folder: Path) -> Path:
    """The path as it is named, where that lies below the content folder; else with the links on its way followed."""
    plain = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() follows links
    return plain if plain.is_relative_to(folder) else plain.resolve()


def _say_refreshed(report: RelinkReport, *, dry_run: bool) -> None:
    if report.changed:
        say()
        table([(reason, f"{count:,}") for reason, count in report.reasons.most_common()])
    changed = f"{plural(len(report.changed), 'file')} {'would be changed' if dry_run else 'changed'}"
    say(f"{plural(report.looked_at, 'file')} looked at, {changed}")
    if report.commit:
        say(f"commit {report.commit[:12]}")
    notes([f"{item.path}: {item.reason}" for item in report.left_alone])
    if report.commit_error:
        note(f"not committed: {report.commit_error}")
    if report.kept_dead:
        note(
            f"note: {report.missing_share:.0%} of all related links lead out of the content folder: it looks like a"
            f" part of the site, so {plural(report.kept_dead, 'dead link')} stayed; --whole-site drops them"
        )


def _refreshed(report: RelinkReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "looked_at": report.looked_at,
        "changed": [
            {
                "path": item.path,
                "reasons": list(item.reasons),
                "dropped": [{"url": url, "reason": flaw} for url, flaw in item.dropped],
                "added": list(item.added),
            }
            for item in report.changed
        ],
        "reasons": dict(report.reasons.most_common()),
        "left_alone": [item._asdict() for item in report.left_alone],
        "kept_dead": report.kept_dead,
        "missing_share": None if report.missing_share is None else round(report.missing_share, 4),
        "commit": report.commit,
        "commit_error": report.commit_error,
    }


# ---------------------------------------------------------------- the index


def _say_index(services: Services, report: RefreshReport, state: IndexState, *, rebuilt: bool) -> None:
    settings = services.settings
    how = "built anew" if rebuilt else "brought up to date"
    changes = f"{report.added:,} added, {report.updated:,} updated, {report.removed:,} removed"
    rows = [
        (
            "articles",
            f"{state.articles:,} in {plural(len(state.subjects), 'subject')}, {settings.content_dir}",
        ),
        ("sources", _sources(report, state, str(settings.sources_dir))),
        ("changed", f"{state.changed_at}; {how} just now: {changes} ({report.seconds:.1f} s)"),
        ("size", f"{state.bytes / 1_000_000:,.1f} MB, {services.index.path}"),
    ]
    table(rows)
    if report.missing:
        note(f"note: there is no content folder {settings.content_dir}")
    _note_unreadable("published file", report.unreadable)
    if report.sources is not None:
        _note_unreadable("source", report.sources.unreadable)


def _sources(report: RefreshReport, state: IndexState, folder: str) -> str:
    if report.sources is None:
        return "none: no sources_dir is set"
    if report.sources.missing:
        return f"none: there is no {folder}"
    return f"{state.sources:,} in {plural(state.passages, 'passage')}, {folder}"


def _note_unreadable(what: str, items: Sequence[Unreadable]) -> None:
    if items:
        note(f"{plural(len(items), what)} cannot be read:")
        notes([f"  {item.path}: {item.reason}" for item in items])


def _index_object(
    services: Services, report: RefreshReport, state: IndexState, *, rebuilt: bool
) -> dict[str, Any]:
    sources = report.sources
    return {
        "file": str(services.index.path),
        "bytes": state.bytes,
        "changed_at": state.changed_at,
        "pending": state.pending,
        "rebuilt": rebuilt,
        "seconds": round(report.seconds, 3),
        "articles": {
            "folder": str(services.settings.content_dir),
            "missing": report.missing,
            "count": state.articles,
            "subjects": state.subjects,
            "added": report.added,
            "updated": report.updated,
            "removed": report.removed,
            "unreadable": [item._asdict() for item in report.unreadable],
        },
        "sources": None
        if sources is None
        else {
            "folder": str(services.settings.sources_dir),
            "missing": sources.missing,
            "count": state.sources,
            "passages": state.passages,
            "added": sources.added,
            "updated": sources.updated,
            "removed": sources.removed,
            "unreadable": [item._asdict() for item in sources.unreadable],
        },
    }
