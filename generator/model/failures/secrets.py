"""Removes keys from texts of endpoints, and makes one printable line of bounded length of them."""

import re

_MESSAGE_CHARS = 400
_LONG_KEY_CHARS = 8
_KEY = re.compile(r"\bsk-[\w*-]{6,}|(?<=Bearer )[^\s\"',;]+")


def without_secrets(text: str, secret: str) -> str:
    """A text as one printable line of bounded length, without the key and without anything that looks like a key."""
    if len(secret) >= _LONG_KEY_CHARS:
        text = text.replace(secret, "[key]")
    elif secret:  # a short placeholder such as "x" may be a part of other words
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[key]", text)
    text = _KEY.sub("[key]", text)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _MESSAGE_CHARS else line[: _MESSAGE_CHARS - 1] + "…"
