"""The ``generator index`` command: updates the index of published articles and sources, and shows its contents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.terminal.options import CONTENT_DIR, JSON, OUTPUT_DIR, open_services
from generator.cli.terminal.output import TerminalProgress, note, notes, say_json, table
from generator.content.display import plural
from generator.workflows.site.corpus import IndexOutcome, index_corpus

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.store.corpus.files import Unreadable
    from generator.store.corpus.rows import IndexState, RefreshReport


def index(
    context: typer.Context,
    rebuild: bool = typer.Option(False, "--rebuild", help="Delete the index and read every file again."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Update the index of published articles, and show what it contains. The index can be rebuilt at any time.

    Exit code 1: a file cannot be read.

    Example: generator index --rebuild
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        indexed = index_corpus(services, TerminalProgress(quiet=as_json), rebuild=rebuild)
        if as_json:
            say_json(_index_object(indexed, services.settings, services.index.path))
        else:
            _say_index(indexed, services.settings, services.index.path)
        return int(indexed.needs_person)


def _say_index(indexed: IndexOutcome, settings: Settings, file: Path) -> None:
    report, state = indexed.report, indexed.state
    how = "rebuilt" if indexed.rebuilt else "updated"
    changes = f"{report.added:,} added, {report.updated:,} updated, {report.removed:,} removed"
    rows = [
        (
            "articles",
            f"{state.articles:,} in {plural(len(state.subjects), 'subject')}, {settings.content_dir}",
        ),
        ("sources", _sources(report, state, str(settings.sources_dir))),
        ("changed", f"{state.changed_at}; {how} just now: {changes} ({report.seconds:.1f} s)"),
        ("size", f"{state.bytes / 1_000_000:,.1f} MB, {file}"),
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


def _index_object(indexed: IndexOutcome, settings: Settings, file: Path) -> dict[str, Any]:
    report, state, sources = indexed.report, indexed.state, indexed.report.sources
    return {
        "file": str(file),
        "bytes": state.bytes,
        "changed_at": state.changed_at,
        "pending": state.pending,
        "rebuilt": indexed.rebuilt,
        "seconds": round(report.seconds, 3),
        "articles": {
            "folder": str(settings.content_dir),
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
            "folder": str(settings.sources_dir),
            "missing": sources.missing,
            "count": state.sources,
            "passages": state.passages,
            "added": sources.added,
            "updated": sources.updated,
            "removed": sources.removed,
            "unreadable": [item._asdict() for item in sources.unreadable],
        },
    }
