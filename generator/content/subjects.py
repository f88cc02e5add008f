"""The subjects of the site: one canonical spelling each, found from however a list spells them."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator

from generator.content.slugs import subject_slug
from generator.content.values import Value
from generator.errors import SlugError

_DROPPED = re.compile(r"[^a-z0-9\s]")
_SPACE = re.compile(r"\s+")


class Subject(Value):
    """A subject by its canonical name; ``listed`` tells whether the site lists it and lets it be indexed."""

    name: str
    listed: bool = True


class SubjectList:
    """The subjects in the order given, found by name without regard to case, spacing and punctuation.

    Raises:
        ValueError: two names that the site's slug rule takes for one subject, or a name that it empties.
    """

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._by_key: dict[str, Subject] = {}
        for subject in subjects:
            key = _key(subject.name)
            if not key:
                raise ValueError(f"subject {subject.name!r} holds no Latin letter or digit")
            if key in self._by_key:
                raise ValueError(f"subjects {self._by_key[key].name!r} and {subject.name!r} are one folder")
            self._by_key[key] = subject

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names, in the order given."""
        return tuple(subject.name for subject in self)

    def resolve(self, text: str) -> Subject | None:
        """The subject that ``text`` names, by its name or by its slug; None where there is none."""
        return self._by_key.get(_key(text))

    def canonical(self, text: str) -> str:
        """The subject that ``text`` names as the list spells it; ``text`` where the list has none."""
        subject = self.resolve(text)
        return text if subject is None else subject.name

    def folder_of(self, text: str, folders: Collection[str]) -> str:
        """The folder of the subject that ``text`` names, by its name or by its slug; empty where none can have it.

        Args:
            folders: those that there are; a subject that is not in the list may have one.
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
        """The subject whose spelling is nearest to an unknown ``text``; None where none is near."""
        matches = difflib.get_close_matches(_key(text), self._by_key, n=1, cutoff=0.6)
        return self._by_key[matches[0]] if matches else None


def _folder(name: str) -> str:
    """The folder of a subject by the site's rule; empty where it can have none."""
    try:
        return subject_slug(name)
    except SlugError:
        return ""


def _key(text: str) -> str:
    """What a subject's slug keeps of its name, with hyphens as spaces, so that slugs resolve too."""
    return _SPACE.sub(" ", _DROPPED.sub("", text.lower().replace("-", " "))).strip()
