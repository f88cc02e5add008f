"""The commands for search data as a person sees them, over made exports of 5,000 rows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from generator.services import Services
from tests.support import console_exports as made
from tests.support.seo_pages import page

Run = Callable[..., tuple[int, str, str]]
DATES = ("--from", made.FIRST_DAY, "--to", made.LAST_DAY)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one article, settings and two exports, as the current one."""
    (tmp_path / "config.yaml").write_text(
        "content_dir: content\nsubjects: [Biology]\npublish: {allow_offline: true}\nreview: {reviewer: Ada}\n",
        encoding="utf-8",
    )
    page(tmp_path, "Thing 7")
    rows = made.made_rows()
    made.api_csv(tmp_path / "api.csv", rows)
    made.website_zip(tmp_path / "export.zip", rows, language="fr", thousands="\u202f", decimal=",")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_import_says_what_it_read_and_for_which_dates(site: Path, run: Run) -> None:
    code, out, _ = run("search-data", "import", "export.zip")
    assert code == 0
    assert "pages, 2026-08-01 to 2026-10-31: 1,000 rows, 1,000 pages" in out
    assert "cut off at its most rows" in out
    assert run("search-data", "import", "export.zip")[1].count("(imported before)") == 2
    code, _, err = run("search-data", "import", "api.csv")
    assert (code, "give --from and --to" in err) == (2, True)
    assert "5,000 rows, 1,000 pages" in run("search-data", "import", "api.csv", *DATES)[1]


def test_what_was_imported_is_shown_and_searched(site: Path, run: Run) -> None:
    assert "nothing is imported" in run("search-data", "show")[1]
    run("search-data", "import", "export.zip")
    run("search-data", "import", "api.csv", *DATES)
    shown = run("search-data", "show")[1]
    assert "1,000 pages shown" in shown
    assert "queries by page" in shown
    assert "queries with competing pages" in run("search-data", "competing", "--limit", "2")[1]
    code, _, err = run("search-data", "silent", "--months", "1")
    assert (code, "a missing page means nothing" in err) == (2, True)


def test_the_list_of_unanswered_questions_goes_to_a_file_or_on_to_draft(site: Path, run: Run) -> None:
    run("search-data", "import", "api.csv", *DATES)
    code, out, err = run("search-data", "unanswered", "--limit", "3", "--csv", "lists/new.csv")
    assert (code, "have no page" in out, "question list: lists/new.csv" in err) == (0, True, True)
    lines = (site / "lists" / "new.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("question,subject,impressions,clicks,position")
    assert run("search-data", "unanswered", "--limit", "3", "--csv", "-")[1].splitlines() == lines
    assert "3  new" in run("draft", "lists/new.csv", "--plan", "--offline")[1]


def test_an_import_by_mistake_is_refused_or_removed(site: Path, run: Run) -> None:
    (site / "empty.csv").write_text("page,clicks,impressions,position\n", encoding="utf-8")
    (site / "other.csv").write_text(
        "page,clicks,impressions,position\nhttps://other.example.com/x,1,9,2\n", encoding="utf-8"
    )
    for file, *dates in (
        ("empty.csv", *DATES),
        ("other.csv", *DATES),
        ("api.csv", "--from", "2026-08-01", "--to", "2999-01-01"),
    ):
        assert run("search-data", "import", file, *dates)[0] == 2
    assert "nothing is imported" in run("search-data", "show")[1]
    run("search-data", "import", "export.zip")
    run("search-data", "import", "api.csv", *DATES)
    shown = run("search-data", "show")[1]
    line = next(line for line in shown.splitlines() if "queries by page" in line)
    number = line.removeprefix("*").split()[0]
    code, out, _ = run("search-data", "remove", number)
    assert (code, out.startswith(f"removed: export {number}, queries by page, 2026-08-01")) == (0, True)
    assert "queries by page" not in run("search-data", "show")[1]
    code, _, err = run("search-data", "remove", number)
    assert (code, f"no export has the id {number}" in err) == (2, True)


def test_proposals_by_opportunity_show_their_figures_and_the_report_its_groups(
    site: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("search-data", "import", "api.csv", *DATES)
    address = f"{made.ORIGIN}/learn/biology/questions/thing-7"
    for name, clicks in (("before", 1), ("after", 900)):
        (site / f"{name}.csv").write_text(
            f"page,clicks,impressions,position\n{address},{clicks},9000,1.5\n", encoding="utf-8"
        )
    run("search-data", "import", "before.csv", "--from", "2026-08-01", "--to", "2026-10-31")
    assert run("seo", "propose", "--by", "opportunity", "--offline")[0] == 0
    diff = run("seo", "diff")[1]
    assert "1 click, 9,000 impressions, CTR 0.0%, position 1.5 (usual there 22.1%" in diff
    assert "missed" in run("seo", "list")[1]
    run("seo", "apply", "biology/thing-7")
    later = partial(Services, now=lambda: "2090-03-01T00:00:00.000+00:00")
    with monkeypatch.context() as patched:
        patched.setattr("generator.cli.terminal.options.Services", later)
        run("search-data", "import", "after.csv", "--from", "2090-01-01", "--to", "2090-01-31")
    code, out, _ = run("seo", "report", "--html", "seo.html")
    assert code == 0
    assert "compared with 2090-01-01 to 2090-01-31" in out
    assert "No pages were held out, so that this says nothing about the cause" in out
    html = (site / "seo.html").read_text(encoding="utf-8")
    assert "Clicks in Google Search" in html
    assert "No pages were held out" in html
    assert "no pages were held out yet" in run("seo", "hold-out")[1]
