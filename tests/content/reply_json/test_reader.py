"""A draft is read out of a reply whatever stands around it and however its JSON is spelled; nothing is made up."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.drafts.draft import Draft, Point, parse_draft, parse_repair
from generator.content.seo.fields import parse_seo
from generator.errors import ReplyFormatError
from tests.support.replies import GOOD, spoilt

A = json.dumps(GOOD)
B = json.dumps(spoilt(introduction="Another introduction."))

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip)
DRAFTS = st.builds(
    Draft,
    introduction=_TEXTS,
    points=st.lists(st.builds(Point, heading=_TEXTS, body=_TEXTS), min_size=1, max_size=3).map(tuple),
    conclusion=_TEXTS,
    page_description=_TEXTS,
    page_keywords=st.lists(_TEXTS.map(str.strip), min_size=1, max_size=3).map(tuple),
)


def fields_of(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(mode="json")


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


WRAPPINGS = {
    "as it is": lambda fields: json.dumps(fields),
    "indented": lambda fields: json.dumps(fields, indent=2, ensure_ascii=False),
    "fence": lambda fields: f"```json\n{json.dumps(fields)}\n```",
    "fence in prose": lambda fields: f"Here it is:\n```json\n{json.dumps(fields)}\n```\nIs it {{fine}}?",
    "braces before": lambda fields: f"Plan: use {{4 points}}.\n{json.dumps(fields)}",
    "braces after": lambda fields: f"{json.dumps(fields)}\nNote: {{done}}",
    "object before": lambda fields: f'{{"plan": ["a", "b"]}}\n{json.dumps(fields)}',
    "object after": lambda fields: f'{json.dumps(fields)}\n{{"status": "done"}}',
    "thinking": lambda fields: f"<think>A set {{1}} and {B}</think>\n{json.dumps(fields)}",
    "thinking not opened": lambda fields: f"A set {{1}} and {B}\n</think>{json.dumps(fields)}",
    "thinking in other tags": lambda fields: (
        f"<thinking>{{x}}</thinking><answer>{json.dumps(fields)}</answer>"
    ),
    "reasoning tags": lambda fields: f"<reasoning>{{'a': 1}} {B}</reasoning>{json.dumps(fields)}",
    "mistral": lambda fields: f"[THINK]{{x}}{B}[/THINK]{json.dumps(fields)}",
    "begin of thought": lambda fields: f"<|begin_of_thought|>{{}}<|end_of_thought|>{json.dumps(fields)}",
    "harmony": lambda fields: (
        f"<|channel|>analysis<|message|>We need {B}<|end|><|start|>assistant"
        f"<|channel|>final <|constrain|>json<|message|>{json.dumps(fields)}<|return|>"
    ),
    "end of turn": lambda fields: f"{json.dumps(fields)}<|im_end|>",
    "another turn": lambda fields: f"{json.dumps(fields)}<end_of_turn>\n<start_of_turn>user\nNext?\n{B}",
    "sentence end": lambda fields: f"<s>{json.dumps(fields)}</s>",
    "encoded twice": lambda fields: json.dumps(json.dumps(fields)),
    "encoded three times": lambda fields: json.dumps(json.dumps(json.dumps(fields))),
    "escaped quotes": lambda fields: json.dumps(json.dumps(fields))[1:-1],
    "under a key": lambda fields: json.dumps({"article_draft": fields}),
    "under two keys": lambda fields: json.dumps({"result": {"answer": fields}}),
    "beside another key": lambda fields: json.dumps({"thoughts": "Well {x}.", "answer": fields}),
    "text under a key": lambda fields: json.dumps({"answer": json.dumps(fields)}),
    "tool call": lambda fields: json.dumps({"name": "article_draft", "parameters": fields}),
    "tool call in a list": lambda fields: json.dumps([{"name": "f", "arguments": json.dumps(fields)}]),
    "values in the schema": lambda fields: json.dumps({"type": "object", "properties": fields}),
    "only element": lambda fields: json.dumps([fields]),
    "twice": lambda fields: f"{json.dumps(fields)}\n{json.dumps(fields)}",
    "repeated to the cap": lambda fields: (json.dumps(fields) + "\n") * 4 + json.dumps(fields)[:30],
    "white space to the cap": lambda fields: json.dumps(fields) + " \n" * 3000,
    "corrected": lambda fields: f"{B}\nWait, this is better:\n{json.dumps(fields)}",
    "camel case": lambda fields: json.dumps({camel(name): item for name, item in fields.items()}),
    "capitals and spaces": lambda fields: json.dumps(
        {
            **{name.replace("_", " ").title(): item for name, item in fields.items()},
            "Points": [{name.upper(): item for name, item in point.items()} for point in fields["points"]],
        }
    ),
    "numbered points": lambda fields: json.dumps(
        {**fields, "points": {str(n): p for n, p in reversed(list(enumerate(fields["points"], 1)))}}
    ),
    "named points": lambda fields: json.dumps(
        {**fields, "points": {f"point_{n}": p for n, p in enumerate(fields["points"], 1)}}
    ),
    "points of one key": lambda fields: json.dumps(
        {**fields, "points": [{str(n): p} for n, p in enumerate(fields["points"], 1)]}
    ),
    "points under a key": lambda fields: json.dumps(
        {**fields, "points": [{"point": p} for p in fields["points"]]}
    ),
    "no reason to decline, in words": lambda fields: json.dumps({**fields, "cannot_answer": "None"}),
    "no reason to decline, as false": lambda fields: json.dumps({**fields, "cannot_answer": False}),
    "numbered keywords": lambda fields: json.dumps(
        {**fields, "page_keywords": {str(n): word for n, word in enumerate(fields["page_keywords"])}}
    ),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@settings(max_examples=8)
@given(draft=DRAFTS)
def test_the_same_draft_comes_back(wrapping: str, draft: Draft) -> None:
    assert parse_draft(WRAPPINGS[wrapping](fields_of(draft))) == draft


ERRORS_OF_FORM = {
    "trailing commas": A.replace("]}", "],}").replace('"}', '",}'),
    "comments": A.replace('"points"', '// the points\n"points"').replace(
        '"conclusion"', '/* last */ "conclusion"'
    ),
    "python": repr(GOOD),
    "python with true": repr({**GOOD, "introduction": GOOD["introduction"] + ' It\'s "true".'}),
    "bare keys": A.replace('"introduction":', "introduction:"),
    "line breaks in texts": A.replace("living cells by", "living cells\nby\t"),
    "quotes in texts": A.replace("the active site,", 'the "active" site,'),
    "quotes and commas in texts": A.replace("the active site,", 'the "active site", or pocket,'),
    "latex": A.replace("pH 2", r"\( \alpha = 2 \)"),
    "no comma between lines": json.dumps(GOOD, indent=1).replace(
        '",\n "page_description"', '"\n "page_description"'
    ),
    "no last bracket": A.rstrip("}"),
    "in prose": "Sure!\n```json\n" + A.replace("]}", "],}") + "\n```\nEnjoy.",
    "after thinking": "<think>{x}</think>" + A.replace("]}", "],}"),
}


@pytest.mark.parametrize("name", ERRORS_OF_FORM)
def test_json_with_errors_of_form_is_read_without_a_change(name: str) -> None:
    draft = parse_draft(ERRORS_OF_FORM[name])
    good = parse_draft(A)
    assert draft.is_whole
    assert [point.heading for point in draft.points] == [point.heading for point in good.points]
    assert (draft.page_description, draft.page_keywords) == (good.page_description, good.page_keywords)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("quotes in texts", 'the "active" site,'),
        ("quotes and commas in texts", 'the "active site", or pocket,'),
    ]
    + [("latex", r"\( \alpha = 2 \)"), ("python with true", ' It\'s "true".')],
)
def test_what_made_the_error_stays_in_the_text(name: str, part: str) -> None:
    draft = parse_draft(ERRORS_OF_FORM[name])
    assert any(part in text for text in texts_of(draft))


def texts_of(draft: Draft) -> list[str]:
    points = [text for point in draft.points for text in (point.heading, point.body, *point.passages)]
    return [draft.introduction, *points, draft.conclusion, draft.page_description, *draft.page_keywords]


_MARKS = "\"{}[],:\\\n '/#x1"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_reply_never_gives_a_text_that_it_does_not_have(data: st.DataObject) -> None:
    damaged = A
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        put = data.draw(st.sampled_from(["", *_MARKS]))
        damaged = damaged[:at] + put + damaged[at + data.draw(st.integers(0, 2)) :]
    try:
        draft = parse_draft(damaged)
    except ReplyFormatError:
        return
    raws = [re.sub(escape, "", "".join(damaged.split())) for escape in (r"\\[bfnrt]|\\", r"\\")]
    for text in texts_of(draft):
        bare = re.sub(r"[\s\x08\\]", "", text)
        assert any(bare in raw for raw in raws), bare


@settings(max_examples=200, deadline=None)
@given(st.text('{}[]":,\\ab1\n<>/|#', max_size=120))
def test_any_text_is_read_or_is_a_format_error(text: str) -> None:
    for parse in (parse_draft, parse_repair, lambda raw: parse_seo(raw, ["page_description"])):
        try:
            parse(text)
        except ReplyFormatError as error:
            assert error.reason


@pytest.mark.parametrize(
    "text", ['{"a": ' * 30_000, '{"points": [' * 20_000, "{" * 200_000, '{"' * 100_000, '"' + '{\\"' * 50_000]
)
def test_a_text_of_open_brackets_takes_no_long_time(text: str) -> None:
    with pytest.raises(ReplyFormatError):
        parse_draft(text)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        ("", "empty", "is empty"),
        (" \n", "empty", "is empty"),
        ("Sure! Enzymes are proteins.", "prose", "only prose"),
        ("null", "prose", "only null"),
        ("{}", "other", "empty JSON object"),
        ('{"error": "no", "code": 3}', "other", "'error', 'code'"),
        ('["one text", "another"]', "list", "a JSON list"),
        ("[]", "list", "a JSON list"),
        ("<think>Let me see {x}.</think>", "thinking", "thinking"),
        ("<think>Let me see {x}.", "thinking", "thinking"),
        ("la " * 2000, "repetition", "repeats"),
        ('{"introduction": "A text' + " \n" * 2000, "repetition", "repeats"),
        (A[:700] + " and so on" * 300, "repetition", "repeats"),
        ('{"introduction": "A tex', "cut", "in the middle"),
        (A[:1500], "cut", "in the middle"),
        ('{"points": 7}', "broken", "the reply's points"),
        ('{"type": "object", "properties": {"introduction": {"type": "string"}}}', "schema", "schema"),
        ('{"introduction": {"type": "string", "description": "Answers."}}', "schema", "schema"),
    ],
)
def test_what_came_instead_is_named(content: str, kind: str, words: str) -> None:
    with pytest.raises(ReplyFormatError) as caught:
        parse_draft(content)
    assert caught.value.content == kind
    assert words in caught.value.reason


@pytest.mark.parametrize("end", range(len(A) - 400, len(A) - 2, 7))
def test_a_cut_reply_is_never_read_as_a_whole_one(end: int) -> None:
    with pytest.raises(ReplyFormatError) as caught:
        parse_draft(A[:end])
    assert caught.value.cut


def test_the_fields_that_are_null_are_missing() -> None:
    draft = parse_draft(json.dumps(spoilt(page_keywords=None, conclusion=None)))
    assert (draft.page_keywords, draft.conclusion, draft.is_whole) == ((), "", False)


def test_an_object_with_most_fields_is_read_where_none_is_whole() -> None:
    part = {name: GOOD[name] for name in ("introduction", "points", "conclusion")}
    draft = parse_draft(f'{{"introduction": "Only this."}} {json.dumps({"answer": part})}')
    assert (draft.introduction, len(draft.points)) == (GOOD["introduction"], 5)


@pytest.mark.parametrize(
    "points",
    [
        [{"number": "2", "body": "New."}],
        [{"number": "#2", "Body": "New."}],
        {"2": {"body": "New."}},
        {"point_2": {"body": "New."}},
        [{"2": {"body": "New."}}],
    ],
)
def test_the_numbers_of_repaired_points_are_read_in_any_form(points: Any) -> None:
    repair = parse_repair(json.dumps({"points": points}))
    assert repair.points is not None
    assert [(point.number, point.body) for point in repair.points] == [(2, "New.")]


@pytest.mark.parametrize(
    "content",
    [
        '{"pageDescription": "D.", "page keywords": "a, b"}',
        '{"seo_fields": {"page_description": "D.", "page_keywords": ["a", "b"]}}',
        "{'page_description': 'D.', 'page_keywords': ['a', 'b',],}",
        '{"page_description": "Old."} </think> {"page_description": "D.", "page_keywords": ["a", "b"]}',
        json.dumps('{"page_description": "D.", "page_keywords": {"1": "a", "2": "b"}}'),
    ],
)
def test_search_fields_are_read_in_any_form(content: str) -> None:
    fields = ["page_description", "page_keywords"]
    assert parse_seo(content, fields) == {"page_description": "D.", "page_keywords": "a, b"}  # type: ignore[arg-type]
