"""The history of a draft, found by any of its names."""

from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.store.ledger.runs.calls import Cost
from generator.workflows.ledger.history import draft_histories
from generator.workflows.ledger.status import ledger_status
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import QUESTIONS, draft_of, with_drafts


def test_a_draft_is_found_by_key_slug_and_question_with_its_calls_and_their_cost(tmp_path: Path) -> None:
    services = with_drafts(tmp_path)
    draft = draft_of(services)
    assert draft.key is not None
    for name in (draft.key, draft.key.partition("/")[2], QUESTIONS[0]):
        (history,) = draft_histories(services, name)
        assert history.draft == draft
        assert [call.columns["outcome"] for call in history.calls] == ["ok"]
        assert "reply" not in history.calls[0].columns
        assert history.cost == Cost(1, history.calls[0].charge)
        assert [version.sha for version in history.versions] == [draft.sha]
        assert [decision.decision for decision in history.decisions] == ["drafted"]
    status = ledger_status(services)
    assert status is not None
    assert (status.states, status.spend.calls) == ({"drafted": 3}, 3)
    services.close()


def test_a_call_without_an_answer_counts_at_its_reservation(tmp_path: Path) -> None:
    services = with_drafts(tmp_path)
    with services.database.transaction():
        services.database.execute("UPDATE call SET outcome = NULL, cost = NULL, reserved = 5000000")
    (history,) = draft_histories(services, QUESTIONS[0])
    assert history.cost == DraftViews(services).view(draft_of(services)).cost == Cost(1, 5_000_000)
    services.close()


def test_a_call_of_unknown_price_makes_the_cost_unknown(tmp_path: Path) -> None:
    services = with_drafts(tmp_path)
    with services.database.transaction():
        services.database.execute("UPDATE call SET cost = NULL, reserved = NULL")
    (history,) = draft_histories(services, QUESTIONS[0])
    assert history.cost == DraftViews(services).view(draft_of(services)).cost == Cost(1, None)
    services.close()


def test_a_name_without_a_draft_is_refused(tmp_path: Path) -> None:
    services = with_drafts(tmp_path)
    with pytest.raises(UsageError, match="no draft is named 'no-such'"):
        draft_histories(services, "no-such")
    services.close()
