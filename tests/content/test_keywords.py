"""Lists of keywords: parted where a comma parts them, left alone where it belongs to a keyword."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.keywords import keywords_of, respaced, without_doubles


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
        ("genotype  environment, heat", None),
        ("flow", None),
    ],
)
def test_commas_are_spaced_unless_they_belong_to_a_keyword(raw: str, expected: str | None) -> None:
    assert respaced(raw) == (expected or raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("flow, heat, Flow", "flow, heat"),
        ("flow,heat,flow,salt", "flow, heat, salt"),
        ("flow,heat", "flow,heat"),
        ("tide, tides", "tide, tides"),
    ],
)
def test_the_first_of_equal_keywords_stays(raw: str, expected: str) -> None:
    assert without_doubles(raw) == expected


@given(st.lists(st.text("ab,1 -", max_size=8), max_size=6).map(",".join))
def test_tidying_twice_changes_nothing_more(raw: str) -> None:
    once = respaced(raw)
    assert respaced(once) == once
    assert without_doubles(without_doubles(raw)) == without_doubles(raw)
    assert all(keywords_of(raw))
