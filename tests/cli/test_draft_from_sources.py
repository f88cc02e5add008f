"""`draft --offline` over the team's own handbooks: what they answer is drafted from them, all else is declined."""

import json
from pathlib import Path

import pytest

from generator.content.frontmatter import read
from tests.support.handbooks import HANDBOOKS, Declined, Handbook


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an empty folder of sources and no articles, as the current one."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "config.yaml").write_text(
        "content_dir: learn\nsources_dir: sources\nsubjects: [Nursing]\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def drafted(project, run):
    """Drafts the questions of a handbook; returns by question the answer, or the reason why there is none."""

    def draft(handbook: Handbook) -> dict[str, tuple[str, str]]:
        (project / "sources" / handbook.file).write_text(handbook.text, encoding="utf-8")
        asked = [case.question for case in handbook.questions]
        lines = [json.dumps({"subject": "Nursing", "question": question}) for question in asked]
        Path("list.jsonl").write_text("\n".join(lines), encoding="utf-8")
        assert run("draft", "list.jsonl", "--offline", "--near", "allow")[0] in (0, 1)
        found = {}
        for row in json.loads(run("list", "--json")[1])["drafts"]:
            path = row["path"] and Path("output", row["path"])
            answer = read(path.read_bytes()).article().answer if path and path.exists() else ""
            found[row["question"]] = (answer, row["reason"] or "")
        return found

    return draft


@pytest.mark.parametrize("handbook", HANDBOOKS, ids=lambda handbook: handbook.file)
def test_what_a_handbook_answers_is_drafted_and_nothing_else(handbook, drafted):
    found = drafted(handbook)
    for case in handbook.questions:
        answer, reason = found[case.question]
        if isinstance(case, Declined):
            assert (answer, case.reason in reason) == ("", True), (case.question, reason, answer)
        else:
            assert answer.startswith(case.opening), (case.question, reason, answer)
            assert all(text in answer for text in case.said), (case.question, answer)
            assert not any(text in answer for text in case.unsaid), (case.question, answer)
