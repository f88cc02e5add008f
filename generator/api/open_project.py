"""Opening and closing a project: its settings, its services, and the thread that works with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from generator.api.logged_notes import LoggedNotes
from generator.api.own_thread import OwnThread
from generator.config import load_settings
from generator.services import Services
from generator.workflows.ledger.verify import damage_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from generator.config import Settings
    from generator.workflows.engine.progress import Progress

Result = TypeVar("Result")


class OpenProject:
    """The settings and services of one project. A context manager, or closed by ``close``."""

    def __init__(self, settings: Settings, services: Callable[[], Services], progress: Progress) -> None:
        """Use :meth:`open`."""
        self.settings = settings
        self._progress = progress
        self._thread = OwnThread("generator-project")
        self._services = self._thread.run(services)

    @classmethod
    def open(
        cls,
        path: str | Path = ".",
        *,
        output_dir: str | Path | None = None,
        content_dir: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open a project. Nothing is written, and no model is called, before a method does that.

        Args:
            path: a settings file, or a folder with a ``config.yaml`` (without one, the usual settings apply).
            output_dir, content_dir: override the settings.
            environment: has the API keys and addresses of endpoints; that of the process by default.
            progress: shows bars and notes; by default notes are events of the log, and bars are not shown.

        Raises:
            ConfigError: the settings cannot be used, or the path does not exist.
        """
        place = Path(path)
        folder, file = (place, None) if place.is_dir() else (place.parent, place)
        given = (("output_dir", output_dir), ("content_dir", content_dir))
        folders = {name: Path(value).resolve() for name, value in given if value is not None}
        settings = load_settings(file, folder=folder).model_copy(update=folders)
        return cls(settings, lambda: Services(settings, environment=environment), progress or LoggedNotes())

    def close(self) -> None:
        """Close the files. Later calls raise UsageError."""
        if not self._thread.is_closed:
            self._thread.run(self._services.close)
            self._thread.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Project {self.settings.output_dir}{', closed' if self._thread.is_closed else ''}>"

    def _do(self, work: Callable[[Services], Result]) -> Result:
        """Have the project's thread do some work with the services."""

        def done() -> Result:
            with damage_named(self._services):
                return work(self._services)

        return self._thread.run(done)
