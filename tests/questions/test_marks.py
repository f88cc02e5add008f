"""List marks are removed if every row has them; marks that belong to a question stay."""

import json

import pytest
import yaml

from generator.questions.rows import Question
from tests.support.lists import found, read, refusal

DNA, MASS, HEAT = "What is DNA?", "What is mass?", "What is heat?"
TEXT = ("a.txt", "a.md", "-")


def asked(data: str, name: str) -> list[str]:
    return [question for question, _ in found(data, name)]


def structured(*questions: str) -> dict[str, str]:
    """The questions in each format that shows where a cell ends, by file name."""
    return {
        "a.csv": "question,notes\n" + "".join(f'"{question}",x\n' for question in questions),
        "a.json": json.dumps(questions),
        "a.jsonl": "\n".join(json.dumps({"question": question}) for question in questions),
        "a.yaml": yaml.safe_dump(list(questions)),
    }


@pytest.mark.parametrize(
    "data",
    [
        f"# Biology\n1. {DNA}\n2. {MASS}\n# Physics\n1. {HEAT}\n",
        f"1. {DNA}\n1. {MASS}\n2. {HEAT}\n",
        f"Q1: {DNA}\nQ2: {MASS}\nQ1: {HEAT}\n",
        f"3) {DNA}\n7) {MASS}\n12) {HEAT}\n",
        f"1) {DNA}\n2. {MASS}\n3) {HEAT}\n",
        f"i) {DNA}\nii) {MASS}\niii) {HEAT}\n",
        f"(a) {DNA}\n(b) {MASS}\n(a) {HEAT}\n",
        f"- 1. {DNA}\n- 2. {MASS}\n- 1. {HEAT}\n",
    ],
)
def test_numbers_that_count_up_or_restart_at_1_are_removed(data: str) -> None:
    for name in (*TEXT, "a.csv"):
        assert asked(data, name) == [DNA, MASS, HEAT]


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        (["1. {}", "2. {}", "3. {}", "3. {}"], 4, "do not count up: 3 after 3"),
        (["1. {}", "2. {}", "10. {}", "3. {}"], 3, "do not count up: 10 after 2"),
        (["Q1: {}", "Q2: {}", "Q2: {}"], 3, "do not count up: 2 after 2"),
        (["1) {}", "a) {}", "2) {}"], 2, "in another way than line 1"),
        (["1. {}", "1) {}", "2) {}", "2. {}"], 2, "in another way than line 1"),
        (["(c) {}", "(d) {}"], 1, "do not begin at a"),
        (["1.{}", "2.{}", "1.{}"], 1, "may be part of the questions"),
        (["1 {}", "2 {}", "1 {}"], 1, "may be part of the questions"),
        (["1 {}", "2 {}"], 1, "may be part of the questions"),
        (["7: {}", "8: {}", "9: {}"], 1, "may be part of the questions"),
        (["[1] {}", "2] {}"], 1, "may be part of the questions"),
        (["A. {}", "B. {}"], 1, "may be part of the questions"),
        (["1.1 {}", "1.2 {}", "2.1 {}"], 1, "the number of a section"),
    ],
)
def test_unordered_numbers_and_numbers_that_may_be_part_of_the_questions_are_refused(
    rows: list[str], line: int, reason: str
) -> None:
    texts = [row.format(f"What is number {name} of them?") for row, name in zip(rows, "pqrs", strict=False)]
    for name in TEXT:
        text = refusal("\n".join(texts), name)
        assert text.startswith(f"{name}:{line}: ")
        assert reason in text
    assert reason.split(" than ")[0] in refusal("question\n" + "\n".join(texts), "a.csv")


@pytest.mark.parametrize(
    "form",
    [
        "{}.@",
        "{}: @",
        "{} - @",
        "{}/ @",
        "[{}] @",
        "{}.) @",
        "No. {} @",
        "Nr. {}: @",
        "{} @",
        "#{} @",
        "({})@",
        "{}° @",
        "№ {} @",
        "Question {} @",
        "**{}.** @",
        "**{}. @**",
        "**Q{}:** @",
        "{}️⃣ @",
        "Exercise {}: @",
        "{}.\t@",
        "  {})\t@",
        "<{}> @",
        "{}、@",
    ],
)
def test_numbers_that_count_up_from_1_with_the_same_marks_are_removed(form: str) -> None:
    lines = [form.format(n).replace("@", question) for n, question in enumerate([DNA, MASS, HEAT], 1)]
    for name in (*TEXT, "a.csv", "a.tsv"):
        assert asked("\n".join(lines), name) == [DNA, MASS, HEAT]
    assert asked(json.dumps(lines), "a.json") == [DNA, MASS, HEAT]
    assert asked(lines[0], "a.txt") == [DNA]


def test_letters_and_roman_numbers_with_a_dot_are_removed_if_they_count_up() -> None:
    for marks in (["A.", "B.", "C."], ["I.", "II.", "III."], ["i.", "ii.", "iii."]):
        data = "".join(f"{mark} {text}\n" for mark, text in zip(marks, [DNA, MASS, HEAT], strict=True))
        assert asked(data, "a.txt") == asked(data, "a.csv") == [DNA, MASS, HEAT]


@pytest.mark.parametrize(
    "mark",
    [
        "•",
        "•\t",
        "-",
        "- ",
        "*",
        "→ ",
        "\uf0b7 ",
        "\uf0b7\t",
        "✅ ",
        "➢ ",
        "●",
        "⁃ ",
        "🔹 ",
        "—",
        "o\t",
        "o   ",
        "** ",
        "** TODO ",
        "* DONE ",
        "=> ",
        "-> ",
        ">> ",
        "-- ",
        "// ",
        "% ",
        "Q. ",
        "Question \u2013 ",
        "TODO: ",
        "⭐️ ",
        "~ ",
        "» ",
        "§ ",
    ],
)
def test_a_symbol_in_front_of_every_line_is_a_bullet(mark: str) -> None:
    for name in (*TEXT, "a.csv", "a.tsv"):
        assert asked(f"{mark}{DNA}\n{mark}{MASS}\n", name) == [DNA, MASS]


def test_links_quotes_and_separators_around_every_question_are_removed() -> None:
    for form in (
        "[{}](https://example.org/a)",
        "- [{}](/a)",
        "*{}*",
        "_{}_",
        "`{}`",
        "~~{}~~",
        "- *{}*",
        "{};",
        "{},",
    ):
        data = "".join(form.format(text) + "\n" for text in (DNA, MASS))
        for name in (*TEXT, "a.csv"):
            assert asked(data, name) == [DNA, MASS]


def test_doubled_quotes_inside_quotes_are_read_as_in_csv() -> None:
    quoted = '"What is ""DNA""?"\n'
    for data in (f'{quoted}"{MASS}"\n', f"{quoted}{MASS}\n", f"{MASS}\n{quoted}"):
        for name in (*TEXT, "a.csv"):
            assert sorted(asked(data, name)) == ['What is "DNA"?', MASS]


@pytest.mark.parametrize(
    "form",
    [
        "[10:32, 1/2/2026] Anna: {}",
        "[2026-01-02 10:32] {}",
        "10:32 {}",
        "2026-01-02: {}",
        "2026-01-02T10:11:12Z {}",
        "01/02/2026, 10:32 - Anna: {}",
        "00:01:02 --> {}",
        "quiz.txt:12:{}",
        "a/quiz.txt:{}",
        "12:{}",
        "\\item {}",
        "{{'question': '{}'}}",
        "('{}', 'Biology')",
        "(1, '{}'),",
        '"question": "{}",',
        "INSERT INTO q VALUES ('{}');",
    ],
)
def test_lines_of_logs_and_of_programs_are_refused(form: str) -> None:
    for name in TEXT:
        assert f"{name}:1: " in refusal("".join(form.format(text) + "\n" for text in (DNA, MASS)), name)


@pytest.mark.parametrize(
    "data",
    [
        f"1. {DNA}\n   a. one\n   b. two\n",
        f"{DNA}\na. 1\nb. 2\n",
        f"{DNA}\nA. one\nB. two\nC. three\n{MASS}\nA. one\nB. two\nC. three\n",
        f"1. {DNA}\nA) one\nB) two\nAnswer: A\n",
        f"{DNA}\n(A) one\n(B) two\n",
        f"Question 1: {DNA}\nA: one\nB: two\n",
    ],
)
def test_answer_options_are_refused(data: str) -> None:
    for name in (*TEXT, "a.csv"):
        assert ":2: this line is an answer option" in refusal(data, name)


@pytest.mark.parametrize(
    "data",
    [
        f"question: {DNA}\nsubject: Biology\n\nquestion: {MASS}\nsubject: Physics\n",
        f"Question 1: {DNA}\nSubject: Biology\n\nQuestion 2: {MASS}\nSubject: Physics\n",
        f"Q: {DNA}\nA: A molecule.\nQ: {MASS}\nA: A quantity.\n",
        f"Q1: {DNA}\nA1: A molecule.\nQ2: {MASS}\nA2: A quantity.\n",
        f"{DNA}\n- one\n- two\n",
        f"{DNA}\nIt is a molecule of life.\n{MASS}\nIt is measured in kilograms.\n",
    ],
)
def test_lines_with_other_fields_between_are_refused(data: str) -> None:
    for name in (*TEXT, "a.csv"):
        assert refusal(data, name).startswith(f"{name}:")


def test_a_heading_between_numbered_lines_is_refused_if_the_numbers_restart() -> None:
    data = f"1. {DNA}\n2. {MASS}\nNow physics, please:\n1. {HEAT}\n"
    assert ":3: this line has no number, but line 1 has one" in refusal(data, "a.txt")


@pytest.mark.parametrize(
    "data",
    [
        "3.5 mm jack: what is it?\n2.4 GHz: what is it?\n",
        "1984: what is the novel about?\n1985: what came then?\n",
        "3D printing: how does it work?\n4D printing: how does it work?\n",
        "E. coli: where does it live?\nC. elegans: where does it live?\n",
        "1-Butanol: what is it?\n2-Butanol: what is it?\n3-Hexanol: what is it?\n",
        "World War 1: why?\nWorld War 2: why?\n",
        "\u2642: what does it mean?\n\u2640: what does it mean?\n",
        "-ing forms: when?\n-ed forms: when?\n",
        "*args: what is it?\n**kwargs: what is it?\n",
        "Node.js: what is it?\nVue.js: what is it?\n",
        "> and <: what do they mean?\nWhat is DNA?\n",
    ],
)
def test_numbers_that_belong_to_the_questions_stay(data: str) -> None:
    for name in (*TEXT, "a.csv"):
        assert asked(data, name) == data.splitlines()


@pytest.mark.parametrize("name", TEXT)
def test_lines_of_tex_are_refused(name: str) -> None:
    data = f"\\begin{{enumerate}}\n\\item {DNA}\n\\item {MASS}\n\\end{{enumerate}}\n"
    assert ":1: this line is TeX" in refusal(data, name)
    assert ":2: this line is TeX" in refusal(f"question\n\\item {DNA}\n", name)
    (bad,) = read(f"id,question\n1,\\item {DNA}\n", "a.csv")
    assert "is a line of TeX" in str(bad)


SIGNED = (
    "- 5 + 3 equals what?",
    "> 3 in a p-value?",
    "+ 3 or - 3: which is the charge?",
    "- x + y = 3: what is x?",
    "* operator in C: what does it do?",
    "**Bold** claims",
)


@pytest.mark.parametrize("question", SIGNED)
def test_a_cell_with_a_sign_is_not_changed(question: str) -> None:
    for questions in ([question, DNA], [DNA, question], [question]):
        for name, data in structured(*questions).items():
            assert asked(data, name) == questions


def test_a_sign_before_a_digit_or_formula_is_not_a_bullet() -> None:
    for name, data in structured(*SIGNED[:4]).items():
        assert asked(data, name) == [*SIGNED[:4]]
    for name, data in structured(f"- {DNA}", SIGNED[0], f"- {MASS}").items():
        assert asked(data, name) == [DNA, SIGNED[0], MASS]
    for name in TEXT:
        assert asked(f"{SIGNED[0]}\n{DNA}\n", name) == [SIGNED[0], DNA]
        assert asked(f"- {DNA}\n- 3D printing: how does it work?\n", name) == [
            DNA,
            "3D printing: how does it work?",
        ]


def test_a_mark_that_all_cells_have_is_removed() -> None:
    for form in ("- {}", "* [ ] {}", "{number}. {}", "**{}**", "'{}'"):
        texts = [form.format(question, number=number) for number, question in enumerate([DNA, MASS], 1)]
        for name, data in structured(*texts).items():
            assert asked(data, name) == [DNA, MASS]


def test_a_row_keeps_the_question_as_written_if_a_mark_was_removed() -> None:
    numbered, plain = read(f"1. {DNA}\n2. {MASS}\n", "a.txt"), read(f"{DNA}\n", "a.txt")
    assert [row.written for row in numbered if isinstance(row, Question)] == [f"1. {DNA}", f"2. {MASS}"]
    assert [row.written for row in plain if isinstance(row, Question)] == [None]


def test_emphasis_at_the_beginning_of_every_question_is_not_a_bullet() -> None:
    questions = ["*E. coli* divides how quickly?", "*Drosophila* has red eyes for what reason?"]
    for name in TEXT:
        assert asked("\n".join(questions), name) == questions


def test_a_number_that_is_part_of_a_name_is_never_removed() -> None:
    books = ["1 Samuel: who wrote it?", "2 Samuel: who wrote it?", "3 John: who wrote it?"]
    assert "may be part of the questions" in refusal("\n".join(books), "a.txt")
    assert asked(f"1 {DNA}\n2 {MASS}\n3 Why do cells divide?\n", "a.txt") == [
        DNA,
        MASS,
        "Why do cells divide?",
    ]
