"""Fixes: what each fix changes, that nothing else changes, and which files are skipped."""

from pathlib import Path

import pytest

from generator.content.frontmatter import read
from generator.errors import UsageError
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.fixer import Fixer
from generator.workflows.audit.requests import AuditOutcome, AuditRequest, FixOutcome, FixRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.file_change import FileChange
from tests.support.file_links import put_behind_link
from tests.support.made_site import KEELS, LENSES, MONSOON, TIDES, MadeSite, answer, article, link
from tests.support.syncs import Syncs

DEAD = {"related_article2.url": "/learn/physics/questions/no-such-page"}


@pytest.fixture
def site(tmp_path: Path) -> MadeSite:
    return MadeSite(tmp_path / "learn")


class Announcements(NoProgress):
    """Keeps what the fixes announce."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, text: str) -> None:
        self.lines.append(text)


def audited(site: MadeSite) -> AuditOutcome:
    return audit_site(site.services(), AuditRequest(), NoProgress())


def fixed(site: MadeSite, *rules: str, whole_site: bool = False) -> FixOutcome:
    return fix_site(site.services(), audited(site), FixRequest(rules, whole_site=whole_site), NoProgress())


def changed(
    site: MadeSite, question: str, *rules: str, whole_site: bool = False
) -> dict[str, tuple[str, str]]:
    """What the fixes make of one file: path to old and new value, None for none."""
    before = read(site.text(question)).values
    fixed(site, *rules, whole_site=whole_site)
    after = read(site.text(question)).values
    return {
        path: (before.get(path, ""), after.get(path, ""))
        for path in {*before, *after}
        if before.get(path) != after.get(path)
    }


def test_a_healthy_site_is_not_changed(site: MadeSite) -> None:
    before = {path: path.read_bytes() for path in site.folder.rglob("*.md")}
    assert fixed(site).fixed == ()
    assert {path: path.read_bytes() for path in site.folder.rglob("*.md")} == before


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        (" Here $a \\neq b$ holds.", " Here $a ≠ b$ holds."),
        (" Here \\(a < b\\) holds.", " Here $a < b$ holds."),
        (" It costs $5 for one and $9 for two.", " It costs \\$5 for one and $9 for two."),
        (" Here \\(a \\neq b\\) holds.", " Here $a ≠ b$ holds."),
    ],
)
def test_math_is_repaired_in_the_answer_alone(site: MadeSite, broken: str, repaired: str) -> None:
    site.spoil(LENSES, {"answer": answer("it") + broken})
    assert changed(site, LENSES) == {"answer": (answer("it") + broken, answer("it") + repaired)}


@pytest.mark.parametrize(
    "healthy",
    [
        " Here $a$ holds.\\neq is a word of its own.",
        "\\n\\n$$\\na = b\\nu = v\\n$$",
        " A pass costs $5 a day.",
        " It is \\(not) a formula.",
        "\\n\\n```c\\nx = y;\\neq(x);\\n```",
    ],
)
def test_text_that_can_be_intended_is_not_changed(site: MadeSite, healthy: str) -> None:
    text = site.spoil(LENSES, {"answer": answer("it") + healthy})
    assert fixed(site).fixed == ()
    assert site.text(LENSES) == text


def test_keywords_are_spaced_and_given_once(site: MadeSite) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye,Lens,focus"})
    assert changed(site, LENSES) == {"seo.page_keywords": ("lens,eye,Lens,focus", "lens, eye, focus")}


@pytest.mark.parametrize("spelling", ["psychology", "Psychology.", "-psychology-"])
def test_the_subject_and_the_title_that_follows_it_get_the_canonical_spelling(
    site: MadeSite, spelling: str
) -> None:
    site.spoil(LENSES, {"subject": spelling, "seo.title": f"QuickTakes | {spelling}"})
    assert [finding.fixable for finding in audited(site).findings if finding.code == "subject-spelling"] == [
        True
    ]
    assert changed(site, LENSES, "subject-spelling") == {
        "subject": (spelling, "Psychology"),
        "seo.title": (f"QuickTakes | {spelling}", "QuickTakes | Psychology"),
    }


def test_links_take_title_subject_and_address_of_their_target(site: MadeSite) -> None:
    site.spoil(TIDES, {"subject": "physics"})
    stale = {
        "related_article1.title": "Old",
        "related_article1.subject": "Biology",
        "related_article1.url": f"{link(TIDES).url}/",
    }
    site.spoil(MONSOON, stale)
    assert changed(site, MONSOON) == {
        "related_article1.title": ("Old", TIDES),
        "related_article1.subject": ("Biology", "Physics"),
        "related_article1.url": (f"{link(TIDES).url}/", link(TIDES).url),
    }


def links_of(site: MadeSite) -> list[tuple[int, str]]:
    """The numbers and titles of a page's related links."""
    return [(one.number, one.title) for one in read(site.text(MONSOON)).related]


def test_a_dead_link_is_removed_and_the_others_are_renumbered(site: MadeSite) -> None:
    for number in range(100, 106):  # enough live links that the folder counts as the whole site
        site.add(article(f"Why is river {number} brown?", "Biology", number, (TIDES, KEELS, LENSES)))
    site.spoil(MONSOON, DEAD)
    fixed(site, "related-dead")
    assert [title for _, title in links_of(site) if title in (TIDES, KEELS, LENSES)] == [TIDES, LENSES]
    assert [number for number, _ in links_of(site)] == [
        1,
        2,
        3,
        4,
        5,
    ]  # others take the place of the dead one


def test_no_dead_link_is_removed_if_many_targets_are_missing_unless_requested(
    site: MadeSite,
) -> None:
    site.spoil(MONSOON, DEAD)
    done = fixed(site)
    assert (done.fixed, done.kept_dead, done.needs_person) == ((), True, True)
    assert not any(f.fixable for f in audited(site).findings)
    assert [item.codes for item in fixed(site, whole_site=True).fixed] == [("related-dead",)]


@pytest.mark.parametrize(("whole_site", "said"), [(False, []), (True, ["writing at most 1 file in"])])
def test_only_files_with_a_finding_that_a_fix_changes_are_announced(
    site: MadeSite, whole_site: bool, said: list[str]
) -> None:
    """One page has a dead link that stays, another a formula that can be read in two ways."""
    site.spoil(MONSOON, DEAD)
    site.spoil(LENSES, {"answer": answer("it") + "\\n\\n$$\\nm = a\\nu\\n$$"})
    assert {finding.code for finding in audited(site).findings if not finding.fixable} >= {"related-dead"}
    progress = Announcements()
    fix_site(site.services(), audited(site), FixRequest(whole_site=whole_site), progress)
    assert [line[: len("writing at most 1 file in")] for line in progress.lines] == said


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"related_article2.url": link(MONSOON).url}, [TIDES, LENSES]),
        ({"related_article3.url": link(KEELS).url, "related_article3.title": KEELS}, [TIDES, KEELS]),
        ({"related_article2": None}, [TIDES, LENSES]),
    ],
)
def test_duplicate_and_own_links_are_removed_and_gaps_closed(
    site: MadeSite, changes: dict, left: list[str]
) -> None:
    site.spoil(MONSOON, changes)
    fixed(site)
    links = links_of(site)
    assert [number for number, _ in links] == list(range(1, len(links) + 1))
    assert [title for _, title in links if title in left] == left
    assert len({title for _, title in links} - {MONSOON}) == len(links)
    assert audited(site).findings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("id: 2\n", "id: two\n"), ("id: 2\n", "id: 02\n"), ("    id: 2\n", "    id: 2\n    note: keep me\n")],
)
def test_links_that_cannot_be_rewritten_are_not_renumbered(site: MadeSite, old: str, new: str) -> None:
    site.spoil(MONSOON, {"related_article2": None})
    text = site.spoil(MONSOON, lambda text: text.replace(old, new))
    assert fixed(site).fixed == ()
    assert site.text(MONSOON) == text
    assert not any(finding.fixable for finding in audited(site).findings)


def test_a_missing_title_is_taken_from_the_target(site: MadeSite) -> None:
    healthy = read(site.text(MONSOON)).values
    site.spoil(MONSOON, {"related_article1.title": None})
    fixed(site, "related-stale")
    assert read(site.text(MONSOON)).values == healthy


@pytest.mark.parametrize("ending", ["---\n", "---", "---\n\n&nbsp;\n", "---\n&nbsp;"])
def test_the_trailing_form_is_restored(site: MadeSite, ending: str) -> None:
    healthy = site.text(LENSES)
    site.spoil(LENSES, lambda text: text.removesuffix("---\n\n&nbsp;") + ending)
    fixed(site)
    assert site.text(LENSES) == healthy


def test_a_body_with_other_text_is_not_changed(site: MadeSite) -> None:
    text = site.spoil(LENSES, lambda text: text.replace("&nbsp;", "A note by hand.\n"))
    assert fixed(site).fixed == ()
    assert site.text(LENSES) == text


def test_carriage_returns_comments_and_unknown_keys_stay(site: MadeSite) -> None:
    def by_hand(text: str) -> str:
        text = text.replace("author: QuickTakes\n", "author: QuickTakes # the team\nreviewed: no\n")
        return "\ufeff" + text.replace("lens, eye", "lens,eye").replace("\n", "\r\n")

    site.spoil(LENSES, {"seo.page_keywords": "lens, eye"})
    before = site.spoil(LENSES, by_hand)
    fixed(site)
    assert site.path(LENSES).read_bytes().decode() == before.replace("lens,eye", "lens, eye")


def test_only_the_requested_rules_are_fixed(site: MadeSite) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye,lens", "subject": "psychology"})
    assert set(changed(site, LENSES, "subject-spelling")) == {"subject"}
    with pytest.raises(UsageError, match="has no fix"):
        fixed(site, "description-too-long")


def test_fixing_twice_changes_nothing_more(site: MadeSite) -> None:
    site.spoil(
        LENSES, {"seo.page_keywords": "a,b,a", "answer": answer("it") + " \\(a \\neq b\\) and $5 to $9"}
    )
    site.spoil(MONSOON, {**DEAD, "related_article3.url": link(TIDES).url, "subject": "biology"})
    assert len(fixed(site, whole_site=True).fixed) == 2
    assert fixed(site, whole_site=True).fixed == ()


def test_a_dry_run_shows_a_diff_and_writes_nothing(site: MadeSite) -> None:
    text = site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    changes: list[FileChange] = []
    outcome = fix_site(
        site.services(), audited(site), FixRequest(dry_run=True), NoProgress(), on_fix=changes.append
    )
    (made,) = changes
    assert [item.codes for item in outcome.fixed] == [made.reasons] == [("keyword-spacing",)]
    assert "\n-    lens,eye\n+    lens, eye\n" in made.diff()
    assert made.diff().startswith(f"--- a/psychology/{site.path(LENSES).name}\n")
    assert site.text(LENSES) == text


def test_a_file_edited_while_it_is_fixed_is_skipped_and_named(
    site: MadeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    site.spoil(KEELS, {"seo.page_keywords": "keel,wind"})
    plain = Fixer.fixed

    def meanwhile(self, path, document):
        if path.startswith("psychology"):
            site.path(LENSES).write_text("edited", encoding="utf-8")
        return plain(self, path, document)

    monkeypatch.setattr(Fixer, "fixed", meanwhile)
    done = fixed(site)
    assert [item.path for item in done.left_alone] == [f"psychology/{site.path(LENSES).name}"]
    assert [item.codes for item in done.fixed] == [("keyword-spacing",)]
    assert site.text(LENSES) == "edited"


def test_a_file_that_was_deleted_is_named(site: MadeSite) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    report = audited(site)
    site.path(LENSES).unlink()
    done = fix_site(site.services(), report, FixRequest(), NoProgress())
    assert [item.reason for item in done.left_alone] == ["is gone"]
    assert done.needs_person


def test_a_link_that_stays_inside_the_content_folder_is_followed_and_stays(site: MadeSite) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    kept = put_behind_link(site.path(LENSES), site.folder / "kept" / "below")
    assert fixed(site).left_alone == ()
    assert site.path(LENSES).is_symlink()
    assert "lens, eye" in kept.read_text(encoding="utf-8")


def test_a_file_behind_a_link_out_of_the_content_folder_is_skipped_and_named(
    site: MadeSite, tmp_path: Path
) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    site.spoil(KEELS, {"seo.page_keywords": "keel,wind"})
    kept = put_behind_link(site.path(LENSES), tmp_path / "elsewhere")
    done = fixed(site)
    (left,) = done.left_alone
    assert left.path == f"psychology/{site.path(LENSES).name}"
    assert left.reason == "a link leads out of the content folder; not changed"
    assert "lens,eye" in kept.read_text(encoding="utf-8")
    assert [item.codes for item in done.fixed] == [("keyword-spacing",)]


def test_what_is_fixed_is_on_the_disk(site: MadeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    syncs = Syncs(monkeypatch)
    fixed(site)
    assert syncs.has(site.path(LENSES), site.path(LENSES).parent)


def test_a_diff_shows_a_missing_line_break_at_the_end() -> None:
    assert FileChange("p", (), "a\nb", "a\nb\n").diff().splitlines()[-3:] == [
        "-b",
        "\\ No newline at end of file",
        "+b",
    ]


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        (" Here $\\ce{H2O}$ flows.", " Here $\\text{H}_2\\text{O}$ flows."),
        (" Here $\\text{g·mol}$ fits.", " Here $\\text{g}·\\text{mol}$ fits."),
        ('\\n\\n```c\\nputs("a\\n");\\n```', '\\n\\n```c\\nputs("a\\012");\\n```'),
        (" As noted in the gathered information, light bends.", " Light bends."),
        ("\\n\\n$$\\n\\nabla f = 0\\n$$", "\\n\\n$$\\n∇ f = 0\\n$$"),
        (" So $3,000 + $5,000 = $8,000.", " So \\$3,000 + \\$5,000 = $8,000."),
    ],
)
def test_what_a_fix_changes_is_reported_before_and_silent_after(
    site: MadeSite, broken: str, repaired: str
) -> None:
    site.spoil(LENSES, {"answer": answer("it") + broken})
    assert any(finding.fixable for finding in audited(site).findings)
    assert changed(site, LENSES) == {"answer": (answer("it") + broken, answer("it") + repaired)}
    assert not any(finding.fixable for finding in audited(site).findings)


def test_a_missing_score_is_added_only_on_request(site: MadeSite) -> None:
    healthy = site.text(LENSES)
    site.spoil(LENSES, {"score": None})
    assert fixed(site).fixed == ()
    assert [finding.fixable for finding in audited(site).findings] == [False]
    assert [item.codes for item in fixed(site, "score-missing").fixed] == [("score-missing",)]
    assert site.text(LENSES) == healthy


def test_search_fields_get_the_letters_back_that_the_answer_has(site: MadeSite) -> None:
    site.spoil(
        LENSES,
        {
            "answer": answer("it") + " René Descartes drew the eye.",
            "seo.page_description": "Ren Descartes drew how the eye bends light, long before lenses.",
            "seo.page_keywords": "lens,Ren Descartes",
        },
    )
    fields = changed(site, LENSES)
    assert fields["seo.page_description"][1].startswith("René Descartes drew")
    assert fields["seo.page_keywords"][1] == "lens, René Descartes"
