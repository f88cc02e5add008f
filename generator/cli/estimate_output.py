"""Prints the estimated calls, tokens and cost of a run, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.output import say
from generator.content.display import plural

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.engine.estimate import Estimate


def say_tokens(endpoint: Endpoint, guess: Estimate) -> None:
    """Print the estimated calls and tokens of a run."""
    say()
    say(
        f"{plural(guess.calls, 'call')} to {endpoint.model}, at most {guess.most_calls:,} with repairs, without retries"
    )
    basis = (
        f"the mean of {plural(guess.measured_on, 'earlier reply')}"
        if guess.measured_on
        else "the size of the prompts"
    )
    say(
        f"tokens: about {guess.prompt_tokens:,} in and {guess.completion_tokens:,} out, estimated from {basis};"
    )
    say(
        f"        at most about {guess.most_prompt_tokens:,} in and {guess.most_completion_tokens:,} out"
        " without retries"
    )


def estimate_object(guess: Estimate) -> dict[str, Any]:
    """The estimate of a run as JSON; money in US dollars."""
    return {
        "calls": guess.calls,
        "prompt_tokens": guess.prompt_tokens,
        "completion_tokens": guess.completion_tokens,
        "measured_on": guess.measured_on,
        "typical_usd": None if guess.typical is None else guess.typical / 1e9,
        "most_without_retries": {
            "calls": guess.most_calls,
            "prompt_tokens": guess.most_prompt_tokens,
            "completion_tokens": guess.most_completion_tokens,
            "usd": None if guess.most is None else guess.most / 1e9,
        },
    }
