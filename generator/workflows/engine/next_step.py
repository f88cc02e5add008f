"""What is done after a reply of the model: the one place where it is decided whether to ask again."""

from typing import Literal

from generator.errors import ReplyFormatError
from generator.model.replies import Reply

NextStep = Literal["take", "ask_longer", "ask_again", "declined", "unreadable"]
"""Take the reply; ask the same with a larger output cap; ask again, saying what was wrong; or end without an output."""


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
        error: why it could not be read; None for one that was.
        whole: whether it was read and lacks nothing that was asked for.
        longer_asked: whether the job was asked with the larger cap before, which happens once.
        rounds_left: how often the model may still be asked again.
        paid: whether the reply to asking again is there already: an earlier version asked where this one would not.
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
    """Why nothing is made of a reply, where the endpoint says so; else empty.

    A ``whole`` reply was not withheld, whatever the endpoint says.
    """
    if reply.refusal:
        return f"the model refused: {reply.refusal}"
    if reply.finish_reason == "content_filter" and not whole:
        return "the endpoint's content filter withheld the reply"
    return ""


def is_prose(reply: Reply) -> bool:
    """Whether a reply has text but no JSON, as from an endpoint that ignores the response format."""
    return bool(reply.content.strip()) and "{" not in reply.content
