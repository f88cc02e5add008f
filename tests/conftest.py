"""What every test shares: the real sample where there is one, and no way out to the network.

With GENERATOR_NIGHTLY=1 the tests that take a stated share of the sample by default take all of it, kills are many,
and the browser leaves screenshots in tests/artifacts. Nothing else differs: every assertion holds for both.

Tests that share something slow to make are of one ``xdist_group``, so that one worker makes it once.
"""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.store.index import CorpusIndex
from generator.store.index_rows import RefreshReport

SHARED = Path(__file__).resolve().parents[2] / "shared"
_LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name look-ups and connections to other hosts fail; proxies and keys of the environment are unset."""

    def guarded(call: Callable[..., Any], host_of: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*args: Any, **options: Any) -> Any:
            host = host_of(*args)
            if host is not None and host not in _LOCAL:
                raise AssertionError(f"a test tried to reach {host!r}")
            return call(*args, **options)

        return checked

    def address_host(_socket: object, address: object) -> object:
        return address[0] if isinstance(address, tuple) else None

    monkeypatch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, lambda host, *_: host))
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name), address_host))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The sample of the real site: GENERATOR_CORPUS, or ../shared/corpus/learn beside the project."""
    path = Path(os.environ.get("GENERATOR_CORPUS", SHARED / "corpus" / "learn"))
    if not path.is_dir():
        pytest.skip("the sample of the real site is not here (set GENERATOR_CORPUS)")
    return path


@pytest.fixture(scope="session")
def corpus_index(
    corpus_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[CorpusIndex, RefreshReport]]:
    """An index of the whole sample, and what its first refresh said; not to be changed (xdist_group "index")."""
    path = tmp_path_factory.mktemp("index") / "index.sqlite3"
    with CorpusIndex(path, corpus_dir) as index:
        yield index, index.refresh()
