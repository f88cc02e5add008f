"""Proposing search fields with a scripted endpoint: requests, recorded proposals, costs and repeated runs."""

import hashlib
import json

import pytest

from generator.content.frontmatter import patch, read
from generator.content.site.subjects import Subject
from generator.content.text import normalise_question
from generator.errors import BudgetExceeded, ModelUnavailable, UsageError
from generator.store.ledger.runs.calls import CallResult, NewCall
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.seo.decisions import ProposalReview
from tests.support.ledgers import take_back
from tests.support.replies import completion, failure
from tests.support.seo_pages import (
    ANSWER,
    GOOD,
    KEY,
    KEYWORDS,
    LONG,
    OTHER,
    QUESTION,
    TURNED,
    add_canonical,
    page,
    propose,
    reply,
)


def rows(services):
    return list(services.proposals.rows())


def prompts(endpoint):
    return [request["messages"][1]["content"] for request in endpoint.requests]


def test_only_the_field_with_a_finding_is_asked_for_and_kept(services_with, tmp_path):
    services, endpoint = services_with(completion(reply(GOOD, ("not", "asked"))))
    page(tmp_path)
    propose(services)
    (row,) = rows(services)
    assert (row.key, row.field, row.state, row.old, row.new) == (
        KEY,
        "page_description",
        "proposed",
        LONG,
        GOOD,
    )
    assert endpoint.schema_names() == ["seo_fields"]
    assert "<fields>page_description</fields>" in prompts(endpoint)[0]


def test_the_answer_alone_is_sent_and_the_output_is_capped(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()))
    page(tmp_path)
    propose(services)
    (request,) = endpoint.requests
    assert request["max_completion_tokens"] == 3000
    assert "_schema" not in prompts(endpoint)[0]
    assert "weak bonds hold it in place.\n\n2. **Induced Fit**" in prompts(endpoint)[0]


def test_a_page_without_a_finding_is_left_out_unless_all_are_wished(services_with, tmp_path):
    services, endpoint = services_with(completion(reply(OTHER, KEYWORDS[::-1])))
    page(tmp_path, description=GOOD)
    plan = propose(services).plan
    assert (plan.counts["fine"], len(endpoint.requests)) == (1, 0)
    propose(services, all_articles=True)
    assert {row.field: row.new for row in rows(services)} == {
        "page_description": OTHER,
        "page_keywords": ", ".join(KEYWORDS[::-1]),
    }


def test_a_rule_picks_its_own_findings_only(services_with, tmp_path):
    services, endpoint = services_with()
    page(tmp_path, description="Much too short.")
    plan = propose(services, rule="description-too-long").plan
    assert plan.counts["fine"] == 1
    assert endpoint.requests == []


def test_failing_fields_are_asked_for_again_with_their_findings_and_the_rest_stays(services_with, tmp_path):
    first = reply("This content is bad.", KEYWORDS[::-1])
    services, endpoint = services_with(completion(first), completion(reply(OTHER)))
    page(tmp_path)
    propose(services, all_articles=True)
    assert "<fields>page_description</fields>" in prompts(endpoint)[1]
    assert "begins with" in prompts(endpoint)[1]
    assert {row.state for row in rows(services)} == {"proposed"}
    assert rows(services)[1].new == ", ".join(KEYWORDS[::-1])


def test_the_best_attempt_is_kept_when_the_rounds_are_used_up(services_with, tmp_path):
    bad = completion(reply("Enzymes are quick.", None))
    services, endpoint = services_with(bad, completion("{"), completion(reply("This content.", None)))
    page(tmp_path)
    propose(services)
    (row,) = rows(services)
    assert (row.state, row.new, len(endpoint.requests)) == ("needs_fix", "Enzymes are quick.", 3)
    assert "description-too-short" in row.reason


def test_a_second_run_asks_nothing(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()))
    page(tmp_path)
    propose(services)
    plan = propose(services).plan
    assert (plan.counts["proposed"], len(endpoint.requests)) == (1, 1)


def test_a_run_cut_short_goes_on_without_paying_twice(services_with, tmp_path):
    services, endpoint = services_with(failure(401), completion(reply()))
    page(tmp_path)
    with pytest.raises(ModelUnavailable):
        propose(services)
    plan = propose(services).plan
    assert (plan.counts["resume"], len(rows(services)), len(endpoint.requests)) == (1, 1, 2)


def test_a_reply_that_was_paid_for_is_used_after_a_crash(services_with, tmp_path, monkeypatch):
    services, endpoint = services_with(completion(reply()))
    page(tmp_path)

    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services.site_descriptions, "near", crash)
        with pytest.raises(KeyboardInterrupt):
            propose(services)
    propose(services)
    assert [row.new for row in rows(services)] == [GOOD]
    assert len(endpoint.requests) == 1


def test_a_changed_answer_gets_a_new_request_and_the_old_proposal_is_stale(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()), completion(reply(OTHER)))
    file = page(tmp_path)
    propose(services)
    file.write_text(patch(file.read_text(), {"answer": ANSWER.replace("small", "tiny")}), encoding="utf-8")
    propose(services)
    assert [(row.state, row.new) for row in rows(services)] == [("stale", GOOD), ("proposed", OTHER)]


def test_an_edit_elsewhere_in_the_file_changes_nothing(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()))
    file = page(tmp_path)
    propose(services)
    file.write_text(patch(file.read_text(), {"score": 7.5}), encoding="utf-8")
    propose(services)
    assert len(endpoint.requests) == 1


def test_a_description_of_another_page_is_asked_for_again_with_what_to_avoid(services_with, tmp_path):
    services, endpoint = services_with(completion(reply(GOOD)), completion(reply(OTHER)))
    page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2, description=GOOD)
    propose(services)
    (row,) = rows(services)
    assert (row.state, row.new) == ("proposed", OTHER)
    assert f"<avoid>\n{GOOD}\n</avoid>" in prompts(endpoint)[1]


def test_two_in_flight_cannot_both_keep_one_description(services_with, tmp_path):
    answers = iter([GOOD, GOOD, OTHER])
    services, _ = services_with(by=lambda body: completion(reply(next(answers))))
    page(tmp_path)
    page(tmp_path, "Why do cells need enzymes at all?", id=2)
    propose(services)
    assert sorted(row.new for row in rows(services)) == sorted([GOOD, OTHER])
    assert {row.state for row in rows(services)} == {"proposed"}


@pytest.mark.parametrize("other", [{"question": "Why do cells need enzymes at all?"}, {"subject": "Physics"}])
def test_a_page_for_which_the_model_repeats_another_gets_no_proposal_and_says_why(
    services_with, tmp_path, other
):
    services, _ = services_with(by=lambda body: completion(reply(GOOD)))
    page(tmp_path)
    page(tmp_path, id=2, **other)
    propose(services)
    first, second = sorted(rows(services), key=lambda row: row.state)
    assert (first.state, first.new) == ("proposed", GOOD)
    reason = f"description-echo: {first.key} has nearly the same description"
    assert (second.state, second.new, second.reason) == ("skipped", None, reason)


def test_a_repeated_description_costs_the_keywords_nothing(services_with, tmp_path):
    services, _ = services_with(by=lambda body: completion(reply(GOOD, KEYWORDS[::-1])))
    page(tmp_path, "What is activation energy?", id=2, description=GOOD)
    page(tmp_path)
    propose(services, targets=[KEY], all_articles=True)
    assert {row.field: (row.state, row.new) for row in rows(services)} == {
        "page_description": ("skipped", None),
        "page_keywords": ("proposed", ", ".join(KEYWORDS[::-1])),
    }


def test_a_later_run_does_not_propose_what_an_earlier_one_did(services_with, tmp_path):
    services, endpoint = services_with(by=lambda body: completion(reply(GOOD)))
    first = page(tmp_path)
    propose(services)
    (row,) = rows(services)
    services.proposals.decide(row, "applied", who="Ada", now=services.now())
    first.unlink()  # the index no longer has it, the ledger does
    page(tmp_path, subject="Physics", id=2)
    propose(services)
    assert [(row.state, row.new) for row in rows(services)] == [("applied", GOOD), ("skipped", None)]


def test_a_stale_proposal_is_not_proposed_again_where_another_page_has_its_text_now(services_with, tmp_path):
    answers = iter([GOOD, OTHER, GOOD, OTHER.replace("glucose", "sugar"), TURNED, TURNED])
    services, _ = services_with(by=lambda body: completion(reply(next(answers))))
    file = page(tmp_path)
    before = file.read_text(encoding="utf-8")
    propose(services)
    file.write_text(patch(before, {"answer": ANSWER.replace("small", "tiny")}), encoding="utf-8")
    propose(services)  # the first proposal is stale
    page(tmp_path, subject="Physics", id=2)
    propose(services, targets=["physics/how-do-enzymes-speed-up-reactions"])
    file.write_text(before, encoding="utf-8")
    propose(services, targets=[KEY])
    live = [row.new for row in rows(services) if row.state == "proposed"]
    assert len(live) == len(set(live))
    assert live.count(GOOD) == 1


def test_a_page_that_names_another_canonical_page_is_left_out(services_with, tmp_path):
    services, endpoint = services_with()
    add_canonical(page(tmp_path), "https://www.example.com/learn/physics/questions/what-is-heat")
    plan = propose(services).plan
    assert plan.skipped == {"search engines show another page in its place (canonical)": 1}
    assert endpoint.requests == []


def test_a_description_that_contradicts_the_answer_is_asked_for_again(services_with, tmp_path):
    answer = ANSWER.replace(
        "speed up chemical reactions by", "speed up 1,300 chemical reactions of a human cell by"
    )
    wrong = "Enzymes speed up 1,900 chemical reactions of a human cell by lowering the activation energy of the reactants."
    services, endpoint = services_with(completion(reply(wrong)), completion(reply(GOOD)))
    page(tmp_path, answer=answer)
    propose(services)
    assert "but the answer says" in prompts(endpoint)[1]
    assert [(row.state, row.new) for row in rows(services)] == [("proposed", GOOD)]


def test_how_the_file_spaces_its_keywords_is_not_told_to_the_model(services_with, tmp_path):
    services, endpoint = services_with(completion(reply(GOOD, KEYWORDS)))
    file = page(tmp_path)
    spaced = ", ".join(KEYWORDS)
    file.write_text(file.read_text().replace(spaced, spaced.replace(", ", ",")), encoding="utf-8")
    propose(services)
    assert "<fields>page_description, page_keywords</fields>" in prompts(endpoint)[0]
    assert "comma and one space" not in prompts(endpoint)[0]


@pytest.mark.parametrize(("count", "asked"), [(3, 1), (2, 2)])
def test_a_short_answer_needs_no_eight_keywords(services_with, tmp_path, count, asked):
    replies = [completion(reply(GOOD, KEYWORDS[:number])) for number in (count, 3)]
    services, endpoint = services_with(*replies)
    short = "Enzymes lower the activation energy of reactions, as catalase and hexokinase do at their active sites."
    page(tmp_path, answer=short)
    propose(services, all_articles=True)
    assert len(endpoint.requests) == asked


def test_a_reply_that_says_nothing_new_is_skipped(services_with, tmp_path):
    services, _ = services_with(completion(reply(GOOD.upper().capitalize(), KEYWORDS)))
    page(tmp_path, description=GOOD)
    propose(services, all_articles=True)
    assert {(row.state, row.reason) for row in rows(services)} == {("skipped", "the reply says nothing new")}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "the answer is empty"),
        (
            "I cannot answer this question based on the available information. Nothing else is said.",
            "the answer is a refusal",
        ),
        ("Die Enzyme senken die Energie, die eine Reaktion braucht. " * 5, "the answer is not in English"),
        ("酵素は化学反応の活性化エネルギーを下げる。" * 5, "the answer is not in English"),
    ],
)
def test_what_cannot_be_described_is_skipped_with_the_reason(services_with, tmp_path, answer, reason):
    services, endpoint = services_with()
    page(tmp_path, answer=answer)
    plan = propose(services).plan
    (row,) = rows(services)
    assert (row.state, row.reason, row.new) == ("skipped", reason, None)
    assert plan.skipped == {reason: 1}
    assert endpoint.requests == []


def test_an_unreadable_file_is_named_and_the_others_go_on(services_with, tmp_path):
    services, _ = services_with(completion(reply()))
    page(tmp_path)
    (tmp_path / "content" / "biology" / "broken.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    plan = propose(services).plan
    assert any("broken.md" in note for note in plan.notes)
    assert sorted(row.state for row in rows(services)) == ["proposed", "skipped"]


def test_pages_that_are_never_indexed_are_left_out_until_they_are_wished(services_with, tmp_path):
    unlisted = Subject(name="PHYSICS", listed=False)
    services, endpoint = services_with(
        completion(reply()), completion(reply(OTHER)), subjects=(Subject(name="Biology"), unlisted)
    )
    page(tmp_path, no_index=True)
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    plan = propose(services).plan
    assert plan.counts == {"skipped": 2}
    propose(services, include_no_index=True)
    assert {row.state for row in rows(services)} == {"proposed"}


def test_a_list_is_worked_off_in_its_order(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()), completion(reply(OTHER)))
    page(tmp_path)
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    targets = [
        "https://www.example.com/learn/physics/questions/what-is-activation-energy",
        KEY,
        "/learn/biology/questions/no-such-page",
    ]
    plan = propose(services, targets=targets, concurrency=1).plan
    assert [row.key.split("/")[0] for row in rows(services)] == ["physics", "biology"]
    assert plan.counts["missing"] == 1


@pytest.mark.parametrize(
    "name", [".trash/old.md", "biology/more/old.md", "biology/.old.md", "biology/old.txt"]
)
def test_no_text_is_asked_for_a_file_that_is_no_article(services_with, tmp_path, name):
    services, endpoint = services_with()
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    file = tmp_path / "content" / name
    file.parent.mkdir(parents=True)
    page(tmp_path).rename(file)
    assert propose(services, targets=[str(file)]).plan.counts == {"missing": 1}
    with pytest.raises(UsageError, match="there is no folder"):
        propose(services, subject=".trash")
    assert endpoint.requests == []


def test_the_budget_is_kept(services_with, tmp_path):
    services, endpoint = services_with()
    page(tmp_path)
    with pytest.raises(BudgetExceeded):
        propose(services, max_cost=0.000001)
    assert endpoint.requests == []


def test_a_request_that_fails_for_good_is_asked_again_next_time(services_with, tmp_path):
    services, endpoint = services_with(
        failure(400, "context_length_exceeded", "too long"), completion(reply())
    )
    page(tmp_path)
    outcome = propose(services)
    assert (outcome.proposed.failed, rows(services)) == (1, [])
    propose(services)
    assert [row.state for row in rows(services)] == ["proposed"]


def test_a_refusal_of_the_model_is_kept_as_the_reason(services_with, tmp_path):
    services, _ = services_with(completion("", refusal="No."))
    page(tmp_path)
    propose(services)
    (row,) = rows(services)
    assert (row.state, row.reason) == ("skipped", "the model refused: No.")


def test_a_cut_off_reply_is_asked_for_once_more_with_a_larger_cap(services_with, tmp_path):
    services, endpoint = services_with(completion('{"page_desc', finish_reason="length"), completion(reply()))
    page(tmp_path)
    propose(services)
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [3000, 6000]
    assert [row.state for row in rows(services)] == ["proposed"]


def cut_off(content):
    """A reply that its output cap ended."""
    return completion(content, finish_reason="length")


def by_field(services):
    return {row.field: (row.state, row.new, row.reason) for row in rows(services)}


def test_a_reply_cut_off_twice_is_asked_for_no_more_and_its_whole_texts_are_kept(services_with, tmp_path):
    part = reply(OTHER, KEYWORDS[::-1])[:-20]
    services, endpoint = services_with(cut_off(part[:20]), cut_off(part))
    page(tmp_path)
    propose(services, all_articles=True)
    assert len(endpoint.requests) == 2
    reason = "the reply cannot be read; the best part of it is kept: the reply's JSON ends in the middle"
    assert by_field(services) == {
        "page_description": ("proposed", OTHER, None),
        "page_keywords": ("needs_fix", None, reason),
    }


@pytest.mark.parametrize(
    "answer",
    [
        cut_off(json.dumps(reply(OTHER, KEYWORDS[::-1])) + " \n" * 900),
        completion(
            "Plan: {2 fields}. " + json.dumps({"seo_fields": reply(OTHER, KEYWORDS[::-1])}) + "<|im_end|>"
        ),
        completion("", reasoning_content=json.dumps(reply(OTHER, KEYWORDS[::-1]))),
        completion(str(reply(OTHER, KEYWORDS[::-1]))),
        completion(reply(OTHER, KEYWORDS[::-1]), finish_reason="SAFETY"),
    ],
    ids=["white-space", "wrapped", "in-reasoning", "python", "safety"],
)
def test_whole_fields_in_an_odd_reply_cost_one_call(services_with, tmp_path, answer):
    services, endpoint = services_with(answer)
    page(tmp_path)
    propose(services, all_articles=True)
    assert {field: state for field, (state, _, _) in by_field(services).items()} == {
        "page_description": "proposed",
        "page_keywords": "proposed",
    }
    assert len(endpoint.requests) == 1


def test_what_a_cut_off_reply_holds_is_kept_where_the_longer_one_fails(services_with, tmp_path):
    services, _ = services_with(
        cut_off({"page_description": OTHER}), failure(400, message="too many tokens asked")
    )
    page(tmp_path)
    outcome = propose(services, all_articles=True)
    assert outcome.proposed.failed == 0
    states = {field: (state, new) for field, (state, new, _) in by_field(services).items()}
    assert states == {"page_description": ("proposed", OTHER), "page_keywords": ("needs_fix", None)}


def test_a_passing_failure_after_a_cut_off_reply_is_gone_on_from_by_the_next_run(services_with, tmp_path):
    script = (cut_off({"page_description": OTHER}), *[failure(503)] * 3, completion(reply(GOOD, KEYWORDS)))
    services, endpoint = services_with(*script)
    page(tmp_path)
    assert propose(services, all_articles=True).proposed.failed == 1
    assert rows(services) == []
    assert propose(services, all_articles=True).proposed.failed == 0
    assert by_field(services)["page_description"][0] == "proposed"
    assert len(endpoint.requests) == len(script)


def test_a_reply_that_an_earlier_version_paid_for_after_a_second_cut_is_read(services_with, tmp_path):
    services, endpoint = services_with(cut_off("{"), failure(401))
    page(tmp_path)
    with pytest.raises(ModelUnavailable):
        propose(services)
    calls, now = services.ledger.calls, services.now()
    (job,) = services.ledger.database.execute("SELECT max(id) FROM job").fetchone()
    (run,) = services.ledger.database.execute("SELECT max(id) FROM run").fetchone()
    with services.ledger.database.transaction():
        for step, (purpose, answer) in enumerate(
            [("longer", cut_off("{")), ("again", completion(reply()))], 1
        ):
            call = NewCall(job, step, purpose, 1, f"hash {step}", "json_schema", "test-model", None)
            number = calls.open(call, run=run, now=now)
            calls.close(
                number, CallResult(outcome="ok", cost=0, mode="json_schema", reply=answer.content), now=now
            )
    propose(services)
    (row,) = rows(services)
    assert (row.state, row.new) == ("proposed", GOOD)
    assert len(endpoint.requests) == 2


def test_an_endpoint_that_ignores_the_response_format_gets_the_schema_in_the_prompt(services_with, tmp_path):
    services, endpoint = services_with(
        completion("Sure! Enzymes are quick."), completion(reply(GOOD)), completion(reply(OTHER))
    )
    page(tmp_path)
    page(tmp_path, "What is activation energy?", id=2)
    propose(services, concurrency=1)
    formats = [request["response_format"]["type"] for request in endpoint.requests]
    assert formats == ["json_schema", "json_object", "json_object"]
    assert {row.state for row in rows(services)} == {"proposed"}


def test_a_refused_repair_is_not_asked_for_again(services_with, tmp_path):
    services, endpoint = services_with(completion(reply("Enzymes are quick.")), completion("", refusal="No."))
    page(tmp_path)
    propose(services)
    (row,) = rows(services)
    assert (row.state, row.new, row.reason) == ("needs_fix", "Enzymes are quick.", "the model refused: No.")
    assert len(endpoint.requests) == 2


def test_a_repair_that_cannot_be_read_is_asked_for_again_with_what_was_wrong(services_with, tmp_path):
    services, endpoint = services_with(
        completion(reply("Enzymes are quick.")), completion('{"page_description": 7}'), completion(reply())
    )
    page(tmp_path)
    propose(services)
    assert "Your last reply could not be used" in prompts(endpoint)[2]
    assert [(row.state, row.new) for row in rows(services)] == [("proposed", GOOD)]


def test_a_repair_that_is_cut_off_is_asked_for_with_the_larger_cap_and_once_only(services_with, tmp_path):
    short = completion(reply("Enzymes are quick."))
    cut = cut_off('{"page_desc')
    services, endpoint = services_with(short, cut, cut, model={"name": "test-model", "repairs": 5})
    page(tmp_path)
    propose(services)
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [3000, 3000, 6000]
    assert [(row.state, row.new) for row in rows(services)] == [("needs_fix", "Enzymes are quick.")]


def test_offline_proposals_stand_aside_for_a_real_model_and_not_the_other_way(services_with, tmp_path):
    services, endpoint = services_with(completion(reply(OTHER)))
    page(tmp_path)
    propose(services, offline=True)
    (first,) = rows(services)
    propose(services)
    (second,) = rows(services)
    propose(services, offline=True)
    assert (first.offline, second.offline, second.new) == (True, False, OTHER)
    assert rows(services) == [second]


def test_the_offline_model_describes_a_page_by_its_own_sentence(services_with, tmp_path):
    services, _ = services_with()
    page(tmp_path)
    propose(services, offline=True)
    (row,) = rows(services)
    assert (row.state, row.cost) == ("proposed", 0)
    assert row.new.rstrip(".") in read((tmp_path / "content" / f"{KEY}.md").read_bytes()).get("answer")


def test_redo_asks_again_for_what_nobody_approved(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()), completion(reply(OTHER)))
    page(tmp_path)
    propose(services)
    (row,) = rows(services)
    ProposalReview(services).reject_named([row], who="Ada")
    propose(services)
    assert len(endpoint.requests) == 1
    propose(services, redo=True)
    assert [(again.state, again.new) for again in rows(services)] == [("proposed", OTHER)]
    assert rows(services)[0].cost == 2 * row.cost > 0
    services.database.execute("UPDATE call SET cost = NULL WHERE id = 1")
    assert rows(services)[0].cost is None


def test_the_schema_is_strict_and_every_field_may_be_null(services_with, tmp_path):
    services, endpoint = services_with(completion(reply()))
    page(tmp_path)
    propose(services)
    schema = endpoint.requests[0]["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["page_description", "page_keywords"]
    assert all("null" in field["type"] for field in schema["properties"].values())
    assert "90 to 103 characters" in json.dumps(schema)
    assert QUESTION in prompts(endpoint)[0]


def make_version_8(services):
    """Have the ledger hold its questions as version 8 did."""
    with services.database.transaction():
        for table in ("proposal", "job"):
            for number, question in services.database.execute(f"SELECT id, question FROM {table}").fetchall():
                key = hashlib.sha256(normalise_question(question).encode()).hexdigest()
                services.database.execute(f"UPDATE {table} SET question_key = ? WHERE id = ?", (key, number))
    take_back(services.database, 8)
    services.close()


def test_what_version_8_proposed_is_not_asked_again_and_a_redo_is_its_next_generation(
    services_with, tmp_path
):
    page(tmp_path)
    make_version_8(propose_in(services_with))
    services, endpoint = services_with(completion(reply(OTHER)))
    propose(services)
    assert not endpoint.requests
    propose(services, redo=True)
    jobs = services.database.execute(
        "SELECT generation, question_key, identity FROM job ORDER BY id"
    ).fetchall()
    assert [row["generation"] for row in jobs] == [0, 1]
    assert {row["question_key"] for row in jobs} == {question_key(QUESTION)}
    assert len({row["identity"] for row in jobs}) == 1


def propose_in(services_with):
    """Services in which one article has a proposal."""
    services, _ = services_with(completion(reply(GOOD)))
    propose(services)
    return services
