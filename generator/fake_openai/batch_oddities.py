"""Odd ways in which providers write the answers of a batch, each with a name: the test server can write all of them."""

import gzip
import json
from collections.abc import Callable, Iterable
from typing import Any

Lines = list[str]


def spoiled_output(lines: Lines, oddities: Iterable[str]) -> bytes:
    """The content of an output file, changed by each oddity in the order of this module's tables."""
    chosen = set(oddities)
    for name, change_lines in _OF_LINES.items():
        if name in chosen:
            lines = change_lines(lines)
    content = "".join(lines).encode()
    for name, change_bytes in _OF_BYTES.items():
        if name in chosen:
            content = change_bytes(content)
    return content


def _each(change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Callable[[Lines], Lines]:
    """Change each line; the result may be several lines."""
    return lambda lines: [
        json.dumps(new, ensure_ascii=False) + "\n" for line in lines for new in change(json.loads(line))
    ]


def _responses_shape(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer as the Responses API writes it."""
    body = line["response"]["body"]
    choice, usage = body["choices"][0], body["usage"]
    cut = choice["finish_reason"] == "length"
    answer = {
        "id": "resp_1",
        "object": "response",
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": body["model"],
        "output": [
            {"type": "reasoning", "summary": []},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": choice["message"]["content"]}],
            },
        ],
        "usage": {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]},
    }
    return [{**line, "response": {**line["response"], "body": answer}}]


def _without_response(line: dict[str, Any]) -> dict[str, Any]:
    error = {"code": "server_error", "message": "The request could not be executed."}
    return {**line, "response": None, "error": error}


def _rate_limited(line: dict[str, Any]) -> dict[str, Any]:
    error = {"message": "Rate limit reached for requests", "type": "requests", "code": "rate_limit_exceeded"}
    return {**line, "response": {"status_code": 429, "request_id": "r", "body": {"error": error}}}


def _cut(line: dict[str, Any]) -> dict[str, Any]:
    """The answer as its output cap ends it."""
    short = json.loads(json.dumps(line))
    choice = short["response"]["body"]["choices"][0]
    choice["finish_reason"] = "length"
    choice["message"]["content"] = choice["message"]["content"][:200]
    return dict(short)


_OF_LINES: dict[str, Callable[[Lines], Lines]] = {
    "cut-first": _each(lambda line: [_cut(line), line]),
    "repeated": _each(lambda line: [line, line]),
    "responses": _each(_responses_shape),
    "error-first": _each(lambda line: [_without_response(line), line]),
    "error-last": _each(lambda line: [line, _without_response(line)]),
    "rate-limited": lambda lines: _each(lambda line: [_rate_limited(line)])(lines[:1]) + lines[1:],
    "no-response": lambda lines: _each(lambda line: [_without_response(line)])(lines[:1]) + lines[1:],
    "short": lambda lines: lines[1:],
    "not-json": lambda lines: ["<html>502</html>\n", *lines[:1], '{"custom_id": "a', "\n", *lines[1:]],
    "blank-lines": lambda lines: ["\n", *(line + " \n\n" for line in lines)],
    "empty": lambda _lines: [],
}
_OF_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "crlf": lambda content: content.replace(b"\n", b"\r\n"),
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "bom": lambda content: b"\xef\xbb\xbf" + content,
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "cut-gzip": lambda content: gzip.compress(content, mtime=0)[:-9],
}
OF_BATCHES = ("gone", "unnamed")
"""The output file is named and deleted; or it is not named, as the error file."""
ODDITIES = (*_OF_LINES, *_OF_BYTES, *OF_BATCHES)
"""The names of all oddities."""
