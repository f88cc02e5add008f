"""Finds drafts by the names that people give: the name of an article, or the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.ports import HasDrafts, HasLedger, HasSettings
from generator.workflows.site.article_names import plain_name, single_match

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow


class DraftNameServices(HasSettings, HasLedger, HasDrafts, Protocol):
    """The services that finding drafts by name needs."""


def find_drafts(services: DraftNameServices, name: str) -> list[DraftRow]:
    """The drafts with this name. There are several if several subjects have the slug or the question.

    Raises:
        UsageError: no draft has this name.
    """
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    rows = services.drafts.named(plain_name(name, services.settings)) or services.drafts.of_question(name)
    if not rows:
        raise UsageError(f"no draft is named {name!r}; generator list shows all drafts")
    return rows


def find_draft(services: DraftNameServices, name: str) -> DraftRow:
    """The only draft with this name.

    Raises:
        UsageError: no draft or several have this name.
    """
    row = single_match(find_drafts(services, name), name, "drafts")
    assert row is not None
    return row
