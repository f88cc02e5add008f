"""Reads how many tokens a call took, under the names that endpoints use; of two possible readings the larger counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Far above the tokens of any call. A larger count is an error of the endpoint, and may not fit into a database.
MOST_TOKENS = 10**9
# Characters that take at least one token.
_TOKEN_CHARS = 16

_PROMPT = ("prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count")
_COMPLETION = ("completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count")
_TOTAL = ("total_tokens", "totalTokenCount")
_REASONING = ("reasoning_tokens", "thoughtsTokenCount")
_PROMPT_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_COMPLETION_DETAILS = ("completion_tokens_details", "output_tokens_details")
# Anthropic counts these beside ``input_tokens``, not within it.
_BESIDE_INPUT = ("cache_read_input_tokens", "cache_creation_input_tokens")


@dataclass(frozen=True)
class Usage:
    """Tokens as the endpoint counted them.

    ``prompt_tokens`` include cached and cache-write tokens, ``completion_tokens`` include reasoning tokens.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0


def read_usage(value: object, written: int) -> Usage | None:
    """The tokens of a call; None where a count is missing or cannot be true: the call would look too cheap.

    Some endpoints leave the reasoning out of the completion. It is counted where the total, or the number of reasoning
    tokens, shows that.

    Args:
        written: the number of characters that the model wrote.
    """
    if not isinstance(value, dict):
        return None
    prompt, completion = _first_count(value, _PROMPT), _first_count(value, _COMPLETION)
    if prompt is None or completion is None:
        return None
    prompt_details, completion_details = (
        _details(value, _PROMPT_DETAILS),
        _details(value, _COMPLETION_DETAILS),
    )
    reasoning = _first_count(completion_details, _REASONING) or _first_count(value, _REASONING) or 0
    cached = _first_count(prompt_details, ("cached_tokens",)) or 0
    cache_write = _first_count(prompt_details, ("cache_write_tokens",)) or 0
    if "input_tokens" in value and "prompt_tokens" not in value:
        read, created = (_first_count(value, (name,)) or 0 for name in _BESIDE_INPUT)
        prompt, cached, cache_write = prompt + read + created, cached or read, cache_write or created
    if reasoning > completion:
        completion += reasoning
    completion = max(completion, (_first_count(value, _TOTAL) or 0) - prompt)
    if completion == 0 and (prompt == 0 or written > _TOKEN_CHARS):
        return None
    return Usage(prompt, cached, cache_write, completion, reasoning)


def _details(value: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    for name in names:
        found = value.get(name)
        if isinstance(found, dict):
            return found
    return {}


def _first_count(value: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """The count under the first of the names that is there; None without one, and where it is no possible count."""
    for name in names:
        found = value.get(name)
        if found is not None:
            return found if _is_count(found) else None
    return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
