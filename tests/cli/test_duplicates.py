"""``generator duplicates`` as a person runs it: search, decisions, application, undo."""

import csv

import pytest

from tests.support.duplicate_site import ORIGIN, DuplicateSite, answer, link_to, page

CELL, TIDES = "What is the role of a ribosome?", "Why do tides rise and fall?"
KEPT, COPY = page(CELL, id=1, text=answer(1)), page(CELL, "Physics", id=2, text=answer(1))
CONFIG = f"""content_dir: content
subjects: [Biology, Physics]
site: {{origin: {ORIGIN}}}
review: {{reviewer: Ada}}
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    others = [page(f"{TIDES[:-1]} in bay {n}?", id=10 + n, related=[link_to(KEPT)]) for n in (1, 2)]
    made = DuplicateSite(tmp_path, KEPT, COPY, *others, page(TIDES, id=9, related=[link_to(COPY)]))
    (tmp_path / "config.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    yield made
    made.close()


def test_the_way_from_the_search_to_the_files_and_back(site, run, tmp_path):
    before = site.bytes()
    code, out, _ = run("duplicates", "--html", "duplicates.html")
    assert code == 0
    assert "keep  biology/what-is-the-role-of-a-ribosome" in out
    assert "most pages link to it: 2, the next 1" in out
    assert "1 cluster to decide on with 1 page too many" in out
    html = (tmp_path / "duplicates.html").read_text()
    assert "physics/questions/what-is-the-role-of-a-ribosome" in html and "1 cluster of" in html

    code, out, _ = run("duplicates", "show", "1")
    assert (code, answer(1).splitlines()[0] in out) == (0, True)
    assert run("duplicates", "keep", "1") == (0, "1  kept: biology/what-is-the-role-of-a-ribosome\n", "")
    code, out, _ = run("duplicates", "apply", "--dry-run")
    assert f"+canonical: {ORIGIN}{KEPT.url}" in out and site.bytes() == before

    code, out, err = run("duplicates", "apply", "--redirects", "redirects.csv")
    assert (code, "1 cluster applied: 1 page pointed" in out, "1 redirect" in err) == (0, True, True)
    with (tmp_path / "redirects.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["from", "to"], [f"{ORIGIN}{COPY.url}", f"{ORIGIN}{KEPT.url}"]]
    code, _, err = run("duplicates", "undo")
    assert (code, "apply --undo" in err) == (2, True)
    assert run("duplicates", "apply", "--undo")[:2] == (0, "2 files restored\n")
    assert site.bytes() == before
    assert run("undo")[:2] == (0, f"1  open again: {CELL}\n")


def test_a_merge_says_what_to_run_first(site, run):
    run("duplicates")
    run("duplicates", "merge", CELL.lower().replace(" ", "-").removesuffix("?"))
    code, out, err = run("duplicates", "apply")
    assert (code, "0 clusters applied" in out) == (0, True)
    assert "rewrite biology/what-is-the-role-of-a-ribosome" in err


def test_options_without_a_command_are_those_of_the_search(site, run):
    found = run("duplicates", "find", "--kind", "same_question")
    assert run("duplicates", "--kind", "same_question")[1].split("(")[0] == found[1].split("(")[0]
    assert "Commands" in run("duplicates", "--help")[1]
    assert run("duplicates", "finds")[0] == 2


def test_the_kind_chooses_the_clusters_of_the_report_and_of_the_counts(site, run, tmp_path):
    _, out, _ = run("duplicates", "--kind", "near_answer", "--html", "none.html")
    assert "0 clusters to decide on with 0 pages too many" in out
    html = (tmp_path / "none.html").read_text()
    assert "0 clusters of" in html and KEPT.url not in html
    _, out, _ = run("duplicates", "--kind", "same_question", "--html", "one.html")
    assert "1 cluster to decide on with 1 page too many" in out
    assert KEPT.url in (tmp_path / "one.html").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--kind", "competing"), "--kind 'competing' is not one of"),
        (("--ask", "--plan", "--html", "report.html"), "leave out --html"),
    ],
)
def test_options_that_could_have_no_effect_are_refused(site, run, tmp_path, options, words):
    code, _, err = run("duplicates", "find", *options)
    assert (code, words in " ".join(err.split())) == (2, True)
    assert not (tmp_path / "report.html").exists()
