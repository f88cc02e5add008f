"""The corpus index: it follows the folder, survives damage, and finds what a question needs."""

import datetime
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from generator.content.article import Article
from generator.content.frontmatter import Document, render
from generator.content.slugs import key_of
from generator.content.subjects import Subject, SubjectList
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.search import Snapshot

POINTS = (
    "1. **Light capture**: Chlorophyll in the thylakoid membranes absorbs red and blue light and passes the energy on "
    "to reaction centres.\\n\\n2. **Carbon fixation**: The Calvin cycle binds carbon dioxide to sugar phosphates in the "
    "stroma, using the energy carriers made before.\\n\\n3. **Water splitting**: Electrons come from water, which gives "
    "off oxygen as a by-product of the whole chain."
)
FILLER = " ".join(["Plants store what they make as starch for the night and for the next season."] * 12)


def answer(opening: str, points: str = POINTS) -> str:
    return f"{opening}\\n\\n{points}\\n\\nIn summary, {FILLER}"


def write(content: Path, id: int, question: str, subject: str = "Biology", **fields: object) -> Path:
    article = Article.compose(
        id=id,
        date=datetime.date(2024, 1, 1) + datetime.timedelta(days=id % 300),
        question=question,
        subject=subject,
        answer=str(fields.pop("answer", answer(f"This is about {question.rstrip('?').lower()} in short."))),
        description="What happens inside a leaf.",
        keywords=["leaf", "energy"],
        **fields,  # type: ignore[arg-type]
    )
    path = content / article.key.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render(article).encode())
    return path


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "learn"
    write(folder, 1, "How does photosynthesis work in desert plants?")
    write(folder, 2, "What is the role of chlorophyll in photosynthesis?")
    write(folder, 3, "What causes inflation in small economies?", "Economics")
    write(folder, 3, "Who wrote the Iliad?", "Mythology")
    return folder


@pytest.fixture
def index(tmp_path: Path, content: Path):
    with CorpusIndex(tmp_path / "out" / "index.sqlite3", content) as made:
        made.refresh()
        yield made


def test_an_index_counts_as_filled_once_the_folder_was_read_even_an_empty_one(tmp_path, content):
    for folder in (content, tmp_path / "nothing"):
        with CorpusIndex(tmp_path / f"{folder.name}.sqlite3", folder) as index:
            assert not index.is_filled()
            index.refresh()
            assert index.is_filled()


def test_what_one_look_up_reads_is_of_one_state(tmp_path, content, index, monkeypatch):
    for number in range(30):
        write(content, 100 + number, f"Who won the prize of the year {1900 + number}?")
    index.refresh()
    loaded = Snapshot._load

    def then_removed(self, connection, rowids):
        rows = loaded(self, connection, rowids)
        for path in content.rglob("*.md"):
            path.unlink()
        with CorpusIndex(index.path, content) as other:
            other.refresh()
        return rows

    monkeypatch.setattr(Snapshot, "_load", then_removed)
    question = "How does photosynthesis work in deserts?"
    answer = "Plants of the desert open their pores at night, and photosynthesis goes on by day."
    index.related(question, "Biology", answer=answer)
    assert index.count() == 0


def test_a_first_refresh_indexes_every_article(tmp_path, content):
    with CorpusIndex(tmp_path / "index.sqlite3", content) as index:
        seen = []
        report = index.refresh(progress=lambda done, total: seen.append((done, total)))
        assert (report.added, report.updated, report.removed, report.unchanged) == (4, 0, 0, 0)
        assert seen[-1] == (4, 4)
        assert index.count() == report.articles == 4
        assert index.subjects() == {"biology": 2, "economics": 1, "mythology": 1}


def test_a_refresh_reads_only_what_changed(index, content):
    write(content, 9, "How do roots take up water?")
    changed = write(content, 8, "Who wrote the Iliad?", "Mythology", answer=answer("Homer, by tradition."))
    (content / key_of("Economics", "What causes inflation in small economies?").path).unlink()
    report = index.refresh()
    assert (report.added, report.updated, report.removed, report.unchanged) == (1, 1, 1, 2)
    assert index.answer(f"mythology/{changed.stem}").startswith("Homer, by tradition.\n\n1. **Light")
    assert index.search("inflation in small economies") == []
    assert index.refresh().unchanged == 4


def test_a_touched_file_counts_as_unchanged_and_is_not_read_again(index, content):
    path = content / key_of("Mythology", "Who wrote the Iliad?").path
    os.utime(path, ns=(1, 1))
    assert index.refresh().updated == 0
    assert index.refresh().unchanged == 4


def test_a_removed_last_article_leaves_no_trace_in_the_search(index, content):
    last = key_of("Mythology", "Who wrote the Iliad?")
    (content / last.path).unlink()
    write(content, 5, "Where do glaciers form?", "Science")
    index.refresh()
    assert [hit.row.question for hit in index.search("glaciers")] == ["Where do glaciers form?"]
    assert index.search("Iliad") == []


def test_a_missing_folder_is_an_empty_corpus(tmp_path):
    with CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "nowhere") as index:
        report = index.refresh()
        assert report.missing and report.articles == 0 and report.unreadable == ()
        assert index.next_id() == 1
        assert index.search("anything at all") == []
        assert index.examples("Biology", lambda document: True) == ()


def test_unreadable_files_are_counted_with_reasons_and_not_fatal(index, content):
    (content / "biology" / "broken.md").write_bytes(b"---\nquestion: [\n---\n")
    (content / "biology" / "bytes.md").write_bytes(b"---\nquestion: \xff\xfe\n---\n")
    (content / "biology" / "silent.md").write_bytes(b"---\nid: 4\n---\n")
    (content / "biology" / "loop.md").symlink_to("loop.md")
    (content / "circle").symlink_to("circle")
    (content / "biology" / "inside.md").mkdir()
    os.close(os.open(os.fsencode(content / "biology") + b"/\xff.md", os.O_CREAT | os.O_WRONLY))
    report = index.refresh()
    assert report.articles == 4
    reasons = {item.path: item.reason for item in report.unreadable}
    assert set(reasons) == {
        "biology/broken.md",
        "biology/bytes.md",
        "biology/silent.md",
        "biology/loop.md",
        "biology/\\xff.md",
        "circle",
    }
    assert reasons["biology/silent.md"] == "it has no question"
    assert "UTF-8" in reasons["biology/\\xff.md"]
    assert all(reasons.values())
    # Told again without being read again, and forgotten when mended.
    assert len(index.refresh().unreadable) == 6
    write(content, 30, "Broken")
    assert len(index.refresh().unreadable) == 5


def test_a_damaged_index_is_rebuilt(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    path.write_bytes(b"this is no database, only text that is long enough to be looked at" * 100)
    with CorpusIndex(path, content) as index:
        assert index.refresh().added == 4
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with CorpusIndex(path, content) as index:
        index.refresh()
        assert index.search("photosynthesis")
        assert index.refresh().articles == 4


def test_damage_found_while_reading_is_mended_too(index):
    index._run(lambda connection: connection.execute("DROP TABLE lead"))
    assert len(index.search("photosynthesis")) == 2


def test_an_index_of_another_schema_or_folder_is_built_again(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    with CorpusIndex(path, content) as index:
        index.refresh()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with CorpusIndex(path, content) as index:
        assert index.refresh().added == 4
    write(tmp_path / "other", 7, "What is a glacier?")
    with CorpusIndex(path, tmp_path / "other") as index:
        assert index.refresh().added == 1
        assert index.count() == 1


def test_two_processes_may_share_one_index(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    with CorpusIndex(path, content) as one, CorpusIndex(path, content) as other:
        assert one.refresh().added == 4
        assert other.refresh().unchanged == 4
        write(content, 9, "How do roots take up water?")
        assert one.refresh().added == 1
        assert other.count() == 5
        other.rebuild()
        assert one.refresh().unchanged == 5


def test_threads_search_while_the_index_changes(index, content):
    failures = []

    def search():
        try:
            for _ in range(20):
                assert len(index.search("photosynthesis")) == 2
        except (AssertionError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        write(content, 100 + number, f"What is a glacier number {number}?")
        index.refresh()
    for thread in threads:
        thread.join()
    assert failures == []


def test_its_state_tells_what_is_indexed_and_how_fresh_it_is(index, content):
    write(content, 9, "How do roots take up water?")
    (content / "biology" / "silent.md").write_bytes(b"---\nid: 4\n---\n")
    state = index.state()
    assert (state.articles, state.unreadable, state.pending) == (4, 0, 2)
    assert state.bytes > 4096 and state.changed_at.endswith("Z")
    index.refresh()
    state = index.state()
    assert (state.articles, state.unreadable, state.pending) == (5, 1, 0)
    assert state.subjects["biology"] == 3


def test_the_whole_article_finds_links_and_unpublished_ones_compete(index, content):
    tides = answer("The moon raises tides.", "1. **Spring tides**: Sun and moon pull together.")
    for number in range(30):
        write(content, 50 + number, f"What is glacier {number} known for?", "Science")
    write(content, 90, "Why do tides differ between harbours?", "Science", answer=tides)
    index.refresh()
    published = index.get("science/why-do-tides-differ-between-harbours")
    found = index.related("What raises the sea twice a day?", "Science", answer=tides.replace("\\n", "\n"))
    assert found[0].row == published
    waiting = published._replace(key="science/new", question="Which tides does the moon raise?", rowid=-1)
    found = index.related(
        "What raises the sea twice a day?",
        "Science",
        answer=tides.replace("\\n", "\n"),
        others=[(waiting, tides.replace("\\n", "\n"))],
    )
    assert {hit.row.key for hit in found[:2]} == {"science/new", published.key}
    assert index.related_to(published.key)[0].row.key != published.key
    with pytest.raises(KeyError):
        index.related_to("science/nothing")


def test_ids_go_on_after_the_largest(index):
    assert index.next_id() == 4


def test_questions_are_found_in_other_spelling_and_by_subject(index):
    row = index.find_question("  who wrote the ILIAD", "Mythology")
    assert row is not None and row.key == "mythology/who-wrote-the-iliad"
    assert index.find_question("Who wrote the Iliad?", "Biology") is None
    assert index.has_question("Who wrote the Iliad?")
    assert index.has_slug("who-wrote-the-iliad") and not index.has_slug("who")
    assert index.has_key(key_of("mythology", "Who wrote the Iliad?"))
    assert index.get("mythology/who-wrote-the-iliad").link().title == "Who wrote the Iliad?"
    assert index.get("mythology/nothing") is None


def test_search_puts_the_nearest_first_and_leaves_out_what_it_is_told(index):
    hits = index.search("What does chlorophyll do in photosynthesis?")
    assert hits[0].row.id == 2
    assert {hit.row.id for hit in hits if hit.named} == {1, 2}
    without = index.search("What does chlorophyll do in photosynthesis?", exclude=[hits[0].row.key])
    assert without[0].row.id == 1 and 2 not in {hit.row.id for hit in without}
    assert not any(hit.named for hit in index.search("photosynthesis", subject="Economics"))


@pytest.mark.parametrize("text", ['"', "AND OR NOT", "a:b", "NEAR(x)", "*", "", "–", "\0", "what is the"])
def test_any_text_may_be_searched_for(index, text):
    index.search(text)


def test_words_found_in_no_lead_are_looked_up_in_the_answers(index):
    assert {hit.row.id for hit in index.search("stroma")} == {1, 2, 3}


def test_near_duplicates_are_reported_with_their_similarity(index):
    ((row, alike),) = index.near_duplicates("In photosynthesis, what is chlorophyll's role?")
    assert row.id == 2 and 0.8 <= alike < 1
    assert index.near_duplicates("What is the role of chlorophyll in photosynthesis?")[0][1] == 1.0
    assert index.near_duplicates("What is the role of water in photosynthesis?") == []


def test_passages_are_pieces_that_fit_each_told_once(index):
    question = "How do plants fix carbon in the Calvin cycle during photosynthesis?"
    hits = index.search(question)
    passages = index.passages(hits, question, limit_chars=600)
    assert passages == index.passages(index.search(question), question, limit_chars=600)
    assert [passage.id for passage in passages] == [f"a{n}" for n in range(1, len(passages) + 1)]
    assert [passage.heading for passage in passages].count("Carbon fixation") == 1
    assert sum(len(passage.text) for passage in passages) <= 600
    assert index.passages([], question) == []


def test_refusals_are_neither_passages_nor_links_nor_examples(index, content):
    write(
        content, 20, "How does photosynthesis work at night?", answer=answer("I cannot answer this question.")
    )
    write(content, 21, "How does photosynthesis work in algae?", no_index=True)
    index.refresh()
    question = "How does photosynthesis work in cacti?"
    hits = index.search(question)
    assert {20, 21} <= {hit.row.id for hit in hits}
    assert {hit.row.id for hit in index.related(question, "Biology", hits=hits)} == {1, 2}
    assert "biology/how-does-photosynthesis-work-at-night" not in {
        p.key for p in index.passages(hits, question)
    }


def test_pages_of_unlisted_subjects_take_no_place_among_the_links(tmp_path, content):
    for number in range(40):
        write(
            content, 100 + number, f"What does photosynthesis do in stage {number} of desert life?", "Others"
        )
    listing = SubjectList([Subject(name="Biology"), Subject(name="Others", listed=False)])
    question = "How does photosynthesis work in cacti?"
    with CorpusIndex(tmp_path / "listed.sqlite3", content, subjects=listing) as index:
        index.refresh()
        hits = index.search(question)
        assert {hit.row.subject_slug for hit in hits} >= {"others"}
        for found in (index.related(question, "Biology", hits=hits), index.related(question, "Others")):
            assert {hit.row.id for hit in found} == {1, 2}
        whole = index.related(question, "Others", answer="Photosynthesis in the desert feeds on chlorophyll.")
        assert {hit.row.id for hit in whole} <= {1, 2, 3}
        assert len(whole) >= 2


def test_unlisted_pages_take_no_place_where_a_whole_article_is_compared(tmp_path, content):
    plants = [
        "cactus",
        "agave",
        "yucca",
        "saguaro",
        "ocotillo",
        "mesquite",
        "sagebrush",
        "jojoba",
        "paloverde",
        "aloe",
        "juniper",
    ]
    for number in range(55):
        write(content, 100 + number, f"What does the {plants[number % 11]} need {number}?", "Others")
    # It says more of them than any other page, but not in the fields by which candidates are looked up.
    named = answer(f"There are {', '.join(plants)}.")
    write(content, 4, "Which of the many plants of dry lands, say an aloe, can live for ages?", answer=named)
    listing = SubjectList([Subject(name="Biology"), Subject(name="Others", listed=False)])
    found = {}
    for name, subjects in (("all", None), ("listed", listing)):
        with CorpusIndex(tmp_path / f"{name}.sqlite3", content, subjects=subjects) as index:
            index.refresh()
            text = f"There are {', '.join(plants)}."
            found[name] = index.related("How do succulents eat?", "Physics", answer=text, limit=100)
    assert {hit.row.subject_slug for hit in found["all"]} == {"others"}
    assert [hit.row.id for hit in found["listed"]] == [4]


@pytest.mark.parametrize("spelling", ["True", "yes", "on", "y", "Y", '"y"'])
def test_a_page_is_hidden_by_any_true_spelling_of_no_index(index, content, spelling):
    file = content / "biology" / "how-does-photosynthesis-work-in-desert-plants.md"
    file.write_text(
        file.read_text().replace("\nanswer: ", f"\nno_index: {spelling}\nanswer: "), encoding="utf-8"
    )
    index.refresh()
    row = index.get("biology/how-does-photosynthesis-work-in-desert-plants")
    assert row.no_index and index.never_indexed(row)
    assert 1 not in {hit.row.id for hit in index.related("Where does photosynthesis work?", "Biology")}


def test_related_articles_are_no_near_duplicates_of_the_article_or_each_other(index, content):
    write(content, 22, "What role does chlorophyll play in photosynthesis?")
    index.refresh()
    question = "How does photosynthesis work in plants of the desert?"
    related = index.related(question, "Biology")
    assert len(related) == 1 and related[0].row.id in {2, 22}
    assert index.related(question, "Biology", exclude=[related[0].row.key]) != related


def test_examples_are_the_oldest_good_articles_of_the_subject_and_stay_so(index, content):
    def is_good(document: Document) -> bool:
        return document.get("id") != "1"

    first = index.examples("Biology", is_good)
    assert [example.key for example in first][
        0
    ] == "biology/what-is-the-role-of-chlorophyll-in-photosynthesis"
    assert len(first) == 2 and not first[1].key.startswith("biology/")
    assert "\n\n1. **Light capture**" in first[0].answer_markdown
    write(content, 40, "How do roots take up water?")
    index.refresh()
    second = index.examples("Biology", is_good)
    assert second[0] == first[0]
    assert second[1].key == "biology/how-do-roots-take-up-water"
    write(content, 41, "Why are leaves green?")
    index.refresh()
    assert index.examples("Biology", is_good) == second
