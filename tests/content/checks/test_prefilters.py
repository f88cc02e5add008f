"""The quick tests before the rules: none of them hides a defect that the rule would find."""

import re
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.checks import CheckContext, ai_phrases, check_draft, markup, structure
from generator.content.checks.context import bare_words
from generator.content.checks.description import _MARK, _MARKS
from generator.content.checks.view import _UNSAFE_MARKS, FieldText, view_of_draft
from generator.content.draft import Draft, Point
from generator.content.endings import ends_in_full_stop
from generator.content.markdown.spans import NON_PROSE_MARKS, non_prose_regions
from generator.content.markdown.unsafe import unsafe_places
from generator.content.phrases import CHAT, REFUSAL, SOURCES, Phrases
from generator.content.text import clean
from tests.support.made_drafts import healthy_context, healthy_draft

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


def spellings(items: Any) -> set[str]:
    """Texts that match a parsed pattern: each branch, optional parts with and without, one character of a class."""
    texts = {""}
    for operator, argument in items:
        match str(operator):
            case "LITERAL":
                more = {chr(argument)}
            case "IN":
                more = {chr(member) if str(kind) == "LITERAL" else "a" for kind, member in argument}
            case "BRANCH":
                more = set().union(*map(spellings, argument[1]))
            case "SUBPATTERN":
                more = spellings(argument[3])
            case "MAX_REPEAT":
                least, most, repeated = argument
                once = spellings(repeated)
                more = {one * count for one in once for count in {least, min(least + 2, most)}}
            case "ANY" | "NOT_LITERAL":
                more = {"a"}
            case _:  # a position or an assertion, which matches no character
                continue
        texts = {text + addition for text in texts for addition in more}
    return texts


def draft_of(introduction: str, bodies: list[str], description: str = "") -> Draft:
    points = tuple(Point(heading="A heading", body=body) for body in bodies)
    return healthy_draft().model_copy(
        update={"introduction": introduction, "points": points, "page_description": description}
    )


@pytest.mark.parametrize(
    ("pattern", "marks"),
    [
        (REFUSAL.pattern, REFUSAL.marks),
        (CHAT.pattern, CHAT.marks + CHAT.opening_marks),
        (SOURCES.pattern, SOURCES.marks),
        (ai_phrases._LEFTOVER.pattern, ai_phrases._LEFTOVER.marks),
        (ai_phrases._FILLER.pattern, ai_phrases._FILLER.marks),
        (ai_phrases._PASSAGE_ID, ("(", "[")),
        (markup._TAG, ("<", "&")),
        (markup._LINK, ("](", "]:", "://", "www.")),
        (markup._HEADING, ("#", "=")),
    ],
    ids=["refusal", "chat", "sources", "leftover", "filler", "passage", "tag", "link", "heading"],
)
def test_every_match_of_a_pattern_contains_one_of_its_marks(
    pattern: re.Pattern[str], marks: tuple[str, ...]
) -> None:
    texts = spellings(parser.parse(pattern.pattern, pattern.flags))
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
    if not any(mark in text for mark in _UNSAFE_MARKS):
        assert {found.code for found in unsafe_places(text)} <= {"control-character"}


@given(ANY)
def test_a_visible_text_needs_no_cleaning(text: str) -> None:
    assert not markup._is_visible(text) or clean(text) == text


@given(st.text(st.sampled_from(list(" \n\r*_`#]([\\$a1(b")), max_size=12))
def test_a_description_without_marks_has_no_markup(text: str) -> None:
    assert _MARK.search(text) or not any(pattern.search(text) for pattern, _ in _MARKS)


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
PARTS = st.lists(st.lists(SENTENCES, max_size=3).map(". ".join), min_size=1, max_size=4)


@given(PARTS, st.sampled_from(["", ".", ". ", "?", "\n", " ."]))
def test_a_repeated_sentence_is_found_within_a_text_and_between_two(parts: list[str], end: str) -> None:
    view = view_of_draft(draft_of(parts[0] + end, [part + end for part in parts[1:]]), "Why?")
    earlier: set[str] = set()
    expected = []
    for part in view.sections():
        for sentence in structure._long_sentences(part.prose):
            if sentence in earlier:
                expected.append(part.field)
                break
            earlier.add(sentence)
    found = structure.sentence_repeated(view, healthy_context())
    assert [defect.field for defect in found] == expected


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
    for text in spellings(parser.parse(phrases.pattern.pattern, phrases.pattern.flags)):
        for whole in (
            text,
            f"Roots grow.\n{text} on.\nİ",
            f"  {text}",
            f"“{text}",
            f"Roots.\n\n{text.upper()}",
        ):
            found = phrases.pattern.search(whole) is not None
            assert phrases.occur_in(whole, whole.lower()) == found, whole
