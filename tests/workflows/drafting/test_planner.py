"""Planning a list: what is frozen, what is only shown, and what stands in the way."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from generator.errors import ConfigError, QuestionListError
from generator.services import Endpoint
from generator.workflows.drafting.candidate import Candidate
from generator.workflows.drafting.planner import ListPlanner
from generator.workflows.drafting.redo import RedoFilter, RedoOfList
from generator.workflows.drafting.requests import PlanRequest, QuestionSource, Redo
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, completion
from tests.support.replies import Endpoint as ScriptedEndpoint
from tests.support.services import DATE, draft, publish, rows, scripted_services, settings

ENZYMES = "What is the role of enzymes in digestion?"


@pytest.fixture
def services(tmp_path):
    made = scripted_services(tmp_path, ScriptedEndpoint(by=lambda _: completion(GOOD)))
    made.index.refresh()
    yield made
    made.close()


def planner(services, endpoint: Endpoint | None = None, **options) -> ListPlanner:
    return ListPlanner(services, endpoint or services.endpoint(), date=DATE, **options)


def plan(services, questions, **options):
    with services.run("draft", []) as run:
        return planner(services, **options).plan(questions, run=run.id)


def test_questions_planned_before_are_weighed_as_they_were_planned(services):
    asked = rows("What is an enzyme?")
    before = planner(services).estimate(asked)
    assert before.plan.counts == {"new": 1}
    plan(services, asked)
    after = planner(services).estimate(asked)
    assert after.plan.counts == {"resume": 1}
    assert before.estimate.most > before.estimate.typical > 0
    assert before.estimate == after.estimate


def test_an_estimate_writes_nothing(services):
    outcome = planner(services).estimate(rows("What is an enzyme?", "What is a gene?"))
    assert (outcome.estimate.calls, outcome.error) == (2, None)
    assert services.ledger.jobs.is_empty()


def test_an_estimate_of_so_many_reads_no_more_of_the_list(services):
    def listed():
        yield from rows("What is an enzyme?", "What is a gene?")
        pytest.fail("the list was read on")

    outcome = planner(services).estimate(listed(), limit=2)
    assert (outcome.plan.limited, outcome.plan.to_ask) == (True, 2)


def test_an_estimate_names_what_would_end_the_run(services):
    endpoint = services.endpoint(offline=True)
    offline = planner(services, endpoint)
    asked = rows("What is an enzyme?")
    error = offline.estimate(asked).error
    assert error is not None
    assert "nothing to draft from" in str(error)
    with services.run("draft", []) as run, pytest.raises(ConfigError, match="nothing to draft from"):
        offline.plan(asked, run=run.id)
    assert services.ledger.jobs.is_empty()


def test_each_row_comes_back_with_the_decision_about_it(services, tmp_path):
    publish(tmp_path, ENZYMES, "Biology", id=1)
    services.index.refresh()
    unreadable = QuestionListError("q.csv", 9, "has no question")
    asked = [
        *rows("What is a cell?", "What is a cell?", ENZYMES, "Explain the role of enzymes in digestion."),
        unreadable,
        *rows("What is a gene?", subject="物理"),
    ]
    decided = list(planner(services).decide(asked))
    known = [row for row in decided if isinstance(row, Candidate)]
    assert [row.question for row in known] == asked[:4]
    assert [(row.decision, row.message) for row in known[:3]] == [
        ("new", ""),
        ("duplicate", "q.csv:3: the same question as in line 2"),
        ("published", ""),
    ]
    key = "biology/what-is-the-role-of-enzymes-in-digestion"
    assert (known[2].existing, known[3].existing) == (key, key)
    assert (known[3].decision, known[3].nearest.question) == ("near_duplicate", ENZYMES)
    assert known[3].message == f"q.csv:5: {known[3].reason}"
    assert known[3].reason == f"near duplicate ({known[3].nearest.similarity:.2f}) of {key}: {ENZYMES}"
    assert decided[4] is unreadable
    assert isinstance(decided[5], QuestionListError)
    assert "q.csv:2: '物理': no letter a-z" in str(decided[5])
    assert services.ledger.jobs.is_empty()


@pytest.mark.parametrize(
    ("articles", "passages", "covered"), [("titles", 0, 1), ("passages", 1, 0), ("off", 0, 0)]
)
def test_a_prompt_names_or_quotes_published_articles_as_the_settings_say(
    tmp_path, articles, passages, covered
):
    publish_by_hand(tmp_path, article("What slows glaciers?"))
    made = scripted_services(tmp_path, context={"articles": articles})
    made.index.refresh()
    plan(made, rows("How do glaciers move?"))
    user = made.ledger.jobs.get(1).user
    assert (user.count("<passage "), user.count("<covered>\nWhat slows glaciers?\n</covered>")) == (
        passages,
        covered,
    )
    made.close()


def test_the_offline_model_gets_passages_whatever_the_settings_say(tmp_path):
    publish_by_hand(tmp_path, article("What slows glaciers?"))
    made = scripted_services(tmp_path, context={"articles": "titles"})
    made.index.refresh()
    with made.run("draft", []) as run:
        planner(made, made.endpoint(offline=True)).plan(rows("How do glaciers move?"), run=run.id)
    user = made.ledger.jobs.get(1).user
    assert "<passage " in user and "<covered>" not in user
    made.close()


def test_the_date_of_the_list_is_frozen_with_its_questions(services):
    plan(services, rows("How do glaciers move?"))
    assert f"<date>{DATE}</date>" in services.ledger.jobs.get(1).user


def test_a_question_held_before_is_held_without_another_look(services, tmp_path):
    publish(tmp_path, ENZYMES, "Biology", id=1)
    services.index.refresh()
    asked = rows("Explain the role of enzymes in digestion.")
    assert plan(services, asked).counts == {"near_duplicate": 1}
    (again,) = planner(services).decide(asked)
    assert (again.decision, again.hits) == ("near_duplicate", None)
    assert again.message == f"{asked[0].place}: held as a near duplicate"
    (allowed,) = planner(services, near="allow").decide(asked)
    assert (allowed.decision, allowed.earlier.state) == ("resume", "held")


def test_a_candidate_cannot_be_changed():
    candidate = Candidate.of(rows(ENZYMES)[0])
    for change in ({"decision": "redo"}, {"hits": ()}, {"job": None}):
        with pytest.raises(FrozenInstanceError):
            for name, value in change.items():
                setattr(candidate, name, value)
        assert {name: getattr(replace(candidate, **change), name) for name in change} == change


def test_pages_that_the_site_will_not_list_are_counted(tmp_path):
    subjects = [{"name": "Biology"}, {"name": "Physics", "listed": False}]
    made = scripted_services(tmp_path, subjects=subjects)
    made.index.refresh()
    asked = [*rows("What is an enzyme?"), *rows("What is mass?", "What is force?", subject="Physics")]
    assert plan(made, asked).unlisted == {"Physics": 2}
    made.close()


def redo_of(services, source: str = "q.csv", **redo) -> RedoOfList:
    request = PlanRequest(QuestionSource(Path(source), source, source), redo=Redo(**redo))
    return RedoOfList(services, request, services.endpoint())


def test_a_redo_that_was_cut_short_goes_on_where_it_was(services):
    drafted = frozenset({"drafted"})
    assert redo_of(services, states=drafted).filter(begin=False) == RedoFilter(drafted)
    begun = redo_of(services, states=drafted).filter(begin=True)
    assert begun == RedoFilter(drafted, since=begun.since)
    assert begun.since is not None
    for begin in (True, False):
        assert redo_of(services, states=drafted).filter(begin=begin) == begun
    assert redo_of(services, "other.csv", states=drafted).filter(begin=False).since is None
    redo_of(services, states=drafted).end()
    assert redo_of(services, states=drafted).filter(begin=False).since is None


def test_a_redo_of_older_prompts_leaves_the_drafts_of_this_one(services):
    asked = rows("What is an enzyme?")
    draft(services, asked)
    present = redo_of(services, older_prompt=True).filter(begin=False)
    older = replace(present, other_prompt_than="an older one")
    decisions = [next(planner(services, redo=redo).decide(asked)).decision for redo in (present, older)]
    assert decisions == ["drafted", "redo"]


def test_the_threshold_of_the_settings_decides_what_is_a_near_duplicate(tmp_path):
    publish(tmp_path, ENZYMES, "Biology", id=1)
    asked = rows("Explain the role of enzymes in digestion.")
    decisions = []
    for similarity in (0.8, 1.0):
        made = scripted_services(
            tmp_path / str(similarity),
            content_dir=settings(tmp_path).content_dir,
            duplicates={"similarity": similarity},
        )
        made.index.refresh()
        decisions += [row.decision for row in planner(made).decide(asked)]
        made.close()
    assert decisions == ["near_duplicate", "new"]
