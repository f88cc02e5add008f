"""Odd replies: the model wrote something, and it arrives in an unusual place or form."""

from collections.abc import Mapping
from typing import Any

from generator.fake_openai.odd_answers.answer import HttpReply, OddAnswer, Usual


def with_message(usual: Usual, **changes: Any) -> HttpReply:
    """The usual completion with some fields of its message replaced."""
    completion = usual.copied()
    completion["choices"][0]["message"].update(changes)
    return HttpReply.of_json(completion)


def with_content(usual: Usual, content: str) -> HttpReply:
    """The usual completion with another content."""
    return with_message(usual, content=content)


REPLIES: Mapping[str, OddAnswer] = {
    "null": lambda usual: with_content(usual, "null"),
    "thinking-before": lambda usual: with_content(
        usual, f"<think>The user wants an article.</think>{usual.content}"
    ),
}
