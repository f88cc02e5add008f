"""A job before it is in the ledger, and how its texts are packed.

Packing needs no database, so that several processes can do it for the one that writes.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from generator.store.ledger.blobs import Blob, pack

Backend = Literal["model", "offline"]

_KEPT_TEXTS = 4_096


@dataclass(frozen=True)
class NewJob:
    """A question made ready to be asked: everything that later runs send and use unchanged."""

    kind: str
    backend: Backend
    identity: str
    question_key: str
    question: str
    subject: str | None
    key: str | None
    date: str | None
    request: dict[str, Any]
    system: str
    user: str
    context: dict[str, Any]
    prompt_hash: str


class PackedJob(NamedTuple):
    """A job whose messages and context are packed, and left out of ``job`` itself.

    ``texts`` are those of its passages, which many jobs share; ``context`` names them.
    """

    job: NewJob
    system: Blob
    user: Blob
    context: Blob
    texts: tuple[Blob, ...]


# A message that holds texts which are kept once begins with this.
_IN_PIECES = b"\0"


def encode_message(text: str, texts: Iterable[tuple[str, str]]) -> bytes:
    """A message as it is kept: what stands in ``texts`` (each with its digest, in order) only by name."""
    pieces: list[str | list[str]] = []
    at = 0
    for part, digest in texts:
        found = text.find(part, at)
        if found >= 0:
            pieces += [text[at:found], [digest]]
            at = found + len(part)
    if not pieces and not text.startswith("\0"):
        return text.encode()
    return _IN_PIECES + json.dumps([*pieces, text[at:]], ensure_ascii=False).encode()


def decode_message(data: bytes, text_of: Callable[[str], str]) -> str:
    """What ``encode_message`` took apart; ``text_of`` gives a text by its digest."""
    if not data.startswith(_IN_PIECES):
        return data.decode()
    return "".join(
        piece if isinstance(piece, str) else text_of(piece[0])
        for piece in json.loads(data[len(_IN_PIECES) :])
    )


class JobPacker:
    """Packs jobs; what many of them share is packed once."""

    def __init__(self) -> None:
        self._shared = lru_cache(_KEPT_TEXTS)(_packed_text)

    def pack(self, job: NewJob) -> PackedJob:
        """The same job, packed."""
        parts = job.context.get("passages", ())
        texts = tuple(self._shared(part["text"]) for part in parts)
        context = job.context
        if texts:
            named = [
                {**part, "text": None, "blob": blob.digest} for part, blob in zip(parts, texts, strict=True)
            ]
            context = {**context, "passages": named}
        return PackedJob(
            job=replace(job, system="", user="", context={}),
            system=self._shared(job.system),
            user=pack(
                encode_message(
                    job.user, ((part["text"], blob.digest) for part, blob in zip(parts, texts, strict=True))
                )
            ),
            context=pack(json.dumps(context, ensure_ascii=False).encode()),
            texts=texts,
        )


def _packed_text(text: str) -> Blob:
    return pack(text.encode())
