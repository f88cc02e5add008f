"""Near questions of a list that goes by batch: a first batch asks about them, and the same command sends the rest."""

import pytest

from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.requests import CollectedOutcome, CollectRequest, SentOutcome
from generator.workflows.batch.sending.lists import plan_drafts_by_batch, send_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.services import DATE, publish, rows

PUBLISHED = "How do enzymes speed up chemical reactions?"
NEAR = "How do enzymes speed up chemical reactions in the human stomach?"
FAR = "What is a glacier?"


class NearRuns(BatchRuns):
    """Sends the same list again and again."""

    def draft(self, *questions: str, max_cost: float | None = None) -> SentOutcome:
        request = DraftRequest(
            PlanRequest(QuestionSource(rows(*questions), "q.csv", "q.csv"), date=DATE), max_cost=max_cost
        )
        with self.opened() as services:
            sent = send_drafts(services, request, NoProgress())
            assert isinstance(sent, SentOutcome) and sent.error is None
            return sent

    def collected(self) -> CollectedOutcome:
        with self.opened() as services:
            done = collect_batches(services, CollectRequest(every_seconds=60.0), NoProgress())
            assert done.error is None
            return done

    def decide(self, verdict: str) -> None:
        """As if the model had said this of every pair."""
        with self.opened() as services, services.database.transaction():
            services.database.execute("UPDATE same_page SET verdict = ?", (verdict,))

    def kinds(self) -> list[tuple[str, str, int]]:
        return self.select("SELECT kind, state, count(*) FROM job GROUP BY kind, state ORDER BY kind, state")


@pytest.fixture
def runs(tmp_path) -> NearRuns:
    publish(tmp_path, PUBLISHED, "Biology", id=1)
    return NearRuns(tmp_path, Provider(tmp_path / "provider", canned=False))


def test_near_questions_wait_for_a_batch_of_their_own_and_then_go_by_batch(runs: NearRuns) -> None:
    sent = runs.draft(NEAR, FAR)
    assert (sent.rows, sent.report.requests, len(sent.report.sent)) == ({"new": 1, "busy": 1}, 2, 2)
    assert runs.kinds() == [("answer", "batched", 1), ("same_page", "batched", 1)]
    again = runs.draft(NEAR, FAR)
    assert (again.rows, again.report.requests) == ({"busy": 1, "batched": 1}, 0)
    done = runs.collected()
    assert (done.pairs.questions, done.pairs.same, sum(done.drafts.states.values())) == (1, 1, 1)
    runs.decide("different")
    assert runs.draft(NEAR, FAR).rows == {"new": 1, "drafted": 1}
    assert sum(runs.collected().drafts.states.values()) == 1
    assert runs.provider is not None and max(runs.provider.paid().values()) == 1
    assert runs.kinds()[-1] == ("same_page", "done", 1)


def test_a_verdict_holds_the_question(runs: NearRuns) -> None:
    runs.draft(NEAR)
    runs.collected()
    assert runs.draft(NEAR).rows == {"near_duplicate": 1}


def test_a_question_without_a_verdict_is_drafted_like_others(runs: NearRuns) -> None:
    runs.draft(NEAR)
    with runs.opened() as services, services.database.transaction():
        services.database.execute("UPDATE job SET state = 'failed' WHERE kind = 'same_page'")
    assert runs.draft(NEAR).rows == {"new": 1}


def test_what_a_killed_command_planned_is_sent_by_the_next_one(runs: NearRuns) -> None:
    runs.draft(NEAR)
    with (
        runs.opened() as services,
        services.database.transaction(),
    ):  # as if it had been killed before it ordered
        services.database.execute("DELETE FROM call")
        services.database.execute("DELETE FROM batch")
        services.database.execute("DELETE FROM batch_order")
        services.database.execute("UPDATE job SET state = 'planned'")
    sent = runs.draft(NEAR)
    assert (sent.rows, sent.report.requests) == ({"busy": 1}, 1)


def test_one_cap_holds_for_both_stages(tmp_path) -> None:
    publish(tmp_path, PUBLISHED, "Biology", id=1)
    prices = {"test-model": {"input": 1.0, "cached_input": 0.5, "output": 4.0}}
    runs = NearRuns(tmp_path, Provider(tmp_path / "provider", canned=False), prices=prices)
    sent = runs.draft(NEAR, FAR, max_cost=0.01)
    spent = runs.select("SELECT sum(reserved) FROM call")[0][0]
    assert sent.report.over_budget is not None
    assert (sent.report.requests, 0 < spent <= 10_000_000) == (1, True)


def test_the_plan_counts_both_stages_at_the_price_of_batches(runs: NearRuns) -> None:
    runs.changes["prices"] = {"test-model": {"input": 1.0, "cached_input": 0.5, "output": 4.0}}
    request = DraftRequest(PlanRequest(QuestionSource(rows(NEAR, FAR), "q.csv", "q.csv"), date=DATE))
    with runs.opened() as services:
        outcome = plan_drafts_by_batch(services, request, NoProgress())
        assert outcome.near_questions is not None
        assert (outcome.near_questions.calls, outcome.estimate.calls) == (1, 2)
        assert outcome.endpoint.price is not None
        assert outcome.endpoint.price.input == services.settings.price_of("test-model").in_batches.input
        assert services.ledger.jobs.is_empty()
