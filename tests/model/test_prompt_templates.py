"""Templates are compiled once for the same files, and again for others."""

from generator.model.prompt_templates import TemplateFile, compiled


def files(rule: str) -> tuple[TemplateFile, ...]:
    answer = (
        "{% block system %}{% include 'style.j2' %}{% endblock %}{% block user %}{{ question }}{% endblock %}"
    )
    return (TemplateFile("answer.j2", "p/answer.j2", answer), TemplateFile("style.j2", "p/style.j2", rule))


def test_equal_files_share_their_compiled_prompts() -> None:
    assert compiled(files("Be short.")).prompt("answer") is compiled(files("Be short.")).prompt("answer")


def test_a_changed_include_is_another_prompt() -> None:
    before, after = (compiled(files(rule)).prompt("answer") for rule in ("Be short.", "Be long."))
    assert (before.system({}), after.system({})) == ("Be short.", "Be long.")
    assert before.hash != after.hash
    assert before.files == after.files == {"answer.j2", "style.j2"}
