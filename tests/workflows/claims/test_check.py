"""Checking claims: by rules first, then by a model in few calls, recorded, paid once and never believed without a quotation."""

import pytest

from generator.errors import BudgetExceeded, UsageError
from generator.services import Services
from generator.store.ledger.pages import draft_page
from generator.workflows.claims.list import list_claims, show_claims
from generator.workflows.review.decisions.decide import approve_drafts
from generator.workflows.review.decisions.decisions import DraftDecisions
from tests.support.claims import CONTRADICTING, SUPPORTING, check, verifier, with_sources
from tests.support.drafts import QUESTIONS, WHO, draft_of, with_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import Endpoint, completion, failure
from tests.support.services import scripted_services

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
QUOTE = "Pepsin works in the acid stomach at pH 2."


def verdicts(services: Services) -> dict[str, str]:
    """Verdicts by the words of the claims of the draft."""
    return {item.claim.words: item.verdict.name for item in show_claims(services, KEY).claims}


def test_rules_alone_support_and_contradict_with_quotations_and_without_a_call(tmp_path):
    services = with_sources(tmp_path, SUPPORTING)
    outcome = check(services, KEY, rules_only=True)
    assert outcome.endpoint is None and outcome.spend is None
    assert outcome.report.verdicts["supported"] >= 1
    supported = [item for item in show_claims(services, KEY).claims if item.verdict.name == "supported"]
    assert {item.verdict.quote for item in supported} == {SUPPORTING}
    assert draft_of(services).state == "drafted"
    services.close()


def test_what_a_source_contradicts_is_an_error_of_the_field_and_ends_an_approval(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING)
    before = approve_drafts(services, [KEY], reviewer=WHO).decided[0]
    outcome = check(services, KEY, rules_only=True)
    row = draft_of(services)
    assert (row.state, row.sha) == ("needs_fix", before.sha)
    (finding,) = [
        item for item in services.drafts.versions.of(row.id)[-1].findings if item.severity == "error"
    ]
    assert (finding.code, finding.field) == ("claim-contradicted", "points[1].body")
    assert "95 to 23" in finding.message
    assert outcome.needs_person and outcome.report.contradicted == [KEY]
    assert any("approval has lapsed" in note for note in outcome.report.notes)
    assert (services.settings.output_dir / row.path).read_bytes() == services.drafts.data(row)
    again = check(services, KEY, rules_only=True)
    assert again.report.verdicts == outcome.report.verdicts
    assert draft_of(services).version == row.version
    services.close()


def test_a_corrected_source_takes_the_error_back(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING)
    check(services, KEY, rules_only=True)
    (tmp_path / "sources" / "handbook-1.md").write_text(
        f"# Enzymes\n\n{SUPPORTING} Indeed.\n", encoding="utf-8"
    )
    check(services, KEY, rules_only=True)
    assert draft_of(services).state == "drafted"
    services.close()


def test_a_model_finds_judges_and_is_asked_without_seeing_the_words_in_three_calls(tmp_path):
    def judged(claim):
        if claim["words"] == "pH 2":
            return {"verdict": "supported", "passage": "x1", "quote": "the acid stomach at pH 2"}
        if claim["words"].startswith("phenyl"):
            return {"verdict": "contradicted", "passage": "x1", "quote": "made up", "right": "albinism"}
        return None

    endpoint = verifier(
        found=lambda texts: [
            {"kind": "figure", "field": "points[3].body", "words": "pH 2"},
            {"kind": "name", "field": "conclusion", "words": "phenylketonuria"},
            {"kind": "date", "field": "conclusion", "words": "1999"},
        ],
        judged=judged,
        answered=lambda blank: (
            "45 degrees" if "____ degrees" not in blank["sentence"] else "40 degrees Celsius"
        ),
    )
    services = with_sources(tmp_path, QUOTE, endpoint=endpoint)
    outcome = check(services, KEY)
    assert endpoint.schema_names() == ["claims_found", "claims_checked", "claims_answers"]
    found = verdicts(services)
    assert found["pH 2" if "pH 2" in found else "2"] == "supported"
    assert found["phenylketonuria"] == "doubtful"
    assert (outcome.report.dropped, outcome.report.lowered) == (1, 1)
    assert "consistent" in found.values() or "doubtful" in found.values()
    assert "contradicted" not in found.values()
    asked = endpoint.requests[2]["messages"][1]["content"]
    assert "____" in asked
    assert outcome.spend.calls == 3
    row = draft_of(services)
    assert row.state == "drafted" and row.warnings >= 1
    check(services, KEY)
    assert len(endpoint.requests) == 3
    services.close()


def test_agreement_of_models_is_consistent_and_never_supported(tmp_path):
    answers = {"figure": "37 degrees Celsius"}
    endpoint = verifier(
        answered=lambda blank: (
            answers["figure"] if "Celsius" in blank["sentence"] or "near ____" in blank["sentence"] else None
        )
    )
    services = with_sources(tmp_path, QUOTE, endpoint=endpoint)
    check(services, KEY)
    found = verdicts(services)
    assert "supported" not in found.values()
    assert found["37 degrees Celsius"] == "consistent"
    services.close()


def test_an_interrupted_check_goes_on_where_it_stopped(tmp_path):
    calls = []

    def judged(claim):
        return None

    endpoint = verifier(judged=judged)
    reply = endpoint._by

    def once(body):
        calls.append(body["response_format"]["json_schema"]["name"])
        return failure(401) if calls == ["claims_found", "claims_checked"] else reply(body)

    broken = Endpoint(by=once)
    services = with_sources(tmp_path, QUOTE, endpoint=broken)
    with pytest.raises(Exception, match="401|key"):
        check(services, KEY)
    check(services, KEY)
    assert calls.count("claims_found") == 1
    assert calls[-2:] == ["claims_checked", "claims_answers"]
    services.close()


def test_a_cap_that_no_call_fits_under_ends_the_run_before_the_first(tmp_path):
    endpoint = verifier()
    services = with_sources(tmp_path, QUOTE, endpoint=endpoint)
    with pytest.raises(BudgetExceeded):
        check(services, KEY, max_cost=0.000001)
    assert endpoint.requests == []
    services.close()


def test_replies_that_cannot_be_read_leave_what_the_rules_say(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING, endpoint=Endpoint(by=lambda _: completion("no JSON")))
    outcome = check(services, KEY)
    assert outcome.report.failed == 1 and outcome.needs_person
    assert draft_of(services).state == "needs_fix"
    services.close()


def test_the_offline_model_answers_all_tasks(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING)
    outcome = check(services, KEY, offline=True)
    assert outcome.report.failed == outcome.report.dropped == outcome.report.lowered == 0
    assert outcome.spend.calls >= 2
    assert "contradicted" in verdicts(services).values()
    services.close()


def test_without_a_key_the_rules_alone_check(tmp_path):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    services = Services(scripted_services(tmp_path).settings, environment={})
    assert services.ledger.calls.has_model_replies()
    assert check(services, KEY).endpoint is None
    services.close()


def test_an_edit_of_a_sentence_voids_its_verdict_and_no_other(tmp_path):
    services = with_sources(tmp_path, SUPPORTING, QUOTE)
    check(services, KEY, rules_only=True)
    row = draft_of(services)
    file = services.settings.output_dir / row.path
    file.write_bytes(file.read_bytes().replace(b"about 75 to 23 kilo", b"about 74 to 23 kilo"))
    found = verdicts(services)
    assert "supported" not in found.values()
    assert any("74" in words for words in found)
    file.write_bytes(file.read_bytes().replace(b"about 74 to 23 kilo", b"about 75 to 23 kilo"))
    assert "supported" in verdicts(services).values()
    services.close()


def test_published_pages_that_a_source_contradicts_are_listed_for_a_rewrite(tmp_path):
    services = with_sources(
        tmp_path, "In 1803, France sold the vast Louisiana Territory to the United States."
    )
    wrong = "In 1805, France sold the vast Louisiana Territory to the United States."
    publish_by_hand(tmp_path, article("What was sold?", id=7))
    page = tmp_path / "content" / "biology" / "what-was-sold.md"
    page.write_bytes(
        page.read_bytes().replace(
            b"Enzymes speed up chemical", wrong.encode() + b" Enzymes speed up chemical", 1
        )
    )
    outcome = check(services, published=(page,), rules_only=True)
    assert outcome.report.pages == 1
    (listed,) = list_claims(services, published=True)
    assert listed.name in str(page)
    assert {item.claim.words for item in listed.claims} >= {"1805"}
    page.write_bytes(page.read_bytes().replace(b"1805", b"1803"))
    assert list_claims(services, published=True) == []
    services.close()


def test_something_must_be_named(tmp_path):
    services = with_sources(tmp_path, QUOTE)
    with pytest.raises(UsageError, match="name drafts"):
        check(services, states=())
    with pytest.raises(UsageError, match="no draft is named"):
        check(services, "biology/none")
    services.close()


def test_a_model_of_the_same_family_is_warned_about(tmp_path):
    notes = []

    class Notes:
        def __getattr__(self, name):
            from generator.workflows.engine.progress import NoProgress

            return notes.append if name == "note" else getattr(NoProgress(), name)

    from generator.workflows.claims.check import check_claims
    from generator.workflows.claims.requests import CheckRequest
    from generator.workflows.pages.examiner import same_family

    services = with_sources(tmp_path, QUOTE, endpoint=verifier(), claims={"model": "test-other"})
    check_claims(services, CheckRequest(names=(KEY,)), Notes())
    assert any("one family" in note for note in notes)
    assert same_family("gpt-6-sol", "openai/gpt-5.4-mini")
    assert not same_family("gpt-6-sol", "claude-5")
    services.close()


def test_the_key_of_the_writer_goes_to_no_other_address(tmp_path):
    services = with_sources(tmp_path, QUOTE, claims={"model": "m", "base_url": "http://elsewhere.example/v1"})
    endpoint = services.examiner_endpoint("claims", services.endpoint())
    assert (endpoint.model, endpoint.api_key) == ("m", None)
    services.close()


def test_rows_keep_what_a_model_said_when_rules_decide_nothing(tmp_path):
    endpoint = verifier(judged=lambda claim: {"verdict": "doubtful"})
    services = with_sources(tmp_path, QUOTE, endpoint=endpoint)
    check(services, KEY)
    before = verdicts(services)
    check(services, KEY, rules_only=True)
    assert verdicts(services) == before
    assert services.claims.of(draft_page(draft_of(services).job))
    assert DraftDecisions(services) is not None
    services.close()
