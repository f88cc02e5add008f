"""The subjects of the site: finds the canonical spelling of a subject from any spelling of its name or slug."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from generator.content.claims.verdict import RequiredClaims
from generator.content.evidence.release import RequiredRelease
from generator.content.frozen_model import FrozenModel
from generator.content.slugs import subject_slug
from generator.errors import SlugError

_DROPPED = re.compile(r"[^a-z0-9\s]")
_SPACE = re.compile(r"\s+")


class Subject(FrozenModel):
    """A subject by its canonical name.

    Attributes:
        listed: whether the site lists it and lets search engines index it.
        signoff: the reviewers who may approve its drafts; empty where everybody may.
        require_claims: which claims must be settled before approval; None for the setting of all subjects.
        require: the least by which a draft must be released to be published; None for the setting of all subjects.
    """

    name: str
    listed: bool = True
    signoff: tuple[str, ...] = ()
    require_claims: RequiredClaims | None = None
    require: RequiredRelease | None = None


class SubjectList:
    """The subjects in the given order; a search by name ignores case, spacing and punctuation.

    Raises:
        ValueError: two names differ only in case, spacing and punctuation, or a name has no Latin letter or digit.
    """

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._by_key: dict[str, Subject] = {}
        for subject in subjects:
            key = _key(subject.name)
            if not key:
                raise ValueError(f"subject {subject.name!r} has no Latin letter or digit")
            if key in self._by_key:
                other = self._by_key[key].name
                raise ValueError(f"subjects {other!r} and {subject.name!r} have the same folder")
            self._by_key[key] = subject

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names, in the given order."""
        return tuple(subject.name for subject in self)

    def resolve(self, text: str) -> Subject | None:
        """The subject that ``text`` names, by its name or its slug; None where the list has none."""
        return self._by_key.get(_key(text))

    def canonical(self, text: str) -> str:
        """The canonical name of the subject that ``text`` names; ``text`` itself where the list has none."""
        subject = self.resolve(text)
        return text if subject is None else subject.name

    def folder_of(self, text: str, folders: Collection[str]) -> str:
        """The folder of the subject that ``text`` names, by its name or its slug; empty where it has no slug.

        Args:
            folders: the existing folders; also a subject that is not in the list may have one.
        """
        if text in folders:
            return text
        by_rule = _folder(self.canonical(text))
        if by_rule in folders:
            return by_rule
        return next((folder for folder in folders if _key(folder) == _key(text)), by_rule)

    def is_unlisted(self, *texts: str) -> bool:
        """Whether one of the texts names a subject (by its name or its slug) that the site does not list."""
        return any(subject is not None and not subject.listed for subject in map(self.resolve, texts))

    def nearest(self, text: str) -> Subject | None:
        """The subject whose spelling is most similar to an unknown ``text``; None where none is similar."""
        matches = difflib.get_close_matches(_key(text), self._by_key, n=1, cutoff=0.6)
        return self._by_key[matches[0]] if matches else None


def _folder(name: str) -> str:
    """The folder of a subject by the site's rule; empty where the rule gives none."""
    try:
        return subject_slug(name)
    except SlugError:
        return ""


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    """The text in lower case without punctuation, each hyphen a space, so that most slugs are found too."""
    return _SPACE.sub(" ", _DROPPED.sub("", text.lower().replace("-", " "))).strip()
