"""The limits that errors of real servers and providers state in their words."""

import json

import pytest

from generator.model.failures import ErrorBody
from generator.model.failures.stated_limits import StatedLimits, stated_limits

CAPS = [
    ("max_tokens is too large: 6000. This model supports at most 4096 completion tokens, whereas you provided 6000.", 4096),
    ("`max_completion_tokens` must be less than or equal to `4096`, the maximum value for `max_completion_tokens` is less than the `context_window` for this model", 4096),
    ("Invalid max_tokens value, the valid range of max_tokens is [1, 4096]", 4096),
    ("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 4096]", 4096),
    ("max_tokens: 6000 > 4096, which is the maximum allowed number of output tokens for m", 4096),
    ("The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.", 4096),
    ("Unable to submit request because it has a maxOutputTokens value of 6000 but the supported range is from 1 (inclusive) to 4097 (exclusive).", 4096),
    ("Requests with max_tokens > 4096 must have stream=true", 4096),
    ("body.max_tokens: Input should be less than or equal to 4096", 4096),
    ("The parameter `max_completion_tokens` specified in the request are not valid: integer above maximum value, expected a value <= 4096, but got 6000 instead.", 4096),
    ("max_tokens 参数非法：取值范围 [1,4096]", 4096),
    ("max_completion_tokens must be at most 4,096", 4096),
    ("max_tokens should be less than 4097", 4096),
    ("max_tokens may not be greater than 4096", 4096),
    ("The max output tokens for this model is limited: max_tokens cannot exceed 4096", 4096),
    ("max_tokens: must be between 1 and 4096", 4096),
    ("The maximum value of max_tokens: 4096", 4096),
]  # fmt: skip

WINDOWS = [
    ("This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (3500 in the messages, 6000 in the completion).", 8192, 3500),
    ("This model's maximum context length is 8192 tokens, however you requested 9500 tokens (3500 in your prompt; 6000 for the completion).", 8192, 3500),
    ("This endpoint's maximum context length is 8192 tokens. However, you requested about 9500 tokens (3500 of text input, 6000 in the output).", 8192, 3500),
    ("'max_tokens' or 'max_completion_tokens' is too large: 6000. This model's maximum context length is 8192 tokens and your request has 3500 input tokens (6000 > 8192 - 3500).", 8192, 3500),
    ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9360 tokens.", 8192, 9360),
    ("This model's maximum context length is 8,192 tokens.", 8192, None),
    ("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 3500 `inputs` tokens and 6000 `max_new_tokens`", 8192, 3500),
    ("request (9360 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192, 9360),
    ("Requested tokens (9500) exceed context window of 8192", 8192, 3500),
    ("The model is loaded with context length of only 8192 tokens, which is not enough.", 8192, None),
    ("prompt is too long: 9360 tokens > 8192 maximum", 8192, 9360),
    ("input length and `max_tokens` exceed context limit: 3500 + 6000 > 8192, decrease input length or `max_tokens` and try again", 8192, 3500),
    ("The input token count (9360) exceeds the maximum number of tokens allowed (8192).", 8192, 9360),
    ("Prompt contains 9360 tokens and 0 draft tokens, too large for model with 8192 maximum context length", 8192, 9360),
    ("The input (9360 tokens) is longer than the model's context length (8192 tokens).", 8192, 9360),
    ("The decoder prompt (length 9360) is longer than the maximum model length of 8192.", 8192, 9360),
    ("Please reduce the length of the messages or completion. Current length is 9500 while limit is 8192", 8192, 3500),
    ("Request too large for model `m` on tokens per minute (TPM): Limit 8192, Requested 9500, please reduce your message size", 8192, 3500),
    ("Request body too large for m model. Max size: 8192 tokens.", 8192, None),
    ("max_total_tokens (9500) must be less than or equal to max_seq_len (8192)", 8192, None),
    ("This model's maximum prompt length is 8192 but the request contains 9360 tokens.", 8192, 9360),
    ("Your request exceeded model token limit: 8192", 8192, None),
    ("Prompt length 9360 is greater than max_seq_len 8192", 8192, 9360),
]  # fmt: skip

NOTHING = [
    "max_completion_tokens must be positive",
    "max_tokens must be at least 1, got -5",
    "Invalid value for max_tokens: 6000",
    "max_tokens must be less than or equal to 8000",
    "Please reduce the length of the messages.",
    "2 validation errors in messages[1] of 8192 characters",
]


def stated(message, **fields):
    body = json.dumps({"error": {"message": message, **fields}}).encode()
    return stated_limits(ErrorBody.read(body), body, cap=6000)


@pytest.mark.parametrize(("message", "cap"), CAPS)
def test_the_largest_cap_is_read(message, cap):
    assert stated(message) == StatedLimits(cap=cap)


@pytest.mark.parametrize(("message", "window", "prompt"), WINDOWS)
def test_the_window_and_the_tokens_of_the_prompt_are_read(message, window, prompt):
    assert stated(message) == StatedLimits(window=window, prompt_tokens=prompt)


@pytest.mark.parametrize("message", NOTHING)
def test_a_limit_that_is_not_stated_is_not_made_up(message):
    assert stated(message) == StatedLimits()


def test_numbers_in_fields_of_their_own_are_read():
    words = "the request exceeds the available context size, try increasing it"
    limits = stated(words, type="exceed_context_size_error", n_prompt_tokens=9360, n_ctx=8192)
    assert limits == StatedLimits(window=8192, prompt_tokens=9360)
