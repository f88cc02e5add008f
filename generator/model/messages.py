"""The type of a chat message, for the code that renders messages and the code that sends them."""

from typing import Literal, TypedDict


class Message(TypedDict):
    """One chat message."""

    role: Literal["system", "user"]
    content: str
