"""The article as a pydantic model, for tools that take one: the fields of ``generator.content.drafts.schemas``."""

from pydantic import BaseModel, Field


class Point(BaseModel):
    """A point of the answer."""

    heading: str = Field(min_length=1)
    body: str = Field(min_length=1)


class Article(BaseModel):
    """What the model returns for a question."""

    cannot_answer: str | None
    introduction: str = Field(min_length=1)
    points: list[Point] = Field(min_length=1)
    conclusion: str = Field(min_length=1)
    page_description: str = Field(min_length=1)
    page_keywords: list[str] = Field(min_length=1)
