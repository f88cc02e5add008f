"""Opens services over published pages that are rewritten, and closes them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.services import Services
from tests.support.replies import Endpoint
from tests.support.rewrites import rewriting as open_rewriting


@pytest.fixture
def rewriting(tmp_path: Path) -> Iterator[Callable[..., tuple[Services, Endpoint]]]:
    """Opens services over a published page, the same folder each time; arguments as for the function of this name."""
    opened: list[Services] = []

    def open_services(*replies: Any, **changes: Any) -> tuple[Services, Endpoint]:
        services, endpoint = open_rewriting(tmp_path, *replies, **changes)
        opened.append(services)
        return services, endpoint

    yield open_services
    for services in opened:
        services.close()
