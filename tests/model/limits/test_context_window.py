"""Which token counts show a context window, and that no tokenizer of a language is taken for one."""

import pytest

from generator.model.limits.context_window import SeenWindow, few_tokens_counted, window_of_reply
from generator.model.messages import Message
from generator.model.reply.reply import Reply, Usage
from generator.model.requests import ModelRequest

ENGLISH = "The liver cell breaks down glycogen between meals, and the enzyme that does so is regulated. "
WELSH = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch "
CHINESE = "肝细胞在两餐之间分解糖原，负责这一过程的酶受到调节。"


def request(text="", chars=10_000):
    text = (text or ENGLISH) * (chars // len(text or ENGLISH) + 1)
    messages = (Message(role="system", content=text[:chars]), Message(role="user", content="Why?"))
    return ModelRequest(messages, "draft", {}, "m", {"max_completion_tokens": 4000})


def reply(prompt, completion=700, reason="stop", cap=4000):
    return Reply("", None, reason, "m", None, Usage(prompt, 0, 0, completion, 0), "plain", cap, b"")


@pytest.mark.parametrize("prompt", [512, 1024, 1026, 1536, 1998 - 462])
def test_a_prompt_counted_as_long_as_a_window_was_cut_to_fit_it(prompt):
    assert window_of_reply(request(), reply(prompt)) == SeenWindow(round(prompt / 512) * 512, True)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (ENGLISH, 2048),
        (ENGLISH, 2560),
        (WELSH, 2560),
        (CHINESE, 7168),
        (CHINESE, 4096),
        (ENGLISH, 1980),
        (ENGLISH, 900),
    ],
)
def test_the_count_of_a_tokenizer_is_no_window(text, tokens):
    assert window_of_reply(request(text), reply(tokens)) is None


def test_white_space_of_which_a_token_holds_much_does_not_count():
    assert window_of_reply(request(" " * 80 + "x", chars=40_000), reply(1024)) is None


@pytest.mark.parametrize(
    ("prompt", "completion", "window"), [(1900, 148, 2048), (3000, 1095, 4096), (2500, 2108, 4608)]
)
def test_a_reply_cut_off_below_its_cap_where_prompt_and_reply_fill_a_window(prompt, completion, window):
    cut = reply(prompt, completion, "length")
    assert window_of_reply(request(), cut) == SeenWindow(window, False)
    assert window_of_reply(request(), reply(prompt, completion)) is None
    assert window_of_reply(request(), reply(prompt, completion, "length", cap=completion)) is None


def test_a_finish_reason_that_names_the_window():
    seen = window_of_reply(request(), reply(2345, 678, "model_context_window_exceeded"))
    assert seen == SeenWindow(3023, False)


@pytest.mark.parametrize(("tokens", "is_said"), [(0, False), (2000, False), (840, False), (300, True)])
def test_a_count_far_below_what_was_sent_is_said(tokens, is_said):
    assert bool(few_tokens_counted(request(), tokens)) == is_said
