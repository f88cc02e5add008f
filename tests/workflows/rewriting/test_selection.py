"""Which pages are rewritten: by rule, by list, by name; the most visited first, and none that should be withdrawn."""

import io

import pytest

from generator.cli.seo.output import show_hold_out
from generator.content.checks import rewriting as rewriting_rules
from generator.content.claims.claim import Claim
from generator.content.claims.verdict import Verdict
from generator.content.drafts.rewrite import REWRITTEN
from generator.content.frontmatter import patch
from generator.errors import UsageError
from generator.store.ledger.claims import CheckedClaim
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.store.ledger.pages import file_page
from generator.workflows.audit.audit import audited_rules
from generator.workflows.engine.progress import NoProgress
from generator.workflows.publish.withdrawal import Withdrawer
from generator.workflows.rewriting import selection
from generator.workflows.rewriting.requests import PageListSource, PageSelection, RewriteRequest
from generator.workflows.rewriting.rewrite import estimate_rewrites
from generator.workflows.seo.hold_out import HeldOutPages, find_hold_out
from generator.workflows.seo.report import seo_report
from tests.support.drafts import WHO
from tests.support.replies import GOOD
from tests.support.rewrites import (
    ENZYMES,
    KEY,
    OTHER,
    OTHER_KEY,
    publish_page,
    publish_rewrite,
    rewrite,
    rewrite_of,
)
from tests.support.search_data import import_pages


def by_rule(*codes):
    return PageSelection(rules=codes)


def listed(text, name="corrections.csv", encoding="utf-8"):
    return PageSelection(listed=PageListSource(io.BytesIO(text.encode(encoding)), name))


def estimated(services, pages, **changes):
    request = RewriteRequest(pages, **changes)
    return estimate_rewrites(services, request, NoProgress())


def told(services, key=KEY):
    return rewritten_page_of(services.ledger.jobs.get(rewrite_of(services, key).job))


def test_a_rule_selects_the_pages_that_fail_it(tmp_path, rewriting):
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42, cut_off=False)
    services, endpoint = rewriting()
    outcome = rewrite(services, pages=by_rule("cut-off"))
    assert outcome.plan.rules == {"cut-off": 1} and outcome.plan.first_pages == [KEY]
    assert [item.code for item in told(services).findings] == ["cut-off", "description-twice"]
    assert len(endpoint.requests) == 1


def test_the_findings_of_the_rules_come_first_and_others_on_the_texts_follow(tmp_path, rewriting):
    page = publish_page(tmp_path)
    text = page.read_text(encoding="utf-8").replace(
        GOOD["page_description"], "This content explains enzymes."
    )
    page.write_bytes(text.replace("score: -1.0\n", "").encode())
    services, _ = rewriting()
    rewrite(services, pages=by_rule("description-self-reference"))
    codes = [item.code for item in told(services).findings]
    assert codes[0] == "description-self-reference" and "cut-off" in codes
    assert "score-missing" not in codes


def test_a_rule_that_does_not_exist_is_named(rewriting):
    services, _ = rewriting()
    with pytest.raises(UsageError, match="no rule is called 'cut-of'"):
        rewrite(services, pages=by_rule("cut-of"))


def test_pages_are_selected_in_one_way(rewriting):
    services, _ = rewriting()
    for pages in (PageSelection(), PageSelection(names=(KEY,), rules=("cut-off",))):
        with pytest.raises(UsageError, match="in one way"):
            rewrite(services, pages=pages)


def test_a_name_that_fits_no_page_is_refused_before_anything_is_planned(rewriting):
    services, endpoint = rewriting()
    with pytest.raises(UsageError, match="no published article is named 'biology/what'"):
        rewrite(services, KEY, "biology/what")
    assert endpoint.requests == [] and services.ledger.jobs.is_empty()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_list_of_corrections_tells_the_model_what_readers_say(rewriting, encoding):
    services, endpoint = rewriting()
    rows = f"url,note,reporter\nhttps://quicktakes.example/learn/{KEY.replace('/', '/questions/')},“A million” is too many,Ada\n"
    outcome = rewrite(services, pages=listed(rows, encoding=encoding))
    assert outcome.plan.counts == {"new": 1}
    page = told(services)
    assert (page.note, page.reporters) == ("“A million” is too many", ("Ada",))
    asked = endpoint.requests[0]["messages"][1]["content"]
    assert "<comment>\n“A million” is too many\n</comment>" in asked and "Ada" not in asked


def test_several_corrections_of_one_page_are_one_request(rewriting):
    services, endpoint = rewriting()
    rows = f"url,note,reporter\n{KEY},One.,Ada\n{KEY}.md,Two.,Bob\n/learn/{KEY.replace('/', '/questions/')},One.,Ada\n"
    rewrite(services, pages=listed(rows), note="All.")
    page = told(services)
    assert (page.note, page.reporters) == ("All.\nOne.\nTwo.", ("Ada", "Bob"))
    assert len(endpoint.requests) == 1


def test_lines_of_a_list_that_name_no_page_are_reported_and_the_others_are_used(rewriting):
    services, _ = rewriting()
    outcome = rewrite(services, pages=listed(f"biology/gone\n{KEY.split('/')[1]}\n", "pages.txt"))
    assert outcome.plan.counts == {"new": 1, "skipped": 1}
    assert outcome.plan.notes == ["pages.txt:1: no published article is named 'biology/gone'"]


def test_pages_that_are_visited_most_come_first(tmp_path, rewriting):
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    services, _ = rewriting()
    pages = by_rule("cut-off")
    assert estimated(services, pages, limit=1).plan.first_pages == [OTHER_KEY]
    import_pages(services, tmp_path, {KEY: (12, 400, 3.0), OTHER_KEY: (3, 900, 8.0)})
    plan = estimated(services, pages, limit=1).plan
    assert (plan.first_pages, plan.limited) == ([KEY], True)


def test_a_page_to_be_withdrawn_is_proposed_and_not_paid_for(tmp_path, rewriting, monkeypatch):
    publish_page(tmp_path)
    rules = {**rewriting_rules.REWRITE_RULES, "cut-off": "withdraw"}
    monkeypatch.setattr(selection, "REWRITE_RULES", rules)
    services, endpoint = rewriting()
    outcome = rewrite(services, pages=by_rule("cut-off"))
    (proposed,) = outcome.plan.withdraw
    assert (proposed.key, proposed.code, outcome.plan.to_ask) == (KEY, "cut-off", 0)
    assert outcome.needs_person and endpoint.requests == []
    assert rewrite(services, KEY).plan.counts == {"new": 1}, "whoever names the page decides otherwise"


@pytest.mark.parametrize("code", ["bound-to-course", "cut-off"])
def test_a_withdrawn_page_that_a_rule_selects_needs_nobody(tmp_path, rewriting, code):
    question = "What will be on the final exam of this course?"
    page = publish_page(tmp_path, question)
    publish_page(tmp_path, OTHER, id=42, cut_off=False)
    key = page.relative_to(tmp_path / "content").with_suffix("").as_posix()
    services, endpoint = rewriting()
    Withdrawer(services).withdraw(key, reason="bound to one course", who=WHO)
    assert page.exists()
    outcome = rewrite(services, pages=by_rule(code))
    assert (outcome.plan.counts, outcome.plan.withdraw) == ({"withdrawn": 1}, [])
    assert not outcome.needs_person and outcome.plan.notes == [] and endpoint.requests == []
    assert estimated(services, by_rule(code)).plan.counts == {"withdrawn": 1}
    assert rewrite(services, key).plan.notes == [f"{key}.md: was withdrawn: bound to one course"]


def test_an_estimate_asks_nothing_and_writes_nothing(rewriting):
    services, endpoint = rewriting()
    planned = estimated(services, by_rule("cut-off"))
    assert planned.plan.to_ask == planned.estimate.calls == 1
    assert planned.estimate.typical > 0 and planned.estimate.most > planned.estimate.typical
    assert endpoint.requests == [] and services.ledger.jobs.is_empty()
    batch = estimate_rewrites(services, RewriteRequest(by_rule("cut-off")), NoProgress(), in_batches=True)
    assert batch.estimate.typical < planned.estimate.typical


def record_verdicts(services, **verdicts):
    """Record what a check said of a word of the introduction of the page; the claims are in one sentence."""
    sentence = GOOD["introduction"].split(". ")[1]
    start = GOOD["introduction"].index(sentence)
    checked = []
    for word, name in verdicts.items():
        at = start + sentence.index(word)
        claim = Claim("figure", word, sentence, "introduction", at, at + len(word), start)
        quote = "thousands of times"
        checked.append(
            CheckedClaim(
                claim, Verdict(name, "exact", "s1", "Handbook", quote, "thousands", "says otherwise")
            )
        )
    with services.database.transaction():
        services.claims.record(file_page(f"{KEY}.md"), checked, now=services.now())


def test_a_claim_that_a_source_contradicts_selects_its_page(rewriting):
    services, endpoint = rewriting()
    record_verdicts(services, millions="contradicted", times="doubtful")
    outcome = rewrite(services, pages=by_rule("claim-contradicted"))
    assert outcome.plan.counts == {"new": 1}
    codes = [item.code for item in told(services).findings]
    assert codes[0] == "claim-contradicted" and codes.count("claim-doubtful") == 1
    assert "thousands of times" in endpoint.requests[0]["messages"][1]["content"]


@pytest.mark.parametrize("rules", [("cut-off",), ("cut-off", "claim-contradicted")])
def test_a_page_that_a_rule_of_the_audit_selects_brings_its_unsettled_claims(rewriting, rules):
    services, endpoint = rewriting()
    record_verdicts(services, millions="contradicted", times="doubtful")
    rewrite(services, pages=by_rule(*rules))
    codes = [item.code for item in told(services).findings]
    assert set(codes[: len(rules)]) == set(rules)
    assert (codes.count("claim-contradicted"), codes.count("claim-doubtful")) == (1, 1)
    assert "thousands of times" in endpoint.requests[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    ("code", "question", "least_words"),
    [
        ("too-short", ENZYMES, 5_000),
        ("bound-to-date", "What are the latest findings about enzymes?", 1),
    ],
)
def test_a_rule_that_reports_on_request_only_selects_pages(tmp_path, rewriting, code, question, least_words):
    publish_page(tmp_path, question, cut_off=False)
    services, _ = rewriting(limits={"answer": {"words": {"min": least_words, "max": 9_000}}})
    plan = estimated(services, by_rule(code)).plan
    assert plan.rules[code] >= 1 and plan.to_ask == plan.rules[code]


def test_a_page_bound_to_a_course_is_proposed_for_withdrawal(tmp_path, rewriting):
    question = "What will be on the final exam of this course?"
    publish_page(tmp_path, question, cut_off=False)
    services, _ = rewriting()
    plan = estimated(services, by_rule("bound-to-course")).plan
    assert [item.code for item in plan.withdraw] == ["bound-to-course"] and plan.to_ask == 0


def test_a_rule_on_request_that_is_not_named_selects_and_withdraws_nothing(tmp_path, rewriting):
    publish_page(tmp_path, "What will be on the final exam of this course?")
    services, _ = rewriting()
    plan = estimated(services, by_rule("cut-off")).plan
    assert plan.to_ask == 1 and plan.withdraw == []


@pytest.mark.parametrize("rule", audited_rules(), ids=lambda rule: rule.code)
def test_a_rule_whose_findings_a_rewrite_cannot_remove_is_refused(rewriting, rule):
    services, endpoint = rewriting()
    fixed_by_texts = not REWRITTEN.isdisjoint(rule.fields)
    if fixed_by_texts or rule.code in rewriting_rules.REWRITE_RULES:
        estimated(services, by_rule(rule.code))
    else:
        with pytest.raises(UsageError, match=rf"{rule.code}: a rewrite .*generator "):
            estimated(services, by_rule(rule.code))
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("score-missing", "audit --fix --rule score-missing"),
        ("related-dead", "audit --fix --rule related-dead"),
        ("related-twice", "audit --fix --rule related-twice"),
        ("question-twice", "duplicates find"),
        ("id-twice", "audit --rule id-twice"),
        ("canonical-target", "audit --rule canonical-target"),
    ],
)
def test_a_refusal_of_a_rule_says_what_to_run(rewriting, code, remedy):
    services, _ = rewriting()
    with pytest.raises(UsageError, match=f"generator {remedy}"):
        estimated(services, by_rule(code))


def test_a_missing_field_selects_a_page_only_if_a_rewrite_fills_it(tmp_path, rewriting):
    page = publish_page(tmp_path)
    text = page.read_text(encoding="utf-8")
    page.write_bytes(patch(text, {"seo.title": ""}).encode())
    other = publish_page(tmp_path, OTHER, id=42)
    other.write_bytes(patch(other.read_text(encoding="utf-8"), {"seo.page_keywords": ""}).encode())
    services, _ = rewriting()
    assert estimated(services, by_rule("field-missing")).plan.first_pages == [OTHER_KEY]


@pytest.mark.parametrize("field", ["canonical", "canonical_url"])
def test_a_page_that_search_engines_do_not_show_is_rewritten_only_if_a_person_names_it(
    tmp_path, rewriting, field
):
    page = publish_page(tmp_path)
    elsewhere = "https://quicktakes.example/learn/biology/questions/what-is-a-substrate"
    page.write_bytes(
        page.read_bytes().replace(b"\nquestion:", f"\n{field}: {elsewhere}\nquestion:".encode(), 1)
    )
    publish_page(tmp_path, OTHER, id=42)
    services, _ = rewriting()
    plan = estimated(services, by_rule("cut-off")).plan
    assert (plan.counts, plan.first_pages) == ({"canonical": 1, "new": 1}, [OTHER_KEY])
    assert estimated(services, listed(f"{KEY}\n", "pages.txt")).plan.to_ask == 1
    assert rewrite(services, KEY).plan.counts == {"new": 1}


@pytest.mark.parametrize("line", ["no_index: true", f"canonical: /learn/{KEY.replace('/', '/questions/')}"])
def test_a_hidden_page_and_one_that_names_itself_are_selected_by_rule(tmp_path, rewriting, line):
    page = publish_page(tmp_path)
    page.write_bytes(page.read_bytes().replace(b"\nquestion:", f"\n{line}\nquestion:".encode(), 1))
    services, _ = rewriting()
    assert estimated(services, by_rule("cut-off")).plan.to_ask == 1


def hold_out(services, key, *, held_out=True):
    services.proposals.hold_outs.assign(f"{key}.md", held_out=held_out, share=0.2, now=services.now())


def test_a_rule_leaves_out_pages_that_are_held_out(tmp_path, rewriting):
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    services, endpoint = rewriting()
    hold_out(services, OTHER_KEY)
    hold_out(services, KEY, held_out=False)
    assert estimated(services, by_rule("cut-off")).plan.counts == {"held_out": 1, "new": 1}
    outcome = rewrite(services, pages=by_rule("cut-off"))
    assert outcome.plan.counts == {"held_out": 1, "new": 1}
    assert (outcome.plan.first_pages, outcome.needs_person, len(endpoint.requests)) == ([KEY], False, 1)
    services.proposals.hold_outs.end(now=services.now())
    assert rewrite(services, pages=by_rule("cut-off")).plan.counts == {"drafted": 1, "new": 1}


@pytest.mark.parametrize("pages", [PageSelection(names=(KEY,)), "listed"])
def test_a_page_that_a_person_names_is_rewritten_with_a_note_and_leaves_once_that_is_published(
    tmp_path, rewriting, capsys, pages
):
    publish_page(tmp_path)
    services, _ = rewriting()
    hold_out(services, KEY)
    selected = listed(f"page\n{KEY}\n") if pages == "listed" else pages
    plan = rewrite(services, pages=selected).plan
    assert plan.counts == {"new": 1}
    assert plan.notes == [f"{KEY}.md: held out for comparison until this rewrite is published"]
    hold_outs = services.proposals.hold_outs
    assert hold_outs.held_out() == {f"{KEY}.md"}
    assert publish_rewrite(services).refused == []
    current = hold_outs.open()
    assert (hold_outs.held_out(), hold_outs.pages(current)) == (frozenset(), {})
    assert hold_outs.rewritten(current) == {f"{KEY}.md"}
    found = find_hold_out(services)
    assert (found.held_out, found.asked, found.left) == (0, 0, 1)
    import_pages(services, tmp_path, {KEY: (1, 10, 2.0)})
    compared = seo_report(services, NoProgress()).search
    assert compared is not None and compared.left_hold_out == 1
    show_hold_out(found, as_json=False)
    assert "1 page left the hold-out: a rewrite was published" in capsys.readouterr().out
    pages = HeldOutPages(hold_outs, 0.2)
    assert not pages.is_left_alone(f"{KEY}.md") and not pages.is_to_be_held_out(f"{KEY}.md")


def test_a_rewrite_before_or_after_the_hold_out_ends_no_membership(tmp_path, rewriting):
    publish_page(tmp_path)
    services, _ = rewriting()
    rewrite(services)
    publish_rewrite(services)
    hold_outs = services.proposals.hold_outs
    later = "2099-01-01T00:00:00.000+00:00"
    hold_outs.assign(f"{KEY}.md", held_out=True, share=0.2, now=later)
    assert hold_outs.held_out() == {f"{KEY}.md"}
    ended = hold_outs.end(now=later)
    services.now = lambda: "2099-02-01T00:00:00.000+00:00"
    rewrite(services)
    publish_rewrite(services)
    assert (hold_outs.pages(ended), hold_outs.rewritten(ended)) == ({f"{KEY}.md": True}, frozenset())
