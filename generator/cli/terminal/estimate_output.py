"""Prints the estimated calls, tokens and cost of a run, as text or JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import say
from generator.content.display import dollars, plural

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.engine.estimate import Estimate, LikelyRange


def say_tokens(endpoint: Endpoint, guess: Estimate, *, bounds: bool = True) -> None:
    """Print the estimated calls and tokens of a run.

    Args:
        bounds: whether to print the upper bounds too.
    """
    say()
    if not guess.calls:
        say(f"no calls to {endpoint.model}")
        return
    most = f", at most {guess.most_calls:,} with repairs, without retries" if bounds else ""
    say(f"{plural(guess.calls, 'call')} to {endpoint.model}{most}")
    basis = (
        f"the mean of {plural(guess.measured_on, 'earlier reply')}"
        if guess.measured_on
        else "the size of the prompts"
    )
    say(
        f"tokens: about {guess.prompt_tokens:,} in and {guess.completion_tokens:,} out, estimated from {basis};"
    )
    if guess.likely is not None:
        say(
            f"        likely {_range(guess.likely.prompt_tokens)} in and {_range(guess.likely.completion_tokens)} out"
        )
    if bounds:
        say(
            f"        at most about {guess.most_prompt_tokens:,} in and {guess.most_completion_tokens:,} out"
            " without retries"
        )


def _range(ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def say_estimate(endpoint: Endpoint, guess: Estimate) -> None:
    """Print the estimated calls, tokens and cost of a run."""
    say_tokens(endpoint, guess)
    if endpoint.backend == "model":
        cap = "; --max-cost sets a cap" if guess.typical is not None else ""
        say(f"cost:   {cost_in_words(guess.typical, guess.most, likely=likely_cost(guess))}{cap}")


def cost_in_words(typical: int | None, most: int | None, *, likely: str = "") -> str:
    """The expected and the highest cost in nano-dollars as words; ``likely`` is a range in words."""
    if typical is None or most is None:
        return dollars(None)
    return ", ".join(
        filter(None, (f"about {dollars(typical)}", likely, f"at most about {dollars(most)} without retries"))
    )


def likely_cost(guess: Estimate) -> str:
    """From what to what a run probably costs, in words; empty without earlier questions, a prior, or a price."""
    if guess.likely is None or guess.likely.cost is None:
        return ""
    low, high = guess.likely.cost
    if not guess.likely.jobs:
        return f"likely {dollars(low)} to {dollars(high)}, more exact once replies of this model are known"
    return f"likely {dollars(low)} to {dollars(high)} by {plural(guess.likely.jobs, 'earlier question')}"


def safe_cap(guess: Estimate) -> float | None:
    """The ``--max-cost`` in US dollars that a run of this size does not reach, in whole cents; None without a price."""
    return None if guess.safe_cap is None else math.ceil(guess.safe_cap / 1e7) / 100


def estimate_object(guess: Estimate) -> dict[str, Any]:
    """The estimate of a run as JSON; money in US dollars."""
    return {
        "calls": guess.calls,
        "prompt_tokens": guess.prompt_tokens,
        "completion_tokens": guess.completion_tokens,
        "measured_on": guess.measured_on,
        "typical_usd": None if guess.typical is None else guess.typical / 1e9,
        "likely": _likely_object(guess.likely),
        "safe_max_cost_usd": safe_cap(guess),
        "most_without_retries": {
            "calls": guess.most_calls,
            "prompt_tokens": guess.most_prompt_tokens,
            "completion_tokens": guess.most_completion_tokens,
            "usd": None if guess.most is None else guess.most / 1e9,
        },
    }


def _likely_object(likely: LikelyRange | None) -> dict[str, Any] | None:
    """The range from the 10th to the 90th percentile of earlier questions, or a prior; None without either."""
    if likely is None:
        return None
    return {
        "earlier_questions": likely.jobs,
        "prompt_tokens": list(likely.prompt_tokens),
        "completion_tokens": list(likely.completion_tokens),
        "usd": None if likely.cost is None else [nano / 1e9 for nano in likely.cost],
    }
