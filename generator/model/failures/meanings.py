"""The table of what errors mean: each rule recognises an error and says what it means; the first that matches counts.

Endpoints word their errors differently, so statuses and codes come before words. An error that was sent with a success
status is looked up under its own status where it states one, else under 200.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from generator.model.failures.error_body import ErrorBody
from generator.model.failures.exhausted import is_exhausted
from generator.model.failures.failure import Kind

# An error message begins with its reason; after that it may repeat the request.
_REASON_CHARS = 300


class Meaning(NamedTuple):
    """What an error means: how it is treated, its code in the ledger, and how its message begins.

    ``lead`` may name ``{endpoint}`` and ``{model}``; the endpoint's own words follow it in brackets.
    """

    kind: Kind
    cause: str
    lead: str = ""


class ErrorAnswer(NamedTuple):
    """An error to look up: its status, what was found in its body, and the body."""

    status: int
    error: ErrorBody
    body: bytes = b""


@dataclass(frozen=True)
class Rule:
    """Recognises an error by all the conditions that are set.

    Args:
        statuses: any of these; empty for every status.
        words: found in the message, the codes or the types, in lower case.
        labels: found in the codes or the types, in lower case.
        beginning: found in the codes, the types or the beginning of the message, which is not a repeated request.
        test: a condition of its own.
    """

    meaning: Meaning
    statuses: frozenset[int] = frozenset()
    words: re.Pattern[str] | None = None
    labels: re.Pattern[str] | None = None
    beginning: re.Pattern[str] | None = None
    test: Callable[[ErrorAnswer], bool] | None = None

    def matches(self, answer: ErrorAnswer) -> bool:
        """Whether this rule recognises an error."""
        error = answer.error
        return (
            (not self.statuses or answer.status in self.statuses)
            and (self.words is None or bool(self.words.search(error.words)))
            and (self.labels is None or bool(self.labels.search(error.labels)))
            and (self.beginning is None or bool(self.beginning.search(error.beginning(_REASON_CHARS))))
            and (self.test is None or self.test(answer))
        )


def meaning_of(answer: ErrorAnswer) -> Meaning:
    """What an error means."""
    for rule in RULES:
        if rule.matches(answer):
            return rule.meaning
    status = answer.status
    if status == SUCCESS:
        return BAD_REPLY
    if status in (408, 409, 425) or (status >= 500 and status != 501):
        return Meaning("transient", f"http-{status}")
    return Meaning("request", f"http-{status}")


SUCCESS = 200
"""Stands for every success status."""

EXHAUSTED = Meaning("fatal", "quota-exhausted", "the quota or credit at {endpoint} is used up")
RATE_LIMIT = Meaning("rate_limit", "rate-limit")
TOO_LONG = Meaning("too_long", "too-long")
FILTERED = Meaning("filtered", "content-filter")
UNAUTHORIZED = Meaning("fatal", "unauthorized", "{endpoint} does not accept the API key")
REGION = Meaning("fatal", "unauthorized", "{endpoint} does not serve the country or region of this computer")
BLOCKED = Meaning("fatal", "blocked", "a firewall in front of {endpoint} refuses this computer")
NO_MODEL = Meaning("fatal", "no-such-model", "{endpoint} has no model {model!r}")
RETIRED = Meaning("fatal", "no-such-model", "{endpoint} has no model {model!r} any more")
PROXY = Meaning("fatal", "proxy", "the proxy in front of {endpoint} refuses the call")
NO_ADDRESS = Meaning("fatal", "no-such-address", "{endpoint} has no /chat/completions; check the base URL")
BAD_REPLY = Meaning("transient", "bad-reply")
OVERLOADED = Meaning("transient", "http-503")
TIMED_OUT = Meaning("transient", "http-504")

_FOR_CONTENT = frozenset({SUCCESS, 400, 403, 422, 451})
_REFUSED = _FOR_CONTENT | {404, 410}
_SUCCESS = frozenset({SUCCESS})


def _alternatives(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.S)


def _codes(*codes: str) -> re.Pattern[str]:
    """Whole codes, as one of the labels."""
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, codes))})(?!\S)")


# The numeric codes of Zhipu, and those of MiniMax with ``base_resp:``.
_EXHAUSTED_CODES = _codes("1113", "1304", "1308", "1309", "1310", "base_resp:1008", "base_resp:2056")
_RATE_LIMIT_CODES = _codes("1302", "1303", "base_resp:1002", "base_resp:1039", "base_resp:1041")
_OVERLOADED_CODES = _codes(
    "1230", "1234", "1305", "1312", "base_resp:1000", "base_resp:1013", "base_resp:1033"
)
_FILTERED_CODES = _codes("1300", "1301", "base_resp:1026", "base_resp:1027")
_UNAUTHORIZED_CODES = _codes("base_resp:1004", "base_resp:2049")

_RATE_LIMIT_LABELS = _alternatives(r"rate_?limit", r"throttl", r"too_?many_?requests")
# A request above a limit per minute never passes it.
_ABOVE_LIMIT = re.compile(
    r"request too large for|tokens must be reduced in order to run|request body too large for"
)
_TOO_LONG = _alternatives(
    r"context_length_exceeded",
    r"exceed_context_size",
    r"context (?:length|window|size|limit|overflow)",
    r"context_?window_?exceeded",
    r"max_?(?:seq|model)_?len",
    r"maximum (?:model|prompt|sequence|input) length",
    r"prompt is too long",
    r"too many (?:input )?tokens",
    r"input is too long",
    r"reduce (?:the length of|your prompt)",
    r"tokens_limit_reached",
    r"maximum number of tokens allowed",
    r"`?inputs`? tokens \+ `?max_new_tokens",
    r"model token limit",
    r"prompt length \d+ is greater",
    r"when context the overflows",
    r"max_(?:completion_)?tokens must be at least 1, got -",
)
_FILTERED = _alternatives(
    r"content_filter|content filter|content_policy|content policy|content management policy|content violation",
    r"responsibleaipolicyviolation|moderation|was flagged|input flagged|prompt flagged|flagged as",
    r"content exists risk|data_?inspection_?failed|inappropriate content|sensitive_words|safety_check|safety system",
    r"considered high risk|usage (?:guidelines|polic)|prompt was blocked|prohibited_content|\binvalid_prompt\b",
    r"guardrail|不安全或敏感|(?:harmful|unsafe) content|violates? (?:our|the) (?:content|usage|terms)",
)
_FILTERED_LABELS = _alternatives(
    r"sensitive_words", r"content_?filter", r"content_?policy", r"data_?inspection_?failed"
)
_UNAUTHORIZED = _alternatives(r"invalid_api_key", r"api key not valid", r"api_key_invalid")
_KEY_WORDS = _alternatives(
    r"(?:invalid|incorrect|wrong|missing|no) (?:api[ _-]?)?(?:key|token)\b",
    r"unauthori[sz]ed",
    r"authentication",
)
_REGION = _alternatives(
    r"unsupported_country",
    r"(?:country|region|territory|location)\b.{0,30}\b(?:is |are )?not (?:supported|available|allowed)",
    r"(?:supported|available|allowed|denied|access|requests) (?:in|from) (?:your|this) (?:country|region|location|territory)",
)
_FIREWALL = _alternatives(
    r"cloudflare", r"just a moment", r"captcha", r"request blocked", r"error (?:code: )?10\d\d"
)
_PLAIN_HTTP = re.compile("plain http request was sent to https port|sent an http request to an https server")
_MODEL_LABELS = re.compile(
    r"model_not_found|deploymentnotfound|model_not_available|invalid_model\b|(?<!\S)1211(?!\S)"
)
_NO_MODEL = _alternatives(
    r"invalid model|unknown model|no such model|no models? loaded|not a valid model|model is not found",
    r"models?\b.{0,200}?(?:does not exist|not found|not exist|identifier is invalid)",
    r"(?:access|not found the|have access to)(?: \S+){0,2} model\b|no endpoints found|no available channel for model",
)
# Between the model and what became of it; a parameter may be deprecated too.
_OF_MODEL = r"model\b(?:(?!parameter|argument|field|option).){0,160}?"
_RETIRED = _alternatives(
    r"model_(?:decommissioned|deprecated|retired|discontinued)|modeldeprecated|modelretired",
    _OF_MODEL + r"\b(?:is|are|was|were|has been|have been|been|now)(?: now| officially| already)? "
    r"(?:deprecated|retired|decommissioned|discontinued|shut ?down|removed|sunset|withdrawn|turned off)",
    _OF_MODEL
    + r"(?:no longer (?:available|supported|served|exists|offered|active)|end[ -]of[ -]life|shutdown date|not available any ?more)",
    r"deprecated model",
)

RULES: tuple[Rule, ...] = (
    Rule(EXHAUSTED, statuses=frozenset({402})),
    Rule(EXHAUSTED, labels=_EXHAUSTED_CODES),
    Rule(EXHAUSTED, test=lambda answer: _is_exhausted(answer)),
    Rule(TOO_LONG, statuses=frozenset({SUCCESS, 400, 413, 429}), words=_ABOVE_LIMIT),
    Rule(RATE_LIMIT, statuses=frozenset({429})),
    Rule(RATE_LIMIT, labels=_RATE_LIMIT_CODES),
    Rule(RATE_LIMIT, labels=_RATE_LIMIT_LABELS),
    Rule(OVERLOADED, labels=_OVERLOADED_CODES),
    Rule(TOO_LONG, words=_TOO_LONG),
    Rule(FILTERED, labels=_FILTERED_CODES),
    Rule(FILTERED, labels=_FILTERED_LABELS),
    Rule(FILTERED, statuses=_FOR_CONTENT, beginning=_FILTERED),
    Rule(REGION, statuses=_REFUSED, beginning=_REGION),
    Rule(REGION, statuses=frozenset({451})),
    Rule(PROXY, statuses=frozenset({407, 511})),
    Rule(BLOCKED, statuses=frozenset({403}), words=_FIREWALL, test=lambda answer: not answer.error.is_json),
    Rule(NO_MODEL, labels=_MODEL_LABELS),
    Rule(RETIRED, statuses=_REFUSED, beginning=_RETIRED),
    Rule(UNAUTHORIZED, statuses=frozenset({401, 403})),
    Rule(UNAUTHORIZED, words=_UNAUTHORIZED),
    Rule(UNAUTHORIZED, labels=_UNAUTHORIZED_CODES),
    Rule(NO_MODEL, statuses=frozenset({SUCCESS, 400, 404, 422}), beginning=_NO_MODEL),
    Rule(NO_ADDRESS, statuses=frozenset({301, 302, 303, 307, 308, 404, 405, 410})),
    Rule(NO_ADDRESS, statuses=frozenset({400}), words=_PLAIN_HTTP),
    # The model's output did not fit the schema; the next output may.
    Rule(BAD_REPLY, words=re.compile("json_validate_failed")),
    # Errors that were sent with a success status and without a code that says more.
    Rule(
        RATE_LIMIT,
        statuses=_SUCCESS,
        words=_alternatives("rate.?limit", "too many requests", "resource.?exhausted"),
    ),
    Rule(UNAUTHORIZED, statuses=_SUCCESS, words=_KEY_WORDS),
    Rule(
        NO_ADDRESS,
        statuses=_SUCCESS,
        words=_alternatives(r"\bnot found\b", "no route", "unknown (?:url|endpoint)"),
    ),
    Rule(TIMED_OUT, statuses=_SUCCESS, words=_alternatives(r"time[sd]?[ _-]?out")),
    Rule(
        OVERLOADED,
        statuses=_SUCCESS,
        words=_alternatives(
            "overload", "unavailable", "busy", "try again", "temporar", "capacity", "loading"
        ),
    ),
)


def _is_exhausted(answer: ErrorAnswer) -> bool:
    error, text = answer.error, answer.body.decode(errors="replace")
    return is_exhausted(answer.status, error.message, error.labels, text)
