"""Checks a base URL and an API key before the first call: whether they can be used at all."""

from urllib.parse import urlsplit


def address_problem(url: str) -> str | None:
    """What is wrong with a base URL.

    Returns:
        The end of a sentence that begins with the name of the setting, without the URL's credentials; None for a
        usable URL.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - read for its ValueError
        host = parts.hostname or ""
        host.encode("idna")
    except ValueError as error:
        return f"is not an address: {error}"
    if parts.scheme not in ("http", "https"):
        return "is not an address: it must start with http:// or https://"
    if not host or any(char.isspace() or not char.isprintable() for char in url):
        return "is not an address: it has no host, or it contains white space"
    if "@" in parts.netloc:
        return "contains a user name or password, which calls cannot send; set the key in its own variable"
    return None


def key_problem(key: str) -> str | None:
    """What is wrong with an API key.

    Returns:
        The end of a sentence that begins with the name of the variable and never shows the key; None for a usable key.
    """
    if key.isascii() and key.isprintable() and not any(char.isspace() for char in key):
        return None
    return "is not an API key: it contains white space or a character that is not ASCII"
