"""Slugs follow the site's rule and are always usable in a path."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content import slugs
from generator.content.slugs import ArticleKey
from generator.errors import SlugError


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the long-term effects?", "what-are-the-longterm-effects"),
        ("How does x + y behave?", "how-does-x--y-behave"),
        ("École de Paris", "cole-de-paris"),
        ("What’s in 'Hamlet'?", "whats-in-hamlet"),
        ("  spaces around  ", "spaces-around"),
        ("two  spaces", "two--spaces"),
        ("no\xa0break\u200b space", "no-break-space"),
        ("../../etc/passwd", "etcpasswd"),
        ("3 < 5", "3--5"),
        ("Is this one ?", "is-this-one-"),
    ],
)
def test_the_rule_of_the_site(question: str, expected: str) -> None:
    assert slugs.slug(question) == expected
    assert slugs.file_name(question) == f"{expected}.md"


@pytest.mark.parametrize("question", ["", "   ", "???", "漢字はどう書きますか", "- –", "\u200b"])
def test_a_question_without_latin_letters_or_digits_is_an_error(question: str) -> None:
    with pytest.raises(SlugError, match="no letter"):
        slugs.slug(question)


def test_a_file_name_has_at_most_200_bytes() -> None:
    assert len(slugs.file_name("a" * 197)) == 200
    with pytest.raises(SlugError, match="201 bytes"):
        slugs.slug("a" * 198)


@pytest.mark.parametrize("question", ["Con?", "NUL", "com1", "Aux!"])
def test_device_names_of_windows_are_an_error(question: str) -> None:
    with pytest.raises(SlugError, match="Windows"):
        slugs.slug(question)


@given(st.text(max_size=80))
def test_a_slug_is_a_plain_path_part_or_an_error(question: str) -> None:
    try:
        slug = slugs.slug(question)
    except SlugError as error:
        assert error.text == question
    else:
        assert re.fullmatch(r"[a-z0-9-]+", slug)


def test_a_key_gives_the_path_of_the_file() -> None:
    key = slugs.key_of("Health Studies", "What is MDMA?")
    assert key == ArticleKey("health-studies", "what-is-mdma")
    assert str(key) == "health-studies/what-is-mdma"
    assert key.path == "health-studies/what-is-mdma.md"
