"""A run says at its start that its model is shut down soon."""

from pathlib import Path

import pytest

from generator.model.endpoint_profile import EndpointProfiles
from generator.model.requests import EndpointProfile
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from tests.support.replies import GOOD, QUESTION, Endpoint, completion
from tests.support.services import draft, no_sleep, rows, settings

ADDRESS = "http://models.test/v1"


class Notes(NoProgress):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        self.lines.append(text)


def services_on(folder: Path, day: str) -> Services:
    services = Services(
        settings(folder),
        environment={"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": ADDRESS},
        transport=Endpoint(completion(GOOD)).transport,
        sleep=no_sleep,
        now=lambda: f"{day}T12:00:00.000+00:00",
    )
    store = services.profile_store()
    EndpointProfiles(ADDRESS, store).put("test-model", EndpointProfile(ends="2026-08-31"))
    store.flush()
    return services


@pytest.mark.parametrize(
    ("day", "warns"), [("2026-06-01", False), ("2026-06-02", True), ("2026-09-01", True)]
)
def test_a_run_says_once_that_the_model_ends_within_ninety_days(tmp_path, day, warns):
    notes = Notes()
    services = services_on(tmp_path, day)
    draft(services, rows(QUESTION), progress=notes)
    assert sum("2026-08-31" in line for line in notes.lines) == warns
    services.close()


def test_the_offline_model_never_ends(tmp_path):
    services = services_on(tmp_path, "2026-08-30")
    assert services.shutdown_notice(services.endpoint(offline=True)) == ""
    services.close()
