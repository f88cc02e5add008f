"""What asking would take, judged from a sample of the requests: calls, tokens, money."""

from dataclasses import dataclass

from generator.model.budget import Price, cost, most
from generator.model.replies import Usage
from generator.model.requests import reservation_tokens
from generator.store.ledger.jobs import Job
from generator.store.ledger.new_jobs import NewJob
from generator.workflows.engine.job_requests import first_request
from generator.workflows.engine.structured_exchange import FIRST_CALLS

SAMPLE = 200
# English prose as tokenizers of current models split it.
BYTES_PER_TOKEN = 4.5


@dataclass(frozen=True)
class Estimate:
    """What asking would take. ``typical`` from earlier replies or the prompts' size.

    ``most`` is what one pass takes at most, no attempt made twice: every reply as long as its cap (or as the longest
    known of the endpoint), cut off once and asked for again with the larger cap, and every round of repairs. It is
    a bound as far as the sampled prompts are the longest.

    Money in nano-dollars, None where the model has no known price. ``measured_on`` is the number of earlier
    replies that the token counts are the mean of, 0 where they are estimated.
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


class RequestSample:
    """The first requests of a plan, weighed.

    Args:
        longer_cap: how many times its cap a reply may have once it was cut off.
        rounds: how often a job may be asked again.
        most_tokens: what a reply of the endpoint may have, where that is known to be more than its cap.
    """

    def __init__(self, price: Price | None, *, longer_cap: float, rounds: int, most_tokens: int = 0) -> None:
        self._price = price
        self._longer_cap = longer_cap
        self._rounds = rounds
        self._most_tokens = most_tokens
        self._sizes: list[tuple[int, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether more requests would not tell more."""
        return len(self._sizes) >= SAMPLE

    def add(self, job: Job | NewJob) -> None:
        """Weigh one request."""
        self._sizes.append(reservation_tokens(first_request(job)))

    def estimate(self, calls: int, *, seen: tuple[int, int, int] | None, typical_completion: int) -> Estimate:
        """What so many jobs would take, one call each or, at most, as many as a job may need.

        Args:
            seen: mean prompt and completion tokens of earlier replies, and their number.
            typical_completion: tokens of a reply, where none was seen.
        """
        price = self._price
        bytes_each = sum(size for size, _ in self._sizes) / (len(self._sizes) or 1)
        prompt, completion, measured = seen or (round(bytes_each / BYTES_PER_TOKEN), typical_completion, 0)
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
        most_prompt, most_completion = self._most()
        return Estimate(
            calls=calls,
            most_calls=calls * (FIRST_CALLS + self._rounds),
            prompt_tokens=prompt * calls,
            completion_tokens=completion * calls,
            most_prompt_tokens=most_prompt * calls,
            most_completion_tokens=most_completion * calls,
            typical=cost(usage, price) * calls if price else None,
            most=most(most_prompt, most_completion, price) * calls if price else None,
            measured_on=measured,
        )

    def _most(self) -> tuple[int, int]:
        """The prompt and completion tokens that one job takes at most."""
        prompt = max((size for size, _ in self._sizes), default=0)
        cap = max((cap for _, cap in self._sizes), default=0)
        longer = max(int(cap * self._longer_cap), self._most_tokens)
        cap = max(cap, self._most_tokens)
        # A repair's prompt quotes the reply that it is to repair in place of the examples.
        return (
            FIRST_CALLS * prompt + self._rounds * (prompt + longer),
            cap + longer + self._rounds * longer,
        )
