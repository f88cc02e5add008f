"""The pairs for people are blind, and the report shows everything without trusting a text in it."""

import csv
import re

import pytest

from generator.errors import UsageError
from tests.support.comparisons import compare, golden_set, two_sides
from tests.support.replies import GOOD, completion, spoilt

pytestmark = pytest.mark.slow

HOSTILE = spoilt(introduction=GOOD["introduction"] + " <script>alert(1)</script>")
OTHER = spoilt(introduction=GOOD["introduction"] + " The side B said so.")


def exported(folder, **options):
    golden_set(folder)
    return compare(folder, two_sides(b=lambda _: completion(OTHER)), export=folder / "blind", **options)


def key_of(folder):
    with (folder / "blind.key.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_pairs_are_blind_and_the_key_beside_the_folder_says_whose_is_which(tmp_path):
    exported(tmp_path)
    files = sorted(path.name for path in (tmp_path / "blind").iterdir())
    assert files == ["README.md", "answers.csv", *(f"pair-{n:03}.md" for n in range(1, 11))]
    assert {row["1"] for row in key_of(tmp_path)} == {"A", "B"}
    for row in key_of(tmp_path):
        text = (tmp_path / "blind" / f"{row['pair']}.md").read_text(encoding="utf-8")
        first, second = text.split("## Answer 2")
        assert ("said so" in first) == (row["1"] == "B") and ("said so" in second) == (row["2"] == "B")
        assert text.startswith(f"# {row['question']}\n")
        assert not re.search("test-model|prompts-b", text)


def test_the_same_seed_draws_the_same_order_and_answers_that_are_filled_in_stay(tmp_path):
    exported(tmp_path)
    first = key_of(tmp_path)
    answers = tmp_path / "blind" / "answers.csv"
    answers.write_text("pair,better,remark\npair-001,2,clearer\n", encoding="utf-8")
    exported(tmp_path)
    assert key_of(tmp_path) == first
    assert "clearer" in answers.read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="other pairs"):
        exported(tmp_path, seed=1)
    assert key_of(tmp_path) == first


def test_a_folder_with_other_files_is_not_written_into(tmp_path):
    (tmp_path / "blind").mkdir()
    (tmp_path / "blind" / "notes.txt").write_text("mine", encoding="utf-8")
    golden_set(tmp_path)
    endpoint = two_sides()
    with pytest.raises(UsageError, match=r"notes\.txt"):
        compare(tmp_path, endpoint, export=tmp_path / "blind")
    assert endpoint.requests == []
    assert [path.name for path in (tmp_path / "blind").iterdir()] == ["notes.txt"]


def test_the_report_escapes_what_models_wrote_and_loads_nothing(tmp_path):
    golden_set(tmp_path)
    page = tmp_path / "report.html"
    compare(
        tmp_path,
        two_sides(b=lambda _: completion(HOSTILE), judged=lambda *_: "first"),
        judge=True,
        check_claims=False,
        html=page,
    )
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;alert(1)" in text
    assert not re.search(r'(?:src|href)="?http', text)
    for part in ("facts found", "Preferences", "How does enzyme number 9 work?", "Cost of this run"):
        assert part in text
    assert "test-key" not in text


def test_the_report_of_a_run_that_ended_early_says_what_is_missing(tmp_path):
    golden_set(tmp_path)
    page = tmp_path / "report.html"
    outcome = compare(tmp_path, two_sides(), html=page, max_cost=0.000001)
    assert outcome.error is not None
    assert "10 cases not drafted by A" in page.read_text(encoding="utf-8")
