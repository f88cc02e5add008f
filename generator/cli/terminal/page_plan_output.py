"""Prints what examining pages would do and cost: of ``claims check --plan`` and ``judge --plan``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.cli.terminal.estimate_output import cost_in_words, estimate_object, say_tokens
from generator.cli.terminal.output import notes, say, say_json
from generator.content.display import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.services import Endpoint
    from generator.workflows.engine.estimate import Estimate


class PagePlan(Protocol):
    """What examining pages would do."""

    @property
    def endpoint(self) -> Endpoint | None: ...
    @property
    def pages(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def estimate(self) -> Estimate | None: ...
    @property
    def notes(self) -> Sequence[str]: ...


def show_page_plan(plan: PagePlan, *, as_json: bool) -> int:
    """Show how many pages are examined, and what that costs; returns the exit code."""
    if as_json:
        say_json(
            {
                "model": plan.endpoint.model if plan.endpoint else None,
                "pages": plan.pages,
                "known": plan.known,
                "estimate": estimate_object(plan.estimate) if plan.estimate else None,
                "notes": list(plan.notes),
            }
        )
    else:
        say(f"{plural(plan.pages, 'page')}, {plan.known:,} without a call")
        if plan.endpoint is not None and plan.estimate is not None:
            say_tokens(plan.endpoint, plan.estimate)
            say(f"cost: {cost_in_words(plan.estimate.typical, plan.estimate.most)}")
    notes(plan.notes)
    return int(bool(plan.notes))
