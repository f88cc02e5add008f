"""The parts of an odd answer: what it is made from, and the HTTP answer that it becomes."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Usual:
    """A request and its usual answer.

    Args:
        body: the request.
        completion: the ``chat.completion`` object that the API would send.
    """

    body: Mapping[str, Any]
    completion: Mapping[str, Any]

    @property
    def content(self) -> str:
        """The content of the usual reply, a JSON text."""
        return str(self.completion["choices"][0]["message"]["content"])

    def copied(self) -> dict[str, Any]:
        """A copy of the completion that may be changed."""
        return copy.deepcopy(dict(self.completion))


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An HTTP answer; ``headers`` are added to the usual ones."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    @classmethod
    def of_json(cls, value: object, status: int = 200, **headers: str) -> "HttpReply":
        """An answer with a JSON body."""
        return cls(json.dumps(value).encode(), status, {"content-type": "application/json", **headers})


OddAnswer = Callable[[Usual], HttpReply]
"""Makes an odd answer from the usual one."""
