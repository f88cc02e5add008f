"""A model decides open pairs: in groups, each pair paid for once, capped, resumed, planned for nothing."""

import json

import pytest

from generator.content.duplicates.pairs import DuplicatePair
from generator.errors import BudgetExceeded, UsageError
from generator.workflows.duplicates.ask import AskRequest, ask_about, near_questions, plan_asking
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.engine.progress import NoProgress
from tests.support.duplicate_site import DuplicateSite, answer, page
from tests.support.replies import Endpoint, completion

QUESTIONS = [
    "Why do tides rise and fall?",
    "Who built the old harbour?",
    "Which ships cross the polar sea?",
    "How do glaciers carve valleys?",
    "What makes bread rise?",
    "Where do eels spawn?",
    "When was glass invented?",
]


def model(is_same=lambda question, other: True) -> Endpoint:
    """An endpoint that says of each pair whether one page would serve both."""

    def reply(body):
        user = body["messages"][-1]["content"]
        question = user.split("<question>")[1].split("</question>")[0]
        candidates = json.loads(user.split("<candidates>")[1].split("</candidates>")[0])
        items = [
            {"id": each["id"], "reason": "because", "same_page": is_same(question, each["question"])}
            for each in candidates
        ]
        return completion({"verdicts": items}, usage=(500, 60))

    return Endpoint(by=reply)


def open_site(folder, endpoint, count=2):
    """Pages of which the first is open to each other one: their answers share some of its text."""
    pages = [page(QUESTIONS[0], id=1, text=answer(8))]
    pages += [page(QUESTIONS[n], id=n + 1, text=answer(8, changed=8)) for n in range(1, count)]
    return DuplicateSite(folder, *pages, endpoint=endpoint)


def search(site):
    return find_duplicates(site.services, NoProgress())


def ask(site, **changes):
    return ask_about(site.services, search(site).open_pairs, AskRequest(**changes), NoProgress())


def test_a_verdict_makes_a_cluster_and_is_paid_for_once(tmp_path):
    endpoint = model()
    site = open_site(tmp_path, endpoint)
    asked = ask(site)
    assert (asked.questions, asked.same, asked.undecided, asked.spend.calls) == (1, 1, 0, 1)
    assert [cluster.kind for cluster in search(site).clusters] == ["verdict"]
    assert search(site).open_pairs == ()
    assert ask(site).spend.calls == 0 and len(endpoint.requests) == 1
    site.close()


def test_a_pair_that_needs_two_pages_is_not_asked_about_again(tmp_path):
    endpoint = model(lambda *_: False)
    site = open_site(tmp_path, endpoint)
    assert ask(site).same == 0
    result = search(site)
    assert (result.clusters, result.open_pairs) == ((), ())
    site.close()


def test_a_plan_asks_nothing_and_tells_the_cost(tmp_path):
    endpoint = model()
    site = open_site(tmp_path, endpoint)
    plan = plan_asking(site.services, search(site).open_pairs, AskRequest())
    assert (plan.pairs, plan.estimate.calls, endpoint.requests) == (1, 1, [])
    assert plan.estimate.typical and plan.estimate.most and plan.estimate.typical < plan.estimate.most
    site.close()


def test_a_cap_ends_the_asking_and_a_higher_one_continues_it(tmp_path):
    endpoint = model()
    site = open_site(tmp_path, endpoint)
    stopped = ask(site, max_cost=0.000001)
    assert isinstance(stopped.error, BudgetExceeded) and endpoint.requests == []
    assert ask(site, max_cost=1.0).same == 1
    site.close()


def test_without_a_model_nothing_is_asked(tmp_path):
    site = open_site(tmp_path, None)
    site.services.environment = {}
    with pytest.raises(UsageError, match="--ask needs a real endpoint"):
        ask(site)
    site.close()


def test_pairs_are_asked_about_in_groups_of_five_each_once(tmp_path):
    site = DuplicateSite(tmp_path, *(page(question, id=n) for n, question in enumerate(QUESTIONS, 1)))
    site.services.index.refresh()
    keys = [row.key for question in QUESTIONS for row in site.services.index.find_questions(question)]
    pairs = [DuplicatePair(keys[0], other, "near_question", 0.6, False) for other in keys[1:]]
    groups = near_questions(site.services, pairs)
    assert [len(group.pairs) for group in groups] == [5, 1]
    assert {group.question for group in groups} == {QUESTIONS[0]}
    assert sorted(pair.key for group in groups for pair in group.pairs) == sorted(keys[1:])
    site.close()


def test_more_than_five_pairs_of_one_question_are_asked_in_rounds(tmp_path):
    endpoint = model()
    site = DuplicateSite(
        tmp_path, *(page(question, id=n) for n, question in enumerate(QUESTIONS, 1)), endpoint=endpoint
    )
    site.services.index.refresh()
    keys = [row.key for question in QUESTIONS for row in site.services.index.find_questions(question)]
    pairs = [DuplicatePair(keys[0], other, "near_question", 0.6, False) for other in keys[1:]]
    asked = ask_about(site.services, pairs, AskRequest(), NoProgress())
    assert (asked.questions, asked.same, len(endpoint.requests)) == (2, 6, 2)
    site.close()
