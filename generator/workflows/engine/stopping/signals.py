"""Receives Ctrl-C, SIGTERM and SIGHUP: the first asks the work to stop, the second ends the process within two seconds.

Python runs signal handlers in the main thread only, and not before a call into C returns, such as one that waits for a
locked database. Therefore the system writes each signal into a socket too (``signal.set_wakeup_fd``), and a thread
reads it. An event loop takes this over for its own use, so both ways are counted, and the larger count is right.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

GRACE_SECONDS = 1.5
"""After the second signal, the process has this time to record what is paid for."""

_NUMBERS = {
    int(getattr(signal, name)) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
}  # Windows has no SIGHUP
_HANGUP = int(getattr(signal, "SIGHUP", 0))
_FROM_HANDLER = 128


class StopSignals:
    """Counts the signals that ask this process to stop.

    A closed terminal may send SIGHUP several times; it counts once. Signals that are ignored when the process starts
    (``nohup``) stay ignored.

    Args:
        end: ends the process with an exit code, whatever its threads do.

    Attributes:
        first: the number of the first signal; None before it.
    """

    def __init__(self, end: Callable[[int], object]) -> None:
        self.first: int | None = None
        self._end = end
        self._count = 0
        self._counts = {"system": 0, "handler": 0}
        self._hangups: set[str] = set()
        self._raised = False
        self._lock = threading.Lock()
        self._on_stop: list[Callable[[], None]] = []
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)

    def install(self) -> None:
        """Receive the signals from now on. Call it in the main thread."""
        self._receive()
        for number in _NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)
        threading.Thread(target=self._read, name="signals", daemon=True).start()

    @contextmanager
    def sent_to(self, on_stop: Callable[[], None]) -> Iterator[None]:
        """During the block, a signal calls ``on_stop`` in another thread instead of raising KeyboardInterrupt.

        A signal that came before counts too: ``on_stop`` is called at once then.
        """
        if threading.current_thread() is threading.main_thread():
            self._receive()  # in place of the event loop
        with self._lock:
            self._on_stop.append(on_stop)
            if self._count:
                on_stop()
        try:
            yield
        finally:
            self._on_stop.remove(on_stop)

    @property
    def interrupted(self) -> bool:
        """Whether a signal raised KeyboardInterrupt, or a second one came."""
        return self._raised or self._count > 1

    @property
    def exit_code(self) -> int:
        """The exit code of a process that a signal ended: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + (self.first or signal.SIGINT)

    def _receive(self) -> None:
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def _handle(self, number: int, _: FrameType | None) -> None:
        self.first = self.first or number
        with suppress(BlockingIOError):
            self._writer.send(bytes((_FROM_HANDLER + number,)))
        if not self._on_stop and not self._raised:
            self._raised = True
            raise KeyboardInterrupt

    def _read(self) -> None:
        while True:
            for byte in self._reader.recv(64):
                source = "handler" if byte >= _FROM_HANDLER else "system"
                self._add(source, byte % _FROM_HANDLER)
            if self._count >= 2:
                time.sleep(GRACE_SECONDS)
                self._end(self.exit_code)

    def _add(self, source: str, number: int) -> None:
        # While another handler is in place, as that of the review server, the signal is for that one.
        if number not in _NUMBERS or signal.getsignal(number) != self._handle:
            return
        if number == _HANGUP:
            if source in self._hangups:
                return
            self._hangups.add(source)
        with self._lock:
            self._counts[source] += 1
            if self._counts[source] > self._count:
                self._count += 1
                self.first = self.first or number
                for on_stop in self._on_stop[-1:]:
                    on_stop()


class StopRequests:
    """Stops that a program asks for, of work in another thread, as signals ask for those of a command."""

    def __init__(self) -> None:
        self._count = 0
        self._on_stop: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def ask(self) -> None:
        """Ask the work to stop, as one Ctrl-C does."""
        with self._lock:
            self._count += 1
            for on_stop in self._on_stop[-1:]:
                on_stop()

    @contextmanager
    def sent_to(self, on_stop: Callable[[], None]) -> Iterator[None]:
        """During the block, each request calls ``on_stop``; those that came before call it at once."""
        with self._lock:
            self._on_stop.append(on_stop)
            for _ in range(self._count):
                on_stop()
        try:
            yield
        finally:
            self._on_stop.remove(on_stop)


_installed: StopSignals | None = None
_of_thread = threading.local()


@contextmanager
def stopped_by(requests: StopRequests) -> Iterator[None]:
    """During the block, work in this thread is stopped by these requests, and not by signals."""
    _of_thread.requests = requests
    try:
        yield
    finally:
        del _of_thread.requests


def install(end: Callable[[int], object] = os._exit) -> StopSignals:
    """Receive the signals of this process from now on; returns their count. Once in a process, in the main thread."""
    global _installed
    _installed = StopSignals(end)
    _installed.install()
    return _installed


def interrupted() -> bool:
    """Whether a signal raised KeyboardInterrupt, or a second one cancelled a run."""
    return _installed is not None and _installed.interrupted


def stop_requested() -> bool:
    """Whether a signal has asked this process to stop."""
    return _installed is not None and _installed.first is not None


def exit_code() -> int | None:
    """The exit code of this process if a signal has asked it to stop; None if none has."""
    return None if _installed is None or _installed.first is None else _installed.exit_code


@contextmanager
def sent_to(on_stop: Callable[[], None]) -> Iterator[None]:
    """As :meth:`StopSignals.sent_to`; where no signals are received, Python's own handlers stay."""
    source: StopRequests | StopSignals | None = getattr(_of_thread, "requests", _installed)
    if source is None:
        yield
        return
    with source.sent_to(on_stop):
        yield
