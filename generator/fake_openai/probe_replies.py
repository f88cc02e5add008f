"""The reply to the requests with which ``generator doctor`` probes an endpoint: the code words that it asks for."""

import json
import re
from collections.abc import Mapping
from typing import Any

SCHEMA_NAME = "endpoint_probe"
_WORD = re.compile(r"The (first|last) code word is ([A-Z0-9]+)")
_IN_PROMPT = f"Reply schema: {SCHEMA_NAME}"
_NUMBERS = " ".join(map(str, range(1, 401)))


def probe_reply(body: Mapping[str, Any], *, ignore_format: bool) -> str | None:
    """The content of the reply; None for other requests.

    Args:
        ignore_format: whether to behave like a server that does not know ``response_format``.
    """
    text = "\n".join(_text(message) for message in body["messages"])
    in_prompt = _IN_PROMPT in text
    chosen = body.get("response_format") or {}
    named = not ignore_format and chosen.get("json_schema", {}).get("name") == SCHEMA_NAME
    words = dict(_WORD.findall(text)) or {"first": _NUMBERS, "last": "END"}
    if named or in_prompt:
        return json.dumps(words)
    is_probe = (
        "code word" in text and ignore_format and chosen.get("json_schema", {}).get("name") == SCHEMA_NAME
    )
    return f"The words are {', '.join(words.values())}." if is_probe else None


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")
