"""The change of one field, word by word, as the templates show it."""

from dataclasses import dataclass

from generator.content.language.word_diff import DiffSegment


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """The change of one field: by a revision, of a published page by a rewrite, or between two versions."""

    name: str
    label: str
    segments: list[DiffSegment]
