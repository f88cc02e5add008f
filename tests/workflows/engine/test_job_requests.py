"""What is frozen with a job: the ledger stores its bytes, so they must not change."""

import json

import pytest

from generator.workflows.engine.job_requests import frozen_request


@pytest.mark.parametrize(
    ("grounded", "ending"), [(None, ""), (False, ', "grounded": false'), (True, ', "grounded": true')]
)
def test_a_frozen_request_always_has_the_same_bytes(grounded, ending):
    request = frozen_request(
        "article_draft", {"type": "object"}, "m", {"max_completion_tokens": 4}, grounded=grounded
    )
    assert json.dumps(request) == (
        '{"schema_name": "article_draft", "schema": {"type": "object"}, "model": "m",'
        f' "parameters": {{"max_completion_tokens": 4}}{ending}}}'
    )
