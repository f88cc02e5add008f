"""Removes keys from texts of endpoints, and makes one printable line of bounded length of them."""

from generator.events.secrets import remove_secret, without_known_secrets

_MESSAGE_CHARS = 400


def without_secrets(text: str, secret: str) -> str:
    """A text as one printable line of bounded length, without the key and without anything that looks like a key."""
    text = without_known_secrets(remove_secret(text, secret))
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _MESSAGE_CHARS else line[: _MESSAGE_CHARS - 1] + "…"
