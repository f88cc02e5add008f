"""What every test shares: the real sample where there is one, and no way out to the network."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The sample of the real site: GENERATOR_CORPUS, or ../shared/corpus/learn beside the project."""
    path = Path(os.environ.get("GENERATOR_CORPUS", SHARED / "corpus" / "learn"))
    if not path.is_dir():
        pytest.skip("the sample of the real site is not here (set GENERATOR_CORPUS)")
    return path
