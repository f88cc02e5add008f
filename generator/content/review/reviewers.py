"""Reviewers and their roles: what each may do on the review page, and how a reviewer is written on the command line."""

from typing import Literal, NamedTuple, get_args

from generator.content.states import DraftState
from generator.errors import UsageError

Role = Literal["approve", "edit", "read"]
ROLES: tuple[Role, ...] = get_args(Role)
MAX_NAME_CHARS = 80

OPEN_TO_EDITORS: tuple[DraftState, ...] = ("drafted", "needs_fix")
"""The states in which an ``edit`` reviewer may change a draft. In others, an edit would revert somebody's decision."""


class Reviewer(NamedTuple):
    """A person with a link to the review page.

    ``approve`` may do everything. ``edit`` may see, edit and comment on the drafts assigned to them. ``read`` may see
    everything and change nothing.
    """

    name: str
    role: Role = "approve"

    @property
    def may_decide(self) -> bool:
        """Whether they may approve, reject, publish, assign, revise and undo."""
        return self.role == "approve"

    @property
    def may_write(self) -> bool:
        """Whether they may edit and comment: of ``edit``, only on drafts assigned to them."""
        return self.role != "read"

    @property
    def sees_all(self) -> bool:
        """Whether they see drafts that are not assigned to them."""
        return self.role != "edit"

    def is_named(self, name: str | None) -> bool:
        """Whether a name is theirs, without regard to case."""
        return name is not None and name.casefold() == self.name.casefold()


def read_reviewer(text: str) -> Reviewer:
    """A reviewer written as ``NAME`` or ``NAME:ROLE``.

    Raises:
        UsageError: there is no such role, or as :func:`clean_name`.
    """
    given, colon, word = text.rpartition(":")
    name, role = (given, word.strip().casefold()) if colon else (text, "approve")
    if role not in ROLES:
        raise UsageError(f"--reviewer {text!r}: the role after the colon is {', '.join(ROLES)}, not {word!r}")
    return Reviewer(clean_name(name), role)


def clean_name(text: str) -> str:
    """The name of a reviewer, with each run of white space replaced by one space.

    Raises:
        UsageError: it is empty, too long, or has a colon or a control character.
    """
    name = " ".join(text.split())
    problem = (
        "it is empty"
        if not name
        else "it has a colon"
        if ":" in name
        else "it has a control character"
        if not name.isprintable()
        else f"it has more than {MAX_NAME_CHARS} characters"
        if len(name) > MAX_NAME_CHARS
        else None
    )
    if problem:
        raise UsageError(f"{text!r} cannot be the name of a reviewer: {problem}")
    return name
