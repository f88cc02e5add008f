"""How many tokens a call took: of two possible readings the larger counts, and what cannot be true is not believed."""

import pytest

from generator.model.reply.usage import Usage, read_usage


@pytest.mark.parametrize(
    ("value", "usage"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}, Usage(5, 0, 0, 7, 0)),
        ({"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 42}, Usage(5, 0, 0, 37, 0)),
        ({"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": "x"}, Usage(5, 0, 0, 7, 0)),
        (
            {"prompt_tokens": 5, "completion_tokens": 7, "completion_tokens_details": {"reasoning_tokens": 30}},
            Usage(5, 0, 0, 37, 30),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 37, "completion_tokens_details": {"reasoning_tokens": 30}},
            Usage(5, 0, 0, 37, 30),
        ),
        ({"prompt_tokens": 5, "completion_tokens": 7, "reasoning_tokens": 30}, Usage(5, 0, 0, 37, 30)),
        ({"input_tokens": 5, "output_tokens": 7}, Usage(5, 0, 0, 7, 0)),
        (
            {"input_tokens": 5, "output_tokens": 7, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 3},
            Usage(98, 90, 3, 7, 0),
        ),
        (
            {"input_tokens": 95, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 90}},
            Usage(95, 90, 0, 7, 0),
        ),
        ({"promptTokenCount": 5, "candidatesTokenCount": 7, "thoughtsTokenCount": 30}, Usage(5, 0, 0, 37, 30)),
    ],
)  # fmt: skip
def test_the_larger_reading_counts(value, usage):
    assert read_usage(value, written=100) == usage


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        {"prompt_tokens": 5, "completion_tokens": 0},
        {"prompt_tokens": -5, "completion_tokens": 7},
        {"prompt_tokens": "5", "completion_tokens": 7},
        {"prompt_tokens": 5, "completion_tokens": 7.5},
        {"total_tokens": 12},
    ],
)
def test_a_count_that_is_missing_or_cannot_be_true_is_no_usage(value):
    assert read_usage(value, written=100) is None


def test_nothing_written_may_take_no_tokens():
    assert read_usage({"prompt_tokens": 5, "completion_tokens": 0}, written=0) == Usage(prompt_tokens=5)
