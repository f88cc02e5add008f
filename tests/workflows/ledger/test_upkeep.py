"""State, backup and verification of a ledger, as the command line and programs call them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.config import Settings
from generator.errors import StorageError, UsageError
from generator.services import Services
from generator.store.ledger.storage.database import Database
from generator.workflows.ledger.backup import back_up_ledger
from generator.workflows.ledger.status import ledger_status
from generator.workflows.ledger.verify import verify_ledger


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = Services(Settings(content_dir=tmp_path / "learn", output_dir=tmp_path / "output"))
    yield opened
    opened.close()


@pytest.fixture
def begun(services: Services) -> Services:
    """Services with a ledger without drafts."""
    _ = services.database
    return services


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_no_file_is_made_where_there_is_no_ledger(services: Services, tmp_path: Path) -> None:
    assert ledger_status(services) is None
    checked = verify_ledger(services)
    assert (checked.exists, checked.problems, checked.needs_person) == (False, (), False)
    with pytest.raises(UsageError, match="no ledger yet"):
        back_up_ledger(services, tmp_path / "copy.sqlite3")
    assert files(tmp_path) == []


def test_an_empty_ledger_is_undamaged_and_counts_nothing(begun: Services) -> None:
    checked = verify_ledger(begun)
    assert (checked.exists, checked.problems) == (True, ())
    status = ledger_status(begun)
    assert status is not None
    assert (status.states, status.waiting, status.failures, status.reasons) == ({}, {}, (), ())
    assert (status.spend.calls, status.offline_spend.calls, status.incomplete) == (0, 0, ())


def test_a_copy_is_a_complete_ledger(begun: Services, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    assert back_up_ledger(begun, copy) == copy.stat().st_size > 0
    database = Database(copy)
    assert database.problems() == []
    database.close()


def test_a_backup_replaces_no_file_and_makes_no_folder(begun: Services, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match="exists already"):
        back_up_ledger(begun, there)
    with pytest.raises(UsageError, match="there is no folder"):
        back_up_ledger(begun, tmp_path / "missing" / "copy.sqlite3")
    assert there.read_text(encoding="utf-8") == "kept"
    assert files(tmp_path) == ["output", "there"]


def test_no_file_is_left_of_a_failed_backup(
    begun: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Database, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Database, "copy_to", full)
    with pytest.raises(StorageError, match="cannot be copied there: No space left on device"):
        back_up_ledger(begun, tmp_path / "copy.sqlite3")
    assert files(tmp_path) == ["output"]


def test_damage_is_reported_and_no_copy_is_made(
    begun: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "problems", lambda _: ["page 7 is lost"])
    checked = verify_ledger(begun)
    assert (checked.problems, checked.needs_person) == (("page 7 is lost",), True)
    with pytest.raises(StorageError, match=r"damaged \(page 7 is lost\)"):
        back_up_ledger(begun, tmp_path / "copy.sqlite3")
    assert files(tmp_path) == ["output"]
