"""Finds the reviewer's name: from the command line, else from the settings, else from git; and the page's reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.review.reviewers import Reviewer, read_reviewer
from generator.errors import UsageError
from generator.store.ledger.decision_log import PROGRAM
from generator.workflows.site.git import user_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Settings


def reviewer_name(settings: Settings, name: str | None = None) -> str:
    """The reviewer's name, with each run of white space replaced by one space.

    Args:
        name: the name from the command line, None if it gives none.

    Raises:
        UsageError: command line, settings and git give no name, or the name is the one reserved for the program.
    """
    folder = settings.content_dir if settings.content_dir.is_dir() else settings.output_dir
    folder = folder if folder.is_dir() else folder.parent
    who = name or settings.review.reviewer or user_name(folder)
    if not who or not who.strip():
        raise UsageError(
            "the reviewer has no name: use --reviewer NAME, or set review.reviewer in config.yaml"
            " or git config user.name"
        )
    name = " ".join(who.split())
    if name.casefold() == PROGRAM:
        raise UsageError(
            f"the reviewer cannot be called {PROGRAM!r}: the ledger records the program's own steps under that name"
        )
    return name


def page_reviewers(settings: Settings, texts: Sequence[str], *, read_only: bool) -> list[Reviewer]:
    """The reviewers of a page, each once. A read-only page needs none: its only user is ``reader``.

    Args:
        texts: as written on the command line, ``NAME`` or ``NAME:ROLE``.

    Raises:
        UsageError: as :func:`reviewer_name` and :func:`read_reviewer`, or one name has two roles.
    """
    reviewers: dict[str, Reviewer] = {}
    for text in texts:
        given = read_reviewer(text)
        reviewer = given._replace(name=reviewer_name(settings, given.name))
        known = reviewers.setdefault(reviewer.name.casefold(), reviewer)
        if known.role != reviewer.role:
            raise UsageError(f"--reviewer: {reviewer.name} has two roles, {known.role} and {reviewer.role}")
    if reviewers:
        return list(reviewers.values())
    return [Reviewer("reader", "read") if read_only else Reviewer(reviewer_name(settings))]
