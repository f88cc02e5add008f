"""The terms that the house avoids: whole words, in the case of the term, and never in what is quoted, code or a title."""

import pytest
from pydantic import ValidationError

from generator.content.house import House

HOUSE = House.model_validate(
    {
        "terms": {
            "utilize": "use",
            "mankind": {"preferred": "humanity", "reason": "leaves half out"},
            "US": "United States",
            "a number of": "several",
            "C++": {"reason": "not on this site"},
            "very": None,
        }
    }
)


def used(text: str) -> list[str]:
    return [text[use.start : use.end] for use in HOUSE.uses(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Plants utilize light. Utilize it! UTILIZE", ["utilize", "Utilize", "UTILIZE"]),
        ("Mankind's future, and mankind-made tools", ["Mankind", "mankind"]),
        ("The US and us", ["US"]),
        ("a\nnumber  of plants", ["a\nnumber  of"]),
        ("It is written in C++, not in C++17", ["C++"]),
        ("**Utilize Light**: it is **very** good", ["Utilize", "very"]),
    ],
)
def test_whole_words_in_the_case_of_the_term(text, found):
    assert sorted(used(text)) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "utilized utilizes re_utilize bus every very’ll",
        "`utilize(x)` and $very$ and\n\n```python\nutilize()\n```",
        'He wrote “we utilize it”, «utilize», „utilize“, ‘we don’t utilize it’ and "utilize".',
        "> We utilize it.\n> It is very good.",
        "In *How to Utilize Light* and _Very Good_ he says so.",
    ],
)
def test_other_words_code_formulas_quotations_and_titles_are_left_alone(text):
    assert used(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'A 5" pipe is very long.',
        "The dog’s owner said it is very old, and the cats’ too.",
        "2 * 3 is very small * 4",
        "snake_case is very common_ly used",
        "a > b is very clear",
        "He said “well. It is very old.",
    ],
)
def test_marks_that_open_nothing_hide_nothing(text):
    assert used(text) == ["very"]


def test_the_longer_of_two_terms_wins():
    house = House.model_validate({"terms": {"number": "count", "a number of": "several"}})
    assert [use.avoided for use in house.uses("a number of plants")] == ["a number of"]


@pytest.mark.parametrize("terms", [{"": "x"}, {"a": {"prefer": "b"}}, ["a"], {"a": 3}])
def test_terms_that_mean_nothing_are_refused(terms):
    with pytest.raises(ValidationError):
        House.model_validate({"terms": terms})


def test_without_terms_nothing_is_found():
    assert list(House().uses("utilize")) == []
