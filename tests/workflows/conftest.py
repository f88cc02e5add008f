"""Services that tests of several workflows start from. A module that needs others has a fixture of the same name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.services import Services
from tests.support.drafts import with_drafts
from tests.support.replies import Endpoint
from tests.support.services import scripted_services

Opener = Callable[..., tuple[Services, Endpoint]]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services over three drafts and nothing else."""
    opened = with_drafts(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def services_with(tmp_path: Path) -> Iterator[Opener]:
    """Opens services, the same ledger each time, with an endpoint that answers from a script or by a function."""
    opened = []

    def open_services(*script: Any, by: Any = None, **changes: Any) -> tuple[Services, Endpoint]:
        endpoint = Endpoint(*script, by=by)
        opened.append(scripted_services(tmp_path, endpoint, **changes))
        return opened[-1], endpoint

    yield open_services
    for services in opened:
        services.close()
