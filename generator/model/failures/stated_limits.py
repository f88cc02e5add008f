"""Reads the limits that an error states in its words: the context window, the prompt's tokens, the largest output cap."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from generator.model.failures.error_body import ErrorBody

_N = r"[`'\"\[(=: ]{0,4}(\d{1,3}(?:,\d{3})+|\d+)(?!\d)"
_CAP_NAME = r"(?:max_?(?:completion_|output_|new_)?tokens|max(?:imum)? (?:output |completion )?tokens|maxoutputtokens)"
# What limits the prompt and the reply together is a window, whatever else the message names.
_SUM = re.compile(r"`?inputs?`? tokens \+|sum of|max_total_tokens")
_CAP_BELOW = (re.compile(_CAP_NAME + r"\W.{0,60}?(?:less|lower|smaller) than (?!or equal)" + _N, re.S),)
_CAP = (
    re.compile(r"supports at most" + _N + r" (?:completion|output) tokens"),
    re.compile(
        _CAP_NAME
        + r"\W.{0,80}?(?:(?:less|lower|smaller) than or equal to|at most|<=|no more than|not (?:be )?(?:exceed|greater than"
        r"|larger than|more than)|up to|cannot exceed|can't exceed|max(?:imum)?(?: allowed)?(?: value)?(?: is| of|:)|limit of)"
        + _N,
        re.S,
    ),
    re.compile(
        _CAP_NAME + r".{0,80}?\[?\b[01] ?(?:,|and|to|-|~|～|\(inclusive\) to)" + _N + r"(?! \(excl)", re.S
    ),
    re.compile(_CAP_NAME + r"\W+\d+ >" + _N + r", which is the maximum allowed number of output tokens"),
    re.compile(r"max(?:imum)? (?:allowed )?value (?:of|for) [`']?" + _CAP_NAME + r"[`']?(?: is)?" + _N),
    re.compile(_CAP_NAME + r" >" + _N + r" must have stream"),
    re.compile(r"maximum tokens you requested exceeds the model limit of" + _N),
    re.compile(_CAP_NAME + r".{0,80}?integer above maximum value, expected a value <=" + _N, re.S),
)
_CAP_EXCLUSIVE = (re.compile(_CAP_NAME + r".{0,80}?\(inclusive\) to" + _N + r" \(exclusive\)", re.S),)

_WINDOW = (
    re.compile(r"context limit: \d+ \+ \d+ >" + _N),
    re.compile(
        r"maximum (?:context|prompt|model|input|sequence|total) length(?: is| of| limit)*(?: only)?" + _N
    ),
    re.compile(
        r"(?:context|token|model) (?:length|window|size|limit|token limit)(?: is| of| exceeded| only)*" + _N
    ),
    re.compile(r"max_?(?:seq|model)_?len(?:gth)?" + _N),
    re.compile(r"tokens \+ `?max_new_tokens`? must be <=" + _N),
    re.compile(r"tokens >" + _N + r" maximum"),
    re.compile(r"n_ctx\W{0,3}" + _N),
    re.compile(r"maximum number of tokens allowed" + _N),
    re.compile(r"too large for model with" + _N + r" maximum context"),
    re.compile(r"max size:" + _N + r" tokens"),
    re.compile(r"while limit is" + _N),
    re.compile(r"limit" + _N + r", requested"),
)
_PROMPT = (
    re.compile(
        _N + r" (?:tokens )?(?:in (?:the|your) (?:messages|prompt|input)|of text input|(?:from|in) the input)"
    ),
    re.compile(_N + r" `?(?:input|prompt)s?`? tokens"),
    re.compile(r"resulted in" + _N),
    re.compile(r"prompt is too long:" + _N),
    re.compile(r"context limit:" + _N + r" \+"),
    re.compile(r"n_prompt_tokens\W{0,3}" + _N),
    re.compile(r"(?:request|input|prompt) \((?:length )?" + _N + r"(?: tokens)?\)"),
    re.compile(r"token count \(?" + _N),
    re.compile(r"(?:prompt|request|input) (?:contains|length)" + _N),
)
_TOTAL = (
    re.compile(r"requested(?: about| a total of| tokens)*" + _N),
    re.compile(r"current length is" + _N),
)


@dataclass(frozen=True)
class StatedLimits:
    """What an error states; None for what it does not.

    Args:
        cap: the most output tokens that a request may ask for.
        window: the most tokens of a prompt and its reply together.
        prompt_tokens: the tokens of this request's prompt.
    """

    cap: int | None = None
    window: int | None = None
    prompt_tokens: int | None = None


def stated_limits(error: ErrorBody, body: bytes, *, cap: int) -> StatedLimits:
    """The limits in the words of an error.

    Args:
        body: the answer; some servers give their numbers in fields of their own.
        cap: the output cap that was sent.
    """
    words = error.words
    stated_cap = None if _SUM.search(words) else _stated_cap(words, cap)
    if stated_cap is not None:
        return StatedLimits(cap=stated_cap)
    texts = (words, body[:4000].decode(errors="replace").lower())
    window = _first(_WINDOW, texts)
    prompt = _first(_PROMPT, texts)
    total = _first(_TOTAL, texts)
    if prompt is None and total is not None and total > cap:
        prompt = total - cap
    return StatedLimits(window=window, prompt_tokens=prompt)


def _stated_cap(words: str, cap: int) -> int | None:
    """The largest cap that the words allow, if it is below the one that was sent."""
    found = _first(_CAP, (words,))
    if found is None:
        below = _first(_CAP_EXCLUSIVE, (words,)) or _first(_CAP_BELOW, (words,))
        found = below - 1 if below else None
    return found if found is not None and 0 < found < cap else None


def _first(patterns: Iterable[re.Pattern[str]], texts: Iterable[str]) -> int | None:
    for text in texts:
        for pattern in patterns:
            found = pattern.search(text)
            if found:
                return int(found.group(1).replace(",", ""))
    return None
