"""Lists of keywords are split at commas that separate keywords, not at commas within a keyword, and are cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.keywords import (
    clean_keywords,
    join_keywords,
    respaced,
    split_keywords,
    without_duplicates,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("flow,heat,salt", "flow, heat, salt"),
        ("flow ,heat , salt", "flow, heat, salt"),
        ("flow, heat,, salt,", "flow, heat, salt"),
        (",flow, heat", "flow, heat"),
        ("flow,  heat", "flow, heat"),
        ("flow, N,N-dimethylaniline, 15,000 litres, T_{a,b}", None),
        ("1,2-dichloroethane,solvent,α,β-unsaturated", "1,2-dichloroethane, solvent, α,β-unsaturated"),
        ("T_{a,b},x", "T_{a,b}, x"),
        ("genotype  environment, heat", None),
        ("flow", None),
    ],
)
def test_commas_get_a_space_unless_they_belong_to_a_keyword(raw: str, expected: str | None) -> None:
    assert respaced(raw) == (expected or raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("flow, heat, Flow", "flow, heat"),
        ("flow,heat,flow,salt", "flow, heat, salt"),
        ("flow,heat", "flow,heat"),
        ("tide, tides", "tide, tides"),
        ("tide,tide, ,tide,tide", "tide"),
    ],
)
def test_only_the_first_of_equal_keywords_remains(raw: str, expected: str) -> None:
    assert without_duplicates(raw) == expected


@given(st.lists(st.text("ab,1 -", max_size=8), max_size=6).map(",".join))
def test_both_clean_ups_are_idempotent(raw: str) -> None:
    once = respaced(raw)
    assert respaced(once) == once
    assert without_duplicates(without_duplicates(raw)) == without_duplicates(raw)
    assert all(split_keywords(raw))


@pytest.mark.parametrize(
    ("raw", "keywords"),
    [
        ("budget, 15,000 crore", ("budget", "15,000 crore")),
        ("cellulose, β-1,4 glycosidic bonds", ("cellulose", "β-1,4 glycosidic bonds")),
        ("index, T_{a,b}", ("index", "T_{a,b}")),
        ("10,000 people, 20,000 people", ("10,000 people", "20,000 people")),
        (" , flow,, heat,", ("flow", "heat")),
        ("", ()),
    ],
)
def test_a_published_keyword_keeps_its_comma(raw: str, keywords: tuple[str, ...]) -> None:
    assert split_keywords(raw) == keywords


@pytest.mark.parametrize(
    ("written", "keywords"),
    [
        (['"gdp", GDP, growth.;'], ("gdp", "growth")),
        (["“gdp”.", "'growth; '"], ("gdp", "growth")),
        (["flow, heat,salt"], ("flow", "heat", "salt")),
        (["flow, heat", "salt,Flow"], ("flow", "heat", "salt")),
        (["flow\nheat"], ("flow", "heat")),
        (["15,000 crore", "1,50,000 people", "1,234,567"], ("15000 crore", "150000 people", "1234567")),
        (["budget, 15,000, salt"], ("budget", "15000", "salt")),
        (["1,2-dichloroethane", "N,N-dimethylaniline"], ("1,2-dichloroethane", "N,N-dimethylaniline")),
        ([" ", "", ".", '"'], ('"',)),
    ],
)
def test_keywords_from_a_model_or_a_person_are_cleaned(written: list[str], keywords: tuple[str, ...]) -> None:
    assert clean_keywords(written) == keywords


@given(st.lists(st.text('ab,1 -.;"“”{}β\n', max_size=9), max_size=6))
def test_clean_keywords_are_read_back_equal_from_a_file(written: list[str]) -> None:
    once = clean_keywords(written)
    assert clean_keywords(once) == once
    assert split_keywords(join_keywords(once)) == once
