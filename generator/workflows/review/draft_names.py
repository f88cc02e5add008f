"""Finds the drafts that a person names: as articles are named, or by the question itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.ports import HasDrafts, HasLedger, HasSettings
from generator.workflows.site.article_names import plain_name, single_match

if TYPE_CHECKING:
    from generator.store.ledger.drafts import DraftRow


class DraftNameServices(HasSettings, HasLedger, HasDrafts, Protocol):
    """The services that finding drafts by name needs."""


def find_drafts(services: DraftNameServices, name: str) -> list[DraftRow]:
    """The drafts of a name: several where a slug or a question is in several subjects.

    Raises:
        UsageError: there is none.
    """
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    rows = services.drafts.named(plain_name(name, services.settings)) or services.drafts.of_question(name)
    if not rows:
        raise UsageError(f"no draft is named {name!r}; generator list shows them")
    return rows


def find_draft(services: DraftNameServices, name: str) -> DraftRow:
    """The one draft of a name.

    Raises:
        UsageError: there is none, or there are several.
    """
    row = single_match(find_drafts(services, name), name, "drafts")
    assert row is not None
    return row
