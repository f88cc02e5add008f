"""Claims checked while drafting: what a source contradicts is repaired and checked again, doubts change no text."""

import copy
import io
from pathlib import Path

import pytest

from generator.errors import ModelUnavailable, UsageError
from generator.store.ledger.pages import draft_page
from generator.workflows.claims.list import show_claims
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.claims import CONTRADICTING, SUPPORTING, verifier
from tests.support.drafts import QUESTIONS, draft_of
from tests.support.replies import GOOD, Endpoint, completion, failure
from tests.support.services import rows, scripted_services

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


def services_over(folder: Path, endpoint: Endpoint, *documents: str, **changes):
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    for number, text in enumerate(documents):
        (sources / f"s{number}.md").write_text(f"# Enzymes speed up chemical reactions\n\n{text}\n")
    changes.setdefault("context", {"grounding": "preferred"})
    return scripted_services(folder, endpoint, sources_dir=sources, **changes)


def draft(services, **options):
    source = QuestionSource(io.BytesIO(QUESTIONS[0].encode()), "q.txt", "q.txt", "Biology")
    plan = PlanRequest(source, date="2026-01-31")
    outcome = draft_list(
        services, DraftRequest(plan, concurrency=1, check_claims=True, **options), NoProgress()
    )
    if outcome.error is not None:
        raise outcome.error
    return outcome


def writer(repaired_body=None):
    def reply(body):
        if body["response_format"]["json_schema"]["name"] == "article_draft":
            return completion(GOOD)
        point = {"number": 2, "heading": None, "body": repaired_body, "passages": None}
        return completion(
            {
                "introduction": None,
                "points": [point],
                "conclusion": None,
                "page_description": None,
                "page_keywords": None,
            }
        )

    return reply


BODY = copy.deepcopy(GOOD["points"][1]["body"])


def test_what_a_source_contradicts_is_repaired_with_its_quotation_and_checked_again(tmp_path):
    endpoint = verifier(otherwise=writer(BODY.replace("75", "95")))
    services = services_over(tmp_path, endpoint, CONTRADICTING)
    draft(services)
    tasks = endpoint.schema_names()
    assert tasks[:4] == ["article_draft", "claims_found", "claims_checked", "claims_answers"]
    assert tasks[4] == "article_repair"
    assert CONTRADICTING in endpoint.requests[4]["messages"][1]["content"]
    row = draft_of(services)
    assert row.state == "drafted" and "95 to 23" in services.drafts.data(row).decode()
    found = {item.claim.words: item.verdict.name for item in show_claims(services, KEY).claims}
    assert "contradicted" not in found.values() and "supported" in found.values()
    assert not show_claims(services, KEY).open
    second = [request for request in endpoint.requests if "claims_found" in str(request["response_format"])][
        1
    ]
    assert "Hexokinase" not in second["messages"][1]["content"]
    services.close()


def test_a_repair_that_states_it_again_leaves_a_draft_to_fix(tmp_path):
    endpoint = verifier(otherwise=writer(BODY))
    services = services_over(tmp_path, endpoint, CONTRADICTING)
    draft(services)
    row = draft_of(services)
    assert row.state == "needs_fix" and "claim-contradicted" in row.reason
    assert endpoint.schema_names().count("article_repair") == 2
    services.close()


def test_a_doubt_is_a_warning_and_changes_no_text(tmp_path):
    endpoint = verifier(
        otherwise=writer(), judged=lambda claim: {"verdict": "contradicted", "right": "other"}
    )
    services = services_over(tmp_path, endpoint)
    draft(services)
    row = draft_of(services)
    assert row.state == "drafted" and row.warnings and "article_repair" not in endpoint.schema_names()
    assert {item.verdict.name for item in show_claims(services, KEY).claims} == {"doubtful"}
    services.close()


def test_after_an_interruption_nothing_is_paid_twice(tmp_path):
    good = verifier(otherwise=writer(BODY.replace("75", "95")))
    broken = []

    def reply(body):
        name = body["response_format"]["json_schema"]["name"]
        if name == "claims_checked" and not broken:
            broken.append(name)
            return failure(401)
        return good._by(body)

    endpoint = Endpoint(by=reply)
    services = services_over(tmp_path, endpoint, CONTRADICTING)
    with pytest.raises(Exception, match="401|key"):
        draft(services)
    draft(services)
    tasks = endpoint.schema_names()
    assert tasks.count("article_draft") == 1
    assert tasks[:4] == ["article_draft", "claims_found", "claims_checked", "claims_checked"]
    assert draft_of(services).state == "drafted"
    services.close()


def test_another_model_checks_at_its_own_address_under_the_cap_of_the_run(tmp_path):
    endpoint = verifier(otherwise=writer())
    services = services_over(tmp_path, endpoint, claims={"model": "other"})
    with pytest.raises(UsageError, match="other"):
        draft(services, max_cost=1.0)
    services.close()
    prices = {name: {"input": 1, "cached_input": "0.1", "output": 10} for name in ("test-model", "other")}
    services = services_over(tmp_path, endpoint, claims={"model": "other"}, prices=prices)
    outcome = draft(services, max_cost=1.0)
    assert {request["model"] for request in endpoint.requests} == {"test-model", "other"}
    assert outcome.spend.calls == len(endpoint.requests)
    services.close()


def test_offline_the_rules_check_alone_and_the_sentences_of_passages_are_supported(tmp_path):
    services = services_over(
        tmp_path,
        Endpoint(),
        SUPPORTING,
        *[f"Enzymes speed up chemical reactions in case {n}." for n in range(3)],
    )
    draft(services, offline=True)
    for row in services.drafts.all():
        assert all(item.found_by == "rules" for item in services.claims.of(draft_page(row.job)))
    services.close()


class Notes(NoProgress):
    def __init__(self):
        self.lines = []

    def note(self, text):
        self.lines.append(text)


def draft_many(services, progress):
    asked = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(30)))
    plan = PlanRequest(QuestionSource(asked, "q.csv", "q.csv"), date="2026-01-31", near="allow")
    return draft_list(services, DraftRequest(plan, concurrency=1, check_claims=True), progress)


def refuses_to_check(*words):
    """A verifier that refuses to look at articles with one of these words in the request."""
    willing = verifier(otherwise=lambda _: completion(GOOD))

    def reply(body):
        name = body["response_format"]["json_schema"]["name"]
        asked = body["messages"][1]["content"]
        if name != "article_draft" and any(word in asked for word in words):
            return completion("", refusal="No.")
        return willing.answer(body)

    return Endpoint(by=reply)


def test_a_draft_whose_check_failed_is_named(tmp_path):
    progress, services = (
        Notes(),
        services_over(tmp_path, refuses_to_check("enzyme 4 ", "enzyme 17 "), SUPPORTING),
    )
    outcome = draft_many(services, progress)
    assert outcome.error is None and outcome.drafted.states["drafted"] == 30
    named = [line for line in progress.lines if "the claims are not checked: the model refused: No." in line]
    assert [line.partition(":")[0] for line in named] == [
        f"What does enzyme {number} of the liver cell do?" for number in (4, 17)
    ]


def test_a_verifier_that_never_answers_ends_the_run(tmp_path):
    endpoint = refuses_to_check("enzyme")
    services = services_over(tmp_path, endpoint, SUPPORTING)
    outcome = draft_many(services, NoProgress())
    assert isinstance(outcome.error, ModelUnavailable)
    assert "the first 10 claim checks all ended with the same failure" in str(outcome.error)
    assert len(endpoint.requests) == 20
    assert outcome.left == 21
