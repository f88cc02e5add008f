"""Makes file names and keys from questions and subjects, by the rule every published file follows.

The rule: lower case; everything but ``a-z``, ``0-9`` and white space removed; each white space left
turned into one ``-``. So "long-term" gives ``longterm`` and "x + y" gives ``x--y``. A slug consists of
``[a-z0-9-]`` alone, hence a path made here never leaves its folder.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from generator.content.text import clean
from generator.errors import SlugError

MAX_FILE_NAME_BYTES = 200

_REMOVED = re.compile(r"[^a-z0-9\s]")
_SPACE = re.compile(r"\s")
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")  # no file names on Windows


class ArticleKey(NamedTuple):
    """What names one article of the site; a slug alone may stand in several subjects."""

    subject_slug: str
    slug: str

    def __str__(self) -> str:
        return f"{self.subject_slug}/{self.slug}"

    @property
    def path(self) -> str:
        """The article's file below the content folder, with ``/``."""
        return f"{self.subject_slug}/{self.slug}.md"


@lru_cache(maxsize=4_096)
def slug(question: str) -> str:
    """The site's slug of a question.

    Raises:
        SlugError: nothing of the question is left, its file name would pass 200 bytes, or is no file
            name on Windows.
    """
    made = _SPACE.sub("-", _REMOVED.sub("", clean(question).strip().lower()))
    if not made.strip("-"):
        raise SlugError(question, "no letter a-z and no digit in it, so it has no address on the site")
    if len(made) + len(".md") > MAX_FILE_NAME_BYTES:
        reason = f"its file name would take {len(made) + 3} bytes, more than {MAX_FILE_NAME_BYTES}"
        raise SlugError(question, reason)
    if _DEVICE.fullmatch(made):
        raise SlugError(question, f"{made!r} cannot be a file's name on Windows")
    return made


def subject_slug(name: str) -> str:
    """The folder of a subject: the same rule, the same errors."""
    return slug(name)


def file_name(question: str) -> str:
    """The name of a question's file."""
    return f"{slug(question)}.md"


def key_of(subject: str, question: str) -> ArticleKey:
    """The key of the article that answers this question under this subject. Raises as :func:`slug`."""
    return ArticleKey(subject_slug(subject), slug(question))
