"""The command line of search fields: what it prints where, its exit codes, and the whole road with the offline model."""

import json

import pytest

from generator.cli import main
from generator.config import load_settings
from generator.content.findings import Finding
from generator.content.frontmatter import read
from generator.services import Services
from tests.support.seo_pages import ENERGY_ANSWER, GOOD, KEY, LONG, page

SECOND = "What is activation energy?"
SECOND_KEY = "physics/what-is-activation-energy"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with two articles and settings, as the current one."""
    (tmp_path / "config.yaml").write_text(
        "content_dir: content\nsubjects: [Biology, Physics]\npublish: {allow_offline: true}\n"
        "review: {reviewer: Ada}\n",
        encoding="utf-8",
    )
    page(tmp_path)
    page(tmp_path, SECOND, "Physics", id=2, answer=ENERGY_ANSWER, description=GOOD)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    code = main(["seo", *[str(argument) for argument in arguments]])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def description(site):
    return read((site / "content" / f"{KEY}.md").read_bytes()).get("seo.page_description")


def test_without_a_key_the_offline_model_proposes_and_the_text_can_be_applied(site, capsys):
    code, out, err = run(capsys, "propose")
    assert (code, "1 proposed" in out, "1 without a finding" in out) == (0, True, True)
    assert "offline model" in err
    assert description(site) == LONG
    code, out, _ = run(capsys, "apply", "--clean")
    assert (code, out.startswith("1 file changed, 1 field")) == (0, True)
    assert description(site) != LONG


def test_diff_and_list_show_lengths_as_searchers_see_them(site, capsys):
    run(capsys, "propose")
    code, (row,) = run_json(capsys, "list")
    assert (code, row["old_length"], row["new_length"]) == (0, 38 + len(LONG), 38 + len(row["new"]))
    out = run(capsys, "diff")[1]
    assert f"-  {38 + len(LONG)}  {LONG}" in out
    assert f"+  {38 + len(row['new'])}  {row['new']}" in out


def test_a_plan_writes_nothing_and_shows_the_cost_of_a_thousand(site, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    (site / "config.yaml").write_text(
        "content_dir: content\nprices: {gpt-6-luna: {input: 1, cached_input: 0.1, output: 10}}\n",
        encoding="utf-8",
    )
    code, plan = run_json(capsys, "propose", "--plan")
    estimate = plan["estimate"]
    assert (code, plan["articles"], estimate["calls"]) == (0, {"new": 1, "fine": 1}, 1)
    assert estimate["typical_usd_per_thousand"] == pytest.approx(1000 * estimate["typical_usd"])
    assert run_json(capsys, "list") == (0, [])
    assert "a thousand articles" in run(capsys, "propose", "--plan")[1]


def test_a_plan_tells_the_likely_cost_and_a_cap_that_would_not_stop_the_run(site, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    (site / "config.yaml").write_text(
        "content_dir: content\nprices: {gpt-6-luna: {input: 1, cached_input: 0.1, output: 10}}\n",
        encoding="utf-8",
    )
    out = run(capsys, "propose", "--plan")[1]
    estimate = run_json(capsys, "propose", "--plan")[1]["estimate"]
    low, high = estimate["likely"]["usd"]
    assert 0 < low < estimate["typical_usd"] < high < estimate["safe_max_cost_usd"]
    assert f"--max-cost {estimate['safe_max_cost_usd']:.2f} is enough for all" in out
    assert "likely $" in out
    assert "at most" not in out


def test_a_plan_for_a_named_model_is_for_that_model_without_its_key_too(site, capsys):
    code, out, err = run(capsys, "propose", "--plan", "--model", "gpt-6-sol")
    assert (code, "to gpt-6-sol" in out) == (0, True)
    assert "OPENAI_API_KEY is not set: this plans gpt-6-sol" in err
    assert run_json(capsys, "propose", "--plan", "--model", "gpt-6-sol")[1]["model"] == "gpt-6-sol"
    assert run_json(capsys, "propose", "--plan")[1]["model"] == "offline-extractive"
    assert (
        run_json(capsys, "propose", "--plan", "--offline", "--model", "gpt-6-sol")[1]["model"]
        == "offline-extractive"
    )


def test_a_run_that_an_error_ends_is_one_object_with_what_came_of_it(site, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    (site / "config.yaml").write_text(
        "content_dir: content\nprices: {gpt-6-luna: {input: 1, cached_input: 0.1, output: 10}}\n",
        encoding="utf-8",
    )
    code, result = run_json(capsys, "propose", "--max-cost", "0")
    assert (code, result["error"]["kind"], result["left"]) == (1, "budget-exceeded", 1)


def test_an_approval_is_what_apply_takes_by_default(site, capsys):
    run(capsys, "propose")
    assert run_json(capsys, "apply")[1]["changed"] == []
    assert run(capsys, "approve", KEY, "--reviewer", "Ada")[0] == 0
    assert run_json(capsys, "apply", "--dry-run")[1]["changed"] == [f"{KEY}.md"]
    assert description(site) == LONG
    assert run_json(capsys, "apply")[1]["changed"] == [f"{KEY}.md"]


def test_all_clean_ones_are_approved_at_once(site, capsys):
    run(capsys, "propose", "--all")
    count = run_json(capsys, "approve", "--clean")[1]["approved"]
    assert count == len(run_json(capsys, "list", "--state", "approved")[1]) > 0


def test_what_is_rejected_is_not_proposed_again(site, capsys):
    run(capsys, "propose")
    run(capsys, "reject", KEY, "--note", "no")
    assert run_json(capsys, "propose")[1]["articles"] == {"settled": 1, "fine": 1}


def test_a_list_from_a_file_is_followed_and_what_is_missing_is_named(site, capsys):
    (site / "list.csv").write_text(
        f"https://www.example.com/learn/{KEY.replace('/', '/questions/')},120\nno-such-page,3\n",
        encoding="utf-8",
    )
    code, out, err = run(capsys, "propose", "--from", "list.csv")
    assert (code, "1 proposed" in out, "no-such-page: there is no such article" in err) == (1, True, True)


def test_what_many_missing_pages_are_called_is_counted_to_the_last(site, capsys):
    (site / "list.txt").write_text("".join(f"no-such-page-{number}\n" for number in range(1_005)))
    for plan in ("--plan", "--all"):
        _, _, err = run(capsys, "propose", "--from", "list.txt", plan)
        assert "... and 985 more" in err
        assert len(run_json(capsys, "propose", "--from", "list.txt", plan)[1]["notes"]) == 1_000


def test_paths_choose_articles(site, capsys):
    run(capsys, "propose", "content/physics", "--all")
    assert {row["key"].split("/")[0] for row in run_json(capsys, "list")[1]} == {"physics"}


def test_a_refused_proposal_ends_with_exit_code_one(site, capsys):
    run(capsys, "propose")
    file = site / "content" / f"{KEY}.md"
    file.write_text(file.read_text().replace("again and again", "for ever"), encoding="utf-8")
    code, out, err = run(capsys, "apply", "--clean")
    assert (code, "question or answer was changed" in err) == (1, True)


def test_the_report_is_one_page_that_needs_nothing_else(site, capsys):
    answer = "<b>Osmosis</b> moves water through a membrane from a dilute solution into a concentrated one.\\n\\nThat is all."
    page(
        site, "What is <b>osmosis</b>?", id=3, answer=answer, description="<script>alert(1)</script> " + LONG
    )
    run(capsys, "propose")
    code, report = run_json(capsys, "report", "--html", "seo.html")
    html = (site / "seo.html").read_text(encoding="utf-8")
    assert (code, report["before"]["within_limits"], report["after"]["within_limits"]) == (0, 2, 2)
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "Before" in html


@pytest.mark.parametrize(
    "arguments",
    [
        ("propose", "--rule", "no-such-rule"),
        ("propose", "--field", "title"),
        ("propose", "--subject", "Biologie"),
        ("propose", "--from", "missing.txt"),
        ("propose", "--all", "--rule", "description-too-long"),
        ("apply", "--approved", "--clean"),
        ("apply", "no-such-page"),
        ("apply", "--clean", "--commit"),
        ("approve",),
        ("undo", "no-such-page"),
        ("list", "--state", "gone"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_two(site, capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("generator: ")


@pytest.mark.parametrize("subject", ["Marine Studies", "marine-studies", "Marine-Studies"])
def test_a_subject_is_named_by_its_name_or_its_slug(site, capsys, subject):
    page(site, SECOND, "Marine Studies", id=3, description=LONG)
    for subjects in ("[Biology]", "[Biology, Marine Studies]"):
        (site / "config.yaml").write_text(f"content_dir: content\nsubjects: {subjects}\n", encoding="utf-8")
        code, plan = run_json(capsys, "propose", "--plan", "--subject", subject)
        assert (code, plan["articles"]) == (0, {"new": 1})


def test_a_missing_subject_folder_suggests_the_nearest(site, capsys):
    assert "'Biology'" in run(capsys, "propose", "--subject", "Bilogy")[2]


def warn(site, key=KEY):
    """Give the proposals of an article a warning, as a check would."""
    services = Services(load_settings(site / "config.yaml", folder=site))
    finding = Finding("description-target", "warning", "page_description", "has room")
    for row in services.proposals.named(key):
        services.proposals.edit(row, row.new, [finding], who="Ada", now=services.now())
    services.close()


def test_texts_of_the_offline_model_stay_proposals_until_they_are_allowed(site, capsys):
    config = site / "config.yaml"
    allowed = config.read_text()
    config.write_text(allowed.replace("true", "false"))
    run(capsys, "propose")
    for arguments in (("--clean",), (KEY,), ("--clean", "--dry-run")):
        code, out, err = run(capsys, "apply", *arguments)
        assert (code, out.startswith("0 files"), "1 proposal not applied" in out) == (1, True, True)
        assert "was written by the offline model: publish.allow_offline in config.yaml is false" in err
        code, result = run_json(capsys, "apply", *arguments)
        assert (code, result["left"], result["changed"], len(result["refused"])) == (1, 1, [], 1)
    assert description(site) == LONG
    config.write_text(allowed)
    assert run(capsys, "apply", "--clean")[0] == 0
    assert description(site) != LONG


def test_what_has_a_warning_is_left_by_clean_with_the_reason_and_taken_by_name(site, capsys):
    run(capsys, "propose")
    warn(site)
    left = ["1 proposal with warnings not approved: description-target (1)"]
    assert run_json(capsys, "approve", "--clean") == (0, {"approved": 0, "left": left})
    code, result = run_json(capsys, "apply", "--clean")
    assert (code, result["changed"], result["not_clean"]) == (0, [], left)
    assert left[0] in run(capsys, "apply", "--clean", "--dry-run")[2]
    assert run_json(capsys, "approve", KEY) == (0, {"approved": 1, "left": []})
    assert run_json(capsys, "apply")[1]["changed"] == [f"{KEY}.md"]


@pytest.mark.parametrize("undo", [("seo", "undo"), ("undo",), ("undo", KEY)])
def test_undo_reverts_what_one_command_decided(site, capsys, undo):
    run(capsys, "propose", "--all", f"content/{KEY}.md")
    assert run_json(capsys, "approve", KEY, "--reviewer", "Ada")[1]["approved"] == 2
    assert main([*undo, "--reviewer", "Ada", "--json"]) == 0
    undone = json.loads(capsys.readouterr().out)
    assert (undone["undone"], undone["drafts"], undone["left"]) == ("approved", [], [])
    assert {(item["key"], item["state"]) for item in undone["proposals"]} == {(KEY, "proposed")}
    assert len(undone["proposals"]) == 2
    assert main([*undo, "--reviewer", "Ada"]) == 2
    assert "can be undone" in capsys.readouterr().err


@pytest.mark.parametrize("undo", [("seo", "undo"), ("undo",)])
def test_undo_names_the_decision_before_one_that_stands_and_reverts_it_when_asked(site, capsys, undo):
    run(capsys, "propose", "--all")
    run(capsys, "reject", SECOND_KEY, "--reviewer", "Ada")
    run(capsys, "approve", KEY, "--reviewer", "Ada")
    run(capsys, "apply")
    assert main([*undo, "--reviewer", "Ada"]) == 2
    said = capsys.readouterr().err
    assert said.endswith("Before that, Ada rejected 2 proposals: --earlier undoes that\n")
    assert main([*undo, SECOND_KEY, "--reviewer", "Bob"]) == 0
    assert f"{SECOND_KEY} description: proposed again" in capsys.readouterr().out
    run(capsys, "reject", SECOND_KEY, "--reviewer", "Ada")
    run(capsys, "apply", "--clean", "--reviewer", "Ada")
    assert main([*undo, "--earlier", "--reviewer", "Ada"]) == 0
    assert f"{SECOND_KEY} description: proposed again" in capsys.readouterr().out


def test_undo_does_not_touch_an_article_and_says_what_to_do(site, capsys):
    run(capsys, "propose")
    run(capsys, "apply", "--clean", "--reviewer", "Ada")
    applied = description(site)
    code, _, err = run(capsys, "undo", "--reviewer", "Ada")
    assert (code, "by hand or with git" in err, description(site)) == (2, True, applied)


@pytest.mark.parametrize("flags", [[], ["--plan"], ["--all"]])
def test_nothing_published_is_an_error_and_not_done(tmp_path, monkeypatch, capsys, flags):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "propose", *flags)
    assert (code, out, "there is no content folder" in err) == (2, "", True)
    (tmp_path / "content" / "learn").mkdir(parents=True)
    code, out, err = run(capsys, "propose", *flags)
    assert (code, out, "no <subject>/<article>.md in" in err) == (2, "", True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("approve", KEY),
        ("approve", "--clean"),
        ("reject", KEY),
        ("apply", "--clean"),
        ("apply", KEY),
        ("undo",),
    ],
)
@pytest.mark.parametrize("name", [None, "generator", " generator "])
def test_no_decision_is_recorded_without_a_persons_name(site, capsys, arguments, name):
    run(capsys, "propose", "--all")
    settings = (site / "config.yaml").read_text(encoding="utf-8")
    (site / "config.yaml").write_text(settings.replace("review: {reviewer: Ada}\n", ""), encoding="utf-8")
    before = description(site)
    code, out, err = run(capsys, *arguments, *(("--reviewer", name) if name else ()))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert ("the reviewer " in err) and description(site) == before
    assert {item["state"] for item in run_json(capsys, "list")[1]} == {"proposed"}


def test_a_look_at_what_would_be_applied_needs_no_name(site, capsys):
    run(capsys, "propose", "--all")
    settings = (site / "config.yaml").read_text(encoding="utf-8")
    (site / "config.yaml").write_text(settings.replace("review: {reviewer: Ada}\n", ""), encoding="utf-8")
    code, out, _ = run(capsys, "apply", "--clean", "--dry-run")
    assert (code, "+++ b/" in out) == (0, True)


def test_a_plan_ends_as_the_run_would_where_an_article_is_not_there(site, capsys):
    for flags in (("--plan",), ()):
        code, _, err = run(capsys, "propose", "no-such-page", KEY, *flags)
        assert (code, "no-such-page" in err) == (1, True), flags


def test_what_was_proposed_applied_and_gained_is_shown_in_numbers(site, capsys):
    code, out, _ = run(capsys, "propose", "--all")
    assert code == 0 and "proposed" in out
    before = run(capsys, "report")[1].splitlines()
    code, out, _ = run(capsys, "apply", "--clean")
    assert code == 0 and "2 files" in out
    after = run(capsys, "report")[1].splitlines()
    articles, within, identical = [line.split()[-2:] for line in after[1:4]]
    assert articles == ["2", "2"]
    assert within == ["2", "2"]
    assert identical == ["0", "0"]
    assert [line.split()[0] for line in before[1:4]] == [line.split()[0] for line in after[1:4]]
    code, out, _ = run(capsys, "propose")
    assert code == 0 and "proposed" not in out.splitlines()[0]


def test_a_list_and_paths_exclude_each_other(site, capsys):
    (site / "list.txt").write_text(KEY, encoding="utf-8")
    code, _, err = run(capsys, "propose", "--from", "list.txt", "content/physics")
    assert code == 2 and "--from" in err
    code, _, err = run(capsys, "apply", KEY, "--clean")
    assert code == 2 and "--clean" in err
