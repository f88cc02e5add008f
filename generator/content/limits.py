"""The limits of the house style, set in config.yaml: lengths of texts, numbers of points and keywords."""

from pydantic import Field, model_validator

from generator.content.frozen_model import FrozenModel
from generator.content.seo.text_width import DESCRIPTION_SIZE, DESCRIPTION_WIDTH, width
from generator.content.site.site import Site

_WIDE_CHARACTER = 6.55
"""Pixels a character of a description: 98 of 100 English descriptions are narrower."""


class Range(FrozenModel):
    """An inclusive range."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if self.min > self.max:
            raise ValueError(f"min {self.min} is greater than max {self.max}")
        return self

    def __contains__(self, value: int) -> bool:
        return self.min <= value <= self.max

    def __str__(self) -> str:
        return f"{self.min}–{self.max}"


class AnswerLimits(FrozenModel):
    """Limits of an answer; lengths in words. The defaults include the 5th to 95th percentile of the site's answers."""

    words: Range = Range(min=200, max=550)
    target_words: Range = Range(min=250, max=450)
    points: Range = Range(min=4, max=8)
    introduction_words: Range = Range(min=15, max=80)
    point_words: Range = Range(min=12, max=140)
    conclusion_words: Range = Range(min=15, max=90)
    heading_words: Range = Range(min=1, max=8)


class SeoLimits(FrozenModel):
    """Limits of the fields that searchers see.

    Attributes:
        description_prefix: what the site puts in front of every description (see ``Site``). It is set here because
            older config files have it here.
        description_total: the characters of a meta description that a search result shows, the prefix included.
        description_min: the fewest characters of a description, without the prefix.
        description_target_min: the characters from which a description has a good length, without the prefix.
        keywords: the number of keywords.
        keyword_words_max: the most words of one keyword.
    """

    description_prefix: str = Site().description_prefix
    description_total: int = Field(default=160, ge=60)
    description_min: int = Field(default=70, ge=20)
    description_target_min: int = Field(default=90, ge=20)
    keywords: Range = Range(min=8, max=12)
    keyword_words_max: int = Field(default=6, ge=1)

    @model_validator(mode="after")
    def _room(self) -> "SeoLimits":
        if not self.description_min <= self.description_target_min <= self.description_max:
            raise ValueError(
                f"description_min {self.description_min} <= description_target_min {self.description_target_min}"
                f" <= {self.description_max} (description_total minus the prefix) is not true"
            )
        return self

    @property
    def description_max(self) -> int:
        """The most characters of a description, without the prefix."""
        return self.description_total - len(self.description_prefix)

    @property
    def description_fitting(self) -> int:
        """About how many characters of a description a search result shows on a desktop, without the prefix."""
        room = DESCRIPTION_WIDTH - width(self.description_prefix, DESCRIPTION_SIZE)
        return min(self.description_max, max(0, int(room / _WIDE_CHARACTER)))

    @property
    def description_target(self) -> Range:
        """The characters of a description of a good length, without the prefix: it says enough, and all is shown."""
        least = self.description_target_min
        return Range(min=least, max=max(least, self.description_fitting))

    @property
    def shown_lengths(self) -> Range:
        """The allowed length of a description in characters, the prefix included."""
        return Range(min=len(self.description_prefix) + self.description_min, max=self.description_total)


class Limits(FrozenModel):
    """All limits that the checks and the prompts share."""

    answer: AnswerLimits = AnswerLimits()
    seo: SeoLimits = SeoLimits()
