"""The requests that probe an endpoint, and what their replies hold: two code words that the model copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from generator.content.reply_json.reader import ReplyShape, read_as
from generator.errors import ReplyFormatError
from generator.model.messages import Message
from generator.model.requests import CAP, ModelRequest

if TYPE_CHECKING:
    from random import Random

    from generator.model.reply.reply import Reply

SCHEMA_NAME = "endpoint_probe"
_NONE: Mapping[str, Any] = {}
SHORT_CAP = 32
"""The output cap of the request that asks for a longer reply."""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"first": {"type": "string"}, "last": {"type": "string"}},
    "required": ["first", "last"],
    "additionalProperties": False,
}
_TASK = (
    "You are asked to copy two code words. Reply with one JSON object with two texts: `first` is the first code"
    " word, `last` is the last code word, each exactly as written, and nothing else."
)
_FILLER = (
    "This sentence stands between the two code words and has no meaning for the reply.",
    "Rivers carry sand to the sea, and the sea gives part of it back to the beaches every year.",
    "A letter that is written slowly is often shorter than one that is written in a hurry.",
    "The market opens at eight, closes at noon, and is full of people long before it opens.",
)
# No letters and digits that look alike.
_LETTERS = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
_WORD_LETTERS = 6


class CopiedWords(BaseModel):
    """The code words in a reply."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Copy:
    """A reply with the words that were to be copied.

    Args:
        reply: the reading of the reply that holds the object; the reply itself where none does.
        words: None where the reply holds no such object.
    """

    reply: Reply
    words: CopiedWords | None


@dataclass(frozen=True)
class Probe:
    """Makes requests with two code words.

    Args:
        parameters: of every request; the output cap among them.
    """

    model: str
    parameters: Mapping[str, Any]
    first: str
    last: str

    def request(
        self, *, chars: int = 0, last: str = "", parameters: Mapping[str, Any] = _NONE
    ) -> ModelRequest:
        """A request to copy the words.

        Args:
            chars: how many characters stand between them at least.
            last: another last word; empty for its own.
            parameters: more parameters, or other values.
        """
        system = f"{_TASK}\n\nThe first code word is {self.first}.\n\n{_filler(chars)}".rstrip()
        user = f"The last code word is {last or self.last}.\n\nReply with the JSON object."
        return self._request(system, user, parameters)

    def long_reply_request(self) -> ModelRequest:
        """A request for a reply that is longer than its output cap."""
        user = "As `first`, write the whole numbers from 1 to 400 in digits, divided by blanks. As `last`, write END."
        return self._request(_TASK.split(".")[0] + ". This time, write numbers.", user, {CAP: SHORT_CAP})

    def _request(self, system: str, user: str, parameters: Mapping[str, Any]) -> ModelRequest:
        messages = (Message(role="system", content=system), Message(role="user", content=user))
        return ModelRequest(messages, SCHEMA_NAME, _SCHEMA, self.model, {**self.parameters, **parameters})


def code_word(random: Random) -> str:
    """A word that no text holds by chance."""
    return "".join(random.choice(_LETTERS) for _ in range(_WORD_LETTERS))


def read_copy(reply: Reply) -> Copy:
    """The copied words, wherever in the reply they are."""
    for reading in reply.readings:
        try:
            return Copy(reading, read_as(reading.content, _SHAPE))
        except ReplyFormatError:
            continue
    return Copy(reply, None)


def _filler(chars: int) -> str:
    lines, length, number = [], 0, 0
    while length < chars:
        lines.append(_FILLER[number % len(_FILLER)])
        length += len(lines[-1]) + 1
        number += 1
    return "\n".join(lines)


_SHAPE = ReplyShape(
    fields=frozenset({"first", "last"}),
    item_fields=frozenset(),
    validate=CopiedWords.model_validate,
    respell=lambda found: found,
    filled=lambda words: sum(value is not None for value in (words.first, words.last)),
    is_whole=lambda words: words.first is not None and words.last is not None,
)
