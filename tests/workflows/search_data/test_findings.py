"""What follows from search data: pages that compete, pages that nobody is shown, questions that no page answers."""

import io
from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.services import Services
from generator.workflows.drafting.draft import plan_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from generator.workflows.search_data.competing import competing_page_pairs, find_competing
from generator.workflows.search_data.silent import find_silent
from generator.workflows.search_data.unanswered import find_unanswered, write_question_list
from tests.support import console_exports as made
from tests.support.search_data import import_files, import_pages, import_queries
from tests.support.services import publish

SHOWN = "What is the role of enzymes in digestion?"
SAME = "What role do enzymes play in digestion?"
ALONE = "How do glaciers carve valleys?"
REFUSED = "Which rocks float on water?"
KEYS = {
    SHOWN: "biology/what-is-the-role-of-enzymes-in-digestion",
    SAME: "biology/what-role-do-enzymes-play-in-digestion",
    ALONE: "biology/how-do-glaciers-carve-valleys",
    REFUSED: "biology/which-rocks-float-on-water",
}


def site(folder: Path) -> None:
    answer = "Ice moves downhill and takes rock with it. " * 30
    for number, question in enumerate(KEYS, start=1):
        text = "I'm sorry, but I can't help with that." if question == REFUSED else answer
        publish(folder, question, "Biology", id=number, answer=text)


def test_all_five_thousand_rows_are_searched_for_competing_pages(services: Services, tmp_path: Path) -> None:
    rows = made.made_rows()
    import_files(services, made.api_csv(tmp_path / "api.csv", rows))
    by_query: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        by_query.setdefault(row.query, []).append((row.totals.impressions, row.path))
    expected = {
        query: [path for _, path in sorted(pages, reverse=True)]
        for query, pages in by_query.items()
        if len(pages) > 1 and min(pages)[0] >= max(10, 0.1 * sum(count for count, _ in pages))
    }
    found = find_competing(services).found
    assert {item.query: [page.path for page in item.pages] for item in found} == expected
    assert [item.contested for item in found] == sorted((item.contested for item in found), reverse=True)
    pairs = competing_page_pairs(services)
    assert pairs.keys() == {tuple(sorted(paths)) for paths in expected.values()}


def test_competing_pages_need_queries_by_page(services: Services, tmp_path: Path) -> None:
    assert competing_page_pairs(services) == {}
    import_files(
        services, made.website_zip(tmp_path / "a.zip", made.made_rows(20)), first_day=None, last_day=None
    )
    with pytest.raises(UsageError, match="no search data with queries by page"):
        find_competing(services)


def test_pages_that_nobody_is_shown_are_proposed_and_nothing_is_changed(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    before = {file: file.read_bytes() for file in (tmp_path / "content").rglob("*.md")}
    import_pages(services, tmp_path, {KEYS[SHOWN]: (1, 40, 3.0), KEYS[ALONE]: (0, 0, 0)})
    found = find_silent(services, 3, NoProgress())
    assert (found.first_day, found.last_day, found.examined) == ("2026-08-01", "2026-10-31", 4)
    pages = {page.path.removesuffix(".md"): page for page in found.pages}
    assert {key: page.suggestion for key, page in pages.items()} == {
        KEYS[SAME]: "merge",
        KEYS[ALONE]: "rewrite",
        KEYS[REFUSED]: "withdraw",
    }
    assert pages[KEYS[SAME]].other == f"{KEYS[SHOWN]}.md"
    assert {file: file.read_bytes() for file in (tmp_path / "content").rglob("*.md")} == before


def test_pages_that_are_younger_than_the_time_are_not_silent(services: Services, tmp_path: Path) -> None:
    site(tmp_path)  # on 2026-01-01
    import_pages(
        services, tmp_path, {KEYS[SHOWN]: (1, 40, 3.0)}, first_day="2025-11-01", last_day="2026-01-31"
    )
    assert find_silent(services, 3, NoProgress()).examined == 0


def test_earlier_exports_count_where_there_is_no_gap(services: Services, tmp_path: Path) -> None:
    site(tmp_path)
    import_pages(services, tmp_path, {KEYS[SHOWN]: (1, 40, 3.0)})
    with pytest.raises(
        UsageError, match="cover only 2026-08-01 to 2026-10-31 without a gap, less than 6 months"
    ):
        find_silent(services, 6, NoProgress())
    import_pages(
        services, tmp_path, {KEYS[ALONE]: (0, 5, 30.0)}, first_day="2026-05-01", last_day="2026-07-31"
    )
    found = find_silent(services, 6, NoProgress())
    assert found.first_day == "2026-05-01"
    assert {page.path.removesuffix(".md") for page in found.pages} == {KEYS[SAME], KEYS[REFUSED]}


def test_an_export_of_exactly_a_thousand_rows_names_no_silent_page(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    file = made.website_zip(tmp_path / "a.zip", made.made_rows())
    import_files(services, file, first_day=None, last_day=None)
    with pytest.raises(UsageError, match="cut off at their most rows, where a missing page means nothing"):
        find_silent(services, 1, NoProgress())


@pytest.mark.parametrize("kind", ["queries by page without the others", "filtered", "none"])
def test_exports_without_every_page_name_no_silent_page(
    services: Services, tmp_path: Path, kind: str
) -> None:
    site(tmp_path)
    if kind == "filtered":
        file = made.website_zip(tmp_path / "a.zip", made.made_rows(20), filters=[("Country", "Germany")])
        import_files(services, file, first_day=None, last_day=None)
    elif kind != "none":
        import_queries(services, tmp_path, [(KEYS[SHOWN], "enzymes", (1, 10, 2.0))])
    with pytest.raises(UsageError, match="no export has every page that was shown"):
        find_silent(services, 1, NoProgress())


def test_bigquery_names_silent_pages_because_it_counts_queries_without_a_name(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    file = made.bigquery_csv(tmp_path / "b.csv", made.made_rows(10), anonymous=5)
    import_files(services, file, first_day=None, last_day=None)
    assert len(find_silent(services, 3, NoProgress()).pages) == 4


def test_a_page_in_a_cut_export_was_shown(services: Services, tmp_path: Path) -> None:
    site(tmp_path)
    import_pages(services, tmp_path, {KEYS[SHOWN]: (1, 40, 3.0)})
    import_queries(services, tmp_path, [(KEYS[ALONE], "valleys", (1, 10, 2.0))])
    silent = {page.path for page in find_silent(services, 3, NoProgress()).pages}
    assert f"{KEYS[ALONE]}.md" not in silent


def test_questions_that_people_type_and_no_page_answers_are_a_list_for_draft(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    rows = [
        (KEYS[SHOWN], "what is the role of enzymes in digestion", (5, 900, 2.0)),  # answered
        (KEYS[SHOWN], "enzymes", (5, 5_000, 2.0)),  # no question
        (KEYS[SHOWN], "why do volcanoes erupt suddenly", (1, 300, 12.0)),
        (KEYS[ALONE], "why do volcanoes suddenly erupt", (0, 200, 30.0)),  # asks the same
        (KEYS[ALONE], "how are fjords made", (0, 400, 30.0)),
        (KEYS[ALONE], "how rare is this query typed", (0, 9, 30.0)),
    ]
    import_queries(services, tmp_path, rows)
    outcome = find_unanswered(services, NoProgress())
    volcanoes, fjords = outcome.found
    assert (volcanoes.question, volcanoes.totals.impressions) == ("Why do volcanoes erupt suddenly?", 500)
    assert (volcanoes.queries, volcanoes.shown, volcanoes.subject) == (2, f"{KEYS[SHOWN]}.md", "Biology")
    assert fjords.question == "How are fjords made?"
    assert outcome.examined == 3
    file = tmp_path / "questions.csv"
    text = io.StringIO()
    write_question_list(outcome, text)
    file.write_text(text.getvalue(), encoding="utf-8")
    request = DraftRequest(PlanRequest(QuestionSource(file, file.name, file.name)), offline=True)
    assert plan_drafts(services, request, NoProgress()).plan.counts["new"] == 2


def test_all_five_thousand_rows_are_searched_for_questions(services: Services, tmp_path: Path) -> None:
    rows = made.made_rows(5_000)
    publish(tmp_path, "What is thing 0 part 1?", "Biology", id=1)
    import_files(services, made.api_csv(tmp_path / "api.csv", rows))
    outcome = find_unanswered(services, NoProgress(), limit=20)
    assert len(outcome.found) == 20
    impressions = [item.totals.impressions for item in outcome.found]
    assert impressions == sorted(impressions, reverse=True)
