"""Lookups, searches and related articles of the corpus index."""

import pytest

from generator.content.frontmatter import patch
from generator.content.site.site import Site
from generator.content.site.subjects import Subject, SubjectList
from generator.content.slugs import key_of
from generator.store.corpus.index import CorpusIndex
from tests.support.plant_articles import answer, write


def test_a_whole_article_finds_links_and_unpublished_articles_are_candidates_too(index, content):
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


def test_the_next_id_follows_the_largest(index):
    assert index.next_id() == 4


@pytest.mark.parametrize("id", ["007", "7_0", "-007"])
def test_an_id_that_is_not_a_number_is_none(index, content, id):
    file = write(content, 70, "Who built the Argo?", "Mythology")
    file.write_text(file.read_text().replace("id: 70\n", f"id: {id}\n"), encoding="utf-8")
    index.refresh()
    row = index.get("mythology/who-built-the-argo")
    assert (row.id, index.next_id()) == (None, 4)


def test_questions_are_found_in_other_spelling_and_by_subject(index):
    (row,) = index.find_questions("  who wrote the ILIAD", "Mythology")
    assert row.key == "mythology/who-wrote-the-iliad"
    assert index.find_questions("Who wrote the Iliad?", "Biology") == []
    assert index.find_questions("Who wrote the Iliad?") == [row]
    assert index.find_slug("who-wrote-the-iliad") == [row] and index.find_slug("who") == []
    assert index.has_key(key_of("mythology", "Who wrote the Iliad?"))
    assert (
        index.get("mythology/who-wrote-the-iliad").link(Site(), SubjectList(())).title
        == "Who wrote the Iliad?"
    )


def test_the_address_of_a_link_follows_from_the_file_s_path(content, index):
    file = content / "mythology" / "who-wrote-the-iliad.md"
    file.write_text(patch(file.read_text(), {"url": "/learn/history/questions/who-wrote-the-iliad"}))
    index.refresh()
    row = index.get("mythology/who-wrote-the-iliad")
    assert row.link(Site(), SubjectList(())).url == "/learn/mythology/questions/who-wrote-the-iliad"
    assert (
        row.link(Site(address="/help/{subject}/{slug}"), SubjectList(())).url
        == "/help/mythology/who-wrote-the-iliad"
    )
    assert index.get("mythology/nothing") is None


def test_search_puts_the_nearest_first_and_leaves_out_excluded_articles(index):
    hits = index.search("What does chlorophyll do in photosynthesis?")
    assert hits[0].row.id == 2
    assert {hit.row.id for hit in hits if hit.found_in_lead} == {1, 2}
    without = index.search("What does chlorophyll do in photosynthesis?", exclude=[hits[0].row.key])
    assert without[0].row.id == 1 and 2 not in {hit.row.id for hit in without}


@pytest.mark.parametrize("text", ['"', "AND OR NOT", "a:b", "NEAR(x)", "*", "", "–", "\0", "what is the"])
def test_any_text_can_be_searched(index, text):
    index.search(text)


def test_words_in_no_lead_are_searched_in_the_answers(index):
    hits = index.search("stroma")
    assert {hit.row.id for hit in hits} == {1, 2, 3}
    assert not any(hit.found_in_lead for hit in hits)


def test_near_duplicates_are_reported_with_their_similarity(index):
    ((row, alike),) = index.near_duplicates("In photosynthesis, what is chlorophyll's role?")
    assert row.id == 2 and 0.8 <= alike < 1
    assert index.near_duplicates("What is the role of chlorophyll in photosynthesis?")[0][1] == 1.0
    assert index.near_duplicates("What is the role of water in photosynthesis?") == []


def test_refusals_and_hidden_pages_are_not_linked(index, content):
    write(
        content, 20, "How does photosynthesis work at night?", answer=answer("I cannot answer this question.")
    )
    write(content, 21, "How does photosynthesis work in algae?", no_index=True)
    index.refresh()
    question = "How does photosynthesis work in cacti?"
    hits = index.search(question)
    assert {20, 21} <= {hit.row.id for hit in hits}
    assert {hit.row.id for hit in index.related(question, "Biology", hits=hits)} == {1, 2}


def test_pages_of_unlisted_subjects_do_not_displace_other_links(tmp_path, content):
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


def test_unlisted_pages_do_not_displace_links_where_whole_articles_are_compared(tmp_path, content):
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
    # It contains the words more often than any other page, but not in the fields that candidates are searched in.
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
    assert row.no_index and index.is_never_indexed(row)
    assert 1 not in {hit.row.id for hit in index.related("Where does photosynthesis work?", "Biology")}


def test_related_articles_are_not_near_duplicates_of_the_article_or_each_other(index, content):
    write(content, 22, "What role does chlorophyll play in photosynthesis?")
    index.refresh()
    question = "How does photosynthesis work in plants of the desert?"
    related = index.related(question, "Biology")
    assert len(related) == 1 and related[0].row.id in {2, 22}
    assert index.related(question, "Biology", exclude=[related[0].row.key]) != related


def test_in_a_small_corpus_no_word_is_too_common_to_find_links(index, content):
    for number, plant in enumerate(("cacti", "mosses", "ferns"), start=30):
        write(content, number, f"How does photosynthesis work in {plant}?", answer=answer(f"As {plant} do."))
    index.refresh()
    (row,) = index.find_id(30)
    by_question = {hit.row.id for hit in index.related(row.question, "Biology", exclude=[row.key])}
    assert by_question and {hit.row.id for hit in index.related_to(row.key)} >= by_question


def test_hidden_files_and_folders_are_not_indexed(index, content):
    (content / ".trash").mkdir()
    write(content, 30, "What was thrown away?").rename(content / ".trash" / "what-was-thrown-away.md")
    (content / "biology" / ".draft.md").write_text("---\n", encoding="utf-8")
    (content / ".git").mkdir()
    (content / ".git" / "note.md").write_text("no article", encoding="utf-8")
    before = index.count()
    report = index.refresh()
    assert (index.count(), report.unreadable) == (before, ())
