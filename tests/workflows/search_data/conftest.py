"""A small site with search data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.services import Services
from tests.support.services import scripted_services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = scripted_services(tmp_path)
    yield made
    made.close()
