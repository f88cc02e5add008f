"""Untrusted text in prompts: the filters of the templates, which let no tag of a prompt through."""

import json
import re
from functools import lru_cache

from generator.content.text import clean, one_line

# The tags around quoted text in the prompts. The offline model finds its material by these tags.
_TAG = re.compile(
    r"<(?=\s*/?\s*(?:passages?|notes|subjects?|question|draft|findings|fields|comment|answer|current|avoid"
    r"|examples?|covered|date|claims?|blanks?|candidates?|published)\b)",
    re.IGNORECASE,
)


def quoted(text: object) -> str:
    """Untrusted text for a place between the tags of a prompt: cleaned, with the "<" of any such tag in it replaced."""
    return _quoted(str(text))


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    # The prompts of one run quote the same articles again and again.
    return _TAG.sub("‹", clean(text))


def _quoted_line(text: object) -> str:
    return quoted(one_line(str(text)))


def _attribute(text: object) -> str:
    return _quoted_attribute(str(text))


@lru_cache(maxsize=4096)
def _quoted_attribute(text: str) -> str:
    return _quoted_line(text).replace('"', "'")


def _json(value: object) -> str:
    """A value as JSON on one line. It remains valid JSON after ``quoted``, since tags occur only within its strings."""
    return quoted(json.dumps(value, ensure_ascii=False))


FILTERS = {"quoted": quoted, "line": _quoted_line, "attribute": _attribute, "json": _json}
"""The filters of the templates, by name."""
