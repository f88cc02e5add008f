"""Odd errors: nothing was written, or a limit was met, and the answer says so in an unusual way."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from generator.fake_openai.odd_answers.answer import HttpReply, OddAnswer, Usual

HTML = {"content-type": "text/html"}
SPENT = {"message": "You exceeded your current quota, please check your plan and billing details."}


def said(status: int, value: object, **headers: str) -> OddAnswer:
    """Always this JSON."""
    return lambda _: HttpReply.of_json(value, status, **headers)


def error(status: int, message: str, /, **fields: Any) -> OddAnswer:
    """Always this error, in the form of the API."""
    return said(status, {"error": {"message": message, **fields}})


def page(status: int, title: str) -> OddAnswer:
    """Always a web page."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return lambda _: HttpReply(text.encode(), status, HTML)


def text(body: str, status: int = 200) -> OddAnswer:
    """Always this text."""
    return lambda _: HttpReply(body.encode(), status, {"content-type": "text/plain"})


def cap_of(usual: Usual) -> tuple[str, int]:
    """The name and the value of a request's output cap."""
    name = "max_tokens" if "max_tokens" in usual.body else "max_completion_tokens"
    return name, int(usual.body[name])


def caps_at_most(usual: Usual, *, most: int, wording: str) -> HttpReply:
    """The usual answer, or an error where the output cap is above ``most``."""
    name, cap = cap_of(usual)
    if cap <= most:
        return HttpReply.of_json(usual.completion)
    message = wording.format(name=name, cap=cap, most=most)
    return HttpReply.of_json({"error": {"message": message, "type": "invalid_request_error"}}, 400)


def window_of(usual: Usual, *, window: int, wording: str, status: int = 400) -> HttpReply:
    """The usual answer, or an error where the prompt and the output cap are above ``window`` together."""
    prompt, (_, cap) = int(usual.completion["usage"]["prompt_tokens"]), cap_of(usual)
    if prompt + cap <= window:
        return HttpReply.of_json(usual.completion)
    message = wording.format(window=window, prompt=prompt, cap=cap, total=prompt + cap)
    return HttpReply.of_json({"error": {"message": message, "type": "BadRequestError"}}, status)


def counted(usual: Usual, prompt: int, *, written: int | None = None) -> HttpReply:
    """The usual answer with this count of prompt tokens; cut off after ``written`` tokens if they are given."""
    completion = usual.copied()
    completion["usage"]["prompt_tokens"] = prompt
    if written is not None:
        completion["usage"]["completion_tokens"] = written
        completion["choices"][0]["finish_reason"] = "length"
        completion["choices"][0]["message"]["content"] = usual.content[:300]
    usage = completion["usage"]
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
    return HttpReply.of_json(completion)


def filled(usual: Usual, *, window: int) -> HttpReply:
    """The usual answer, cut off where prompt and reply fill ``window``, as of a server that says nothing of it."""
    prompt, (_, cap) = int(usual.completion["usage"]["prompt_tokens"]), cap_of(usual)
    return counted(usual, prompt, written=min(cap, window - prompt))


def event_stream(usual: Usual, *, whole: bool) -> HttpReply:
    """The usual answer as an event stream; without its end unless it is ``whole``."""
    base = {key: usual.completion[key] for key in ("id", "created", "model")}
    half = len(usual.content) // 2
    deltas = [{"role": "assistant"}, {"content": usual.content[:half]}, {"content": usual.content[half:]}]
    chunks: list[dict[str, Any]] = [{**base, "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    if whole:
        chunks.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        chunks.append({**base, "choices": [], "usage": usual.completion["usage"]})
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return HttpReply(
        "".join([*lines, "data: [DONE]\n\n"]).encode(), 200, {"content-type": "text/event-stream"}
    )


def error_in_choice(usual: Usual) -> HttpReply:
    """An error inside the choice."""
    completion = usual.copied()
    completion["choices"][0] |= {
        "error": {"code": 502, "message": "Provider disconnected"},
        "finish_reason": None,
        "message": {"role": "assistant", "content": ""},
    }
    return HttpReply.of_json(completion)


def without_choices(usual: Usual, choices: object) -> HttpReply:
    """The usual answer with other choices."""
    return HttpReply.of_json({**usual.copied(), "choices": choices})


def uncapped(usual: Usual, *, tokens: int, known: str) -> HttpReply:
    """A whole reply of ``tokens`` tokens, as of a server that applies the output cap only under the name ``known``."""
    completion = usual.copied()
    if known not in usual.body:
        completion["usage"]["completion_tokens"] = tokens
        completion["choices"][0]["message"]["content"] += " " * 3 * tokens
    return HttpReply.of_json(completion)


def without_parameter(usual: Usual, name: str) -> HttpReply:
    """The usual answer, or FastAPI's error where the request has this parameter."""
    if name not in usual.body:
        return HttpReply.of_json(usual.completion)
    detail = {
        "type": "extra_forbidden",
        "loc": ["body", name],
        "msg": "Extra inputs are not permitted",
        "input": 1,
    }
    return HttpReply.of_json({"detail": [detail]}, 422)


def caps(most: int, wording: str) -> OddAnswer:
    """See ``caps_at_most``."""
    return partial(caps_at_most, most=most, wording=wording)


def window(tokens: int, wording: str, status: int = 400) -> OddAnswer:
    """See ``window_of``."""
    return partial(window_of, window=tokens, wording=wording, status=status)


VLLM = (
    "This model's maximum context length is {window} tokens. However, you requested {total} tokens ({prompt} in the"
    " messages, {cap} in the completion). Please reduce the length of the messages or completion."
)
GOOGLE_DAY = {
    "error": {
        "code": 429,
        "message": SPENT["message"],
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
            {"retryDelay": "38s"},
        ],
    }
}

ERRORS: Mapping[str, OddAnswer] = {
    # no chat completions endpoint
    "empty-body": lambda _: HttpReply(b""),
    "html-with-status-200": page(200, "Welcome"),
    "text-with-status-200": text("Ollama is running"),
    "broken-stream": partial(event_stream, whole=False),
    "json-lines": text(
        '{"message": {"content": "The"}, "done": false}\n{"message": {"content": " end"}, "done": true}\n'
    ),
    "no-content": lambda _: HttpReply(b"", 204),
    "accepted": said(202, {"id": "job-1", "status": "queued"}),
    "detail-not-found": said(200, {"detail": "Not Found"}),
    "detail-not-found-404": said(404, {"detail": "Not Found"}),
    "choices-empty": partial(without_choices, choices=[]),
    "choices-null": partial(without_choices, choices=None),
    "blocked-page": page(403, "Attention Required! | Cloudflare"),
    # a stream that nobody asked for, and which holds everything
    "whole-stream": partial(event_stream, whole=True),
    # errors with status 200
    "error-with-status-200": said(200, {"error": {"message": "No endpoints available", "code": 503}}),
    "window-with-status-200": said(
        200,
        {"error": {"code": "context_length_exceeded", "message": "maximum context length is 2048 tokens"}},
    ),
    "key-with-status-200": said(200, {"error": {"message": "Wrong key", "code": "invalid_api_key"}}),
    "model-with-status-200": said(200, {"error": {"message": "no such thing", "code": "model_not_found"}}),
    "credit-with-status-200": said(
        200, {"success": False, "message": "Your account balance is insufficient"}
    ),
    "minimax-credit": said(
        200, {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}
    ),
    "minimax-rate-limit": said(200, {"base_resp": {"status_code": 1002, "status_msg": "limit reached"}}),
    "zhipu-sensitive": said(200, {"code": 1301, "msg": "系统检测到输入或生成内容可能包含不安全或敏感内容"}),
    "error-in-choice": error_in_choice,
    "unknown-error-with-status-200": said(200, {"error": "something went wrong at the gateway"}),
    # quota and credit
    "quota-per-day": said(429, GOOGLE_DAY),
    "quota-per-day-from-upstream": error(
        429,
        "Provider returned error",
        code=429,
        metadata={"raw": json.dumps(GOOGLE_DAY), "provider_name": "Google AI Studio"},
    ),
    "quota-opens-in-hours": error(429, "You have run out of requests. Your quota will reset after 7h23m18s."),
    "limit-for-today": error(429, "You have reached your request limit for today."),
    "credit-from-upstream": error(
        429,
        "Provider returned error",
        metadata={"raw": '{"error":{"code":"insufficient_quota","message":"no"}}'},
    ),
    "payment-required": error(402, "Insufficient credits"),
    # the model, the region, one prompt
    "retired-400": error(400, "The model `m` has been decommissioned and is no longer supported."),
    "retired-404": error(404, "model 'm' was removed on September 15, 2025"),
    "retired-410": said(410, {"title": "Gone", "detail": "The model 'm' has reached its end of life."}),
    "region-400": error(400, "User location is not supported for the API use.", status="FAILED_PRECONDITION"),
    "region-403": error(
        403, "Country, region, or territory not supported", code="unsupported_country_region_territory"
    ),
    "moderation": error(403, 'm requires moderation. Your input was flagged for "violence".', code=403),
    "content-exists-risk": error(400, "Content Exists Risk", type="invalid_request_error"),
    "inspection": error(422, "Input data may contain inappropriate content.", code="data_inspection_failed"),
    # output caps and context windows
    "cap-openai": caps(
        2000, "{name} is too large: {cap}. This model supports at most {most} completion tokens."
    ),
    "cap-groq": caps(2000, "`{name}` must be less than or equal to `{most}`, the maximum value for `{name}`"),
    "cap-range": caps(2000, "Range of {name} should be [1, {most}]"),
    "window-vllm": window(5600, VLLM),
    "window-llama-cpp-python": window(5600, "Requested tokens ({total}) exceed context window of {window}"),
    "window-without-numbers": window(5600, "Please reduce the length of the messages or completion."),
    "window-vllm-too-small": window(2048, VLLM),
    "window-llama-cpp-too-small": window(
        2048,
        "request ({prompt} tokens) exceeds the available context size ({window} tokens), try increasing it",
    ),
    "window-413-too-small": window(
        2048, "Request body too large for gpt model. Max size: {window} tokens.", status=413
    ),
    "window-cut-silently": lambda usual: counted(usual, 2048),
    "prompt-counted-at-300": lambda usual: counted(usual, 300),
    "window-full": lambda usual: counted(usual, 1900, written=148),
    "window-filled": partial(filled, window=5120),
    "too-large-page": page(413, "413 Request Entity Too Large"),
    "cap-ignored": partial(uncapped, tokens=9000, known="max_tokens"),
    "caps-ignored": partial(uncapped, tokens=9000, known="no_parameter"),
    "extra-field": partial(without_parameter, name="max_completion_tokens"),
    # gateways
    "bad-gateway-page": page(502, "502 Bad Gateway"),
    "gateway-timeout": said(504, {"message": "Endpoint request timed out"}),
    "quota-of-code-1310": said(429, {"error": {"code": "1310", "message": "用量已达上限"}}),
}
