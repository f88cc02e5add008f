"""Quoted text cannot close the tags around it, and stays as it is otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from generator.model.prompt_text import quoted


@given(st.text())
def test_quoting_twice_changes_nothing_more(text: str) -> None:
    assert quoted(quoted(text)) == quoted(text)


def test_quoting_leaves_other_angle_brackets_alone() -> None:
    text = "a < b, <div>, <answers>, x<-2, Vec<T>"
    assert quoted(text) == text
