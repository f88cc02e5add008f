"""Receives the body of a request, up to a size and a time."""

import asyncio

from starlette.types import Message, Receive

MAX_BODY_BYTES = 1_000_000
BODY_SECONDS = 30.0
"""So long a body may take to arrive."""
TOO_LARGE = "The request is too large."
TOO_SLOW = "The request took too long to arrive."


class TooLarge(Exception):
    """The body of a request is larger than the limit, whatever its Content-Length says."""


class TooSlow(Exception):
    """The body of a request did not arrive in time."""


class BoundedBody:
    """Receives the body of a request.

    Raises:
        TooLarge: it is larger than the limit.
        TooSlow: it takes longer than ``BODY_SECONDS`` as a whole.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        self._is_complete = False

    async def __call__(self) -> Message:
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlow from error
        self._is_complete = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if self._size > MAX_BODY_BYTES:
            raise TooLarge
        return message
