"""Decides what to do after a reply of the model; all decisions to ask again are made here."""

from typing import Literal

from generator.errors import ReplyFormatError
from generator.model.replies import Reply

NextStep = Literal["take", "ask_longer", "ask_again", "declined", "unreadable"]
"""What to do after a reply.

- ``take``: accept its output.
- ``ask_longer``: send the same request with a larger output cap.
- ``ask_again``: send the request with a note on what was wrong.
- ``declined``: end, because the model or its endpoint refuses.
- ``unreadable``: end, because no reply can be read.
"""


def next_step(
    reply: Reply,
    error: ReplyFormatError | None,
    *,
    whole: bool,
    longer_asked: bool,
    rounds_left: int,
    paid: bool = False,
) -> NextStep:
    """What to do after a reply.

    Args:
        error: why the reply cannot be read; None for one that was read.
        whole: whether the reply was read and nothing that was asked for is missing.
        longer_asked: whether the job was already asked with the larger cap, which happens once.
        rounds_left: how often the model may still be asked again.
        paid: whether the reply to asking again is already recorded. An earlier version of this program asked again
            in cases in which this one does not.
    """
    if declined_by(reply, whole=whole):
        return "declined"
    if reply.is_cut_off and not whole and not longer_asked:
        return "ask_longer"
    if error is None:
        return "take"
    if rounds_left == 0:
        return "unreadable"
    cut_at_larger_cap = error.cut and reply.is_cut_off
    return "ask_again" if paid or not cut_at_larger_cap else "unreadable"


def declined_by(reply: Reply, *, whole: bool = False) -> str:
    """Why the model or its endpoint declines to reply; empty where they do not.

    Args:
        whole: whether nothing is missing in the reply. It was not withheld then, whatever the endpoint reports.
    """
    if reply.refusal:
        return f"the model refused: {reply.refusal}"
    if reply.finish_reason == "content_filter" and not whole:
        return "the endpoint's content filter withheld the reply"
    return ""


def is_prose(reply: Reply) -> bool:
    """Whether a reply has text without any JSON, as from an endpoint that ignores the response format."""
    return bool(reply.content.strip()) and "{" not in reply.content
