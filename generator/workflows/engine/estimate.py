"""Estimates the calls, tokens and cost of a run from a sample of its requests."""

from collections.abc import Sequence
from dataclasses import dataclass

from generator.config import ModelSettings
from generator.model.budget import Price, cost, maximum_cost
from generator.model.reply.usage import Usage
from generator.model.requests import reservation_tokens
from generator.store.ledger.runs.calls import Calls, JobTokens
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.runs.new_jobs import NewJob
from generator.workflows.engine.job_requests import first_request
from generator.workflows.engine.structured_exchange import FIRST_CALLS

SAMPLE = 200
"""How many requests are measured at most."""
_MIN_HISTORY = 10
_PERCENTILES = (10, 90)
# English prose, by the tokenizers of current models.
BYTES_PER_TOKEN = 4.5


@dataclass(frozen=True)
class Estimate:
    """The calls, tokens and cost of a run: what is to be expected, and an upper bound (``most_...``).

    The bound holds for a run without retries: every reply is as long as its cap (or as the longest known reply of the
    endpoint), is cut off once and asked for again with the larger cap, and needs every round of repairs. It assumes
    that no prompt is longer than the longest of the sample.

    Attributes:
        typical: the expected cost in nano-dollars; None where the model has no known price.
        most: the upper bound of the cost in nano-dollars; None where the model has no known price.
        likely: the cost in nano-dollars and the tokens of ``calls`` jobs that each take what earlier ones took: from the
            10th to the 90th percentile. With too few earlier jobs by the prior of their kind; None without one.
        safe_cap: a cap in nano-dollars that such a run does not reach: the upper end of ``likely`` (without it, twice
            the expected cost) and, since a call starts only if the rest covers the most that it can cost, one such
            reservation. None where the model has no known price.
        measured_on: how many earlier replies the expected tokens are the mean of; 0 where they are estimated from
            the size of the prompts.
    """

    calls: int
    most_calls: int
    prompt_tokens: int
    completion_tokens: int
    most_prompt_tokens: int
    most_completion_tokens: int
    typical: int | None
    most: int | None
    measured_on: int
    likely: "LikelyRange | None" = None
    safe_cap: int | None = None


@dataclass(frozen=True)
class LikelyRange:
    """From what to what a run probably takes; each pair has the lower value first.

    Args:
        cost: in nano-dollars; None where the model has no known price.
        jobs: how many earlier jobs it is taken from; 0 for a prior.
    """

    prompt_tokens: tuple[int, int]
    completion_tokens: tuple[int, int]
    cost: tuple[int, int] | None
    jobs: int


class RequestSample:
    """The sizes of the first requests of a plan.

    Args:
        price: None where it is not known.
        longer_cap: how many times its output cap a reply may have after one was cut off.
        rounds: how often a job may be asked again.
        most_tokens: the most tokens of a reply of the endpoint, where it is known to exceed output caps; else 0.
    """

    def __init__(self, price: Price | None, *, longer_cap: float, rounds: int, most_tokens: int = 0) -> None:
        self._price = price
        self._longer_cap = longer_cap
        self._rounds = rounds
        self._most_tokens = most_tokens
        self._sizes: list[tuple[int, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether no more requests are needed."""
        return len(self._sizes) >= SAMPLE

    def add(self, job: Job | NewJob) -> None:
        """Measure the first request of a job."""
        self._sizes.append(reservation_tokens(first_request(job)))

    def estimate(
        self,
        jobs: int,
        *,
        seen: tuple[int, int, int] | None,
        typical_completion: int,
        history: Sequence[JobTokens] = (),
        prior_completion: tuple[int, int] | None = None,
        typical_prompt: int | None = None,
        calls_each: int = 1,
    ) -> Estimate:
        """The estimate for a number of jobs: ``calls_each`` calls of each are expected, more are possible.

        Args:
            jobs: how many there are.
            seen: mean prompt and completion tokens of earlier replies, and the number of replies; None without any.
            typical_completion: the expected tokens of a reply where ``seen`` is None.
            history: the tokens of earlier jobs of the same kind.
            typical_prompt: the expected tokens of a prompt where ``seen`` is None; by default those of the sample.
            prior_completion: the fewest and the most tokens of a usual reply, for a model without enough history.
        """
        price = self._price
        bytes_each = sum(size for size, _ in self._sizes) / (len(self._sizes) or 1)
        calls = jobs * calls_each
        size = typical_prompt or round(bytes_each / BYTES_PER_TOKEN)
        prompt, completion, measured = seen or (size, typical_completion, 0)
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
        most_prompt, most_completion = self._most()
        typical = cost(usage, price) * calls if price else None
        likely = _likely_range(jobs, history, price) or _prior_range(calls, prompt, prior_completion, price)
        return Estimate(
            calls=calls,
            most_calls=calls * (FIRST_CALLS + self._rounds),
            prompt_tokens=prompt * calls,
            completion_tokens=completion * calls,
            most_prompt_tokens=most_prompt * calls,
            most_completion_tokens=most_completion * calls,
            typical=typical,
            most=maximum_cost(most_prompt, most_completion, price) * calls if price else None,
            measured_on=measured,
            likely=likely,
            safe_cap=self._safe_cap(typical, likely),
        )

    def _safe_cap(self, typical: int | None, likely: LikelyRange | None) -> int | None:
        if typical is None or self._price is None:
            return None
        highest = likely.cost[1] if likely is not None and likely.cost is not None else 2 * typical
        prompt = max((size for size, _ in self._sizes), default=0)
        cap = max((int(cap * self._longer_cap) for _, cap in self._sizes), default=0)
        return max(highest, typical) + maximum_cost(prompt + cap, max(cap, self._most_tokens), self._price)

    def _most(self) -> tuple[int, int]:
        """The most prompt and completion tokens of one job."""
        prompt = max((size for size, _ in self._sizes), default=0)
        cap = max((cap for _, cap in self._sizes), default=0)
        longer = max(int(cap * self._longer_cap), self._most_tokens)
        cap = max(cap, self._most_tokens)
        # The prompt of a repair has the reply to repair in place of the examples.
        return (
            FIRST_CALLS * prompt + self._rounds * (prompt + longer),
            cap + longer + self._rounds * longer,
        )


def estimate_calls(
    calls: Calls, sample: RequestSample, *, model: str, kind: str, number: int, typical_completion: int
) -> Estimate:
    """The estimate of a number of jobs of one kind, from a sample of them and from what earlier ones took.

    Args:
        calls: of the ledger.
        typical_completion: the expected tokens of a reply where there were no earlier ones.
    """
    return sample.estimate(
        number,
        seen=calls.tokens_seen(model, kind),
        typical_completion=typical_completion,
        history=calls.tokens_by_job(model, kind),
    )


def sample_of(settings: ModelSettings, price: Price | None, most_tokens: int) -> RequestSample:
    """An empty sample of requests under these settings; the other arguments are those of :class:`RequestSample`."""
    return RequestSample(
        price, longer_cap=settings.longer_cap, rounds=settings.repairs, most_tokens=most_tokens
    )


def _likely_range(calls: int, history: Sequence[JobTokens], price: Price | None) -> LikelyRange | None:
    if len(history) < _MIN_HISTORY:
        return None
    costs = (
        [cost(Usage(job.prompt, job.cached, 0, job.completion), price) for job in history] if price else []
    )
    return LikelyRange(
        prompt_tokens=_between(calls, [job.prompt for job in history]),
        completion_tokens=_between(calls, [job.completion for job in history]),
        cost=_between(calls, costs) if costs else None,
        jobs=len(history),
    )


def _prior_range(
    calls: int, prompt: int, completion: tuple[int, int] | None, price: Price | None
) -> LikelyRange | None:
    if completion is None:
        return None
    low, high = (Usage(prompt_tokens=prompt, completion_tokens=tokens) for tokens in completion)
    return LikelyRange(
        prompt_tokens=(prompt * calls, prompt * calls),
        completion_tokens=(completion[0] * calls, completion[1] * calls),
        cost=(cost(low, price) * calls, cost(high, price) * calls) if price else None,
        jobs=0,
    )


def _between(calls: int, values: Sequence[int]) -> tuple[int, int]:
    """The lower and the upper percentile of the values, for ``calls`` jobs."""
    ordered = sorted(values)
    low, high = (ordered[round(share / 100 * (len(ordered) - 1))] for share in _PERCENTILES)
    return low * calls, high * calls
