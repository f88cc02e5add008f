"""Prints what a rewrite changes in its published page, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import say, say_line, table
from generator.content.language.word_diff import word_diff

if TYPE_CHECKING:
    from generator.workflows.review.views.rewrite_view import RewriteView


def say_rewrite(view: RewriteView) -> None:
    """Print what was asked about a page, and the changes word by word: ``[-removed-]`` and ``{+added+}``."""
    page = view.page
    reporters = f"   reported by {', '.join(page.reporters)}" if page.reporters else ""
    say()
    say_line(f"rewrites {page.path}   mode {page.mode}{reporters}")
    if view.is_outdated:
        say_line(f"  the page was changed since: generator rewrite {page.key} rewrites it as it is now")
    if page.note:
        say_line(f"  asked: {' '.join(page.note.split())}")
    table([(item.field, f"{item.message}  [{item.code}]") for item in page.findings], indent="  ")
    say("\nchanges")
    for change in view.changes:
        say_line(f"  {change.field}")
        say(f"{marked_changes(change.old, change.new)}\n")
    if not view.changes:
        say("  none")


def marked_changes(old: str, new: str) -> str:
    """The text with what was removed and what was added marked, as ``git diff --word-diff`` marks it."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[segment.kind].format(segment.text) for segment in word_diff(old, new))


def rewrite_object(view: RewriteView) -> dict[str, Any]:
    """What a rewrite changes as JSON."""
    page = {name: value for name, value in asdict(view.page).items() if name != "text"}
    return {
        **page,
        "basis": view.page.basis,
        "is_outdated": view.is_outdated,
        "changes": [asdict(change) for change in view.changes],
    }
