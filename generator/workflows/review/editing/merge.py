"""Merges what a reviewer typed with the text that somebody else saved meanwhile, for the edit form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.drafts.three_way import MergedField, merge_fields
from generator.content.drafts.version_diff import readable
from generator.content.markdown.answer import decode
from generator.content.states import EDITABLE
from generator.workflows.ports import HasDrafts, HasLedger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content.frontmatter import Document
    from generator.store.ledger.drafts.rows import DraftRow

HIDDEN = "yes"
"""The text of ``no_index`` where the page is hidden; empty where it is not."""


@dataclass(frozen=True, slots=True)
class DraftMerge:
    """A typed text beside the saved one.

    Args:
        row: the draft as it is now.
        fields: those that differ.
        has_base: whether the version that the reviewer began with is known.
        can_save: whether the draft can be edited in its present state.
    """

    row: DraftRow
    fields: tuple[MergedField, ...]
    has_base: bool
    can_save: bool

    @property
    def open(self) -> int:
        """How many fields both changed."""
        return sum(field.choice == "open" for field in self.fields)


class MergeServices(HasLedger, HasDrafts, Protocol):
    """The services that merging takes."""


def merge_draft(
    services: MergeServices, row: DraftRow, *, basis: str, typed: Mapping[str, str]
) -> DraftMerge:
    """Compare typed fields of the edit form with the draft as it is now. Nothing is saved.

    Args:
        basis: the hash of the version that the reviewer began with.
        typed: the fields that the reviewer changed, as the form has them.
    """
    theirs = readable(services.drafts.data(row))
    known = services.drafts.versions.has(row.id, basis)
    base = readable(services.ledger.blobs.get(basis)) if known else None
    began = form_fields(base) if base else None
    # A file that cannot be read has no fields: all that was typed is beside empty texts.
    saved = form_fields(theirs) if theirs else dict.fromkeys(typed, "")
    return DraftMerge(
        row, merge_fields(began, typed, saved), base is not None, row.state in EDITABLE and theirs is not None
    )


def form_fields(document: Document) -> dict[str, str]:
    """The fields of the edit form of an article file."""
    return {
        "question": document.get("question", ""),
        "subject": document.get("subject", ""),
        "answer": decode(document.get("answer", "")),
        "description": document.get("seo.page_description", ""),
        "keywords": document.get("seo.page_keywords", ""),
        "date": document.get("date", ""),
        "no_index": HIDDEN if document.is_hidden else "",
    }
