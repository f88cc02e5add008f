"""What the ledger takes and hands out: jobs, calls and what they cost. Plain immutable values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from generator.content.states import JobState

Realm = Literal["model", "offline"]


@dataclass(frozen=True)
class NewJob:
    """A question made ready to be asked: everything that later runs send and use unchanged."""

    kind: str
    realm: Realm
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


@dataclass(frozen=True)
class Job:
    """A planned question, as claimed by a run."""

    id: int
    kind: str
    realm: Realm
    identity: str
    generation: int
    question: str
    subject: str | None
    key: str | None
    article_id: int | None
    date: str | None
    request: dict[str, Any]
    system: str
    user: str
    prompt_hash: str
    replies: tuple["RecordedReply", ...]
    load_context: Callable[[], dict[str, Any]] = field(repr=False, compare=False)

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the job goes by besides its messages; read from the ledger when first asked for."""
        return self.load_context()


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What planning must know of a question that was seen before.

    ``unsent`` is 1 for one that is to go by batch and is in none yet.
    """

    id: int
    realm: Realm
    identity: str
    generation: int
    key: str | None
    question: str
    subject: str | None
    state: JobState
    created_at: str
    prompt_hash: str
    unsent: int
    draft_state: str | None
    draft_edited: int


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call about to be sent. ``reserved`` in nano-dollars, None without a known price.

    ``output_cap`` and ``cap_parameter``, the name under which it is sent, are kept of requests in batches.
    """

    job: int
    step: int
    purpose: str
    attempt: int
    request_hash: str
    mode: str
    model: str
    reserved: int | None
    output_cap: int | None = None
    cap_parameter: str | None = None


@dataclass(frozen=True, slots=True)
class CallResult:
    """How a call ended. ``outcome`` is ``ok`` or the failure's cause; ``cost`` in nano-dollars, None unknown."""

    outcome: str
    cost: int | None
    price: str | None = None
    message: str | None = None
    mode: str | None = None
    model: str | None = None
    request_id: str | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    reply: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecordedReply:
    """A reply paid for earlier, with the step it answered."""

    step: int
    purpose: str
    request_hash: str
    mode: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Spend:
    """Money and tokens of a set of calls; ``unpriced`` counts the calls whose price is not known."""

    calls: int
    cost: int
    unpriced: int
    open_calls: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int
