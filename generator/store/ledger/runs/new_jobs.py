"""Jobs before they are in the ledger, and the compression of their texts.

The compression needs no database, so several processes can do it for the one process that writes.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from generator.store.ledger.storage.blobs import Blob, pack

Backend = Literal["model", "offline"]
"""Who answers: a real model, or the offline model. Work of one never counts for the other."""

PROBE = "probe"
"""The kind of jobs that only probe an endpoint. They are no work that is left, and their failures are no one's question."""
HELPERS = ("claims", "judge", "compare", "prefer", "same_page")
"""The kinds of jobs that ask about questions, drafts and pages: they are no questions that are left."""

_CACHED_TEXTS = 4_096


@dataclass(frozen=True)
class NewJob:
    """A job with everything that later runs use unchanged.

    Args:
        kind: ``answer``, ``rewrite``, ``revise``, ``seo``, ``claims``, ``compare``, ``prefer`` or ``probe``. Only
            ``answer`` and ``rewrite`` make drafts of the queue.
        identity: identifies the work: jobs with the same kind, backend and identity are generations of one job.
        question_key: see :func:`generator.store.ledger.storage.hashes.question_key`.
        key: ``subject/slug``; None until it is known.
        date: of the article, ISO 8601; None for jobs that do not write one.
        request: the schema, model and parameters of its requests.
        system, user: its messages.
        context: what the job needs besides its messages, as JSON values.
        prompt_hash: the version of the prompt.
    """

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
    """A job with compressed messages and context, which are empty in ``job``.

    ``texts`` are the texts of its passages, which many jobs share; ``user`` and ``context`` refer to them by hash.
    """

    job: NewJob
    system: Blob
    user: Blob
    context: Blob
    texts: tuple[Blob, ...]


# The first byte of a stored message that refers to shared texts.
_WITH_REFERENCES = b"\0"


def encode_message(text: str, shared_texts: Iterable[tuple[str, str]]) -> bytes:
    """A message for the ledger, with references in the place of shared texts.

    Args:
        shared_texts: texts, each with its hash, in the order in which they occur in the message.
    """
    pieces: list[str | list[str]] = []
    at = 0
    for part, digest in shared_texts:
        found = text.find(part, at)
        if found >= 0:
            pieces += [text[at:found], [digest]]
            at = found + len(part)
    if not pieces and not text.startswith("\0"):
        return text.encode()
    return _WITH_REFERENCES + json.dumps([*pieces, text[at:]], ensure_ascii=False).encode()


def decode_message(data: bytes, text_of: Callable[[str], str]) -> str:
    """The message that ``encode_message`` encoded.

    Args:
        text_of: returns the text with a hash.
    """
    if not data.startswith(_WITH_REFERENCES):
        return data.decode()
    return "".join(
        piece if isinstance(piece, str) else text_of(piece[0])
        for piece in json.loads(data[len(_WITH_REFERENCES) :])
    )


class JobPacker:
    """Packs jobs; texts that many of them share are compressed once."""

    def __init__(self) -> None:
        self._pack_shared = lru_cache(_CACHED_TEXTS)(_pack_text)

    def pack(self, job: NewJob) -> PackedJob:
        """The job with compressed texts."""
        parts = job.context.get("passages", ())
        texts = tuple(self._pack_shared(part["text"]) for part in parts)
        context = job.context
        if texts:
            references = [
                {**part, "text": None, "blob": blob.digest} for part, blob in zip(parts, texts, strict=True)
            ]
            context = {**context, "passages": references}
        return PackedJob(
            job=replace(job, system="", user="", context={}),
            system=self._pack_shared(job.system),
            user=pack(
                encode_message(
                    job.user, ((part["text"], blob.digest) for part, blob in zip(parts, texts, strict=True))
                )
            ),
            context=pack(json.dumps(context, ensure_ascii=False).encode()),
            texts=texts,
        )


def _pack_text(text: str) -> Blob:
    return pack(text.encode())
