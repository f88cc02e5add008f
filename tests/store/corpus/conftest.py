"""A small corpus and its index for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.store.corpus.index import CorpusIndex
from tests.support.plant_articles import write


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "learn"
    write(folder, 1, "How does photosynthesis work in desert plants?")
    write(folder, 2, "What is the role of chlorophyll in photosynthesis?")
    write(folder, 3, "What causes inflation in small economies?", "Economics")
    write(folder, 3, "Who wrote the Iliad?", "Mythology")
    return folder


@pytest.fixture
def index(tmp_path: Path, content: Path) -> Iterator[CorpusIndex]:
    with CorpusIndex(tmp_path / "out" / "index.sqlite3", content) as made:
        made.refresh()
        yield made
