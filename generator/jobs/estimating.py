"""What asking would take, judged from a sample of the requests: calls, tokens, money."""

from dataclasses import dataclass

from generator.jobs.asking import request_of
from generator.model.budget import Price, cost, reservation
from generator.model.replies import Usage
from generator.model.requests import reservation_tokens
from generator.store.ledger import NewJob

SAMPLE = 200
# English prose as tokenizers of current models split it.
BYTES_PER_TOKEN = 4.5


@dataclass(frozen=True)
class Estimate:
    """What asking would take. ``typical`` from earlier replies or the prompts' size, ``most`` by reservation.

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


class Sample:
    """The first requests of a plan, weighed."""

    def __init__(self, price: Price | None) -> None:
        self._price = price
        self._sizes: list[tuple[int, int, int]] = []

    @property
    def full(self) -> bool:
        """Whether more requests would not tell more."""
        return len(self._sizes) >= SAMPLE

    def add(self, job: NewJob) -> None:
        """Weigh one request."""
        request = request_of(job)
        input_bytes, cap = reservation_tokens(request)
        price = self._price
        self._sizes.append((input_bytes, cap, reservation(request, price) if price else 0))

    def estimate(
        self, calls: int, *, seen: tuple[int, int, int] | None, typical_completion: int, most_each: int
    ) -> Estimate:
        """What so many calls would take.

        Args:
            seen: mean prompt and completion tokens of earlier replies, and their number.
            typical_completion: tokens of a reply, where none was seen.
            most_each: calls that one job may take, repairs included.
        """
        sizes, price = self._sizes, self._price
        count = len(sizes) or 1
        bytes_each = sum(size[0] for size in sizes) / count
        cap = max((size[1] for size in sizes), default=0)
        reserved_each = sum(size[2] for size in sizes) / count
        prompt, completion, measured = seen or (round(bytes_each / BYTES_PER_TOKEN), typical_completion, 0)
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
        most_calls = calls * most_each
        return Estimate(
            calls=calls,
            most_calls=most_calls,
            prompt_tokens=prompt * calls,
            completion_tokens=completion * calls,
            most_prompt_tokens=round(bytes_each) * most_calls,
            most_completion_tokens=cap * most_calls,
            typical=cost(usage, price) * calls if price else None,
            most=round(reserved_each) * most_calls if price else None,
            measured_on=measured,
        )
