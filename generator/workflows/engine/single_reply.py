"""Reads exchanges in which one readable reply is enough: nothing in it is ever asked for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from generator.content.findings import Finding
from generator.model.replies import Reply
from generator.model.requests import ModelRequest

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ParsedReply(Generic[Value]):
    """What a reply says."""

    value: Value
    errors: Sequence[Finding] = field(default=())
    is_whole: bool = True
    is_worth_keeping: bool = False


class SingleReplyFormat(Generic[Value]):
    """The output format of such an exchange.

    Args:
        parse: what the text of a reply says; raises ReplyFormatError where it cannot be read.
    """

    def __init__(self, parse: Callable[[str], Value]) -> None:
        self._parse = parse

    async def read(self, reply: Reply) -> ParsedReply[Value]:
        """What the reply says. Raises ReplyFormatError where it cannot be read."""
        return ParsedReply(self._parse(reply.content))

    def salvage(self, reply: Reply) -> ParsedReply[Value] | None:
        """Nothing: a part of an examination decides nothing."""
        return None

    def repair_request(self, output: ParsedReply[Value], first: ModelRequest) -> ModelRequest:
        """Never called, because no output has errors."""
        raise NotImplementedError

    def repaired(self, output: ParsedReply[Value], reply: Reply) -> ParsedReply[Value]:
        """Never called, because no output has errors."""
        raise NotImplementedError
