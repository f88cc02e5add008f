"""Lets the steps of one job share its exchange, so that each has its own number and is paid for once."""

from collections.abc import Callable

from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.engine.exchange import Exchange, ModelSession
from generator.workflows.engine.stopping.stop_signal import StopSignal


class SharedExchange:
    """A session in which every exchange is the one about the given job."""

    def __init__(self, session: ModelSession, job: Job) -> None:
        self._session = session
        self._exchange = session.exchange(job)

    @property
    def ledger(self) -> Ledger:
        return self._session.ledger

    @property
    def commits(self) -> GroupCommit:
        return self._session.commits

    @property
    def run(self) -> int:
        return self._session.run

    @property
    def now(self) -> Callable[[], str]:
        return self._session.now

    @property
    def stop(self) -> StopSignal:
        return self._session.stop

    @property
    def asked(self) -> bool:
        """Whether a step had no recorded reply."""
        return self._exchange.asked

    def exchange(self, job: Job) -> Exchange:
        """The exchange that all steps share, whichever form of the job is given."""
        return self._exchange
