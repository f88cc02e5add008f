"""Rules on the topic: whether the text is about what the question asks about, told from its words."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.language.countries import countries_in
from generator.content.questions.topic import topic_share, topic_words

_MOST_OF_INTRODUCTION = 0.5
_MOST_OF_TEXT = 0.8
"""The largest shares of the question's topic that an answer to another question has."""
_SECTIONS_OF_ONE_COUNTRY = 0.6
_OPENING_WORDS = 120
_NAME = re.compile(r"(?<=[^.?!:\s] )[\"“'‘(]?[A-Z]")


@rule(
    "off-topic",
    "The introduction is about something else",
    "The introduction has at most half of the words that the question is about, and the rest of the text lacks some"
    " too: it probably answers another question.",
    draft="warning",
    published="warning",
    fields=("introduction",),
)
def off_topic(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    opening = _opening(view)
    found = topic_share(view.question, opening.text)
    if found is None or found.share > _MOST_OF_INTRODUCTION:
        return
    whole = topic_share(view.question, view.joined_text)
    if whole is not None and whole.share <= _MOST_OF_TEXT:
        lacking = ", ".join(f"“{word}”" for word in topic_words(view.question, found.missing))
        yield Defect(opening.field, f"says nothing of {lacking}; answer the question that is asked")


@rule(
    "one-country",
    "The text is about one country, which the question does not name",
    "The question is general, and most of the answer is about one country: it answers a narrower question.",
    draft="warning",
    published="warning",
    fields=("introduction",),
)
def one_country(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if _NAME.search(view.question) or countries_in(view.question):
        return
    opening = _opening(view)
    named = countries_in(opening.text)
    sections = [part.text for part in view.sections()]
    if len(named) != 1 or len(sections) < 3:
        return
    (country,) = named
    share = sum(country in countries_in(text) for text in sections) / len(sections)
    if share >= _SECTIONS_OF_ONE_COUNTRY:
        yield Defect(
            opening.field,
            f"is about {country}, which the question does not name; answer in general, with it as one example",
        )


def _opening(view: ArticleView) -> FieldText:
    """The introduction, or the beginning of a file without numbered points."""
    if view.introduction is not None:
        return view.introduction
    words = view.texts[0].text.split()
    return FieldText(view.texts[0].field, " ".join(words[:_OPENING_WORDS]))
