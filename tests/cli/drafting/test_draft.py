"""The command line of drafting: what it prints where, its exit codes, and its way with bad input."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from generator.cli import main
from generator.content.frontmatter import read
from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.runs.runs import RunLock
from generator.store.ledger.storage.database import Database
from generator.store.output_folder import LOCKS
from tests.support.servers import ROOT

EXAMPLES = ROOT / "examples"
LIST = EXAMPLES / "questions.csv"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with the example corpus and settings, as the current one."""
    (tmp_path / "config.yaml").write_text(
        f"content_dir: {EXAMPLES / 'content' / 'learn'}\nsubjects: [Biology, Economics, Physics, Psychology]\n"
        "duplicates: {compare_answers: false}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_without_a_key_the_offline_model_drafts_and_says_so_in_one_line(site, capsys):
    code, out, err = run(capsys, "draft", LIST)
    assert (code, "12 drafted" in out) == (0, True)
    assert [line for line in err.splitlines() if "offline model" in line] == err.splitlines()
    drafts = list((site / "output" / "drafts").rglob("*.md"))
    assert len(drafts) == 12
    assert all(read(path.read_bytes()).article().related for path in drafts)


def test_a_second_run_does_nothing(site, capsys):
    run(capsys, "draft", LIST)
    code, result = run_json(capsys, "draft", LIST)
    assert (code, result["rows"], result["states"]) == (0, {"drafted": 12}, {})


def test_a_rerun_tells_what_became_of_the_questions_by_state(site, capsys):
    run(capsys, "draft", LIST)
    database = Database(site / "output" / LEDGER_NAME)
    for number, state in enumerate(["refused"] * 5 + ["needs_fix"] * 2 + ["rejected"], start=1):
        with database.transaction():
            database.execute("UPDATE draft SET state = ? WHERE job = ?", (state, number))
            database.execute("UPDATE draft SET sha = NULL WHERE job = ? AND state = 'refused'", (number,))
    with database.transaction():
        database.execute("UPDATE job SET state = 'claimed', claimed_by = 1 WHERE id = 12")
        database.execute("UPDATE run SET finished_at = NULL")
        (name,) = database.execute("SELECT lock FROM run").fetchone()
    told = (
        "3 drafted before",
        "2 needing a fix since before",
        "5 refused before",
        "1 rejected before",
        "1 waiting for another run or a batch",
    )
    lock = RunLock(site / "output" / LOCKS, name)
    assert lock.acquire()
    try:
        code, out, _ = run(capsys, "draft", LIST)
        assert (code, out.splitlines()[0].rpartition(" (")[0]) == (1, ", ".join(told))
        _, out, _ = run(capsys, "draft", LIST, "--plan")
        assert [line.strip().replace("  ", " ") for line in out.splitlines()[1:6]] == [told[-1], *told[:-1]]
        result = run_json(capsys, "draft", LIST)[1]
        assert (result["rows"], result["taken"]) == ({"drafted": 11, "busy": 1}, 0)
        assert result["before"]["refused"] == 5
    finally:
        lock.release()
        database.close()


def test_a_plan_calls_nothing_and_writes_no_draft(site, capsys):
    code, result = run_json(capsys, "draft", LIST, "--plan")
    assert (code, result["rows"], result["estimate"]["calls"]) == (0, {"new": 12}, 12)
    assert not (site / "output" / "drafts").exists()


def test_a_limit_asks_for_so_many_and_the_next_run_goes_on(site, capsys):
    assert run_json(capsys, "draft", LIST, "--limit", 5)[1]["states"] == {"drafted": 5}
    assert run_json(capsys, "draft", LIST)[1]["states"] == {"drafted": 7}


def test_bad_rows_are_named_and_the_good_ones_done(site, capsys):
    code, out, err = run(capsys, "draft", EXAMPLES / "questions-messy.csv")
    assert code == 1
    assert "questions-messy.csv:5" in err
    assert "5 unreadable" in out
    assert sum(run_json(capsys, "status")[1]["states"].values()) == 3


def test_a_question_held_before_is_named_by_its_line_once(site, capsys):
    Path("list.csv").write_text(
        "subject,question\nBiology,What is the role of enzymes in digestion?\n"
        "Biology,Explain the role of enzymes in digestion.\n"
        "Biology,How do enzymes contribute to digestion?\n",
        encoding="utf-8",
    )
    assert "2 near duplicates" in run(capsys, "draft", "list.csv")[1]
    code, out, err = run(capsys, "draft", "list.csv")
    assert (code, "2 near duplicates" in out) == (1, True)
    status = run(capsys, "status")[1]
    assert [line for line in status.splitlines() if "near duplicate" in line][-1].split()[2] == "2"
    assert [line for line in err.splitlines() if "near duplicate" in line] == [
        "list.csv:3: held as a near duplicate",
        "list.csv:4: held as a near duplicate",
    ]


def test_strict_stops_before_the_first_call(site, capsys):
    code, _, err = run(capsys, "draft", EXAMPLES / "questions-messy.csv", "--strict")
    assert code == 1
    assert "no calls were made" in err
    assert run_json(capsys, "status")[1]["states"] == {}


def test_an_unknown_default_subject_is_refused_before_a_ledger_is_begun(site, capsys):
    code, out, err = run(capsys, "draft", LIST, "--offline", "--subject", "Alchemy")
    assert (code, out) == (2, "")
    assert "Alchemy" in err
    assert not (site / "output" / "ledger.sqlite3").exists()


def test_an_unknown_subject_is_named_with_the_nearest_spelling(site, capsys):
    Path("list.csv").write_text("subject,question\nBiolgy,What is a cell wall?\n", encoding="utf-8")
    code, _, err = run(capsys, "draft", "list.csv")
    assert code == 1
    assert "did you mean 'Biology'" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["draft"], "SOURCE"),
        (["draft", "nowhere.csv"], "nowhere.csv"),
        (["draft", LIST, "--near", "maybe"], "--near"),
        (["draft", LIST, "--date", "tomorrow"], "--date"),
        (["draft", LIST, "--date", "20260131"], "--date"),
        (["draft", LIST, "--subject", "Alchemy"], "Alchemy"),
        (["draft", LIST, "--redo-state", "fine"], "--redo-state"),
        (["draft", LIST, "--frobnicate"], "--frobnicate"),
        (["why", "no-such-draft"], "nothing drafted"),
        (["--config", "nowhere.yaml", "status"], "nowhere.yaml"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else value,
)
def test_wrong_usage_is_one_line_and_code_2(site, capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_an_error_is_one_object_where_a_program_reads(site, capsys):
    code, result = run_json(capsys, "draft", "nowhere.csv")
    assert (code, result["error"]["kind"]) == (2, "usage")


def test_an_unknown_key_in_the_settings_is_named(site, capsys):
    (site / "config.yaml").write_text("modle: {name: x}\n", encoding="utf-8")
    code, _, err = run(capsys, "status")
    assert (code, "unknown key 'modle'" in err) == (2, True)


def test_a_prompt_with_a_missing_variable_names_it(site, capsys):
    (site / "prompts").mkdir()
    (site / "prompts" / "answer.j2").write_text(
        "{% block system %}{{ nonsense }}{% endblock %}{% block user %}x{% endblock %}", encoding="utf-8"
    )
    code, _, err = run(capsys, "draft", LIST)
    assert (code, "nonsense" in err) == (2, True)


def test_a_damaged_ledger_is_one_clear_line(site, capsys):
    (site / "output").mkdir()
    (site / "output" / "ledger.sqlite3").write_bytes(b"no database " * 1000)
    code, _, err = run(capsys, "status")
    assert (code, "is damaged" in err) == (2, True)


def test_an_output_folder_that_cannot_be_made_is_one_clear_line(site, capsys):
    (site / "file").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, "draft", LIST, "--output-dir", site / "file" / "out")
    assert code == 2
    assert "Traceback" not in err


def test_offline_work_is_not_silently_mixed_into_a_real_ledger(site, capsys):
    from generator.store.ledger.ledger import LEDGER_NAME, Ledger
    from generator.store.ledger.runs.calls import CallResult, NewCall
    from generator.store.ledger.storage.database import Database
    from tests.support.ledgers import NOW, job, plan, start

    database = Database(site / "output" / LEDGER_NAME)
    ledger = Ledger(database)
    live = start(ledger)
    (number,) = plan(ledger, live, job("a"))
    new = NewCall(
        job=number,
        step=0,
        purpose="draft",
        attempt=1,
        request_hash="h",
        mode="plain",
        model="m",
        reserved=None,
    )
    ledger.calls.close(
        ledger.calls.open(new, run=live.id, now=NOW), CallResult(outcome="ok", cost=1, reply=b"{}"), now=NOW
    )
    ledger.runs.finish(live, now=NOW)
    database.close()
    code, _, err = run(capsys, "draft", LIST)
    assert (code, "--offline" in err) == (2, True)
    assert run(capsys, "draft", LIST, "--offline")[0] == 0


def test_status_counts_and_why_shows_everything(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1)
    (path,) = (site / "output" / "drafts").rglob("*.md")
    code, status = run_json(capsys, "status")
    assert (code, status["states"], status["offline_drafts"]) == (0, {"drafted": 1}, 1)
    code, known = run_json(capsys, "why", path.stem)
    assert code == 0
    assert known["model_answered"] == "offline-extractive"
    assert [call["outcome"] for call in known["calls"]] == ["ok"]
    assert known["passages"]
    assert known["decisions"][0]["decision"] == "drafted"
    code, out, _ = run(capsys, "why", f"{path.parent.name}/{path.stem}")
    assert (code, known["question"] in out) == (0, True)


def test_a_backup_is_a_ledger_of_its_own(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1)
    assert run(capsys, "backup", "copy.sqlite3")[0] == 0
    assert run(capsys, "backup", "copy.sqlite3")[0] == 2
    (site / "other").mkdir()
    (site / "copy.sqlite3").rename(site / "other" / "ledger.sqlite3")
    assert run_json(capsys, "status", "--output-dir", site / "other")[1]["states"] == {"drafted": 1}
    assert run(capsys, "verify")[0] == 0


def test_standard_input_with_a_subject(site, capsys, monkeypatch):
    import io

    class Stdin:
        buffer = io.BytesIO(b"How do vaccines train the immune system?\n# a comment\n\n")

    monkeypatch.setattr(sys, "stdin", Stdin())
    code, result = run_json(capsys, "draft", "-", "--subject", "biology", "--plan")
    assert (code, result["rows"]) == (0, {"new": 1})


def test_terminal_control_characters_of_a_list_are_not_printed(site, capsys):
    Path("list.csv").write_text("subject,question\n\x1b[31mEvil,What is red?\n", encoding="utf-8")
    _, _, err = run(capsys, "draft", "list.csv")
    assert "\x1b" not in err


def test_an_article_has_the_date_asked_for(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1, "--date", "2026-01-31")
    (path,) = (site / "output" / "drafts").rglob("*.md")
    assert read(path.read_bytes()).get("date") == "2026-01-31"


@pytest.mark.parametrize("command", ["draft", "status", "why", "backup", "verify"])
def test_every_command_explains_itself_with_an_example(site, capsys, command):
    code, out, _ = run(capsys, command, "--help")
    assert (code, "Example" in out) == (0, True)


@pytest.mark.parametrize("amount", ["inf", "nan", "-1"])
def test_a_cap_is_an_amount_of_money(site, capsys, amount):
    code, _, err = run(capsys, "draft", LIST, "--max-cost", amount)
    assert (code, "--max-cost" in err) == (2, True)


def test_a_plan_calls_its_bound_one_without_retries(site, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    _, out, _ = run(capsys, "draft", LIST, "--plan")
    assert "never more" not in out
    assert "at most about" in out
    assert "without retries" in out
    most = run_json(capsys, "draft", LIST, "--plan")[1]["estimate"]["most_without_retries"]
    assert (most["calls"], most["usd"]) == (4 * 12, None)


def test_a_strict_run_that_ends_early_is_one_object(site, capsys):
    code, result = run_json(capsys, "draft", EXAMPLES / "questions-messy.csv", "--strict")
    assert (code, result["error"]["kind"], result["states"]) == (1, "unreadable-rows", {})
    assert result["rows"]["unreadable"] == 5


def test_a_run_that_an_error_ends_is_one_object_with_what_came_of_it(site, capsys, monkeypatch):
    (site / "config.yaml").write_text(
        (site / "config.yaml").read_text(encoding="utf-8")
        + "prices: {gpt-6-luna: {input: 1, cached_input: 1, output: 1}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    code, result = run_json(capsys, "draft", LIST, "--max-cost", "0")
    assert (code, result["error"]["kind"], result["left"]) == (1, "budget-exceeded", 12)
    code, out, err = run(capsys, "draft", LIST, "--max-cost", "0")
    assert (code, "12 questions left" in out, "budget" in err) == (1, True, True)


def test_the_next_command_works_as_it_stands(site, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["generator"])
    (site / "settings").mkdir()
    (site / "config.yaml").rename(site / "settings" / "my.yaml")
    code, out, _ = run(
        capsys, "--config", "settings/my.yaml", "draft", LIST, "--limit", 1, "--output-dir", "there"
    )
    assert code == 0
    assert f"Drafts: {site / 'there' / 'drafts'}" in out
    assert "Next: generator --config settings/my.yaml review" in out.splitlines()[-1]
    assert out.splitlines()[-1].endswith("--output-dir there")


def test_undecodable_bytes_of_arguments_are_no_traceback(site, capsys):
    odd = os.fsdecode(b"q\xff.csv")
    Path(odd).write_text("subject,question\nBiology,What is a cell wall?\nBiology,\n", encoding="utf-8")
    code, _, err = run(capsys, "draft", odd)
    assert (code, "q\ufffd.csv:3" in err) == (1, True)
    assert run_json(capsys, "why", "what-is-a-cell-wall")[1]["list"] == "q\ufffd.csv:2"
    for arguments in (
        ["draft", "\udcff.csv"],
        ["why", "\udcff"],
        ["why", odd],
        ["draft", odd, "--subject", odd],
    ):
        code, _, err = run(capsys, *arguments)
        assert code == 2
        assert "Traceback" not in err
    Path(os.fsdecode(b"out\xff")).mkdir()
    for folder in ("--output-dir", os.fsdecode(b"out\xff")), (os.fsdecode(b"--output-dir=out\xff"),):
        assert run(capsys, "draft", odd, *folder)[0] == 1
    assert Path(os.fsdecode(b"out\xff"), "ledger.sqlite3").exists()


def test_the_cost_of_a_draft_is_that_of_every_attempt_and_unknown_where_one_is(site, capsys):
    from generator.store.ledger.ledger import LEDGER_NAME
    from generator.store.ledger.storage.database import Database

    run(capsys, "draft", LIST, "--limit", 1)
    run(capsys, "draft", LIST, "--limit", 1, "--redo")
    (path,) = (site / "output" / "drafts").rglob("*.md")
    assert [call["purpose"] for call in run_json(capsys, "why", path.stem)[1]["calls"]] == ["draft"] * 2
    database = Database(site / "output" / LEDGER_NAME)
    for cost, expected in [(2_000_000_000, 4.0), (None, None)]:
        with database.transaction():
            database.execute("UPDATE call SET cost = 2000000000")
            database.execute("UPDATE call SET cost = ? WHERE id = 1", (cost,))
        assert [run_json(capsys, command, path.stem)[1]["cost_usd"] for command in ("why", "show")] == [
            expected
        ] * 2
    assert "cost    unknown" in run(capsys, "why", path.stem)[1]
    database.close()


def test_a_backup_that_fails_names_its_target_and_leaves_nothing(site, capsys, monkeypatch):
    run(capsys, "draft", LIST, "--limit", 1)
    code, _, err = run(capsys, "backup", "nowhere/copy.sqlite3")
    assert (code, "nowhere/copy.sqlite3" in err, "ledger.sqlite3" in err) == (2, True, False)

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = run(capsys, "backup", "copy.sqlite3")
    assert (code, "copy.sqlite3: " in err, "No space left" in err) == (2, True, True)
    assert not list(site.glob("copy.sqlite3*"))


def test_credentials_of_an_address_are_not_shown(site, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://ada:secret@127.0.0.1:9/v1")
    for command in (["draft", LIST, "--plan"], ["seo", "propose", "--plan"]):
        code, out, err = run(capsys, *command)
        assert (code, "secret" in out + err) == (2, False)


def test_a_reason_of_the_models_begins_no_line_of_its_own(site, capsys):
    from generator.store.ledger.ledger import LEDGER_NAME
    from generator.store.ledger.storage.database import Database

    run(capsys, "draft", LIST, "--limit", 1)
    database = Database(site / "output" / LEDGER_NAME)
    database.execute("UPDATE draft SET state = 'refused', reason = 'no' || char(10) || 'approved  99'")
    database.close()
    (path,) = (site / "output" / "drafts").rglob("*.md")
    for command in (["status"], ["why", path.stem]):
        assert "\napproved" not in run(capsys, *command)[1]


def test_a_redo_cut_short_by_its_limit_continues_and_a_finished_one_starts_from_the_beginning(site, capsys):
    run(capsys, "draft", LIST)
    assert run_json(capsys, "draft", LIST, "--redo", "--limit", 5)[1]["rows"]["redo"] == 5
    assert run_json(capsys, "draft", LIST, "--redo")[1]["rows"] == {"drafted": 5, "redo": 7}
    assert run_json(capsys, "draft", LIST, "--redo")[1]["rows"] == {"redo": 12}


def test_a_redo_leaves_a_file_that_was_edited_by_hand(site, capsys):
    run(capsys, "draft", LIST)
    path = sorted((site / "output" / "drafts").rglob("*.md"))[0]
    mine = path.read_text(encoding="utf-8").replace("score: -1.0", "score: 4.5")
    path.write_text(mine, encoding="utf-8", newline="")
    assert run_json(capsys, "draft", LIST, "--redo")[1]["rows"] == {"drafted": 1, "redo": 11}
    assert path.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("data", ["", "\n", "# nothing yet\n", "question\n"])
def test_a_list_without_a_question_is_said_as_that(site, capsys, data):
    path = site / "list.csv"
    path.write_text(data)
    for flags in ([], ["--plan"]):
        code, out, err = run(capsys, "draft", path, *flags)
        assert (code, out, "the list contains no question" in err) == (2, "", True)


def test_comments_are_counted_and_a_question_after_a_hash_is_named(site, capsys):
    path = site / "list.txt"
    path.write_text("# mine\n# of protons in carbon?\n#MeToo: what is it?\n# done\n")
    code, out, err = run(capsys, "draft", path, "--plan", "--subject", "Biology")
    assert (code, "1  new" in out, "1  unreadable" in out) == (1, True, True)
    assert "2 comments in the list left out" in err
    assert "list.txt:2: '# of protons in carbon?' begins with '#'" in out + err


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """A question list in an otherwise empty folder, as the current one, with no key set."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "list.csv").write_text("question,subject\nWhat is mass?,Physics\nWhat is DNA?,Biology\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("flags", [[], ["--offline"]])
def test_the_offline_model_with_nothing_to_write_from_is_one_line_that_names_the_settings(
    empty_folder, capsys, flags
):
    code, out, err = run(capsys, "draft", "list.csv", *flags)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    for name in ("content_dir", "sources_dir", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        assert name in err
    assert str(empty_folder / "content" / "learn") in err
    assert run_json(capsys, "status")[1]["states"] == {}


def test_a_content_folder_given_later_needs_no_redo(empty_folder, capsys):
    (empty_folder / "config.yaml").write_text("duplicates: {compare_answers: false}\n")
    run(capsys, "draft", LIST)
    code, result = run_json(capsys, "draft", LIST, "--content-dir", EXAMPLES / "content" / "learn")
    assert (code, result["states"]) == (0, {"drafted": 12})
    code, out, err = run(capsys, "draft", LIST)
    assert (code, "12 drafted before" in out, err) == (0, True, "")


def test_a_plan_with_nothing_to_write_from_is_shown_and_ends_with_the_same_line(empty_folder, capsys):
    code, out, err = run(capsys, "draft", "list.csv", "--plan")
    assert (code, "2  new" in out, "nothing to draft from" in err) == (2, True, True)
    assert "nothing would be drafted" in out and "calls to" not in out and "tokens" not in out
    code, result = run_json(capsys, "draft", "list.csv", "--plan")
    assert (code, result["rows"], result["error"]["kind"]) == (2, {"new": 2}, "config")


def test_a_plan_for_a_model_without_a_price_names_no_amount(empty_folder, capsys):
    code, out, _ = run(capsys, "draft", "list.csv", "--plan", "--model", "other-model")
    assert code == 0 and "cost:   unknown (no price in config.yaml)\n" in out
    assert "about unknown" not in out


def test_sources_alone_are_enough_to_draft_from(empty_folder, capsys):
    (empty_folder / "notes").mkdir()
    (empty_folder / "notes" / "mass.md").write_text("# Mass\n\nMass is a measure of inertia.\n")
    (empty_folder / "config.yaml").write_text("sources_dir: notes\n")
    code, out, err = run(capsys, "draft", "list.csv")
    assert (code, "nothing to draft from" in err) == (1, False)
    assert "refused" in out


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("content_dir: site", "no <subject>/<article>.md in"),
        ("content_dir: broken", "1 file in"),
        ("content_dir: terse", "1 article in"),
        ("sources_dir: nowhere", "no sources folder"),
        ("sources_dir: site", "there is no document in"),
        ("sources_dir: notes\ncontext: {grounding: 'off'}", "context.grounding is off"),
        ("sources_dir: notes\ncontext: {passages_chars: 0}", "context.passages_chars is 0"),
    ],
)
def test_what_is_missing_to_write_from_is_said_precisely(empty_folder, capsys, settings, reason):
    for path, text in {
        "site/empty/.keep": "",
        "broken/physics/x.md": "no front matter",
        "terse/physics/x.md": "---\nquestion: What is X?\nanswer: No.\n---\n",
        "notes/mass.md": "# Mass\n\nMass is a measure of inertia.\n",
    }.items():
        (empty_folder / path).parent.mkdir(parents=True, exist_ok=True)
        (empty_folder / path).write_text(text)
    (empty_folder / "config.yaml").write_text(settings)
    code, out, err = run(capsys, "draft", "list.csv")
    assert (code, out) == (2, "")
    assert reason in err.splitlines()[-1]


def test_a_single_file_that_cannot_be_read_is_named_in_the_singular(empty_folder, capsys):
    (empty_folder / "content" / "physics").mkdir(parents=True)
    (empty_folder / "content" / "physics" / "x.md").write_text("no front matter")
    (empty_folder / "config.yaml").write_text("content_dir: content\n")
    _, _, err = run(capsys, "draft", "list.csv")
    assert "note: 1 published file cannot be read, the first: physics/x.md" in err


@pytest.mark.parametrize(
    "command", [["draft", "list.csv"], ["batch", "export", "requests.jsonl", "list.csv", "--model", "m"]]
)
def test_a_folder_of_sources_that_is_not_there_stops_before_anything_is_asked(
    empty_folder, capsys, monkeypatch, command
):
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    (empty_folder / "config.yaml").write_text(
        f"sources_dir: nowhere\ncontent_dir: {EXAMPLES}/content/learn\n"
    )
    code, out, err = run(capsys, *command)
    assert (code, out, "sources_dir: there is no folder" in err) == (2, "", True)
    assert run_json(capsys, "status")[1]["states"] == {}


def test_a_real_model_needs_nothing_to_quote(empty_folder, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    code, result = run_json(capsys, "draft", "list.csv", "--plan")
    assert (code, result["rows"]) == (0, {"new": 2})
    code, out, _ = run(capsys, "batch", "export", "requests.jsonl", "list.csv")
    assert (code, "2 requests" in out) == (0, True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("table.md", "| Fach | Aihe |\n|---|---|\n| Physics | Mass |\n"),
        ("list.csv", "Prompt\nWhat is mass?\n"),
    ],
)
def test_a_list_in_no_form_that_is_read_is_refused_before_anything_is_planned(site, capsys, name, data):
    Path(name).write_text(data, encoding="utf-8")
    for arguments in (
        ["draft", name],
        ["draft", name, "--plan"],
        ["batch", "export", "requests.jsonl", name],
    ):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (2, "")
        assert f"generator: {name}:1: " in err.splitlines()[-1]
    assert run_json(capsys, "status")[1]["states"] == {}
    assert not Path("requests.jsonl").exists()


def test_standard_input_is_read_by_its_content(site, capsys, monkeypatch):
    data = b"sep=;\nFach;Frage\nPhysics;What is the momentum of a moving object?\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    code, result = run_json(capsys, "draft", "-", "--plan")
    assert (code, result["rows"]) == (0, {"new": 1})
