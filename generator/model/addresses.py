"""What a base URL and an API key must be so that a call can be made at all; told before anything is sent."""

from urllib.parse import urlsplit


def address_problem(url: str) -> str | None:
    """What is wrong with a base URL, as the end of a sentence without its credentials; None where nothing is."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - read for its ValueError
        host = parts.hostname or ""
        host.encode("idna")
    except ValueError as error:
        return f"is no address: {error}"
    if parts.scheme not in ("http", "https"):
        return "is no address: it must start with http:// or https://"
    if not host or any(char.isspace() or not char.isprintable() for char in url):
        return "is no address: it has no host, or white space in it"
    if "@" in parts.netloc:
        return "holds a user name or password, which calls cannot carry; give the key by its own variable"
    return None


def key_problem(key: str) -> str | None:
    """What is wrong with an API key, as the end of a sentence that never shows it; None where nothing is."""
    if key.isascii() and key.isprintable() and not any(char.isspace() for char in key):
        return None
    return "is no API key: it holds white space, or a character that is not ASCII"
