import io
import json
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from generator.model.batch.files import (
    LONGEST_LINE,
    BadLine,
    RequestFile,
    ResponseLine,
    partial_path,
    request_bodies,
    request_line,
    response_line,
    response_lines,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
BODIES = st.dictionaries(TEXT, TEXT | st.integers() | st.none() | st.lists(TEXT), max_size=5)


@given(custom_id=TEXT.filter(bool), body=BODIES)
def test_a_request_line_is_one_line_and_reads_back(custom_id: str, body: dict[str, object]) -> None:
    line = request_line(custom_id, body)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert list(request_bodies([line])) == [(custom_id, body)]


@given(custom_id=TEXT.filter(bool), body=BODIES, status=st.integers(100, 599))
def test_a_response_line_reads_back(custom_id: str, body: dict[str, object], status: int) -> None:
    (line,) = response_lines([response_line(custom_id, 1, status=status, body=body, request_id="r")])
    assert isinstance(line, ResponseLine)
    assert (line.custom_id, line.status, json.loads(line.body), line.request_id) == (
        custom_id,
        status,
        body,
        "r",
    )


@example([b"\x1f\x8b"])
@example([b"\x1f\x8b", b"", b"\x00" * 6])
@given(st.lists(st.binary(max_size=60)))
def test_each_line_of_any_bytes_is_an_answer_or_a_bad_line(lines: list[bytes]) -> None:
    for line in response_lines(io.BytesIO(b"\n".join(lines))):
        assert isinstance(line, ResponseLine | BadLine)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT, lambda s: st.lists(s) | st.dictionaries(TEXT, s)
    )
)
def test_any_json_line_is_an_answer_or_a_bad_line(value: object) -> None:
    line = json.dumps({"custom_id": "a", "response": value, "error": value}).encode()
    assert all(isinstance(item, ResponseLine | BadLine) for item in response_lines([line]))


def test_an_endless_line_is_not_read_into_memory() -> None:
    endless = b'{"custom_id": "' + b"a" * (LONGEST_LINE + 10) + b'"}\n'
    good = response_line("b", 1, status=200, body={}, request_id=None)
    first, second = response_lines(io.BytesIO(endless + good))
    assert isinstance(first, BadLine) and "longer" in first.reason
    assert isinstance(second, ResponseLine) and second.custom_id == "b"


def test_a_file_has_room_up_to_its_limits_and_always_for_one_line(tmp_path: Path) -> None:
    file = RequestFile(tmp_path / "r.jsonl", most_requests=3, most_bytes=10)
    assert file.has_room(1000)
    file.write([b"12345\n"])
    assert file.has_room(4) and not file.has_room(5)
    file.write([b"1\n", b"2\n"])
    assert not file.has_room(1)
    file.discard()


def test_several_lines_have_room_only_if_all_fit(tmp_path: Path) -> None:
    file = RequestFile(tmp_path / "r.jsonl", most_requests=3, most_bytes=10)
    assert file.has_room(10, lines=3)
    assert not file.has_room(11, lines=2) and not file.has_room(4, lines=4)
    file.discard()


def test_a_file_gets_its_name_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    file = RequestFile(path)
    file.write([b"a\n"])
    assert not path.exists()
    file.finish()
    assert path.read_bytes() == b"a\n"
    assert not partial_path(path).exists()


def test_a_provider_s_error_becomes_one_printable_line() -> None:
    error = (
        b'{"custom_id": "a", "response": null, "error": {"code": "x\\ud800", "message": "one\\ntwo\\u001b["}}'
    )
    (line,) = response_lines([error])
    assert isinstance(line, ResponseLine)
    assert (line.code, line.message) == ("x", "one two [")
