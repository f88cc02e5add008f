"""The report about runs: every figure is that of the ledger."""

import pytest

from generator.errors import UsageError
from generator.store.ledger.runs.figures import Period
from generator.workflows.engine.progress import NoProgress
from generator.workflows.report.figures import quantile
from generator.workflows.report.page import write_report_page
from generator.workflows.report.report import report_runs
from generator.workflows.review.decisions.decisions import DraftDecisions
from tests.support.drafts import QUESTIONS, WHO, draft_of, with_drafts
from tests.support.services import scripted_services


@pytest.fixture
def services(tmp_path):
    made = with_drafts(tmp_path, QUESTIONS)
    yield made
    made.close()


def reported(services, **period):
    return report_runs(services, Period(**period), NoProgress())


def test_calls_tokens_and_cost_are_those_of_the_ledger(services):
    found, spend = reported(services), services.ledger.calls.spend()
    assert (found.calls, found.cost, found.unpriced) == (spend.calls, spend.cost, spend.unpriced)
    assert (found.tokens.prompt, found.tokens.completion) == (spend.prompt_tokens, spend.completion_tokens)
    assert found.states == {"drafted": 3} and found.outcomes == {"ok": spend.calls}
    assert len(found.lengths.words) == len(found.lengths.descriptions) == 3
    assert found.latency.calls == spend.calls and found.latency.median <= found.latency.p95


def test_accepted_articles_have_a_cost_and_a_kind_of_release(services):
    assert (reported(services).accepted, reported(services).cost_of_accepted) == (0, None)
    decisions = DraftDecisions(services)
    row = decisions.approve(draft_of(services), who=WHO)
    decisions.reject(draft_of(services, QUESTIONS[1]), reason="too shallow", who=WHO)
    found = reported(services)
    assert (found.accepted, found.cost_of_accepted) == (1, found.cost)
    assert found.releases == {"bulk": 1} and found.decisions == {"approved": 1, "rejected": 1}
    assert sum(found.timeline["approved"]) == 1 and sum(found.timeline["drafted"]) == 3
    with services.database.transaction():
        decisions.undo(services.drafts.decisions.last(), who=WHO)
    assert "rejected" not in reported(services).decisions
    assert row.id in {draft_of(services).id}


def test_a_period_counts_only_its_calls(services):
    (run,) = {one.id for one in reported(services).runs}
    assert reported(services, run=run).calls == reported(services).calls
    for nothing in ({"run": run + 1}, {"since": "2999-01-01"}):
        with pytest.raises(UsageError, match="no call"):
            reported(services, **nothing)


def test_before_the_first_draft_there_is_nothing_to_report(tmp_path):
    empty = scripted_services(tmp_path)
    with pytest.raises(UsageError, match="nothing drafted yet"):
        report_runs(empty, Period(), NoProgress())
    empty.close()


def test_the_page_loads_nothing_and_links_to_the_drafts(services, tmp_path):
    file = tmp_path / "reports" / "report.html"
    file.parent.mkdir()
    write_report_page(reported(services), services.settings, file)
    page = file.read_text(encoding="utf-8")
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert f'href="../output/{draft_of(services).path}"' in page
    assert page.count('<svg class="chart"') >= 4 and "limit 550" in page


def test_quantiles_are_interpolated():
    assert [quantile([1.0, 2.0, 4.0], share) for share in (0, 0.5, 0.75, 1)] == [1.0, 2.0, 3.0, 4.0]
