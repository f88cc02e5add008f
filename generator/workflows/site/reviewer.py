"""Who decides: the name given, else that of the settings, else git's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.store.ledger.decision_log import PROGRAM
from generator.workflows.site.git import user_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Settings


def reviewer_name(settings: Settings, name: str | None = None) -> str:
    """The reviewer's name, its white space made single.

    Args:
        name: what the command line says.

    Raises:
        UsageError: neither the command line nor the settings nor git names a person; the program's own name is none.
    """
    folder = settings.content_dir if settings.content_dir.is_dir() else settings.output_dir
    folder = folder if folder.is_dir() else folder.parent
    who = name or settings.review.reviewer or user_name(folder)
    if not who or not who.strip():
        raise UsageError(
            "who decides? Give --reviewer NAME, set review.reviewer in config.yaml, or git config user.name"
        )
    name = " ".join(who.split())
    if name.casefold() == PROGRAM:
        raise UsageError(
            f"{PROGRAM!r} is how the program's own steps are recorded; who decides needs another name"
        )
    return name


def reviewer_names(settings: Settings, names: Sequence[str], *, read_only: bool) -> list[str]:
    """The reviewers of a page, each once; whoever only reads needs no name.

    Raises:
        UsageError: as :func:`reviewer_name`.
    """
    given = list(dict.fromkeys(reviewer_name(settings, name) for name in names))
    return given or ["reader" if read_only else reviewer_name(settings)]
