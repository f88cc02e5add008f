"""The canonical spelling of a subject is found from other spellings."""

import pytest

from generator.content.site.subjects import Subject, SubjectList

SUBJECTS = SubjectList([Subject(name="Computer Science"), Subject(name="Others", listed=False)])


@pytest.mark.parametrize(
    "text", ["Computer Science", "computer science", "COMPUTER  SCIENCE ", "computer-science"]
)
def test_a_subject_is_found_in_any_spelling(text: str) -> None:
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
def test_a_folder_is_found_by_name_and_by_slug_also_without_a_listed_subject(text: str, folder: str) -> None:
    assert SUBJECTS.folder_of(text, ("marine-studies", "longterm-care", "computer-science")) == folder


@pytest.mark.parametrize("text", ["", "Computing", "Computer Sciences", "-"])
def test_an_unknown_name_is_no_subject(text: str) -> None:
    assert SUBJECTS.resolve(text) is None


def test_the_most_similar_spelling_is_found() -> None:
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
def test_names_with_the_same_or_no_folder_are_an_error(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="folder|Latin"):
        SubjectList(Subject(name=name) for name in names)
