"""Makes slugs, file names and keys from questions and subjects, by the rule that every published file follows.

The rule: lower case; everything except ``a-z``, ``0-9`` and white space is removed; each remaining white space becomes
one ``-``. So "long-term" gives ``longterm`` and "x + y" gives ``x--y``. A slug consists only of ``[a-z0-9-]``, so a
path that is made here never leaves its folder.
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
    """The key of one article of the site. Several subjects may have the same slug, so the key has both."""

    subject_slug: str
    slug: str

    def __str__(self) -> str:
        return f"{self.subject_slug}/{self.slug}"

    @property
    def path(self) -> str:
        """The path of the article's file below the content folder, with ``/``."""
        return f"{self.subject_slug}/{self.slug}.md"


@lru_cache(maxsize=4_096)
def slug(question: str) -> str:
    """The site's slug of a question.

    Raises:
        SlugError: the slug is empty, the file name would have more than 200 bytes, or Windows reserves the name.
    """
    result = _SPACE.sub("-", _REMOVED.sub("", clean(question).strip().lower()))
    if not result.strip("-"):
        raise SlugError(question, "no letter a-z and no digit in it, so it has no address on the site")
    if len(result) + len(".md") > MAX_FILE_NAME_BYTES:
        reason = f"its file name would have {len(result) + 3} bytes, more than {MAX_FILE_NAME_BYTES}"
        raise SlugError(question, reason)
    if _DEVICE.fullmatch(result):
        raise SlugError(question, f"Windows does not allow {result!r} as a file name")
    return result


def subject_slug(name: str) -> str:
    """The folder of a subject, by the same rule. Raises as :func:`slug`."""
    return slug(name)


def file_name(question: str) -> str:
    """The file name of a question's article. Raises as :func:`slug`."""
    return f"{slug(question)}.md"


def key_of(subject: str, question: str) -> ArticleKey:
    """The key of the article that answers this question under this subject. Raises as :func:`slug`."""
    return ArticleKey(subject_slug(subject), slug(question))
