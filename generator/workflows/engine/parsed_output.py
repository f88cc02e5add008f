"""The output of tasks whose replies are read or not read: nothing in them is repaired or kept in part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from generator.content.findings import Finding
from generator.model.replies import Reply
from generator.model.requests import ModelRequest

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ParsedOutput(Generic[Value]):
    """A reply that was read; nothing in it is ever asked for again."""

    value: Value
    errors: Sequence[Finding] = field(default=())
    is_whole: bool = True
    is_worth_keeping: bool = False


class ParsedFormat(Generic[Value]):
    """Reads replies with a function.

    Args:
        parse: takes the content of a reply; raises ReplyFormatError where it cannot be read.
    """

    def __init__(self, parse: Callable[[str], Value]) -> None:
        self._parse = parse

    async def read(self, reply: Reply) -> ParsedOutput[Value]:
        """What the reply says. Raises ReplyFormatError where it cannot be read."""
        return ParsedOutput(self._parse(reply.content))

    def salvage(self, reply: Reply) -> ParsedOutput[Value] | None:
        """Nothing: a part of a reply says nothing about the rest."""
        return None

    def repair_request(self, output: ParsedOutput[Value], first: ModelRequest) -> ModelRequest:
        """Never called, because no output has errors."""
        raise NotImplementedError

    def repaired(self, output: ParsedOutput[Value], reply: Reply) -> ParsedOutput[Value]:
        """Never called, because no output has errors."""
        raise NotImplementedError
