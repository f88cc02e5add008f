"""What tests of batches share."""

import pytest

from generator.workflows.batch import request_files


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists of these tests are short: more workers would only look for work."""
    monkeypatch.setattr(request_files, "CONCURRENCY", 8)
