"""Near questions: a model decides before they are drafted, each pair is paid for once, and a person sees why."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import BudgetExceeded
from generator.services import Services
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.drafting.draft import plan_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from generator.workflows.near_questions.judge import LivePairJudge
from generator.workflows.near_questions.requests import NearQuestion, OpenPair
from tests.support.replies import GOOD, Endpoint, completion, failure
from tests.support.services import DATE, draft, publish, rows, scripted_services

PUBLISHED = "How do enzymes speed up chemical reactions?"
KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
NEAR = "How do enzymes speed up chemical reactions in the human stomach?"
FAR = "What is a glacier?"


def model(
    is_same: Callable[[str, str], bool] = lambda question, other: False,
    *,
    instead: Callable[[dict[str, Any]], Any] = lambda body: None,
) -> Endpoint:
    """An endpoint that drafts, and says of each pair whether one page would serve both.

    Args:
        instead: another reply to a request about pairs; None for the usual one.
    """

    def reply(body: dict[str, Any]) -> Any:
        if "<candidates>" not in body["messages"][-1]["content"]:
            return completion(GOOD)
        question, candidates = asked_about(body)
        items = [
            {"id": each["id"], "reason": "because", "same_page": is_same(question, each["question"])}
            for each in candidates
        ]
        return instead(body) or completion({"verdicts": items}, usage=(500, 60))

    return Endpoint(by=reply)


def asked_about(body: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    user = body["messages"][-1]["content"]

    def between(tag: str) -> str:
        return user.split(f"<{tag}>")[1].split(f"</{tag}>")[0]

    return between("question"), json.loads(between("candidates"))


def services_over(folder: Path, endpoint: Endpoint, *published: str, **changes: Any) -> Services:
    for number, question in enumerate(published or (PUBLISHED,), start=1):
        publish(folder, question, "Biology", id=number)
    return scripted_services(folder, endpoint, **changes)


def test_what_an_existing_page_serves_is_held_with_the_models_reason(tmp_path):
    endpoint = model(lambda *_: True)
    services = services_over(tmp_path, endpoint)
    plan, _ = draft(services, rows(NEAR, FAR))
    assert endpoint.schema_names() == ["same_page", "article_draft"]
    assert plan.counts == {"near_duplicate": 1, "new": 1}
    (held,) = services.drafts.all(("near_duplicate",))
    assert held.reason.startswith("near duplicate (0.")
    assert held.reason.endswith(f"{KEY}: {PUBLISHED} one page would serve both (test-model: because)")
    draft(services, rows(NEAR, FAR))
    assert len(endpoint.requests) == 2
    draft(services, rows(NEAR, FAR), near="allow")
    assert endpoint.schema_names()[2:] == ["article_draft"]
    services.close()


def test_what_needs_its_own_page_is_drafted_and_never_asked_about_again(tmp_path):
    endpoint = model()
    services = services_over(tmp_path, endpoint)
    plan, _ = draft(services, rows(NEAR))
    assert (endpoint.schema_names(), plan.counts) == (["same_page", "article_draft"], {"new": 1})
    with services.database.transaction():  # as if the question had never been planned
        services.database.execute("UPDATE job SET question_key = 'x', identity = 'x' WHERE kind = 'answer'")
        services.database.execute("UPDATE job SET question = 'Other?', key = 'other' WHERE kind = 'answer'")
    draft(services, rows(NEAR))
    assert endpoint.schema_names() == ["same_page", "article_draft", "article_draft"]
    services.close()


def test_rows_of_one_list_are_compared_and_the_later_one_is_held(tmp_path):
    endpoint = model(lambda *_: True)
    services = scripted_services(tmp_path, endpoint)
    plan, _ = draft(services, rows(PUBLISHED, NEAR))
    assert plan.counts == {"new": 1, "near_duplicate": 1}
    assert asked_about(endpoint.requests[0]) == (
        NEAR,
        [{"id": "q1", "subject": "biology", "question": PUBLISHED}],
    )
    services.close()


def test_a_row_is_compared_with_those_that_are_drafted_not_with_those_that_are_held(tmp_path):
    """The second row is held because of the page, so the third one is asked about the page alone."""
    third = "How do enzymes speed up chemical reactions in the human stomach and liver?"
    endpoint = model(lambda question, other: (question, other) == (NEAR, PUBLISHED))
    services = services_over(tmp_path, endpoint)
    plan, _ = draft(services, rows(NEAR, third))
    assert plan.counts == {"near_duplicate": 1, "new": 1}
    services.close()


def test_up_to_five_candidates_go_into_one_call(tmp_path):
    places = ("soil", "milk", "blood", "saliva", "leaves", "roots", "bread")
    published = [f"How do enzymes speed up chemical reactions in {place}?" for place in places]
    endpoint = model()
    services = services_over(tmp_path, endpoint, *published)
    draft(services, rows("How do enzymes speed up chemical reactions?"))
    _, candidates = asked_about(endpoint.requests[0])
    assert [each["id"] for each in candidates] == ["q1", "q2", "q3", "q4", "q5"]
    assert endpoint.schema_names() == ["same_page", "article_draft"]
    services.close()


@pytest.mark.parametrize("ask_from", [None, 1.0])
def test_the_settings_turn_it_off(tmp_path, ask_from):
    endpoint = model()
    services = services_over(tmp_path, endpoint, duplicates={"ask_from": ask_from})
    draft(services, rows(NEAR))
    assert endpoint.schema_names() == ["article_draft"]
    services.close()


def test_neither_the_offline_model_nor_a_list_with_near_duplicates_allowed_asks(tmp_path):
    endpoint = model()
    services = services_over(tmp_path, endpoint)
    draft(services, rows(NEAR), near="allow")
    assert endpoint.schema_names() == ["article_draft"]
    other = rows("How do enzymes speed up chemical reactions in plants?")
    request = DraftRequest(PlanRequest(QuestionSource(other, "q.csv", "q.csv")), offline=True)
    assert plan_drafts(services, request, NoProgress()).near_questions is None
    services.close()


def test_a_plan_asks_nothing_and_says_what_asking_costs(tmp_path):
    endpoint = model()
    services = services_over(tmp_path, endpoint)
    request = DraftRequest(PlanRequest(QuestionSource(rows(NEAR, FAR), "q.csv", "q.csv"), date=DATE))
    outcome = plan_drafts(services, request, NoProgress())
    assert (endpoint.requests, services.ledger.jobs.is_empty()) == ([], True)
    assert (outcome.plan.counts, outcome.estimate.calls) == ({"new": 2}, 2)
    near = outcome.near_questions
    assert (near.calls, near.prompt_tokens > 500, 0 < near.typical < outcome.estimate.typical) == (
        1,
        True,
        True,
    )
    draft(services, rows(NEAR, FAR))
    assert plan_drafts(services, request, NoProgress()).near_questions is None
    services.close()


def near_question(question: str = NEAR) -> NearQuestion:
    (row,) = rows(question)
    return NearQuestion(
        question, question_key(question), "Biology", row.place, (OpenPair(KEY, PUBLISHED, 0.7),)
    )


def judge_of(services: Services, run: Any, **options: Any) -> LivePairJudge:
    options = {"concurrency": 1, "max_cost": None, "may_stop": True, "progress": NoProgress(), **options}
    return LivePairJudge(services, services.endpoint(), run, **options)


def test_a_run_that_is_killed_between_verdict_and_planning_asks_nothing_again(tmp_path):
    endpoint = model(lambda *_: True)
    services = services_over(tmp_path, endpoint)
    services.index.refresh()
    with services.run("draft", []) as run:
        judge_of(services, run).ask([near_question()])
    services.close()
    again = scripted_services(tmp_path, Endpoint())  # any call fails
    plan, _ = draft(again, rows(NEAR))
    assert plan.counts == {"near_duplicate": 1}
    again.close()


def test_a_run_that_is_killed_before_the_verdict_is_recorded_does_not_pay_again(tmp_path):
    endpoint = model(lambda *_: True)
    services = services_over(tmp_path, endpoint)
    services.index.refresh()
    with services.run("draft", []) as run:
        judge_of(services, run).ask([near_question()])
        with services.database.transaction():  # the reply is recorded, and nothing after it
            services.database.execute("DELETE FROM same_page")
            services.database.execute("UPDATE job SET state = 'claimed', claimed_by = ?", (run.id,))
    services.close()
    again = scripted_services(tmp_path, Endpoint())
    plan, _ = draft(again, rows(NEAR))
    assert plan.counts == {"near_duplicate": 1}
    assert again.ledger.calls.spend(run=None, backend="model").calls == 1
    again.close()


def test_no_id_is_given_to_an_article_before_the_verdicts_are_known(tmp_path):
    seen = []

    def look(_: dict[str, Any]) -> None:
        seen.append(
            services.database.execute("SELECT count(*) FROM job WHERE article_id IS NOT NULL").fetchone()[0]
        )

    services = services_over(tmp_path, model(instead=look))
    draft(services, rows(FAR, NEAR, "What is a fjord?"))
    ids = services.database.execute(
        "SELECT question, article_id FROM job WHERE kind = 'answer' ORDER BY article_id"
    ).fetchall()
    assert seen == [0]
    assert [tuple(row) for row in ids] == [(FAR, 2), (NEAR, 3), ("What is a fjord?", 4)]
    services.close()


def test_a_question_that_another_run_is_asking_about_is_left_to_it(tmp_path):
    counts = []

    def meanwhile(_: dict[str, Any]) -> None:
        def other_run() -> None:
            other = scripted_services(tmp_path, Endpoint(by=lambda _: completion(GOOD)))
            counts.append(draft(other, rows(NEAR, FAR))[0].counts)
            other.close()

        if not counts:
            thread = threading.Thread(target=other_run)
            thread.start()
            thread.join()

    endpoint = model(lambda *_: True, instead=meanwhile)
    services = services_over(tmp_path, endpoint)
    plan, _ = draft(services, rows(NEAR))
    assert counts == [{"busy": 1, "new": 1}]
    assert (endpoint.schema_names(), plan.counts) == (["same_page"], {"near_duplicate": 1})
    services.close()


def test_a_question_without_a_verdict_is_drafted_like_others(tmp_path):
    notes = []

    class Noting(NoProgress):
        def note(self, line: str) -> None:
            notes.append(line)

    endpoint = model(instead=lambda _: completion("They look alike to me."))
    services = services_over(tmp_path, endpoint)
    plan, report = draft(services, rows(NEAR), progress=Noting())
    assert (plan.counts, report.states) == ({"new": 1}, {"drafted": 1})
    assert any("not compared with near questions" in line for line in notes)
    services.close()


def test_the_cap_of_a_run_holds_for_both_kinds_of_calls(tmp_path):
    endpoint = model(instead=lambda _: completion("no JSON", usage=(1000, 3000)))
    services = services_over(tmp_path, endpoint)
    with pytest.raises(BudgetExceeded):
        draft(services, rows(NEAR), max_cost=0.05, concurrency=1)
    assert all("<candidates>" in str(body) for body in endpoint.requests)
    spent = services.ledger.calls.spend(run=None, backend="model").cost / 1e9
    assert 0 < spent <= 0.05
    services.close()


def test_an_error_of_the_account_ends_the_run_and_the_next_one_goes_on(tmp_path):
    broken = [failure(401)]
    endpoint = model(lambda *_: True, instead=lambda _: broken.pop() if broken else None)
    services = services_over(tmp_path, endpoint)
    with pytest.raises(Exception, match=r"401|key"):
        draft(services, rows(FAR, NEAR))
    assert endpoint.schema_names() == ["same_page"]
    assert dict(services.database.execute("SELECT kind, count(*) FROM job GROUP BY kind").fetchall()) == {
        "answer": 1,
        "same_page": 1,
    }
    plan, _ = draft(services, rows(FAR, NEAR))
    assert plan.counts == {"resume": 1, "near_duplicate": 1}
    assert endpoint.schema_names() == ["same_page", "same_page", "article_draft"]
    services.close()


def test_a_limit_asks_about_no_more_rows_than_it_needs(tmp_path):
    endpoint = model(lambda question, _: "stomach" in question)
    services = services_over(tmp_path, endpoint)
    asked = rows(
        NEAR, *(f"How do enzymes speed up chemical reactions in {place}?" for place in ("soil", "milk"))
    )
    plan, _ = draft(services, asked, limit=1)
    assert [asked_about(body)[0] for body in endpoint.requests if "candidates>" in str(body)] == [
        NEAR,
        asked[1].text,
    ]
    assert plan.counts == {"near_duplicate": 1, "new": 1}
    services.close()
