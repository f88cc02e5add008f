r"""Strings in code that a backslash-n cut: which escape is put back, by language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.code_strings import cut_strings, restore_code_strings

STORED = st.lists(
    st.sampled_from(["```c", "```", r"\n", 'printf("', '");', "'", '"', "a", " ", "   ", "`", "// it's"]),
    max_size=14,
).map("".join)


def fence(language: str, code: str) -> str:
    return rf"```{language}\n{code}\n```"


@pytest.mark.parametrize(
    ("language", "escape"),
    [
        ("c", r"\012"),
        ("C++", r"\012"),
        ("java", r"\012"),
        ("python", r"\012"),
        ("ruby", r"\012"),
        ("javascript", r"\x0a"),
        ("ts", r"\x0a"),
        ("rust", r"\x0a"),
        ("csharp", r"\u000a"),
        ("kotlin", r"\u000a"),
        ("swift", r"\u{a}"),
        ("", r"\012"),
        ("text", r"\012"),
    ],
)
def test_the_line_break_becomes_the_escape_of_the_language(language: str, escape: str) -> None:
    cut = fence(language, r'printf("Sum:\n%d", x);')
    assert restore_code_strings(cut) == fence(language, rf'printf("Sum:{escape}%d", x);')


@pytest.mark.parametrize(
    ("code", "restored"),
    [
        (r'printf("a\nb\nc");', r'printf("a\012b\012c");'),
        (r'puts("a\n");\nputs("b\n");', r'puts("a\012");\nputs("b\012");'),
        (r"if (c == '\n') x++;", r"if (c == '\012') x++;"),
        (r'cout << "a" << "\n";', r'cout << "a" << "\012";'),
        (r'x = "a // b\n";', r'x = "a // b\012";'),
    ],
)
def test_every_break_of_a_string_is_restored(code: str, restored: str) -> None:
    assert restore_code_strings(fence("c", code)) == fence("c", restored)


@pytest.mark.parametrize(
    ("stored", "restored"),
    [
        (r'Write `printf("a\n")` in C.', r'Write `printf("a\012")` in C.'),
        (
            r'1. Code:\n   ```c\n   printf("a\n");\n   ```\n\nEnd.',
            r'1. Code:\n   ```c\n   printf("a\012");\n   ```\n\nEnd.',
        ),
        (r'So:\n\n    printf("a\n");\n\nEnd.', r'So:\n\n    printf("a\012");\n\nEnd.'),
        (r'Call printf("a\n"); at the end.', r'Call printf("a&#92;n"); at the end.'),
    ],
)
def test_code_without_a_fence_of_its_own_is_repaired_too(stored: str, restored: str) -> None:
    assert restore_code_strings(stored) == restored


@pytest.mark.parametrize(
    "stored",
    [
        fence("python", r"x = '''a\nb'''"),
        fence("python", r"# it's\nx = 'a'  # don't"),
        fence("c", r"int x;\nint y; // say \"no"),
        fence("html", r'<p title="a\nb">'),
        r'He said "yes\nand "no" to me.',
        fence("c", r'puts("a");\n\nputs("b");'),
        fence("python", r'a = "http://a.example"\nc = "http://c.example"'),
        fence("javascript", r'x = "#fff";\ny = "#000";'),
        fence("json", r'{"a": "http://a.example",\n"b": "http://b.example"}'),
        fence("c", r'puts("# one");\nputs("# two");'),
        fence("r", r'a <- "x # y"\nb <- "z # y"'),
    ],
)
def test_line_breaks_that_may_be_meant_stay(stored: str) -> None:
    assert restore_code_strings(stored) == stored


@pytest.mark.parametrize(
    "stored",
    [
        fence("scala", r'println("a\nb")'),
        fence("python", r'print(r"a\nb")'),
        fence("js", r'log("a\nb" + `c`)'),
    ],
)
def test_a_cut_string_without_a_certain_escape_is_reported(stored: str) -> None:
    assert restore_code_strings(stored) == stored
    assert len(cut_strings(decode(stored))) == 1


@given(STORED)
def test_a_repair_only_replaces_line_breaks(stored: str) -> None:
    after = restore_code_strings(stored)
    assert restore_code_strings(after) == after
    for escape in (r"\012", r"\x0a", "&#92;n"):
        after = after.replace(escape, "")
    assert after.replace(r"\n", "") == stored.replace(r"\n", "")
