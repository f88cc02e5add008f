"""What the requests to examine pages have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.content.states import DraftState


@dataclass(frozen=True, kw_only=True)
class PagesRequest:
    """Which pages a model examines, and how.

    Args:
        names: drafts; a published one stands for its file.
        states: all drafts in these states.
        published: files, subject folders or the content folder.
        model: examines, instead of the model of the settings.
        max_cost: US dollars that the run may cost; None for no cap.
        concurrency: the most calls in flight; None for the setting.
        canary: as in ``DraftRequest``.
        argv: the command line, as the ledger stores it.
    """

    names: tuple[str, ...] = ()
    states: tuple[DraftState, ...] = ()
    published: tuple[Path, ...] = ()
    model: str | None = None
    max_cost: float | None = None
    concurrency: int | None = None
    canary: bool | None = None
    argv: tuple[str, ...] = ()
