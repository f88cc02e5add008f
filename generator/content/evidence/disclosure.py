"""The field that tells readers that nobody read a text before it was published.

Article 50 of the EU's AI Act, which applies from August 2026, has generated text on matters of public interest
disclosed, unless a person reviewed it and answers for it. The site's template shows what this field says.
"""

import re
from typing import Self

from pydantic import model_validator

from generator.content.evidence.release import Release
from generator.content.frontmatter.document import RELATED, boolean
from generator.content.frontmatter.extra_field import with_field
from generator.content.frontmatter.schema import form
from generator.content.frontmatter.writer import line
from generator.content.frozen_model import FrozenModel
from generator.content.text import one_line
from generator.errors import FrontMatterError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NULL = "null"
_OF_OTHERS = frozenset({"canonical_url"})
"""Fields that are not of the schema, but have a meaning already."""


class Disclosure(FrozenModel):
    """What is written into the front matter of a page that nobody read.

    Attributes:
        field: the name of a field of its own, at the top level.
        text: its value, on one line.
    """

    field: str
    text: str

    @model_validator(mode="after")
    def _writable(self) -> Self:
        if not _NAME.fullmatch(self.field):
            raise ValueError(f"field {self.field!r} is no name of letters, digits, - and _")
        if boolean(self.field) is not None or self.field.lower() == _NULL:
            raise ValueError(f"field {self.field!r} is a value in YAML: choose another name")
        if form(self.field) is not None or RELATED.fullmatch(self.field) or self.field in _OF_OTHERS:
            raise ValueError(
                f"field {self.field!r} has another meaning in article files: choose another name"
            )
        if not self.text.strip() or self.text != one_line(self.text):
            raise ValueError("text must be one line that is not empty")
        try:
            line(self.field, self.text)
        except FrontMatterError as error:
            raise ValueError(f"text cannot be written: {error.reason}") from error
        return self

    def apply(self, file: str, release: Release) -> str:
        """The text of an article file with the field, or without it if a person read the text.

        Raises:
            FrontMatterError, PatchError: the file cannot be read, or cannot take the field without another change.
        """
        return with_field(file, self.field, None if release.kind == "read" else self.text)
