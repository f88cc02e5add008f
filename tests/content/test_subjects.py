"""Subjects: one canonical spelling, found from any other that the site files in the same folder."""

import pytest

from generator.content.subjects import Subject, SubjectList

SUBJECTS = SubjectList([Subject(name="Computer Science"), Subject(name="Others", listed=False)])


@pytest.mark.parametrize(
    "text", ["Computer Science", "computer science", "COMPUTER  SCIENCE ", "computer-science"]
)
def test_a_subject_is_found_however_it_is_spelt(text: str) -> None:
    assert SUBJECTS.resolve(text) == Subject(name="Computer Science")


@pytest.mark.parametrize("text", ["Computer-Science", "computer science.", "Computer  Science"])
def test_the_canonical_spelling_is_that_of_the_list(text: str) -> None:
    assert SUBJECTS.canonical(text) == "Computer Science"
    assert SUBJECTS.canonical("Heraldry") == "Heraldry"


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("Computer Science", "computer-science"),
        ("computer-science", "computer-science"),
        ("COMPUTER-science.", "computer-science"),
        ("Others", "others"),
        ("Marine Studies", "marine-studies"),
        ("marine-studies", "marine-studies"),
        ("Marine-Studies", "marine-studies"),
        ("Long-term Care", "longterm-care"),
        ("longterm-care", "longterm-care"),
        ("Heraldry", "heraldry"),
        ("", ""),
        ("Политика", ""),
        ("CON", ""),
    ],
)
def test_a_folder_is_found_by_name_and_by_slug_whether_the_list_names_its_subject_or_not(
    text: str, folder: str
) -> None:
    assert SUBJECTS.folder_of(text, ("marine-studies", "longterm-care", "computer-science")) == folder


@pytest.mark.parametrize("text", ["", "Computing", "Computer Sciences", "-"])
def test_another_name_is_no_subject(text: str) -> None:
    assert SUBJECTS.resolve(text) is None


def test_the_nearest_spelling_is_offered() -> None:
    assert SUBJECTS.nearest("Computr sciense") == Subject(name="Computer Science")
    assert SUBJECTS.nearest("Heraldry") is None


@pytest.mark.parametrize("text", ["Others", "others", "OTHERS "])
def test_an_unlisted_subject_is_known_by_every_spelling(text: str) -> None:
    assert SUBJECTS.is_unlisted(text)
    assert SUBJECTS.is_unlisted("Computer Science", text)
    assert not SUBJECTS.is_unlisted("Computer Science", "Heraldry", "")


def test_names_keep_their_order() -> None:
    assert SUBJECTS.names == ("Computer Science", "Others")
    assert len(SUBJECTS) == 2
    assert [subject.listed for subject in SUBJECTS] == [True, False]


@pytest.mark.parametrize("names", [("Computer Science", "Computer science"), ("Политика",)])
def test_names_that_cannot_stand_side_by_side_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="folder|Latin"):
        SubjectList(Subject(name=name) for name in names)
