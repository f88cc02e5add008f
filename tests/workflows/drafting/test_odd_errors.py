"""Errors in unusual forms: a run ends where asking again cannot help, and the message names what came."""

import pytest

from tests.support.odd_servers import draft_against


@pytest.mark.parametrize(("name", "calls", "words"), [("empty-body", 1, "the reply is empty")])
def test_a_run_ends_where_no_call_can_succeed(tmp_path, name, calls, words):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls) == ({}, calls)
    assert words in run.error
