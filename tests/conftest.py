"""What every test shares: the real sample where there is one, and no way out to the network.

With GENERATOR_NIGHTLY=1 the tests that take a stated share of the sample by default take all of it, kills are many,
and the browser leaves screenshots in tests/artifacts. Nothing else differs: every assertion holds for both.

Tests that share something slow to make stand in one file, because a file's tests go to one worker.
"""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.ledger_image import copied_ledger
from tests.support.nightly import NIGHTLY
from tests.support.shared_folders import remove_shared_folders

SHARED = Path(__file__).resolve().parents[2] / "shared"
_LEDGER_STORAGE = Path(__file__).parent / "store" / "ledger" / "storage"
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2_000_000_000
_LOCAL = ("127.0.0.1", "::1", "localhost")


# Compiled modules are kept even where the environment forbids it: the tests start many processes that import the same.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


# A shell that starts the tests in the background ignores SIGINT for them, and so would the processes that they start.
for _number, _default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _default)


def pytest_configure(config: pytest.Config) -> None:
    """Leaves out slow tests where nothing was asked for, and puts temporary folders into memory where there is room.

    ``pytest`` alone takes under two minutes on two cores; ``pytest tests`` takes all, as named files do.
    """
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if everything and not config.option.markexpr and not NIGHTLY:
        config.option.markexpr = "not slow and not browser"
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start servers and browsers come first: begun last, one of them would keep a single core busy."""
    slow = {
        item.path for item in items if item.get_closest_marker("port") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in slow)


# On a busy machine any example may take long, which says nothing of the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


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


@pytest.fixture(autouse=True)
def no_known_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of one test are removed from no text of another."""
    monkeypatch.setattr("generator.events.secrets._known", ())


@pytest.fixture(autouse=True)
def no_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's name and settings of the machine's git do not reach a test."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def copied_ledgers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """New ledgers are copies of one, except in the tests of how a ledger is made, and in other processes."""
    if _LEDGER_STORAGE not in request.path.parents:
        monkeypatch.setattr("generator.store.ledger.storage.file._new_ledger", copied_ledger)


@pytest.fixture(scope="session", autouse=True)
def shared_folders() -> Iterator[None]:
    """Removes what tests share when all are done."""
    yield
    remove_shared_folders()


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The sample of the real site: GENERATOR_CORPUS, or ../shared/corpus/learn beside the project."""
    path = Path(os.environ.get("GENERATOR_CORPUS", SHARED / "corpus" / "learn"))
    if not path.is_dir():
        pytest.skip("the sample of the real site is not here (set GENERATOR_CORPUS)")
    return path
