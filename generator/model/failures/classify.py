"""Classifies the errors of HTTP answers: those with an error status, and those that came with a success status."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from generator.model.failures.error_body import ErrorBody, reported_error
from generator.model.failures.exhausted import LONG_WAIT_SECONDS
from generator.model.failures.failure import MAX_RETRY_AFTER_SECONDS, RETRYABLE, CallTarget, Failure, Kind
from generator.model.failures.meanings import EXHAUSTED, SUCCESS, ErrorAnswer, Meaning, meaning_of
from generator.model.failures.secrets import without_secrets
from generator.model.failures.waits import now_of, requested_wait
from generator.model.reply.reply import BadReply, WrongContent, request_id

_MAYBE_BILLED = {"http-408", "http-502", "http-504", "http-524", "bad-reply"}
_NO_ENDPOINT = "this address is no chat completions endpoint; check the base URL, which usually ends in /v1"
_ADVICE: Mapping[WrongContent, str] = {
    "html": _NO_ENDPOINT,
    "text": _NO_ENDPOINT,
    "empty": _NO_ENDPOINT,
    "stream": "the server streams although no stream was requested, or this address is no chat completions endpoint;"
    " check its settings and the base URL",
}


def classify_response(status: int, headers: Mapping[str, str], body: bytes, target: CallTarget) -> Failure:
    """The failure that an HTTP error answer reports. Header names are in lower case."""
    return _failure(ErrorAnswer(status, ErrorBody.read(body), body), headers, target)


def classify_bad_reply(
    error: BadReply,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    target: CallTarget,
    *,
    answered: bool = True,
) -> Failure:
    """The failure of an answer with a success status that is not a completion.

    Args:
        error: why it is not a completion.
        answered: whether this endpoint has sent a completion before. If it has not, and this answer is
            something else altogether, the failure is fatal: wrong address, or a server without this protocol.
    """
    reported = reported_error(body)
    if reported is not None:
        failure = _failure(ErrorAnswer(reported.status or SUCCESS, reported, body), headers, target)
        return failure if failure.kind in ("fatal", "rate_limit") else replace(failure, billed="maybe")
    encoding = headers.get("content-encoding", "identity").lower()
    if error.wrong_content == "text" and encoding not in _DECODED:
        error = BadReply(f"the reply is compressed with {encoding!r}, which was not asked for", "text")
    is_other = error.wrong_content is not None or status in _WITHOUT_REPLY
    fatal = is_other and not answered
    advice = f"; {_ADVICE.get(error.wrong_content or 'text', '')}" if fatal else ""
    named = f" (HTTP {status} {HTTPStatus(status).phrase})" if status in _WITHOUT_REPLY else ""
    return Failure(
        kind="fatal" if fatal else "transient",
        cause="bad-reply",
        message=without_secrets(f"{target.endpoint}: {error}{named}{advice}", target.secret),
        status=status,
        request_id=request_id(headers),
        billed="no" if error.wrong_content in ("html", "text") else "maybe",
    )


_DECODED = frozenset({"identity", "gzip", "deflate", "x-gzip"})
# The success statuses that promise no reply: accepted for later, and nothing to say.
_WITHOUT_REPLY = frozenset({202, 204, 205})


def _failure(answer: ErrorAnswer, headers: Mapping[str, str], target: CallTarget) -> Failure:
    meaning = meaning_of(answer)
    asks_for_time = meaning == EXHAUSTED or meaning.kind == "rate_limit" or answer.status == 503
    wait = requested_wait(headers, answer.body if asks_for_time else b"")
    if meaning.kind == "rate_limit" and wait is not None and wait >= LONG_WAIT_SECONDS:
        meaning = EXHAUSTED
    message = _message(meaning, answer, target)
    if meaning == EXHAUSTED and wait is not None and wait >= LONG_WAIT_SECONDS:
        opens = (now_of(headers) + timedelta(seconds=min(wait, _LONGEST_SECONDS))).strftime(
            "%Y-%m-%d %H:%M UTC"
        )
        message += f"; it asks to wait {wait / 3600:.0f} h, until {opens}"
    return Failure(
        kind=meaning.kind,
        cause=meaning.cause,
        message=message,
        status=answer.status,
        request_id=request_id(headers),
        retry_after_seconds=_wait_before_retry(meaning.kind, wait),
        billed="maybe" if meaning.cause in _MAYBE_BILLED else "no",
    )


def _wait_before_retry(kind: Kind, wait: float | None) -> float | None:
    """The wait before the next attempt. A rate limit is waited for, however long; an outage is checked earlier."""
    if wait is None or kind not in RETRYABLE:
        return None
    return wait if kind == "rate_limit" else min(wait, MAX_RETRY_AFTER_SECONDS)


_LONGEST_SECONDS = 366 * 86400.0


def _message(meaning: Meaning, answer: ErrorAnswer, target: CallTarget) -> str:
    """The lead of the meaning with the endpoint's own words; without any, the status and the endpoint."""
    said = without_secrets(answer.error.message, target.secret)
    if not meaning.lead:
        return said or f"HTTP {answer.status} from {target.endpoint}"
    lead = meaning.lead.format(endpoint=target.endpoint, model=target.model)
    return without_secrets(f"{lead} ({said})" if said else lead, target.secret)
