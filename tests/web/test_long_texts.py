"""Long and odd texts: the work that they cause is bounded, grows with their length, and blocks no other request."""

import asyncio
import threading
import time

import pytest

from generator.content.checks import CheckContext, check_draft_file
from generator.content.checks.places import findings_in_file
from generator.content.claims.find import find_claims
from generator.content.frontmatter import patch, read
from generator.content.language.matching_words import MOST_STEPS, WordMatcher
from generator.content.language.word_diff import word_diff
from generator.content.markdown.answer import decode, encode, site_safe
from generator.content.text import clean
from generator.web.drafts.article_page import findings_and_html
from generator.web.rendering import markdown
from generator.web.rendering.markdown import render
from generator.web.serving.heavy_work import MOST_WAITING, HeavyWork, TooMuchWork
from generator.workflows.pages.page import texts_of_file
from tests.support.long_texts import SHAPES
from tests.support.nightly import NIGHTLY

pytestmark = pytest.mark.slow

SMALL, LARGE = 5_000, 20_000
# Quadratic work would take 16 times as long for a text of four times the length.
MOST_GROWTH = 9
NOISE_SECONDS = 0.5


def show(document, context, text):
    """What the draft's page does with an answer: checks it, and renders it with its findings and claims."""
    data = patch(document.text, {"answer": encode(site_safe(clean(text)).strip())}).encode()
    new = read(data)
    answer = decode(new.get("answer"))
    findings = findings_in_file(check_draft_file(new, context), answer)
    find_claims(texts_of_file(data))
    word_diff(decode(document.get("answer")), answer)
    word_diff(answer, answer.replace("a", "b", 10))
    return findings_and_html(findings, answer)[1]


@pytest.fixture
def page(visiting):
    visit = visiting()
    row = visit.row()
    settings = visit.services.settings
    context = CheckContext(
        question=row.question,
        limits=settings.limits,
        site=settings.site,
        house=settings.house,
        subjects=visit.services.subjects,
    )
    return read(visit.services.drafts.data(row)), context


@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_on_a_text_grows_with_its_length(page, shape):
    if not NIGHTLY:
        show(*page, SHAPES[shape](500))
        return
    taken = []
    for size in (SMALL, LARGE):
        text = SHAPES[shape](size)
        started = time.process_time()
        show(*page, text)
        taken.append(time.process_time() - started)
    assert taken[1] <= MOST_GROWTH * taken[0] + NOISE_SECONDS


@pytest.mark.parametrize("other", ["b c", "a", "a b", "c"])
def test_two_long_texts_are_compared_in_a_bounded_number_of_steps(other):
    one, two = ["a", " "] * 20_000, other.split() * 20_000
    matcher = WordMatcher(one, two)
    matches = matcher.matches()
    assert matcher.steps <= MOST_STEPS
    assert all(one[m.a : m.a + m.size] == two[m.b : m.b + m.size] for m in matches)


def test_long_texts_that_differ_in_a_few_words_are_still_compared_word_by_word():
    words = [f"w{number % 997}x{number // 997}" for number in range(20_000)]
    changed = [f"new{number}" if number % 1000 == 500 else word for number, word in enumerate(words)]
    segments = word_diff(" ".join(words), " ".join(changed))
    assert sum(len(segment.text.split()) for segment in segments if segment.kind == "added") == 20


def test_an_answer_that_is_far_too_long_is_shown_as_plain_text():
    text = "*a* <b>\n" * markdown.MOST_LINES
    assert render(text + "\n").startswith("<pre><code>*a* &lt;b&gt;")


async def test_other_requests_are_served_while_a_text_is_checked(visiting, monkeypatch):
    visit = visiting()
    is_checked, may_go_on = threading.Event(), threading.Event()

    def wait(*_):
        is_checked.set()
        assert may_go_on.wait(20)
        return (), ""

    monkeypatch.setattr("generator.web.drafts.edit_preview.findings_and_html", wait)
    checking = asyncio.create_task(visit.post("/drafts/1/check", {"answer": "x"}))
    try:
        assert await asyncio.to_thread(is_checked.wait, 20)
        assert (await visit.get("/", token="token-of-grace")).status_code == 200
        assert (await visit.get("/drafts/1", token="token-of-grace")).status_code == 200
        assert not checking.done()
    finally:
        may_go_on.set()
    assert (await checking).status_code == 200


async def test_one_reviewer_has_a_bounded_number_of_requests_in_progress():
    work, may_go_on = HeavyWork(), threading.Event()
    waiting = [asyncio.create_task(work.run("Ada", lambda: may_go_on.wait(20))) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooMuchWork):
        await work.run("Ada", lambda: True)
    assert await work.run("Grace", lambda: "served") == "served"
    may_go_on.set()
    assert await asyncio.gather(*waiting) == [True] * MOST_WAITING
    work.close()
