"""Merging of two people's fields: what only one of them changed needs no choice, and no text is dropped."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.drafts.three_way import merge_fields

BASE = {"a": "one", "b": "two", "c": "three", "d": "four"}
TEXTS = st.sampled_from(["", "one", "two"])
FIELDS = st.fixed_dictionaries({"a": TEXTS, "b": TEXTS})


def test_each_side_keeps_what_it_alone_changed():
    theirs = {**BASE, "b": "their two", "c": "their three", "d": "same"}
    merged = merge_fields(BASE, {"a": "my one", "c": "my three", "d": "same"}, theirs)
    assert [(field.name, field.choice, field.chosen) for field in merged] == [
        ("a", "mine", "my one"),
        ("b", "theirs", "their two"),
        ("c", "open", "my three"),
    ]


def test_without_a_base_each_difference_is_open():
    merged = merge_fields(None, {"a": "my one", "b": "two"}, BASE)
    assert [(field.name, field.choice) for field in merged] == [("a", "open")]


@given(FIELDS, FIELDS, FIELDS)
def test_every_change_of_either_side_is_in_the_merge_or_in_both_texts(base, mine, theirs):
    merged = {field.name: field for field in merge_fields(base, mine, theirs)}
    for name in base:
        if mine[name] == theirs[name]:
            assert name not in merged
        else:
            field = merged[name]
            assert (field.mine, field.theirs) == (mine[name], theirs[name])
            assert (field.choice == "open") == (base[name] not in (mine[name], theirs[name]))
