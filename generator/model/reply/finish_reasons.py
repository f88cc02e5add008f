"""What the finish reasons of endpoints mean: a table of the names that servers and gateways send."""

import re
from collections.abc import Mapping
from typing import Literal

FinishMeaning = Literal["stop", "length", "window", "repetition", "filtered", "interrupted", "unknown"]
"""Why a reply ended.

- ``stop``: the model was done.
- ``length``: at the output cap; a larger cap can help.
- ``window``: at the end of the model's context window; a larger cap cannot help.
- ``repetition``: the server saw that the model repeats itself.
- ``filtered``: the endpoint withheld the reply.
- ``interrupted``: the endpoint failed while it answered; the same request may succeed.
- ``unknown``: a name that is not in the table.
"""

_NAMES: tuple[tuple[FinishMeaning, str], ...] = (
    (
        "stop",
        "stop eos eos_token end_turn stop_sequence stop_token end_of_turn tool_calls tool_call tool_use"
        " function_call null none complete completed done end finish finished success stop_limit",
    ),
    (
        "length",
        "length max_tokens max_output_tokens max_new_tokens max_completion_tokens max_length token_limit"
        " max_tokens_exceeded output_limit incomplete",
    ),
    ("window", "model_length model_context_window_exceeded context_length_exceeded context_window_exceeded"),
    ("repetition", "repetition repetition_truncation repetition_detected loop"),
    (
        "filtered",
        "content_filter content_filtered sensitive safety recitation prohibited_content blocklist spii language"
        " image_safety refusal flagged moderation policy_violation",
    ),
    (
        "interrupted",
        "error network_error insufficient_system_resource abort aborted cancelled canceled timeout server_error"
        " internal_error overloaded overloaded_error failed unavailable",
    ),
)
_MEANINGS: Mapping[str, FinishMeaning] = {
    name: meaning for meaning, names in _NAMES for name in names.split()
}
_PATTERNS: tuple[tuple[re.Pattern[str], FinishMeaning], ...] = ((re.compile("guardrail"), "filtered"),)


def meaning_of(finish_reason: str) -> FinishMeaning:
    """What a finish reason means, in whatever case and with whatever prefix of an enumeration it is written."""
    if finish_reason == "stop" or not finish_reason:
        return "stop"
    name = (
        re.sub(r"[\s-]+", "_", finish_reason.strip().lower())
        .rpartition(".")[2]
        .removeprefix("finish_reason_")
    )
    if name in _MEANINGS:
        return _MEANINGS[name]
    return next((meaning for pattern, meaning in _PATTERNS if pattern.search(name)), "unknown")
