"""Prints related articles and updated files, as text or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import note, notes, say, say_commit, say_json, table
from generator.content.display import plural
from generator.workflows.site.selection import display_path

if TYPE_CHECKING:
    from generator.content.site.site import Site
    from generator.workflows.links.requests import (
        ExcludedCandidate,
        LinkCandidate,
        RefreshLinksOutcome,
        RelatedOutcome,
    )
    from generator.workflows.site.file_change import FileChange


def show_related(outcome: RelatedOutcome, site: Site, *, as_json: bool) -> None:
    """Print the articles to link to, and near ones that must not be linked to."""
    if as_json:
        say_json(
            {
                "question": outcome.question,
                "key": outcome.key,
                "candidates": [_candidate_object(item, site) for item in outcome.candidates],
                "left_out": [_left_out_object(item) for item in outcome.left_out],
            }
        )
        return
    if outcome.candidates:
        rows = [(f"{item.score:.1f}", f"{item.similarity:.2f}", item.row.key) for item in outcome.candidates]
        table(rows, header=("score", "similarity", "article"))
    else:
        say("no related article")
    if outcome.left_out:
        say("\nnot linked:")
        table([(f"{item.similarity:.2f}", item.row.key, item.reason) for item in outcome.left_out])


def _candidate_object(item: LinkCandidate, site: Site) -> dict[str, Any]:
    row = item.row
    return {
        "key": row.key,
        "id": row.id,
        "question": row.question,
        "subject": row.subject,
        "url": row.url(site),
        "score": round(item.score, 3),
        "similarity": round(item.similarity, 3),
    }


def _left_out_object(item: ExcludedCandidate) -> dict[str, Any]:
    return {
        "key": item.row.key,
        "question": item.row.question,
        "similarity": round(item.similarity, 3),
        "reason": item.reason,
    }


def show_change(content_dir: Path, change: FileChange, *, dry_run: bool, as_json: bool) -> None:
    """Print a file with new links; with ``dry_run`` the change as a diff."""
    if as_json:
        return
    if dry_run:
        say(change.diff().rstrip("\n"))
    else:
        say(f"{display_path(content_dir, change.path)}: {', '.join(change.reasons)}")


def show_refreshed(outcome: RefreshLinksOutcome, *, dry_run: bool, as_json: bool) -> None:
    """Print a summary of the updates."""
    if as_json:
        say_json(_refreshed_object(outcome, dry_run=dry_run))
        return
    if outcome.changed:
        say()
        table([(reason, f"{count:,}") for reason, count in outcome.reasons.most_common()])
    changed = f"{plural(len(outcome.changed), 'file')} {'would be changed' if dry_run else 'changed'}"
    say(f"{plural(outcome.looked_at, 'file')} checked, {changed}")
    notes([f"{item.path}: {item.reason}" for item in outcome.left_alone])
    say_commit(outcome.commit, outcome.commit_error)
    if outcome.kept_dead:
        note(
            f"note: {outcome.missing_share:.0%} of all related links lead out of the content folder: the folder looks"
            f" like a part of the site, so {plural(outcome.kept_dead, 'dead link')} stayed; --whole-site drops them"
        )


def _refreshed_object(outcome: RefreshLinksOutcome, *, dry_run: bool) -> dict[str, Any]:
    share = outcome.missing_share
    return {
        "dry_run": dry_run,
        "looked_at": outcome.looked_at,
        "changed": [
            {
                "path": item.path,
                "reasons": list(item.reasons),
                "dropped": [{"url": url, "reason": flaw} for url, flaw in item.dropped],
                "added": list(item.added),
            }
            for item in outcome.changed
        ],
        "reasons": dict(outcome.reasons.most_common()),
        "left_alone": [item._asdict() for item in outcome.left_alone],
        "kept_dead": outcome.kept_dead,
        "missing_share": None if share is None else round(share, 4),
        "commit": outcome.commit,
        "commit_error": outcome.commit_error,
    }
