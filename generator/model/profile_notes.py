"""Says in words what was learned of an endpoint, where it changes what a run costs or what its replies can hold."""

from generator.model.limits.output_overrun import Overrun
from generator.model.requests import EndpointProfile


def learned_in_words(before: EndpointProfile, after: EndpointProfile) -> list[str]:
    """A line for a person about each change from one profile of an endpoint to the next."""
    old, new = before.parameter_rules, after.parameter_rules
    lines = []
    if not before.most_tokens and after.most_tokens:
        other = new.cap_parameter if new.cap_parameter != old.cap_parameter else ""
        lines.append(_overrun_in_words(after.overrun, other))
    if new.limits.cap not in (None, old.limits.cap):
        lines.append(
            f"the endpoint allows replies of at most {new.limits.cap:,} tokens: no more are asked for from now on"
        )
    if new.limits.window not in (None, old.limits.window):
        lines.append(
            f"the endpoint's context window seems to be {new.limits.window:,} tokens: the output cap is lowered where a"
            " prompt leaves less"
        )
    return lines


def _overrun_in_words(overrun: Overrun, other_parameter: str) -> str:
    what = f"a reply had {overrun.most_tokens:,} tokens, more than its output cap"
    tries = f"; the cap is sent as {other_parameter} from now on" if other_parameter else ""
    return f"{what}{tries}; as many are reserved for the next replies, until they stay within their caps"
