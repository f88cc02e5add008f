"""Merges two people's edits of one draft, field by field: what only one of them changed is chosen without asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Choice = Literal["mine", "theirs", "open"]


@dataclass(frozen=True, slots=True)
class MergedField:
    """One field that at least one of two people changed.

    Args:
        base: the text that both began with; None where it is not known.
        mine: the text that was typed.
        theirs: the text that is saved now.
        choice: the side that alone changed the field; ``open`` where a person must choose.
    """

    name: str
    base: str | None
    mine: str
    theirs: str
    choice: Choice

    @property
    def chosen(self) -> str:
        """The text to begin with: that of the chosen side, and the typed one where a person must choose."""
        return self.theirs if self.choice == "theirs" else self.mine


def merge_fields(
    base: Mapping[str, str] | None, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[MergedField, ...]:
    """The fields in which the typed text differs from the saved one, or which both changed from what they began with.

    Args:
        base: the fields that both began with; None where they are not known.
        mine: the typed fields; a field that is left out was not changed.
        theirs: the fields that are saved now.
    """
    merged = []
    for name, saved in theirs.items():
        began = None if base is None else base.get(name, "")
        typed = mine.get(name, began if began is not None else saved)
        if typed == saved:
            continue
        if began is None:
            choice: Choice = "open"
        else:
            choice = "theirs" if typed == began else "mine" if saved == began else "open"
        merged.append(MergedField(name, began, typed, saved, choice))
    return tuple(merged)
