"""Review and publishing from the command line, as a person or a script runs it."""

import json
import re

import pytest
import yaml

from generator.cli import main
from tests.support.drafts import HELD_KEY, draft_questions, hold, with_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.reading import read_by
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import scripted_services

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
CONFIG = {
    "content_dir": "content",
    "review": {"reviewer": "Ada"},
    "subjects": ["Biology", "Physics", "Psychology"],
    "prices": {"test-model": {"input": 1, "cached_input": 0.1, "output": 10}},
}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with three drafts; returns code, stdout and stderr."""
    with_drafts(tmp_path).close()
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    def command(*arguments):
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def as_json(result):
    return json.loads(result[1])


def states(run):
    return {item["key"]: item["state"] for item in as_json(run("list", "--json"))["drafts"]}


def test_list_shows_drafts_by_state_and_words(run):
    assert as_json(run("list", "--json"))["total"] == 3
    code, out, _ = run("list", "--state", "drafted", "--text", "digestion", "--sort", "findings", "--reverse")
    assert (code, out.count("\n")) == (0, 1)
    assert "what-is-the-role-of-enzymes-in-digestion" in out
    assert as_json(run("list", "--state", "published", "--json"))["drafts"] == []


def test_list_searches_the_texts_of_drafts(run):
    def found(search):
        return [item["key"] for item in as_json(run("list", "--search", search, "--json"))["drafts"]]

    every = list(states(run))
    assert len(found("hexokinases")) == len(every) == 3
    assert found('"role of enzyme"') == [key for key in every if "role" in key]
    assert found('"enzyme of role"') == found("(") == []
    listed = as_json(run("list", "--sort", "words", "--reverse", "--json"))["drafts"]
    assert [item["words"] for item in listed] == sorted((item["words"] for item in listed), reverse=True)


def test_list_takes_a_subject_by_its_name_or_its_slug(tmp_path, run):
    services = scripted_services(
        tmp_path, Endpoint(by=lambda _: completion(GOOD)), subjects=[*CONFIG["subjects"], "Marine Studies"]
    )
    draft_questions(services, "Why is the sea salty?", subject="Marine Studies")
    services.close()
    for subjects in (["Biology"], ["Biology", "Marine Studies"]):
        (tmp_path / "config.yaml").write_text(yaml.safe_dump({**CONFIG, "subjects": subjects}))
        for subject in ("Marine Studies", "marine-studies", "Marine-Studies"):
            shown = as_json(run("list", "--subject", subject, "--json"))["drafts"]
            assert [item["key"] for item in shown] == ["marine-studies/why-is-the-sea-salty"]
    assert as_json(run("list", "--subject", "Heraldry", "--json"))["drafts"] == []


def test_list_pages(run):
    code, out, err = run("list", "--limit", "2", "--offset", "1")
    assert out.count("\n") == 2
    assert "2 of 3 drafts" in err


def test_an_unknown_state_or_order_is_wrong_usage(run):
    assert run("list", "--state", "good")[0] == 2
    assert run("list", "--sort", "name")[0] == 2


def test_show_counts_the_description_as_searchers_see_it(run):
    _, out, _ = run("show", KEY)
    assert "Student Question : How do enzymes speed up chemical …" in out
    assert "146 of 160 characters, 896 of 920 pixels" in out
    shown = as_json(run("show", KEY, "--json"))
    search = shown["search_result"]
    assert (search["length"], search["width"], search["width_limit"]) == (146, 896, 920)
    assert search["shown"] == search["description"]
    assert search["shown_on_phone"].endswith(" …")
    assert shown["fields"]["author"] == "QuickTakes"


def test_show_names_no_article_where_there_is_no_text(run, tmp_path):
    hold(tmp_path)
    assert "\n  file   none\n" in run("show", HELD_KEY)[1]


def test_show_names_the_place_of_a_finding(run, tmp_path):
    file = tmp_path / "output" / "drafts" / f"{KEY}.md"
    file.write_text(file.read_text().replace("Lysozyme, for example", "Lysozyme <b>for</b> example"))
    code, out, err = run("list", "--state", "needs_fix")
    assert (code, "edited on disk" in err, KEY in out) == (0, True, True)
    finding = as_json(run("show", KEY, "--json"))["findings"][0]
    answer = as_json(run("show", KEY, "--json"))["answer"]
    assert (finding["code"], answer[finding["start"] : finding["start"] + 3]) == ("html", "<b>")
    assert "answer 3:" in run("show", KEY)[1]


def test_nothing_of_a_draft_steers_the_terminal(run, tmp_path):
    file = tmp_path / "output" / "drafts" / f"{KEY}.md"
    file.write_bytes(file.read_bytes().replace(b"author: QuickTakes", b'author: "\\e[2J\\a\\x9b"'))
    for command in ("list", "show", "why"):
        _, out, err = run(command, *([] if command == "list" else [KEY]))
        assert not {"\x1b", "\x07", "\x9b"} & set(out + err)


def test_approve_and_undo(run):
    assert run("approve", "how-do-enzymes-speed-up-chemical-reactions", "--note", "fine")[0] == 0
    assert states(run)[KEY] == "approved"
    assert run("undo")[1] == f"{KEY}: no longer approved; drafted now\n"
    assert run("undo")[0] == 2


def test_approve_takes_names_or_clean_and_not_both(run):
    assert run("approve")[0] == 2
    assert run("approve", KEY, "--clean")[0] == 2
    assert len(as_json(run("approve", "--clean", "--json"))["approved"]) == 3
    assert len(as_json(run("undo", "--json"))["drafts"]) == 3


def test_a_draft_with_errors_is_left_and_its_errors_are_listed(run, tmp_path):
    file = tmp_path / "output" / "drafts" / f"{KEY}.md"
    file.write_text(file.read_text().replace("Lysozyme", "<b>Lysozyme</b>"))
    code, _, err = run("approve", KEY)
    assert (code, "must be edited first: html" in err) == (1, True)


def test_reject_needs_a_reason_and_why_shows_it(run):
    assert run("reject", KEY)[0] == 2
    assert run("reject", KEY, "--reason", "dull", "--reviewer", "Bob")[0] == 0
    _, out, _ = run("why", KEY)
    assert "drafted -> rejected  by Bob" in out
    assert out.rstrip().endswith(": dull")


def test_allow_has_a_near_duplicate_drafted_and_undo_holds_it_again(run, tmp_path):
    hold(tmp_path)
    status = as_json(run("status", "--json"))
    assert (status["states"], status["waiting"]) == ({"drafted": 3, "near_duplicate": 1}, {})
    code, out, err = run("allow", HELD_KEY)
    assert (code, out, "generator draft" in err) == (0, f"{HELD_KEY}: allowed\n", True)
    assert as_json(run("status", "--json"))["waiting"] == {"planned": 1}
    assert "to be drafted anyway" in run("why", HELD_KEY)[1]
    assert run("undo")[1] == f"{HELD_KEY}: no longer allowed; near duplicate now\n"
    assert run("reject", HELD_KEY, "--reason", "answered already")[0] == 0
    assert run("allow", HELD_KEY, KEY)[0] == 1
    assert as_json(run("allow", KEY, "--json"))["left"] == [f"{KEY} is drafted, not a near duplicate"]


def test_why_shows_the_bytes_of_each_decision(run):
    run("approve", KEY)
    decision = as_json(run("why", KEY, "--json"))["decisions"][-1]
    sha = as_json(run("show", KEY, "--json"))["sha"]
    assert (decision["who"], decision["sha"]) == ("Ada", sha)
    assert sha[:12] in run("why", KEY)[1].splitlines()[-2]


def test_without_any_name_the_reviewer_is_asked_for(run, tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({**CONFIG, "review": {}}))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "none"))
    code, _, err = run("approve", KEY)
    assert (code, "--reviewer NAME" in err) == (2, True)


def test_revise_proposes_and_takes_over_what_is_accepted(run):
    code, out, err = run("revise", KEY, "--note", "remove point 2", "--offline")
    assert (code, "points" in out, "--accept all" in err) == (1, True, True)
    assert run("revise", KEY, "--accept", "nothing")[0] == 2
    assert run("revise", KEY, "--accept", "all")[0] == 0
    assert "Lower Activation Energy" not in as_json(run("show", KEY, "--json"))["answer"]
    assert run("revise", KEY, "--keep")[0] == 2
    assert run("revise", KEY)[0] == 2


def test_publish_shows_first_and_publishes_then(run, tmp_path):
    run("approve", "--clean")
    code, out, _ = run("publish", "--approved", "--dry-run")
    assert (code, "3 articles would be published" in out, "related" in out) == (0, True, True)
    assert len(re.findall(r"^\S+\.md   id \d+, \d{4}-\d\d-\d\d$", out, re.MULTILINE)) == 3
    assert not (tmp_path / "content").exists()
    done = as_json(run("publish", "--approved", "--json"))
    assert len(done["published"]) == 3
    assert all((tmp_path / "content" / item["file"]).exists() for item in done["published"])
    assert as_json(run("publish", KEY, "--json"))["already"] == [KEY]
    assert "approved -> publishing" in run("why", KEY)[1]


def test_publish_reports_what_it_left(run, tmp_path):
    code, _, err = run("publish", KEY)
    assert (code, "is drafted, not approved" in err) == (1, True)
    assert run("publish")[0] == 2
    assert run("publish", "--approved", "--date", "soon")[0] == 2


def test_withdraw_hides_an_article_that_was_never_drafted(run, tmp_path):
    publish_by_hand(tmp_path, article("What is a cell?", id=90))
    code, out, _ = run("withdraw", "what-is-a-cell", "--reason", "wrong")
    assert (code, out) == (0, "biology/what-is-a-cell: hidden from search engines\n")
    assert "no_index: True" in (tmp_path / "content" / "biology" / "what-is-a-cell.md").read_text()
    assert as_json(run("withdraw", "what-is-a-cell", "--reason", "wrong", "--delete", "--json"))[
        "file_deleted"
    ]
    assert run("withdraw", "what-is-dark", "--reason", "wrong")[0] == 2


def test_commands_on_an_empty_folder_say_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    assert main(["show", "x"]) == 2
    assert main(["publish", "--approved"]) == 2
    assert "generator draft QUESTIONS" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", [f"output/drafts/{KEY}.md", f"https://a.example/learn/{KEY.replace('/', '/questions/')}"]
)
def test_a_draft_is_named_by_its_file_and_by_its_address(run, name):
    assert as_json(run("show", name, "--json"))["key"] == KEY
    assert run("why", name)[0] == 0


def test_publish_and_withdraw_say_what_they_did(run, tmp_path):
    run("approve", "--clean")
    code, out, _ = run("publish", "--approved")
    assert code == 0 and f"{KEY}.md" in out and "3 articles" in out
    assert "1 draft" in run("publish", KEY)[2]
    code, out, _ = run("withdraw", KEY, "--reason", "wrong")
    assert code == 0 and out.startswith(f"{KEY}: ")
    code, again, _ = run("withdraw", KEY, "--reason", "wrong")
    assert code == 0 and again.startswith(f"{KEY}: ") and again != out
    code, out, _ = run("withdraw", KEY, "--reason", "wrong", "--delete")
    assert code == 0 and not (tmp_path / "content" / f"{KEY}.md").exists()


def test_list_finds_drafts_by_how_they_were_released(tmp_path, run):
    services = with_drafts(tmp_path, ())
    read_by(services, services.drafts.get(1))
    services.close()
    run("approve", "--clean")
    code, out, _ = run("list", "--released", "read")
    assert (code, out.count("\n")) == (0, 1) and KEY in out and out.rstrip().endswith("read")
    assert as_json(run("list", "--released", "bulk", "--json"))["total"] == 2
    (draft,) = as_json(run("list", "--released", "read", "--json"))["drafts"]
    assert draft["release"] == {"kind": "read", "seconds": 180, "edited": False, "claims": 0, "lot": None}
    table = run("list", "--csv")[1].splitlines()
    assert table[0].split(",")[-1] == "released" and [line.split(",")[-1] for line in table[1:]] == [
        "read",
        "bulk",
        "bulk",
    ]
    assert run("list", "--released", "often")[0] == 2
    assert as_json(run("status", "--json"))["released"] == {"read": 1, "bulk": 2}
    assert "released: 1 read, 2 bulk" in run("status")[1]
    assert "approved by Ada after reading 3 min" in run("show", KEY)[1]
    assert "by Ada" in run("why", KEY)[1] and "after reading 3 min" in run("why", KEY)[1]
    assert "approved on this evidence: 1 read, 2 bulk" in run("publish", "--approved", "--dry-run")[1]


def test_no_cell_of_the_list_of_published_pages_is_a_formula(tmp_path, run):
    publish_by_hand(tmp_path, article("What is a substrate?", subject="=Biology"))
    (page,) = run("list", "--published", "--csv")[1].splitlines()[1:]
    assert page.split(",")[1] == "'=Biology"


def test_list_of_published_pages_refuses_options_about_drafts(run):
    for option in (("--state", "drafted"), ("--rewrites",), ("--sort", "score"), ("--run", "1")):
        code, _, error = run("list", "--published", *option)
        assert code == 2 and f"{option[0]} is for drafts" in error
    assert run("list", "--published", "--reviewed-before", "soon")[0] == 2
    assert run("list", "--dated")[0] == 2 and run("list", "--published", "--csv", "--names")[0] == 2


def test_approvals_in_the_shell_that_publishing_will_refuse_are_announced(tmp_path, run):
    assert "publish.require" not in run("approve", KEY)[2]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({**CONFIG, "publish": {"require": "read"}}))
    code, _, error = run("approve", "--clean")
    assert code == 0 and error.startswith("2 drafts cannot be published yet: publish.require in config.yaml")
    code, out, error = run("publish", "--approved", "--dry-run")
    assert code == 1 and "0 articles would be published" in out
    assert (
        error.count(
            "was not read before it was approved, and publish.require is read: generator undo biology/"
        )
        == 3
    )
    assert run("approve", "--clean", "--json")[2] == ""
