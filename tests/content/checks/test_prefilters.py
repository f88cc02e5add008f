"""The quick tests before the rules: none of them hides a defect that the rule would find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.checks import CheckContext, check_draft
from generator.content.checks.ai_phrases import FILLER, LEFTOVER, PASSAGE_IDS
from generator.content.checks.context import bare_words
from generator.content.checks.markup import HEADINGS, LINKS, TAGS
from generator.content.checks.view import FieldText, view_of_draft
from generator.content.drafts.draft import Draft, Point
from generator.content.findings import Finding
from generator.content.language.endings import ends_in_full_stop
from generator.content.language.phrases import CHAT, REFUSAL, SOURCES, Phrases
from generator.content.markdown.spans import NON_PROSE_MARKS, non_prose_regions
from generator.content.markdown.unsafe import unsafe_places
from generator.content.text import clean
from tests.support.made_drafts import healthy_context, healthy_draft
from tests.support.spellings import spellings

ASCII = st.characters(max_codepoint=127)
ANY = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                "$",
                "$$",
                "`",
                "```",
                "~~~",
                "<br>",
                "\\",
                "\n",
                "\n\n",
                "**",
                "&",
                "#",
                "](",
                "x.",
                "…",
                '"',
                "word",
            ]
            + ["\u200b", "\ufe0f", "\u034f", "\u00e9", "ſ", "ß", "\x85", "\t", "Ã©", " "]
        ),
        max_size=8,
    ).map("".join),
)


def draft_of(introduction: str, bodies: list[str], description: str = "") -> Draft:
    points = tuple(Point(heading="A heading", body=body) for body in bodies)
    return healthy_draft().model_copy(
        update={"introduction": introduction, "points": points, "page_description": description}
    )


@pytest.mark.parametrize(
    "phrases",
    [REFUSAL, CHAT, SOURCES, LEFTOVER, FILLER, PASSAGE_IDS, TAGS, LINKS, HEADINGS],
    ids=["refusal", "chat", "sources", "leftover", "filler", "passage", "tag", "link", "heading"],
)
def test_every_match_of_a_pattern_contains_one_of_its_marks(phrases: Phrases) -> None:
    texts = spellings(phrases.pattern.pattern)
    assert sum(phrases.pattern.search(text) is not None for text in texts) > len(texts) / 2
    marks = phrases.marks + phrases.opening_marks
    assert [text for text in texts if not any(mark in text.casefold() for mark in marks)] == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("refusal", "I couldn’t find any figures on that."),
        ("refusal", "I will not be able to answer this in full."),
        ("assistant-talk", "As an AI, I have no opinion of my own on this."),
        ("talks-of-sources", "The sources given do not mention the price."),
        ("leftover", 'The next part is "points"  : and more.'),
        ("filler", "It is important noting that roots grow."),
    ],
)
def test_phrases_without_common_marks_are_found(code: str, text: str) -> None:
    found = check_draft(draft_of(text, []), healthy_context())
    assert code in {finding.code for finding in found if finding.field == "introduction"}


def test_passage_ids_are_found_in_brackets_and_in_parentheses() -> None:
    context = CheckContext(question="Why?", passages={"s1": "Roots drink."})
    found = check_draft(draft_of("Roots drink [s1] and hold (s1; s2).", []), context)
    messages = [finding.message for finding in found if finding.code == "leftover"]
    assert [message.partition("”")[0] for message in messages] == [
        "contains “[s1]",
        "contains the passage id “(s1; s2)",
    ]


@given(
    ANY,
    st.lists(ANY, max_size=3),
    ANY,
    st.lists(st.sampled_from(["$", "](", "s", " cannot ", "é"]), max_size=3),
)
def test_the_search_in_the_joined_text_finds_what_a_search_in_each_text_finds(
    introduction: str, bodies: list[str], description: str, marks: list[str]
) -> None:
    view = view_of_draft(draft_of(introduction, bodies, description), "Why?")
    for described in (True, False):
        parts = view.all_texts if described else view.texts
        expected = [part for part in parts if any(mark in part.text.casefold() for mark in marks)]
        assert list(view.texts_containing(*marks, description=described)) == expected
    assert list(view.unsafe_texts) == [part for part in view.texts if part.unsafe_places]


@given(ANY)
def test_a_text_without_the_marks_is_prose_and_safe(text: str) -> None:
    if not any(mark in text for mark in NON_PROSE_MARKS):
        assert all(region.kind in {"html", "indented-code"} for region in non_prose_regions(text))
    found = set(FieldText("introduction", text).unsafe_places)
    assert {place.code for place in set(unsafe_places(text)) - found} <= {"control-character"}


def findings_of(draft: Draft, code: str, field: str) -> list[Finding]:
    findings = check_draft(draft, healthy_context())
    return [finding for finding in findings if (finding.code, finding.field) == (code, field)]


@given(ANY)
def test_a_forbidden_character_is_found_exactly_where_cleaning_changes_the_text(text: str) -> None:
    findings = findings_of(draft_of(text, []), "forbidden-character", "introduction")
    assert bool(findings) == (clean(text) != text)


@given(st.text(st.sampled_from(list(" \n\r*_`#]([\\$a1(b")), max_size=12))
def test_another_mark_in_a_description_does_not_change_the_markup_found(text: str) -> None:
    marked = f"{text.rstrip()}]"  # a mark of Markdown, but no markup here
    without, with_mark = (
        findings_of(draft_of("", [], description), "description-markup", "page_description")
        for description in (text, marked)
    )
    assert with_mark == without


@given(st.text(st.sampled_from(list(".!?。…\"'”’»)]*_~` a,")), max_size=10))
def test_quotes_and_brackets_may_follow_the_full_stop_of_a_line(line: str) -> None:
    assert ends_in_full_stop(line) == bool(re.search(r"[.!?。！？][\"'”’»)\]*_~`]*\Z", line))


@given(st.one_of(st.text(ASCII), st.text()))
def test_bare_words_are_runs_of_letters_and_digits(text: str) -> None:
    assert bare_words(text) == re.findall(r"[^\W_]+", text.casefold())


SENTENCES = st.sampled_from(
    [
        "The first of these sentences is long enough to be noticed twice",
        "the first of these sentences is long enough to be noticed twice",
        "Another sentence that is long enough to be noticed if it is repeated",
        "A short one",
        "A third that announces what will follow in the lines below it:",
    ]
)
PARTS = st.lists(st.lists(SENTENCES, max_size=3), min_size=1, max_size=4)


@given(PARTS, st.sampled_from(["", ".", ". ", "?", "\n", " ."]))
def test_a_repeated_sentence_is_found_within_a_text_and_between_two(parts: list[list[str]], end: str) -> None:
    introduction, *bodies = [". ".join(part) + end for part in parts]
    draft = draft_of(introduction, bodies).model_copy(update={"conclusion": ""})
    fields = ("introduction", "points[0].body", "points[1].body", "points[2].body")
    earlier: set[str] = set()
    expected = []
    for field, part in zip(fields, parts, strict=False):
        for sentence in map(str.casefold, part):
            if sentence in earlier:
                expected.append(field)
                break
            if len(sentence) > 50 and not sentence.endswith(":"):
                earlier.add(sentence)
    findings = check_draft(draft, healthy_context())
    assert [finding.field for finding in findings if finding.code == "sentence-repeated"] == expected


WORDS = st.lists(
    st.sampled_from(["the", "of", "and", "water", "root", "Leaf", "xylem's", "é_x", "pull", "3.5", "(ions)"]),
    max_size=60,
)


@given(WORDS, WORDS, WORDS, st.integers(0, 40))
def test_a_copied_run_is_found_at_every_place(
    before: list[str], copied: list[str], after: list[str], cut: int
) -> None:
    passage = " ".join([*before, *copied])
    body = " ".join([*copied[cut:], *after])
    context = CheckContext(question="Why?", passages={"s1": "Nothing of it.", "s2": passage})
    found = {finding.code for finding in check_draft(draft_of("An introduction.", [body]), context)}
    words, source = bare_words(body), f" {' '.join(bare_words(passage))} "
    runs = [words[at : at + 15] for at in range(len(words) - 14)]
    assert ("verbatim" in found) == any(f" {' '.join(run)} " in source for run in runs)


def test_a_text_without_code_and_math_is_all_prose() -> None:
    assert FieldText("introduction", "Plain words & <b>tags</b>").prose == "Plain words & <b>tags</b>"


@pytest.mark.parametrize("phrases", [REFUSAL, CHAT, SOURCES], ids=["refusal", "chat", "sources"])
def test_the_search_by_lines_finds_what_a_search_in_the_whole_text_finds(phrases: Phrases) -> None:
    for text in spellings(phrases.pattern.pattern):
        for whole in (
            text,
            f"Roots grow.\n{text} on.\nİ",
            f"  {text}",
            f"“{text}",
            f"Roots.\n\n{text.upper()}",
        ):
            found = phrases.pattern.search(whole) is not None
            assert phrases.occur_in(whole, whole.lower()) == found, whole
