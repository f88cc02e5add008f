"""The shape of a chat message, shared by what renders messages and what sends them."""

from typing import Literal, TypedDict


class Message(TypedDict):
    """One chat message."""

    role: Literal["system", "user"]
    content: str
