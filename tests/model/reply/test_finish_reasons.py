"""What finish reasons mean, in all spellings that servers use."""

import pytest

from generator.model.reply.finish_reasons import meaning_of


@pytest.mark.parametrize(
    ("names", "meaning"),
    [
        ("stop STOP eos end_turn stop_sequence tool_calls function_call null FinishReason.STOP", "stop"),
        ("length max_tokens MAX_TOKENS max_output_tokens FINISH_REASON_MAX_TOKENS", "length"),
        ("model_length model_context_window_exceeded", "window"),
        ("repetition", "repetition"),
        ("content_filter sensitive SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII", "filtered"),
        ("guardrail_intervened guardrails content-filter", "filtered"),
        ("network_error insufficient_system_resource error abort", "interrupted"),
        ("OTHER malformed_function_call surprise", "unknown"),
    ],
)
def test_a_finish_reason_has_its_meaning(names, meaning):
    assert {meaning_of(name) for name in names.split()} == {meaning}


def test_no_finish_reason_is_a_stop():
    assert meaning_of("") == "stop"
