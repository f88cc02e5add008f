"""Decides what to do after a reply of the model; all decisions to ask again are made here."""

from typing import Literal

from generator.content.reply_json.repetition import repeats_to_end
from generator.errors import ReplyFormatError
from generator.model.reply.reply import Reply

NextStep = Literal[
    "take",
    "ask_longer",
    "ask_with_less_effort",
    "ask_with_other_sampling",
    "ask_again",
    "declined",
    "unreadable",
]
"""What to do after a reply.

- ``take``: accept its output.
- ``ask_longer``: send the same request with a larger output cap.
- ``ask_with_less_effort``: send it with a lower reasoning effort, because the model spent the cap on thinking.
- ``ask_with_other_sampling``: send it with other sampling, because the model repeated itself.
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
    failed_alike: bool = False,
    can_lower_effort: bool = False,
    follows_record: bool = False,
) -> NextStep:
    """What to do after a reply.

    Args:
        error: why the reply cannot be read; None for one that was read.
        whole: whether the reply was read and nothing that was asked for is missing.
        longer_asked: whether the job was already asked with a larger cap, less effort or other sampling, which happens
            once.
        rounds_left: how often the model may still be asked again.
        paid: whether the reply to asking again is already recorded. An earlier version of this program asked again
            in cases in which this one does not.
        failed_alike: whether the reply before failed in the same way: a third one would too.
        can_lower_effort: whether the request has a reasoning effort that can be lowered.
        follows_record: whether the next reply is recorded. The step that an earlier version took is taken then.
    """
    if declined_by(reply, whole=whole):
        return "declined"
    if whole:
        return "take"
    unread: NextStep = "take" if error is None else "unreadable"
    if not follows_record and _repeats(reply, error):
        return unread if longer_asked else "ask_with_other_sampling"
    if reply.finish == "window" and not paid:
        return unread
    if reply.is_cut_off and not longer_asked:
        lower = reply.is_only_thinking and can_lower_effort and not follows_record
        return "ask_with_less_effort" if lower else "ask_longer"
    if error is None or rounds_left == 0:
        return unread
    hopeless = failed_alike or (error.cut and reply.is_cut_off)
    return "ask_again" if paid or not hopeless else "unreadable"


def declined_by(reply: Reply, *, whole: bool = False) -> str:
    """Why the model or its endpoint declines to reply; empty where they do not.

    Args:
        whole: whether nothing is missing in the reply. It was not withheld then, whatever the endpoint reports.
    """
    if reply.refusal:
        return f"the model refused: {reply.refusal}"
    if reply.finish == "filtered" and not whole:
        named = "" if reply.finish_reason == "content_filter" else f" ({reply.finish_reason})"
        return f"the endpoint's content filter withheld the reply{named}"
    return ""


def is_prose(reply: Reply) -> bool:
    """Whether a reply has text without any JSON, as from an endpoint that ignores the response format."""
    return bool(reply.content.strip()) and "{" not in reply.content


def unread_reason(reply: Reply, error: ReplyFormatError) -> str:
    """What came instead of a reply that can be read, and how the endpoint says that it ended where that tells more."""
    ended = _ENDED.get(reply.finish, "")
    if reply.finish == "unknown":
        ended = f" (finish reason {reply.finish_reason!r})"
    return f"{error}{ended}"


_ENDED = {"window": ": the model's context window is full", "repetition": ": the endpoint ended a repetition"}


def _repeats(reply: Reply, error: ReplyFormatError | None) -> bool:
    if reply.finish == "repetition" or (error is not None and error.content == "repetition"):
        return True
    return reply.is_cut_off and repeats_to_end(reply.content)
