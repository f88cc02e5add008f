"""What a request sends so that an endpoint caches the part of its prompt that many requests share: the system message.

None of it belongs to a request's identity: it is added to the body, and only for endpoints that are known to take it.
OpenAI's models from GPT-5.6 on reuse a prompt only up to a marked place, and charge for what they write to the cache.
Without a mark they write each whole prompt and read none of it again.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

CACHE_KEY = "prompt_cache_key"
"""The parameter that sends requests with the same key to the server that has their prompt."""
CACHE_OPTIONS = "prompt_cache_options"
"""The parameter that has the endpoint cache up to the marked places and no further."""
CACHE_MARK = "prompt_cache_breakpoint"
"""The field of a part of a message that marks its end as the end of what is cached."""
CACHE_PARAMETERS = (CACHE_KEY, CACHE_OPTIONS)

_EXPLICIT = {"mode": "explicit"}
_KEY_CHARS = 32
_OPENAI_HOST = "api.openai.com"
# GPT-5.6 and later, also with a provider before the name, as gateways write it.
_MARKED_MODELS = re.compile(r"(?:^|[/:])gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)(?!\d)")


def is_openai(endpoint: str) -> bool:
    """Whether an address is OpenAI's own, of any region."""
    host = (urlsplit(endpoint).hostname or "").lower()
    return host == _OPENAI_HOST or host.endswith(f".{_OPENAI_HOST}")


def has_marks(model: str) -> bool:
    """Whether a model, by its name, caches prompts up to marked places."""
    return _MARKED_MODELS.search(model) is not None


def known_to_take(endpoint: str, model: str) -> frozenset[str]:
    """The parameters of caching that an endpoint takes without anyone having tried."""
    if not is_openai(endpoint):
        return frozenset()
    return frozenset(CACHE_PARAMETERS if has_marks(model) else (CACHE_KEY,))


def add_caching(body: dict[str, Any], schema_name: str, parameters: frozenset[str]) -> None:
    """Add parameters of caching to the body of a request, unless it has them already.

    Args:
        schema_name: of the request; the key depends on it and on the system message.
        parameters: those to add, of ``CACHE_PARAMETERS``.
    """
    position = next((at for at, each in enumerate(body["messages"]) if each["role"] == "system"), None)
    if position is None:
        return
    message: Mapping[str, Any] = body["messages"][position]
    if CACHE_KEY in parameters:
        body.setdefault(CACHE_KEY, cache_key(schema_name, message["content"]))
    if CACHE_OPTIONS in parameters and CACHE_OPTIONS not in body:
        body[CACHE_OPTIONS] = _EXPLICIT
        marked = {"type": "text", "text": message["content"], CACHE_MARK: _EXPLICIT}
        body["messages"][position] = {**message, "content": [marked]}


@lru_cache(maxsize=256)
def cache_key(schema_name: str, system: str) -> str:
    """The key of all requests for the same kind of reply with the same system message."""
    return hashlib.sha256(f"{schema_name}\0{system}".encode()).hexdigest()[:_KEY_CHARS]
