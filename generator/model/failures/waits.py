"""Reads how long an endpoint asks to wait: from the headers of an answer, or from the body of its error.

Waits are given as numbers, durations (``6m0s``, ``39.5s``, ``20 seconds``), dates, or seconds or milliseconds since
1970. A date counts from the answer's ``Date``.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from generator.model.failures.failure import MAX_RETRY_AFTER_SECONDS
from generator.model.limits.rate_limits import parse_duration

_UNIT = r"(?:ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)"
_DURATION = rf"\d+(?:\.\d+)? ?{_UNIT}\b(?:(?:,? (?:and )?|)\d+(?:\.\d+)? ?{_UNIT}\b)*"
_RUN_ON = rf"(?:\d+(?:\.\d+)?{_UNIT})+"
_DATE = r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:z|utc|gmt|[+-]\d\d:?\d\d))?"
_PHRASE = re.compile(
    r"(?:\b(?:again|retry(?:ing)?|resets?|available|opens?)\b[^.;{}]{0,20}?\b(?:in|after|for|at|until|on)"
    r"|\bwait(?: for| at least| about)?)\W{1,3}(?:(?:about|approximately) )?"
    rf"({_DATE}|{_RUN_ON}\b|{_DURATION})",
)
_PART = re.compile(rf"(\d+(?:\.\d+)?) ?({_UNIT})\b|(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"m": 60.0, "s": 1.0, "h": 3600.0, "d": 86400.0}
# The fields of an error that hold a wait; in some the unit follows the name.
_FIELD = re.compile(r"retry_?(?:after|delay)|resets?_?(?:at|in|after)?|(?:x_)?rate_?limit_reset\w*")
_FIELD_UNITS = {"ms": 0.001, "millis": 0.001, "milliseconds": 0.001, "s": 1.0, "sec": 1.0, "seconds": 1.0}
_DAY = re.compile(r"\s*[A-Za-z]{3,9},")
_RESET = re.compile(r"(?:x-)?rate-?limit-reset(?:-(.+))?")
# A number above this is a time in seconds since 1970, and above the next one in milliseconds.
_LONGEST_SECONDS = 10**8
_EPOCH_MILLISECONDS = 10**11
_BODY_CHARS = 4000
_DEEPEST = 16


def retry_after(headers: Mapping[str, str], body: bytes = b"") -> float | None:
    """The wait that the endpoint asks for, in seconds, at most ``MAX_RETRY_AFTER_SECONDS``; None without one."""
    wait = requested_wait(headers, body)
    return None if wait is None else min(wait, MAX_RETRY_AFTER_SECONDS)


def requested_wait(headers: Mapping[str, str], body: bytes = b"") -> float | None:
    """The wait that the endpoint asks for, in seconds; None without one.

    Args:
        headers: of the answer, names in lower case.
        body: of an error about a limit. Other bodies may contain texts about waits.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "")
        # Without the endpoint's own time, a date says nothing: the clocks may differ by more than the wait.
        if "date" in headers or not _DAY.match(text):
            seconds = _seconds(text, headers, unit)
            if seconds is not None:
                return seconds
    wait = _wait_in_body(body, headers)
    return _reset_of_headers(headers) if wait is None else wait


def _seconds(value: object, headers: Mapping[str, str], unit: float = 1.0) -> float | None:
    """The seconds of a number, a duration or a date; None for anything else."""
    if isinstance(value, dict):  # a duration of protocol buffers
        value = value.get("seconds")
    text = str(value).strip().lower()
    try:
        number = float(text)
    except ValueError:
        return _seconds_of_text(text, headers)
    if isinstance(value, bool) or not isfinite(number) or number < 0:
        return None
    if number <= _LONGEST_SECONDS:
        return number * unit
    since_1970 = number / 1000 if number > _EPOCH_MILLISECONDS else number
    return max(since_1970 - now_of(headers).timestamp(), 0.0)


def _seconds_of_text(text: str, headers: Mapping[str, str]) -> float | None:
    duration = parse_duration(text)
    if duration is not None:
        return duration
    if re.fullmatch(_DURATION, text) or re.fullmatch(_RUN_ON, text):
        return sum(float(parts[0] or parts[2]) * _unit(parts[1] or parts[3]) for parts in _PART.findall(text))
    date = _date(text)
    return None if date is None else max((date - now_of(headers)).total_seconds(), 0.0)


def _unit(name: str) -> float:
    if name in _FIELD_UNITS:
        return _FIELD_UNITS[name]
    return 0.001 if name.startswith("milli") else _SECONDS[name[0]]


def _date(text: str) -> datetime | None:
    if re.fullmatch(_DATE, text):
        text = re.sub(r" ?(?:z|utc|gmt)$", "+00:00", text)
        try:
            found = datetime.fromisoformat(text.upper())
        except ValueError:
            return None
    else:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def now_of(headers: Mapping[str, str]) -> datetime:
    """The time of an answer by the endpoint's clock; by this computer's where the answer has no date."""
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError, IndexError):
        return datetime.now(UTC)


def _wait_in_body(body: bytes, headers: Mapping[str, str]) -> float | None:
    """The wait in a field of an error, or in its words."""
    text = body[:_BODY_CHARS].decode(errors="replace")
    try:
        found = _wait_in_fields(json.loads(body), headers) if body else None
    except (ValueError, RecursionError):
        found = None
    if found is not None:
        return found
    phrase = _PHRASE.search(text.lower())
    return _seconds_of_text(phrase.group(1), headers) if phrase else None


def _wait_in_fields(value: Any, headers: Mapping[str, str], depth: int = 0) -> float | None:
    if depth > _DEEPEST:
        return None
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, list):
        found = (_wait_in_fields(item, headers, depth + 1) for item in value)
        return next((wait for wait in found if wait is not None), None)
    if not isinstance(value, dict):
        return None
    for key, inner in value.items():
        name, unit = _split(str(key))
        if _FIELD.fullmatch(name):
            wait = _seconds(inner, headers, _FIELD_UNITS.get(unit, 1.0))
            if wait is not None:
                return wait
    return _wait_in_fields(list(value.values()), headers, depth + 1)


def _split(key: str) -> tuple[str, str]:
    """A field's name in snake case, and the unit at its end, if it has one."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower().replace("-", "_")
    before, _, last = name.rpartition("_")
    return (before, last) if last in _FIELD_UNITS and before else (name, "")


def _reset_of_headers(headers: Mapping[str, str]) -> float | None:
    """The longest time until a limit with nothing left is reset; of any limit where none is known to be used up."""
    waits = {}
    for name, value in headers.items():
        found = _RESET.fullmatch(name)
        seconds = _seconds(value, headers) if found else None
        if seconds is not None:
            waits[name] = seconds
    used_up = {
        name: wait
        for name, wait in waits.items()
        if _number(headers.get(name.replace("reset", "remaining"))) == 0
    }
    unknown = {
        name: wait for name, wait in waits.items() if name.replace("reset", "remaining") not in headers
    }
    return max((used_up or unknown).values(), default=None)


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
