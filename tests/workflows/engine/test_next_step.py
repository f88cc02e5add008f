"""What is done after a reply: the table of all decisions."""

import pytest

from generator.errors import ReplyFormatError
from generator.model.reply.reply import Reply
from generator.workflows.engine.next_step import declined_by, is_prose, next_step

BROKEN = ReplyFormatError("the reply is not valid JSON", raw="{]")
CUT = ReplyFormatError("the reply's JSON ends in the middle", raw="{", cut=True)


def reply(finish_reason: str = "stop", *, content: str = "{}", refusal: str | None = None) -> Reply:
    return Reply(
        content=content,
        refusal=refusal,
        finish_reason=finish_reason,
        model="m",
        request_id=None,
        usage=None,
        mode="plain",
        output_cap=100,
        raw=b"",
    )


@pytest.mark.parametrize(
    ("finish_reason", "error", "whole", "longer_asked", "rounds_left", "step"),
    [
        # Read: taken. Part of a cut-off reply: asked for once with the larger cap.
        ("stop", None, True, False, 2, "take"),
        ("stop", None, False, False, 2, "take"),
        ("length", None, True, False, 2, "take"),
        ("length", None, False, False, 2, "ask_longer"),
        ("length", None, False, False, 0, "ask_longer"),
        ("length", None, False, True, 2, "take"),
        # Not read: asked again while rounds are left.
        ("stop", BROKEN, False, False, 2, "ask_again"),
        ("stop", CUT, False, False, 1, "ask_again"),
        ("stop", CUT, False, True, 1, "ask_again"),
        ("stop", BROKEN, False, False, 0, "unreadable"),
        # Not read and cut off: once with the larger cap. What does not fit then never fits.
        ("length", CUT, False, False, 2, "ask_longer"),
        ("length", BROKEN, False, False, 0, "ask_longer"),
        ("length", CUT, False, True, 2, "unreadable"),
        ("length", BROKEN, False, True, 2, "ask_again"),
        ("length", BROKEN, False, True, 0, "unreadable"),
        # Withheld by the endpoint, unless nothing is missing.
        ("content_filter", None, True, False, 2, "take"),
        ("content_filter", None, False, False, 2, "declined"),
        ("content_filter", BROKEN, False, False, 2, "declined"),
    ],
)
def test_the_next_step(
    finish_reason: str,
    error: ReplyFormatError | None,
    whole: bool,
    longer_asked: bool,
    rounds_left: int,
    step: str,
) -> None:
    known = next_step(
        reply(finish_reason), error, whole=whole, longer_asked=longer_asked, rounds_left=rounds_left
    )
    assert known == step


@pytest.mark.parametrize(("rounds_left", "step"), [(1, "ask_again"), (0, "unreadable")])
def test_a_reply_that_an_earlier_version_paid_for_is_read(rounds_left: int, step: str) -> None:
    known = next_step(
        reply("length"), CUT, whole=False, longer_asked=True, rounds_left=rounds_left, paid=True
    )
    assert known == step


@pytest.mark.parametrize("error", [None, BROKEN])
def test_a_refusal_is_never_asked_again_nor_taken(error: ReplyFormatError | None) -> None:
    refused = reply(refusal="No.")
    assert next_step(refused, error, whole=error is None, longer_asked=False, rounds_left=2) == "declined"
    assert declined_by(refused, whole=True) == "the model refused: No."


@pytest.mark.parametrize(
    ("content", "prose"),
    [("Sure!", True), ("", False), (" \n", False), ('Sure: {"a": 1}', False), ("{", False)],
)
def test_text_without_any_json_is_prose(content: str, prose: bool) -> None:
    assert is_prose(reply(content=content)) is prose


def test_a_third_call_is_not_made_for_a_reply_that_failed_like_the_one_before() -> None:
    def step(**options: bool) -> str:
        return next_step(reply(), BROKEN, whole=False, longer_asked=False, rounds_left=2, **options)

    assert (step(), step(failed_alike=True)) == ("ask_again", "unreadable")
    assert step(failed_alike=True, paid=True) == "ask_again"


REPEATED = ReplyFormatError("the reply repeats", raw="", content="repetition")


@pytest.mark.parametrize(
    ("finish_reason", "error", "longer_asked", "follows_record", "step"),
    [
        ("length", REPEATED, False, False, "ask_with_other_sampling"),
        ("stop", REPEATED, False, False, "ask_with_other_sampling"),
        ("repetition", CUT, False, False, "ask_with_other_sampling"),
        ("length", REPEATED, True, False, "unreadable"),
        ("length", REPEATED, False, True, "ask_longer"),
        ("model_length", CUT, False, False, "unreadable"),
        ("model_length", None, False, False, "take"),
        ("max_tokens", CUT, False, False, "ask_longer"),
        ("SAFETY", CUT, False, False, "declined"),
        ("surprise", CUT, False, False, "ask_again"),
    ],
)
def test_the_step_depends_on_why_the_reply_ended(
    finish_reason: str, error: ReplyFormatError | None, longer_asked: bool, follows_record: bool, step: str
) -> None:
    known = next_step(
        reply(finish_reason),
        error,
        whole=False,
        longer_asked=longer_asked,
        rounds_left=2,
        follows_record=follows_record,
    )
    assert known == step
