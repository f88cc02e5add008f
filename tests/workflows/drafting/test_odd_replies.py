"""What the model wrote is read wherever and however it arrives, at the first call where one reply can hold it."""

import pytest

from tests.support.odd_servers import draft_against

READ_AT_ONCE = ["thinking-before"]


@pytest.mark.parametrize("name", READ_AT_ONCE)
def test_a_draft_in_an_odd_reply_costs_one_call(tmp_path, name):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 2, "")
