"""What commands give a program: keys and types of their JSON, exit codes, and the line that says why one failed.

Each scenario runs in a copy of one of three folders: ``empty`` (articles and lists, nothing drafted), ``drafted``
(by the offline model) and ``earlier`` (what an earlier version left, see tests/compatibility). One golden file a
command holds the scenarios' outcomes.
"""

import contextlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.services import Services
from tests.cli.contract import GOLDEN, UPDATE, Result, compare_json, run, shape
from tests.support.servers import ROOT, RunningServer

EARLIER = ROOT / "tests" / "compatibility" / "earlier"
DATA = ROOT / "tests" / "compatibility" / "data"
FOLDER = "json"

DATE = ["--date", "2026-01-31"]
APPROVED = "gardening/how-does-compost-store-water-in-garden-soil"
OFFLINE = "gardening/how-does-compost-act-on-garden-soil-and-its-water"
PUBLISHED = "gardening/why-are-young-fruit-trees-pruned-each-year"
REVISED = "cooking/why-does-bread-dough-need-salt"
NEAR = "gardening/how-does-compost-improve-the-soil-of-a-garden"
NEEDS_FIX = "cooking/how-do-juices-thicken-while-meat-rests"
EDITED = "cooking/how-does-gluten-hold-the-gas-in-bread-dough"
ARTICLE = "cooking/how-does-yeast-make-bread-rise"
TOMATO = "gardening/how-often-should-tomato-plants-be-watered"
PROPOSED = "cooking/what-makes-fried-potatoes-crisp"

LOT = [["lots", "create", "--text", "gluten", "--seed", "s"]]
READ_LOT = [*LOT, ["lots", "judge", EDITED, "--as", "fine"]]
RELEASED_LOT = [*READ_LOT, ["lots", "release", "1"]]
KEPT = [["duplicates"], ["duplicates", "keep", TOMATO]]

pytestmark = pytest.mark.port


def no_change(_: Path) -> None:
    """The folder as it is."""


@dataclass(frozen=True)
class Scenario:
    """One run of a command. ``key`` asks the test server with that key, ``model`` by another name."""

    arguments: list[str]
    base: str = "earlier"
    prepare: Callable[[Path], None] = no_change
    before: list[list[str]] = field(default_factory=list)
    key: str | None = None
    address: str | None = None


def at(*arguments: str, **more: Any) -> Scenario:
    return Scenario(list(arguments), **more)


# changes of a folder


def write(name: str, text: str) -> Callable[[Path], None]:
    def prepare(site: Path) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")

    return prepare


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def prepare(site: Path) -> None:
        text = (site / name).read_text(encoding="utf-8")
        assert old in text, name
        (site / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return prepare


def damage(site: Path) -> None:
    (site / "output" / "ledger.sqlite3-wal").unlink(missing_ok=True)
    (site / "output" / "ledger.sqlite3").write_text("a text\n" * 500, encoding="utf-8")


def lose(site: Path) -> None:
    _, *others = sorted((site / "output" / "drafts").rglob("*.md"))
    for draft in others:  # the message names whichever the file system lists first
        draft.unlink()
    for file in (site / "output").glob("ledger.sqlite3*"):
        file.unlink()


def no_articles(site: Path) -> None:
    shutil.rmtree(site / "content")
    (site / "content").mkdir()


def a_copy(site: Path) -> None:
    """An article that stands in a second subject too."""
    text = (site / "content" / f"{TOMATO}.md").read_text(encoding="utf-8")
    write(f"content/cooking/{TOMATO.split('/')[1]}.md", text.replace("Gardening", "Cooking"))(site)


def with_address(site: Path) -> None:
    """A copy, and the address of the site."""
    a_copy(site)
    with (site / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("site: {origin: https://www.example.org}\n")


def open_pair(site: Path) -> None:
    """An article whose question is near to that of another one, but not near enough."""
    text = (site / "content" / f"{ARTICLE}.md").read_text(encoding="utf-8")
    question = "How often should tomato plants in a hot greenhouse be watered?"
    made = text.replace("How does yeast make bread rise?", question)
    write("content/gardening/how-often-should-tomato-plants-in-a-hot-greenhouse-be-watered.md", made)(site)


def ask_about_near(site: Path) -> None:
    replace("config.yaml", NEVER_ASKED, "duplicates: {ask_from: 0.5, compare_answers: false}\n")(site)


def nobody(site: Path) -> None:
    replace("config.yaml", "review:\n  reviewer: Ada\n", "")(site)


def unpublished_edit(site: Path) -> None:
    replace(f"output/drafts/{EDITED}.md", "Elastic", "<b>Elastic</b>")(site)


def failed_lot(site: Path) -> None:
    """A lot of all drafts to review, of which one has a serious fault."""
    assert run(site, ["lots", "create", "--limit", "0.1", "--seed", "s"]).code == 0
    assert run(site, ["lots", "judge", EDITED, "--as", "serious", "--reason", "wrong"]).code == 1


def far_batch(site: Path) -> None:
    """Have the sent batch known at the test server's address, which does not know it."""
    with contextlib.closing(sqlite3.connect(site / "output" / "ledger.sqlite3")) as connection:
        address = (site / "address.txt").read_text(encoding="utf-8")
        connection.execute("UPDATE batch_order SET endpoint = ? WHERE endpoint IS NOT NULL", (address,))
        connection.commit()


NEVER_ASKED = "duplicates: {ask_from: null, compare_answers: false}\n"
GOLDEN_CSV = """subject,question,kind,trap,expect,facts
Gardening,How does compost act on garden soil and its water?,mechanism,,answer,soil; water
Gardening,Why did the experiment above fail?,why,unanswerable,decline,
"""


def golden_csv(site: Path) -> None:
    write("golden.csv", GOLDEN_CSV)(site)


def bad_golden_csv(site: Path) -> None:
    write("golden.csv", GOLDEN_CSV + "Gardening,When are old fruit trees pruned?,,,perhaps,\n")(site)


def golden_csv_and_prompts(site: Path) -> None:
    golden_csv(site)
    write("own/house_style.j2", "Write well.")(site)


def write_search_data(site: Path) -> None:
    write("search.csv", SEARCH_CSV)(site)


def search_data(site: Path) -> None:
    write_search_data(site)
    assert run(site, IMPORT).code == 0


def page_search_data(site: Path) -> None:
    write("search.csv", SEARCH_PAGES_CSV)(site)
    assert run(site, IMPORT).code == 0


def compared_search_data(site: Path) -> None:
    """Search data from before and from after the proposals were applied."""
    later = partial(Services, now=lambda: "2099-01-31T00:00:00.000+00:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.cli.terminal.options.Services", later)
        for first, last in (("2025-11-01", "2025-12-31"), ("2098-01-01", "2098-12-31")):
            write("search.csv", SEARCH_PAGES_CSV)(site)
            arguments = ["search-data", "import", "search.csv", "--from", first, "--to", last]
            assert run(site, arguments).code == 0


IMPORT = ["search-data", "import", "search.csv", "--from", "2026-08-01", "--to", "2026-10-31"]
PROPOSE_HELD_OUT = ["seo", "propose", "--by", "opportunity", "--hold-out", "50%", "--offline"]
_PAGES = "https://www.example.org/learn/"
SEARCH_CSV = f"""page,query,clicks,impressions,position
{_PAGES}cooking/questions/how-does-yeast-make-bread-rise,bread rises,3,900,4.2
{_PAGES}gardening/questions/how-often-should-tomato-plants-be-watered,bread rises,0,400,9.0
{_PAGES}cooking/questions/what-makes-fried-potatoes-crisp,why do volcanoes erupt at night,1,300,7.5
{_PAGES}about,contact,1,20,1.0
"""
SEARCH_PAGES_CSV = f"""page,clicks,impressions,position
{_PAGES}cooking/questions/how-does-yeast-make-bread-rise,3,900,4.2
{_PAGES}gardening/questions/how-often-should-tomato-plants-be-watered,5,400,9.0
"""

MIXED = "subject,question\nGardening,When are old fruit trees pruned?\nGardening,\nGardening,How does compost improve the soil of a garden?\n"
REDONE = """subject,question
Gardening,How does compost act on garden soil and its water?
Gardening,When are old fruit trees pruned?
Cooking,How does temperature change the fermentation of vegetables?
"""
REVIEWED = """subject,question
Gardening,How does compost act on garden soil and its water?
Gardening,When are old fruit trees pruned?
Gardening,How often do tomato plants need water in hot weather?
Cooking,How does yeast make bread dough rise?
Cooking,Why should a roasted meat rest before it is cut?
Cooking,How long should a steak rest?
"""
UNREADABLE = "subject,question\nGardening,How are old fruit trees pruned?\nGardening,\n"
FAILED_ANSWER = (
    '{"custom_id": "of-nobody", "response": null, "error": {"code": "c", "message": "m"}}\nno JSON\n'
)

OK_KEY = "test-key"

SCENARIOS: dict[str, dict[str, Scenario]] = {
    "init": {
        "a new project": at("init", "new"),
        "from a site": at("init", "new", "--from", "content"),
        "with prompts": at("init", "new", "--prompts"),
        "a folder that has settings": at("init", "."),
        "no articles": at("init", "new", "--from", "missing"),
    },
    "draft": {
        "a list, offline": at("draft", "redone.csv", "--offline", *DATE, base="empty"),
        "all drafted": at("draft", "one.csv", "--offline", *DATE, base="empty"),
        "again": at("draft", "reviewed.csv", "--offline", *DATE, base="drafted"),
        "from a model": at("draft", "killed.csv", *DATE, key=OK_KEY),
        "rows that need a person": at(
            "draft", "mixed.csv", "--offline", base="empty", prepare=write("mixed.csv", MIXED)
        ),
        "strict": at(
            "draft", "rows.csv", "--offline", "--strict", base="empty", prepare=write("rows.csv", UNREADABLE)
        ),
        "a plan": at("draft", "redone.csv", "--offline", "--plan", base="empty"),
        "a plan with a price": at("draft", "redone.csv", "--plan", base="empty", key=OK_KEY),
        "a plan of a model without a price": at(
            "draft", "redone.csv", "--plan", "--model", "unpriced", base="empty", key=OK_KEY
        ),
        "a plan with near questions": at(
            "draft", "redone.csv", "--plan", base="empty", key=OK_KEY, prepare=ask_about_near
        ),
        "near questions": at("draft", "redone.csv", base="empty", key=OK_KEY, prepare=ask_about_near),
        "near questions over the budget": at(
            "draft",
            "redone.csv",
            "--max-cost",
            "0.001",
            base="empty",
            key=OK_KEY,
            prepare=ask_about_near,
        ),
        "near questions before a batch": at(
            "draft", "redone.csv", "--batch", base="empty", key=OK_KEY, prepare=ask_about_near
        ),
        "redo": at("draft", "reviewed.csv", "--offline", "--redo", *DATE, base="drafted"),
        "a batch": at("draft", "redone.csv", "--batch", base="empty", key=OK_KEY),
        "a batch over its budget": at(
            "draft", "redone.csv", "--batch", "--max-cost", "0.001", base="empty", key=OK_KEY
        ),
        "a batch that is out": at("draft", "sent.csv", "--batch", key=OK_KEY),
        "over the budget": at("draft", "redone.csv", "--max-cost", "0.001", base="empty", key=OK_KEY),
        "a wrong key": at("draft", "redone.csv", base="empty", key="wrong-key"),
        "no such model": at("draft", "redone.csv", "--model", "other", base="empty", key=OK_KEY),
        "nobody answers": at(
            "draft", "redone.csv", base="empty", key=OK_KEY, address="http://127.0.0.1:9/v1"
        ),
        "no address": at("draft", "redone.csv", base="empty", key=OK_KEY, address="localhost"),
        "a key with white space": at("draft", "redone.csv", base="empty", key="two words"),
        "no key": at("draft", "killed.csv", *DATE),
        "nothing to quote": at("draft", "redone.csv", "--offline", base="empty", prepare=no_articles),
        "nothing to quote, planned": at(
            "draft", "redone.csv", "--offline", "--plan", base="empty", prepare=no_articles
        ),
        "no such list": at("draft", "missing.csv", "--offline", base="empty"),
        "no list": at(
            "draft", "prose.csv", "--offline", base="empty", prepare=write("prose.csv", "a,b\n1,2\n")
        ),
        "no source": at("draft", base="empty"),
        "an unknown option": at("draft", "redone.csv", "--fast", base="empty"),
        "a wrong --near": at("draft", "redone.csv", "--near", "never", base="empty"),
        "a wrong --date": at("draft", "redone.csv", "--date", "31.1.2026", base="empty"),
        "a wrong --redo-state": at("draft", "redone.csv", "--redo-state", "good", base="empty"),
        "a wrong --limit": at("draft", "redone.csv", "--limit", "0", base="empty"),
        "a wrong --mode": at("draft", "redone.csv", "--batch", "--mode", "xml", base="empty"),
        "--mode without --batch": at("draft", "redone.csv", "--mode", "plain", base="empty"),
        "a cap that is no amount": at("draft", "redone.csv", "--max-cost", "nan", base="empty"),
        "a cap without a price": at(
            "draft", "redone.csv", "--max-cost", "1", "--model", "unpriced", base="empty", key=OK_KEY
        ),
        "a batch without a key": at("draft", "redone.csv", "--batch", base="empty"),
        "a damaged ledger": at("draft", "redone.csv", "--offline", prepare=damage),
    },
    "status": {
        "open lots": at("status", before=READ_LOT),
        "work of every kind": at("status"),
        "offline drafts": at("status", base="drafted"),
        "nothing there": at("status", base="empty"),
        "a damaged ledger": at("status", prepare=damage),
        "a lost ledger": at("status", base="drafted", prepare=lose),
        "an unknown key": at("status", base="empty", prepare=replace("config.yaml", "review:", "reviews:")),
        "settings that are no YAML": at("status", base="empty", prepare=write("config.yaml", "a: [b\n")),
        "settings that are no mapping": at("status", base="empty", prepare=write("config.yaml", "- a\n")),
        "a wrong value": at(
            "status", base="empty", prepare=replace("config.yaml", "attempts: 2", "attempts: 0")
        ),
        "no settings": at("--config", "missing.yaml", "status", base="empty"),
    },
    "why": {
        "a draft": at("why", APPROVED),
        "an edited draft": at("why", EDITED),
        "a published draft": at("why", PUBLISHED),
        "a held question": at("why", NEAR),
        "a draft of a lot": at("why", EDITED, before=READ_LOT),
        "an offline draft": at("why", OFFLINE, base="drafted"),
        "a question": at("why", "How are old fruit trees pruned?"),
        "an unknown name": at("why", "no-such-draft"),
        "nothing there": at("why", APPROVED, base="empty"),
    },
    "compare": {
        "two models": at("compare", "golden.csv", "--model-b", "unpriced", prepare=golden_csv, key=OK_KEY),
        "with everything": at(
            *("compare", "golden.csv", "--model-b", "unpriced", "--judge", "--check-claims"),
            *("--html", "report.html", "--export", "blind", "--fail-if-worse"),
            prepare=golden_csv,
            key=OK_KEY,
        ),
        "the plan": at(
            "compare",
            "golden.csv",
            "--model-b",
            "unpriced",
            "--judge",
            "--plan",
            prepare=golden_csv,
            key=OK_KEY,
        ),
        "the same twice": at("compare", "golden.csv", prepare=golden_csv, key=OK_KEY),
        "prompts without the kinds": at(
            "compare", "golden.csv", "--b", "own", prepare=golden_csv_and_prompts, key=OK_KEY
        ),
        "a row that cannot be used": at(
            "compare", "golden.csv", "--model-b", "unpriced", prepare=bad_golden_csv, key=OK_KEY
        ),
        "no such file": at("compare", "none.csv", "--model-b", "unpriced", key=OK_KEY),
        "a budget that is too small": at(
            "compare",
            "golden.csv",
            "--model-b",
            "test-model-2026-01-31",
            "--max-cost",
            "0.000001",
            prepare=golden_csv,
            key=OK_KEY,
        ),
    },
    "golden add": {
        "an edited draft": at("golden", "add", EDITED, "--to", "golden.csv"),
        "twice": at(
            "golden",
            "add",
            EDITED,
            "--to",
            "golden.csv",
            before=[["golden", "add", EDITED, "--to", "golden.csv"]],
        ),
        "a draft that nobody corrected": at("golden", "add", OFFLINE, "--to", "golden.csv", base="drafted"),
        "an unknown expectation": at("golden", "add", EDITED, "--expect", "maybe"),
        "nothing there": at("golden", "add", EDITED, base="empty"),
    },
    "claims check": {
        "a plan": at("claims", "check", "--state", "drafted", "--plan", key=OK_KEY),
        "a draft": at("claims", "check", REVISED, "--rules"),
        "drafts in a state": at("claims", "check", "--state", "drafted", "--rules"),
        "published pages": at("claims", "check", "--published", "content", "--rules"),
        "by the offline model": at("claims", "check", REVISED, "--offline"),
        "nothing named": at("claims", "check"),
        "an unknown name": at("claims", "check", "no-such-draft"),
        "an unknown state": at("claims", "check", "--state", "clean"),
        "nothing there": at("claims", "check", REVISED, base="empty"),
    },
    "claims list": {
        "of drafts": at(
            "claims", "list", "--verdict", "unchecked", before=[["claims", "check", REVISED, "--rules"]]
        ),
        "of published pages": at("claims", "list", "--published"),
        "an unknown verdict": at("claims", "list", "--verdict", "true"),
        "nothing there": at("claims", "list", base="empty"),
    },
    "claims show": {
        "a draft": at("claims", "show", REVISED),
        "a checked draft": at("claims", "show", REVISED, before=[["claims", "check", REVISED, "--rules"]]),
        "an unknown name": at("claims", "show", "no-such-draft"),
        "nothing there": at("claims", "show", REVISED, base="empty"),
    },
    "report": {
        "all runs": at("report"),
        "one run": at("report", "1"),
        "a page": at("report", "--html", "report.html"),
        "since a day": at("report", "--since", "2026-01-01"),
        "an unknown run": at("report", "999"),
        "a run and a day": at("report", "1", "--since", "2026-01-01"),
        "no date": at("report", "--since", "soon"),
        "nothing there": at("report", base="empty"),
    },
    "doctor": {
        "an endpoint that works": at("doctor", base="empty", key=OK_KEY),
        "not probed yet": at("doctor", "--stored", base="empty", key=OK_KEY),
        "over the budget": at("doctor", "--max-cost", "0.001", base="empty", key=OK_KEY),
        "a wrong key": at("doctor", base="empty", key="wrong-key"),
        "without an endpoint": at("doctor", base="empty"),
        "the project alone": at("doctor", "--local", base="empty", key=OK_KEY),
    },
    "judge": {
        "a draft": at("judge", REVISED, "--checks"),
        "drafts in a state": at("judge", "--state", "drafted", "--checks"),
        "published pages": at("judge", "--published", "content", "--checks"),
        "the plan": at("judge", REVISED, "--checks", "--plan"),
        "nothing named": at("judge"),
        "an unknown name": at("judge", "no-such-draft"),
        "an unknown state": at("judge", "--state", "clean"),
        "nothing there": at("judge", REVISED, base="empty"),
    },
    "verify": {
        "a sound ledger": at("verify"),
        "nothing there": at("verify", base="empty"),
        "a damaged ledger": at("verify", prepare=damage),
    },
    "backup": {
        "a copy": at("backup", "copy.sqlite3"),
        "nothing there": at("backup", "copy.sqlite3", base="empty"),
        "a file that is there": at("backup", "config.yaml"),
        "no such folder": at("backup", "missing/copy.sqlite3"),
    },
    "list": {
        "all": at("list", "--limit", "100"),
        "one state": at("list", "--state", "needs_fix", "--sort", "findings", "--reverse"),
        "none": at("list", "--text", "no such words"),
        "an edit on disk": at("list", "--state", "needs_fix", prepare=unpublished_edit),
        "nothing there": at("list", base="empty"),
        "an unknown state": at("list", "--state", "good"),
        "an unknown order": at("list", "--sort", "name"),
    },
    "show": {
        "a draft of a lot": at("show", EDITED, before=RELEASED_LOT),
        "its versions": at("show", EDITED, "--versions"),
        "two versions": at("show", EDITED, "--diff", "1", "2"),
        "a draft with an open revision": at("show", REVISED),
        "a published draft": at("show", PUBLISHED),
        "a draft that needs a fix": at("show", NEEDS_FIX),
        "a withdrawn article": at("show", "gardening/why-do-vegetable-crops-need-a-rotation-plan"),
        "a held question": at("show", NEAR),
        "an unknown name": at("show", "no-such-draft"),
        "nothing there": at("show", APPROVED, base="empty"),
    },
    "approve": {
        "a draft": at("approve", EDITED),
        "a draft with errors": at("approve", NEEDS_FIX),
        "clean ones": at("approve", "--clean"),
        "an approved one": at("approve", APPROVED),
        "an unknown name": at("approve", "no-such-draft"),
        "no name": at("approve"),
        "a name and --clean": at("approve", EDITED, "--clean"),
        "no reviewer": at("approve", EDITED, prepare=nobody),
        "nothing there": at("approve", EDITED, base="empty"),
    },
    "reject": {
        "a draft": at("reject", EDITED, "--reason", "too general"),
        "a published one": at("reject", PUBLISHED, "--reason", "late"),
        "no reason": at("reject", EDITED),
        "an unknown name": at("reject", "no-such-draft", "--reason", "x"),
    },
    "drafts assign": {
        "a draft": at("drafts", "assign", EDITED, "--to", "Kim"),
        "an unknown name": at("drafts", "assign", "no-such-draft", "--to", "Kim"),
        "nobody": at("drafts", "assign", EDITED, "--to", " "),
    },
    "drafts unassign": {
        "an assigned draft": at(
            "drafts", "unassign", EDITED, before=[["drafts", "assign", EDITED, "--to", "Kim"]]
        ),
        "an unknown name": at("drafts", "unassign", "no-such-draft"),
    },
    "drafts comment": {
        "a comment": at("drafts", "comment", EDITED, "Is this true of all doughs?"),
        "a list": at("drafts", "comment", EDITED, before=[["drafts", "comment", EDITED, "Is this true?"]]),
        "an unknown name": at("drafts", "comment", "no-such-draft", "Is this true?"),
    },
    "drafts export": {
        "a file that exists": at("drafts", "export", "drafts.xlsx", prepare=write("drafts.xlsx", "x")),
        "all drafts": at("drafts", "export", "drafts.xlsx"),
        "not a spreadsheet": at("drafts", "export", "drafts.pdf"),
    },
    "drafts import": {
        "nothing changed": at("drafts", "import", "d.csv", before=[["drafts", "export", "d.csv"]]),
        "a dry run": at("drafts", "import", "d.csv", "--dry-run", before=[["drafts", "export", "d.csv"]]),
        "another table": at("drafts", "import", "redone.csv", base="empty"),
        "no such file": at("drafts", "import", "missing.csv"),
    },
    "review-log": {
        "a month": at("review-log", "--month", "2026-01"),
        "a month that is none": at("review-log", "--month", "2026-13"),
    },
    "allow": {
        "a near duplicate": at("allow", NEAR),
        "a draft": at("allow", EDITED),
        "an unknown name": at("allow", "no-such-draft"),
    },
    "restore": {
        "an earlier version": at("restore", EDITED, "--version", "1"),
        "an unknown version": at("restore", EDITED, "--version", "99"),
        "an unknown name": at("restore", "no-such-draft", "--version", "1"),
        "nothing there": at("restore", "no-such-draft", "--version", "1", base="empty"),
    },
    "undo": {
        "a decision": at("undo", before=[["approve", EDITED]]),
        "a judgement": at("undo", before=READ_LOT),
        "a release": at("undo", before=RELEASED_LOT),
        "a decision on proposals": at("undo", before=[["seo", "approve", PROPOSED]]),
        "an earlier decision": at("undo", "--earlier"),
        "a named draft": at("undo", "gardening/how-does-mulch-help-tomato-plants-in-hot-weather"),
        "nothing to undo": at("undo", "--reviewer", "Nobody"),
        "an unknown name": at("undo", "no-such-draft"),
        "nothing there": at("undo", base="empty"),
    },
    "lots list": {
        "a lot": at("lots", before=READ_LOT),
        "a released lot": at("lots", "list", before=RELEASED_LOT),
        "no lot": at("lots"),
        "nothing there": at("lots", base="empty"),
    },
    "lots create": {
        "some drafts": at("lots", "create", "--subject", "cooking", "--confidence", "0.9", "--limit", "0.1"),
        "a lot that has them": at("lots", "create", before=LOT),
        "nothing selected": at("lots", "create", "--text", "volcano"),
        "a wrong goal": at("lots", "create", "--limit", "5"),
        "a wrong date": at("lots", "create", "--due-before", "tomorrow"),
        "without a name": at("lots", "create", prepare=nobody),
        "nothing there": at("lots", "create", base="empty"),
    },
    "lots show": {
        "a lot": at("lots", "show", "1", before=READ_LOT),
        "a failed lot": at("lots", "show", "1", prepare=failed_lot),
        "an unknown number": at("lots", "show", "9"),
        "nothing there": at("lots", "show", "1", base="empty"),
    },
    "lots judge": {
        "fine": at("lots", "judge", EDITED, "--as", "fine", before=LOT),
        "serious": at("lots", "judge", EDITED, "--as", "serious", "--reason", "wrong", before=LOT),
        "minor, not corrected": at("lots", "judge", EDITED, "--as", "minor", before=LOT),
        "a draft in no lot": at("lots", "judge", EDITED, "--as", "fine"),
        "after a fault": at("lots", "judge", EDITED, "--as", "fine", prepare=failed_lot),
        "no judgement": at("lots", "judge", EDITED, "--as", "good", before=LOT),
    },
    "lots draw": {
        "all drawn": at("lots", "draw", "1", before=LOT),
        "chosen": at(
            *("lots", "draw", "1", "--subject", "Gardening", "--more", "1"),
            before=[["lots", "create", "--limit", "0.9", "--text", "how", "--seed", "s"]],
        ),
        "an unknown kind": at("lots", "draw", "1", "--kind", "wry", before=LOT),
    },
    "lots release": {
        "a lot": at("lots", "release", "1", before=READ_LOT),
        "a draft left out": at("lots", "release", "1", before=[*READ_LOT, ["approve", EDITED]]),
        "not read": at("lots", "release", "1", before=LOT),
        "released": at("lots", "release", "1", before=RELEASED_LOT),
    },
    "lots full-review": {
        "a failed lot": at("lots", "full-review", "1", prepare=failed_lot),
        "a released lot": at("lots", "full-review", "1", before=RELEASED_LOT),
    },
    "lots cut": {
        "a failed lot": at("lots", "cut", "1", "--subject", "Cooking", prepare=failed_lot),
        "another slice": at("lots", "cut", "1", "--subject", "Gardening", prepare=failed_lot),
        "no slice": at("lots", "cut", "1", prepare=failed_lot),
        "a lot without a fault": at("lots", "cut", "1", "--subject", "Cooking", before=LOT),
    },
    "redraft": {
        "a draft that needs a fix": at("redraft", NEEDS_FIX, "--note", "Shorter.", key=OK_KEY),
        "nothing queued": at("redraft", key=OK_KEY),
        "a draft that a person edited": at("redraft", EDITED, "--note", "Shorter.", key=OK_KEY),
        "a published one": at("redraft", PUBLISHED, key=OK_KEY),
        "a note without a name": at("redraft", "--note", "Shorter.", key=OK_KEY),
        "an unknown name": at("redraft", "no-such-draft", key=OK_KEY),
        "no ledger": at("redraft", base="empty", key=OK_KEY),
    },
    "revise": {
        "asked": at("revise", EDITED, "--note", "Shorter.", key=OK_KEY),
        "asked offline": at("revise", EDITED, "--note", "Shorter.", "--offline"),
        "accepted": at("revise", REVISED, "--accept", "all"),
        "kept": at("revise", REVISED, "--keep"),
        "an unknown field": at("revise", REVISED, "--accept", "title"),
        "no proposal": at("revise", EDITED, "--keep"),
        "neither note nor decision": at("revise", EDITED),
        "over the budget": at("revise", EDITED, "--note", "Shorter.", "--max-cost", "0.0001", key=OK_KEY),
        "no key": at("revise", EDITED, "--note", "Shorter."),
        "a published one": at("revise", PUBLISHED, "--note", "Shorter.", key=OK_KEY),
        "an unknown name": at("revise", "no-such-draft", "--keep"),
    },
    "rewrite": {
        "a page": at("rewrite", TOMATO, "--note", "Shorter.", key=OK_KEY),
        "a page again": at("rewrite", TOMATO, key=OK_KEY, before=[["rewrite", TOMATO]]),
        "a plan": at("rewrite", "--rule", "description-too-long", "--plan", base="empty", key=OK_KEY),
        "a list with a page that is not there": at(
            "rewrite",
            "--list",
            "pages.csv",
            key=OK_KEY,
            prepare=write("pages.csv", f"url,note\n{TOMATO},x\nno/page,\n"),
        ),
        "no key": at("rewrite", TOMATO, base="empty"),
        "the offline model": at("rewrite", TOMATO, "--offline"),
        "two ways to select": at("rewrite", TOMATO, "--rule", "cut-off", key=OK_KEY),
        "over the budget": at("rewrite", TOMATO, "--max-cost", "0.0001", key=OK_KEY),
        "an unknown name": at("rewrite", "no-such-article", key=OK_KEY),
    },
    "publish": {
        "approved ones": at("publish", "--approved"),
        "a dry run": at("publish", "--approved", "--dry-run"),
        "one that is not approved": at("publish", EDITED),
        "one that is published": at("publish", PUBLISHED),
        "an offline draft": at("publish", OFFLINE, base="drafted", before=[["approve", OFFLINE]]),
        "no checkout to commit to": at("publish", "--approved", "--commit"),
        "no checkout for a preview": at("publish", "--approved", "--branch", "preview"),
        "due ones": at("publish", "--due"),
        "one of a subject": at("publish", "--approved", "--subject", "Gardening", "--limit", "1"),
        "an unknown subject": at("publish", "--approved", "--subject", "Gardenning"),
        "a name and a subject": at("publish", APPROVED, "--subject", "Gardening"),
        "a preview and a commit": at("publish", "--approved", "--branch", "preview", "--commit"),
        "no name": at("publish"),
        "a wrong date": at("publish", "--approved", "--date", "tomorrow"),
        "an unknown name": at("publish", "no-such-draft"),
        "nothing there": at("publish", "--approved", base="empty"),
    },
    "withdraw": {
        "a published article": at("withdraw", PUBLISHED, "--reason", "outdated"),
        "a file removed": at("withdraw", TOMATO, "--reason", "outdated", "--delete"),
        "no reason": at("withdraw", PUBLISHED),
        "an unknown name": at("withdraw", "no-such-article", "--reason", "x"),
    },
    "audit": {
        "findings": at("audit", base="empty"),
        "one rule": at("audit", "--rule", "description-too-long", base="empty"),
        "no errors": at("audit", f"content/{PROPOSED}.md", base="empty"),
        "fixes, dry": at(
            *("audit", "--fix", "--whole-site", "--dry-run"),
            base="empty",
            prepare=replace(f"content/{TOMATO}.md", "/when-should-fruit-trees", "/when-did-fruit-trees"),
        ),
        "fixes": at(
            *("audit", "--fix", "--whole-site"),
            base="empty",
            prepare=replace(f"content/{TOMATO}.md", "/when-should-fruit-trees", "/when-did-fruit-trees"),
        ),
        "an unknown rule": at("audit", "--rule", "beauty", base="empty"),
        "no such path": at("audit", "missing", base="empty"),
        "no content": at("audit", base="empty", prepare=lambda site: shutil.rmtree(site / "content")),
        "--dry-run alone": at("audit", "--dry-run", base="empty"),
        "--branch alone": at("audit", "--branch", "preview", base="empty"),
        "an explanation": at("audit", "--explain", "description-too-long", base="empty"),
        "no checkout": at("audit", "--changed-since", "HEAD", base="empty"),
    },
    "related": {
        "an article": at("related", ARTICLE, base="empty"),
        "an article with relations": at("related", "gardening/how-does-compost-improve-garden-soil"),
        "a draft": at("related", APPROVED),
        "a question": at("related", "--question", "How do earthworms loosen garden soil?", base="empty"),
        "repaired links, dry": at(
            *("related", "--refresh", "--dry-run"),
            base="empty",
            prepare=replace(f"content/{TOMATO}.md", "/when-should-fruit-trees", "/when-did-fruit-trees"),
        ),
        "nothing to repair": at("related", "--refresh", f"content/{TOMATO}.md", base="empty"),
        "an unknown name": at("related", "no-such-article", base="empty"),
        "no name": at("related", base="empty"),
        "--commit alone": at("related", ARTICLE, "--commit", base="empty"),
        "--branch alone": at("related", ARTICLE, "--branch", "preview", base="empty"),
    },
    "index": {
        "a new one": at("index", base="empty"),
        "with sources": at(
            "index",
            base="empty",
            prepare=lambda site: (
                write("sources/a.md", "# Compost\n\nCompost holds water.\n")(site),
                replace("config.yaml", "content_dir: content", "content_dir: content\nsources_dir: sources")(
                    site
                ),
            )[0],
        ),
        "made again": at("index", "--rebuild"),
        "no content": at("index", base="empty", prepare=lambda site: shutil.rmtree(site / "content")),
        "a file that cannot be read": at(
            "index", base="empty", prepare=write("content/cooking/broken.md", "no front matter\n")
        ),
    },
    "seo propose": {
        "by the offline model": at("seo", "propose", "--offline", base="empty"),
        "by a model": at("seo", "propose", "--all", base="empty", key=OK_KEY),
        "a plan": at("seo", "propose", "--all", "--plan", base="empty", key=OK_KEY),
        "by opportunity": at(*PROPOSE_HELD_OUT, base="empty", prepare=search_data),
        "by opportunity without search data": at("seo", "propose", "--by", "opportunity", base="empty"),
        "an unknown order": at("seo", "propose", "--by", "luck", base="empty"),
        "a wrong share": at("seo", "propose", "--by", "opportunity", "--hold-out", "120%", base="empty"),
        "a hold-out without the order": at("seo", "propose", "--hold-out", "20%", base="empty"),
        "again": at("seo", "propose", "--all", "--offline"),
        "a batch": at("seo", "propose", "--all", "--batch", base="empty", key=OK_KEY),
        "over the budget": at("seo", "propose", "--all", "--max-cost", "0.001", base="empty", key=OK_KEY),
        "a wrong key": at("seo", "propose", "--all", base="empty", key="wrong-key"),
        "missing articles": at(
            *("seo", "propose", "--offline", "--from", "list.txt"),
            base="empty",
            prepare=write("list.txt", f"{ARTICLE}\nno-such-article\n"),
        ),
        "an unknown rule": at("seo", "propose", "--rule", "beauty", base="empty"),
        "an unknown field": at("seo", "propose", "--field", "title", base="empty"),
        "an unknown subject": at("seo", "propose", "--subject", "Cookery", base="empty"),
        "no such list": at("seo", "propose", "--from", "missing.txt", base="empty"),
        "a batch without a key": at("seo", "propose", "--batch", base="empty"),
        "no articles": at("seo", "propose", base="empty", prepare=no_articles),
        "no key": at("seo", "propose"),
    },
    "seo list": {
        "all": at("seo", "list"),
        "offline ones": at("seo", "list", base="drafted"),
        "one state": at("seo", "list", "--state", "rejected"),
        "an article": at("seo", "list", ARTICLE),
        "with search data": at("seo", "list", prepare=search_data),
        "nothing there": at("seo", "list", base="empty"),
        "an unknown state": at("seo", "list", "--state", "good"),
        "an unknown name": at("seo", "list", "no-such-article"),
    },
    "seo diff": {
        "open ones": at("seo", "diff"),
        "nothing there": at("seo", "diff", base="empty"),
        "an unknown name": at("seo", "diff", "no-such-article"),
    },
    "seo approve": {
        "an article": at("seo", "approve", PROPOSED),
        "clean ones": at("seo", "approve", "--clean"),
        "an applied one": at("seo", "approve", TOMATO),
        "no name": at("seo", "approve"),
        "an unknown name": at("seo", "approve", "no-such-article"),
        "a name and --clean": at("seo", "approve", PROPOSED, "--clean"),
        "nothing there": at("seo", "approve", PROPOSED, base="empty"),
    },
    "seo reject": {
        "an article": at("seo", "reject", PROPOSED, "--note", "no"),
        "no name": at("seo", "reject"),
        "an unknown name": at("seo", "reject", "no-such-article"),
    },
    "seo undo": {
        "a decision": at("seo", "undo"),
        "an article": at("seo", "undo", ARTICLE),
        "nothing to undo": at("seo", "undo", "--reviewer", "Nobody"),
        "an unknown name": at("seo", "undo", "no-such-article"),
    },
    "seo apply": {
        "approved ones": at("seo", "apply"),
        "a dry run": at("seo", "apply", "--clean", "--dry-run"),
        "a changed article": at(
            "seo", "apply", prepare=replace(f"content/{ARTICLE}.md", "Yeast works", "Yeast never works")
        ),
        "offline texts": at("seo", "apply", "--clean", base="drafted"),
        "again": at("seo", "apply", TOMATO),
        "two choices": at("seo", "apply", "--clean", "--approved"),
        "an unknown name": at("seo", "apply", "no-such-article"),
        "no checkout to commit to": at("seo", "apply", "--commit"),
        "nothing there": at("seo", "apply", base="empty"),
    },
    "seo report": {
        "the site": at("seo", "report"),
        "with search data": at("seo", "report", prepare=compared_search_data),
        "nothing there": at("seo", "report", base="empty"),
    },
    "seo hold-out": {
        "an open one": at("seo", "hold-out", before=[PROPOSE_HELD_OUT], prepare=search_data),
        "an ended one": at("seo", "hold-out", "--end", before=[PROPOSE_HELD_OUT], prepare=search_data),
        "none": at("seo", "hold-out"),
        "none to end": at("seo", "hold-out", "--end"),
        "nothing there": at("seo", "hold-out", base="empty"),
    },
    "search-data import": {
        "queries by page": at(*IMPORT, base="empty", prepare=write_search_data),
        "the same file again": at(*IMPORT, base="empty", prepare=search_data),
        "no dates": at("search-data", "import", "search.csv", base="empty", prepare=write_search_data),
        "half a range": at(
            *("search-data", "import", "search.csv", "--from", "2026-08-01"),
            base="empty",
            prepare=write_search_data,
        ),
        "no rows": at(
            *IMPORT, base="empty", prepare=write("search.csv", "page,clicks,impressions,position\n")
        ),
        "a last day in the future": at(
            *("search-data", "import", "search.csv", "--from", "2026-08-01", "--to", "2999-12-31"),
            base="empty",
            prepare=write_search_data,
        ),
        "other columns": at(*IMPORT, base="empty", prepare=write("search.csv", "name,price\nx,3\n")),
        "no such file": at(*IMPORT, base="empty"),
    },
    "search-data show": {
        "an import": at("search-data", "show", base="empty", prepare=search_data),
        "nothing there": at("search-data", "show", base="empty"),
    },
    "search-data remove": {
        "an export": at("search-data", "remove", "1", base="empty", prepare=search_data),
        "no such export": at("search-data", "remove", "2", base="empty", prepare=search_data),
        "no number": at("search-data", "remove", "one", base="empty"),
        "nothing there": at("search-data", "remove", "1", base="empty"),
    },
    "search-data competing": {
        "pages": at("search-data", "competing", base="empty", prepare=search_data),
        "nothing there": at("search-data", "competing", base="empty"),
    },
    "search-data silent": {
        "pages": at("search-data", "silent", "--months", "1", base="empty", prepare=page_search_data),
        "more months than are known": at(
            "search-data", "silent", "--months", "9", base="empty", prepare=page_search_data
        ),
        "queries by page alone": at(
            "search-data", "silent", "--months", "1", base="empty", prepare=search_data
        ),
        "no months": at("search-data", "silent", base="empty"),
        "nothing there": at("search-data", "silent", "--months", "1", base="empty"),
    },
    "search-data unanswered": {
        "questions": at("search-data", "unanswered", base="empty", prepare=search_data),
        "a list": at("search-data", "unanswered", "--csv", "new/q.csv", base="empty", prepare=search_data),
        "nothing there": at("search-data", "unanswered", base="empty"),
    },
    "batch list": {
        "batches": at("batch", "list"),
        "nothing there": at("batch", "list", base="empty"),
        "none": at("batch", "list", base="drafted"),
    },
    "batch status": {
        "without a key": at("batch", "status"),
        "batches elsewhere": at("batch", "status", key=OK_KEY),
        "a batch that nobody knows": at("batch", "status", key=OK_KEY, prepare=far_batch),
        "none": at("batch", "status", base="drafted"),
        "nothing there": at("batch", "status", base="empty"),
    },
    "batch collect": {
        "a batch": at(
            *("batch", "collect", "--wait", "--every", "0.1"),
            base="empty",
            before=[["draft", "redone.csv", "--batch"]],
            key=OK_KEY,
        ),
        "batches elsewhere": at("batch", "collect", key=OK_KEY),
        "a batch that nobody knows": at("batch", "collect", "2", key=OK_KEY, prepare=far_batch),
        "an unknown id": at("batch", "collect", "batch_0", key=OK_KEY),
        "a cap without a price": at(
            *("batch", "collect", "--max-cost", "1"),
            key=OK_KEY,
            prepare=replace("config.yaml", "  test-model:", "  other-model:"),
        ),
        "without a key": at("batch", "collect"),
        "nothing there": at("batch", "collect", base="empty", key=OK_KEY),
    },
    "batch cancel": {
        "an exported one": at("batch", "cancel", "1"),
        "one that is cancelled": at("batch", "cancel", "1", before=[["batch", "cancel", "1"]]),
        "an unknown id": at("batch", "cancel", "99"),
        "without a key": at("batch", "cancel", "2"),
        "nothing there": at("batch", "cancel", "1", base="empty"),
    },
    "batch export": {
        "a list": at("batch", "export", "r.jsonl", "redone.csv", base="empty"),
        "rows that need a person": at(
            "batch", "export", "r.jsonl", "mixed.csv", base="empty", prepare=write("mixed.csv", MIXED)
        ),
        "nothing due": at("batch", "export", "r.jsonl"),
        "a file that is there": at("batch", "export", "config.yaml", "redone.csv", base="empty"),
        "no such folder": at("batch", "export", "missing/r.jsonl", "redone.csv", base="empty"),
        "a wrong --mode": at("batch", "export", "r.jsonl", "redone.csv", "--mode", "xml", base="empty"),
        "no such list": at("batch", "export", "r.jsonl", "missing.csv", base="empty"),
    },
    "batch import": {
        "answers": at("batch", "import", "responses.jsonl"),
        "answers again": at("batch", "import", "first.jsonl"),
        "lines of nobody": at("batch", "import", "bad.jsonl", prepare=write("bad.jsonl", FAILED_ANSWER)),
        "no such file": at("batch", "import", "missing.jsonl"),
        "repairs without a key": at("batch", "import", "first.jsonl", "--repair-live"),
        "nothing there": at("batch", "import", "first.jsonl", base="empty"),
    },
    "batch run": {
        "an unknown engine": at("batch", "run", "requests.jsonl", "answers", "--engine", "dask"),
        "without a key": at("batch", "run", "requests.jsonl", "answers", base="empty"),
        "no file": at("batch", "run"),
    },
    "duplicates find": {
        "the site": at("duplicates", prepare=a_copy),
        "by its name": at("duplicates", "find", "--kind", "same_question", prepare=a_copy),
        "the model is asked": at("duplicates", "--ask", prepare=open_pair, key=OK_KEY),
        "what asking takes": at("duplicates", "--ask", "--plan", prepare=open_pair, key=OK_KEY),
        "nothing there": at("duplicates", prepare=no_articles),
        "an unknown kind": at("duplicates", "--kind", "similar"),
        "a cap without --ask": at("duplicates", "--max-cost", "1"),
        "without a key": at("duplicates", "--ask", prepare=open_pair),
    },
    "duplicates show": {
        "a cluster": at("duplicates", "show", TOMATO, prepare=a_copy, before=[["duplicates"]]),
        "an unknown name": at("duplicates", "show", "99"),
    },
    "duplicates keep": {
        "a cluster": at("duplicates", "keep", TOMATO, prepare=a_copy, before=[["duplicates"]]),
        "all": at("duplicates", "keep", "--all", prepare=a_copy, before=[["duplicates"]]),
        "a page elsewhere": at(
            *("duplicates", "keep", TOMATO, "--keeper", ARTICLE), prepare=a_copy, before=[["duplicates"]]
        ),
        "an unknown name": at("duplicates", "keep", "99"),
        "nothing named": at("duplicates", "keep"),
    },
    "duplicates merge": {
        "a cluster": at("duplicates", "merge", TOMATO, prepare=a_copy, before=[["duplicates"]]),
        "nothing named": at("duplicates", "merge"),
    },
    "duplicates reject": {
        "a cluster": at("duplicates", "reject", TOMATO, prepare=a_copy, before=[["duplicates"]]),
        "an unknown name": at("duplicates", "reject", "99"),
    },
    "duplicates undo": {
        "a decision": at(
            "duplicates", "undo", prepare=a_copy, before=[["duplicates"], ["duplicates", "keep", TOMATO]]
        ),
        "nothing to undo": at("duplicates", "undo"),
    },
    "duplicates apply": {
        "a decision": at("duplicates", "apply", prepare=with_address, before=KEPT),
        "a dry run": at("duplicates", "apply", "--dry-run", prepare=with_address, before=KEPT),
        "hidden pages": at("duplicates", "apply", "--withdraw", prepare=a_copy, before=KEPT),
        "files restored": at(
            "duplicates", "apply", "--undo", prepare=with_address, before=[*KEPT, ["duplicates", "apply"]]
        ),
        "no address of the site": at("duplicates", "apply", prepare=a_copy, before=KEPT),
        "nothing to restore": at("duplicates", "apply", "--undo"),
        "no checkout to commit to": at("duplicates", "apply", "--commit", prepare=with_address),
        "two choices": at("duplicates", "apply", "--undo", "--limit", "1"),
    },
    "the program": {
        "an unknown command": at("dream", base="empty"),
        "an unknown command of seo": at("seo", "dream", base="empty"),
        "an unknown option": at("--fast", "status", base="empty"),
    },
}

# Commands that know no --json.
PLAIN = ("backup",)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A test server that takes one key and two models."""
    with RunningServer("--key", OK_KEY, "--models", "test-model,unpriced") as running:
        yield running


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders that scenarios begin with."""
    folder = tmp_path_factory.mktemp("bases")
    made = {name: folder / name for name in ("empty", "drafted", "earlier")}
    shutil.copytree(EARLIER, made["earlier"])
    with (made["earlier"] / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("duplicates: {compare_answers: false}\n")
    for name in ("empty", "drafted"):
        shutil.copytree(DATA, made[name])
        with (made[name] / "config.yaml").open("a", encoding="utf-8") as config:
            config.write(NEVER_ASKED)
        write("redone.csv", REDONE)(made[name])
        write("reviewed.csv", REVIEWED)(made[name])
        write("one.csv", "subject,question\nGardening,When are old fruit trees pruned?\n")(made[name])
    assert run(made["drafted"], ["draft", "reviewed.csv", "--offline", *DATE]).code == 1
    assert run(made["drafted"], ["seo", "propose", "--offline", "--all"]).code == 0
    return made


@pytest.mark.parametrize("command", SCENARIOS)
def test_json_and_exit_codes_of_a_command_are_those_of_its_golden_file(
    command: str, bases: dict[str, Path], server: RunningServer, tmp_path: Path
) -> None:
    outcomes, kinds = {}, set()
    for number, (name, scenario) in enumerate(SCENARIOS[command].items()):
        site = tmp_path / str(number)
        shutil.copytree(bases[scenario.base], site)
        found = outcomes[name] = outcome(scenario, site, server, as_json=command not in PLAIN)
        kind = found.get("error", {}).get("kind")
        if found["exit"] == 2 and kind not in kinds and list(found["stdout"]) == ["error"]:
            kinds.add(kind)
            check_line(scenario, site, server, found["error"]["message"])
    compare_json(f"{FOLDER}/{command.replace(' ', '-')}.json", outcomes)


def outcome(scenario: Scenario, site: Path, server: RunningServer, *, as_json: bool) -> dict[str, Any]:
    """What a scenario came to, without what differs from run to run."""
    environment = environment_of(scenario, server)
    (site / "address.txt").write_text(server.base_url, encoding="utf-8")
    scenario.prepare(site)
    for arguments in scenario.before:
        assert run(site, arguments, environment).code == 0, arguments
    asked = [*scenario.arguments, "--json"] if as_json else scenario.arguments
    result = run(site, asked, environment)
    found: dict[str, Any] = {"arguments": " ".join(asked), "exit": result.code}
    if not as_json or "--explain" in asked:
        return {**found, **plain(result, site, server)}
    values = [json.loads(line) for line in lines_of(result.out)]
    found["stdout"] = [shape(value) for value in values] if len(values) != 1 else shape(values[0])
    if len(values) > 1:
        found["stdout"] = shape(values)
    error = values[0].get("error") if len(values) == 1 and isinstance(values[0], dict) else None
    if error is not None:
        found["error"] = {name: normalized(text, site, server) for name, text in error.items()}
    return found


def check_line(scenario: Scenario, site: Path, server: RunningServer, message: str) -> None:
    """Without ``--json``, the same message is the last line of stderr, and nothing stands on stdout."""
    result = run(site, scenario.arguments, environment_of(scenario, server))
    assert (result.code, result.out) == (2, ""), scenario.arguments
    assert normalized(result.err.splitlines()[-1], site, server) == f"generator: {message}"


def environment_of(scenario: Scenario, server: RunningServer) -> dict[str, str]:
    """The key and the address that a scenario asks with."""
    if scenario.key is None:
        return {}
    return {"OPENAI_API_KEY": scenario.key, "OPENAI_BASE_URL": scenario.address or server.base_url}


def lines_of(out: str) -> list[str]:
    """The JSON values of stdout: one object of several lines, or one a line."""
    with contextlib.suppress(json.JSONDecodeError):
        json.loads(out)
        return [out]
    return out.splitlines()


def plain(result: Result, site: Path, server: RunningServer) -> dict[str, Any]:
    """What a command without JSON wrote, by where it wrote it."""
    said = [normalized(line, site, server) for line in result.err.splitlines()]
    return {"stdout": normalized(result.out, site, server).splitlines(), "stderr": said}


def normalized(text: str, site: Path, server: RunningServer) -> str:
    """A text without what differs from run to run or from system to system."""
    text = text.replace(str(site), "SITE").replace(server.base_url, "ADDRESS")
    text = re.sub(r" \(\[Errno.*\)", " (REASON)", text)
    return re.sub(r"[\d,]+ bytes", "N bytes", text)


def test_each_golden_file_belongs_to_a_command() -> None:
    files = sorted(file.stem for file in (GOLDEN / FOLDER).glob("*.json"))
    if not UPDATE:
        assert files == sorted(command.replace(" ", "-") for command in SCENARIOS)


def test_every_command_that_takes_json_has_scenarios() -> None:
    helps = {
        file.stem.removeprefix("generator-").replace("-", " "): file.read_text(encoding="utf-8")
        for file in (GOLDEN / "help").glob("generator-*.txt")
    }
    known = {words.replace("-", " ") for words in SCENARIOS}  # names of commands may have hyphens too
    assert {words for words, text in helps.items() if "--json" in text} <= known


@pytest.mark.parametrize(
    "arguments", [["status"], ["list"], ["seo", "list"], ["batch", "list"], ["draft", "near.csv"]]
)
def test_notes_go_to_stderr_and_results_to_stdout(
    arguments: list[str], bases: dict[str, Path], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(bases["earlier"], site)
    offline = ["--offline"] if arguments[0] == "draft" else []
    result = run(site, [*arguments, *offline])
    assert result.out
    assert "missing draft file" not in result.out
    if arguments[0] in ("list", "draft"):
        assert "1 missing draft file written again" in result.err


# settings

EVERY_KEY: dict[str, Any] = {
    "content_dir": "content",
    "output_dir": "output",
    "prompts_dir": "prompts",
    "sources_dir": "sources",
    "model": {
        "name": "gpt-6-luna",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key_env": "OPENAI_API_KEY",
        "concurrency": 32,
        "timeout_seconds": 180,
        "attempts": 6,
        "longest_wait_minutes": 90,
        "outage_minutes": 120,
        "repairs": 2,
        "longer_cap": 2.0,
        "seo_output_cap": 1500,
        "requests_per_minute": 500,
        "tokens_per_minute": 200000,
        "parameters": {"max_completion_tokens": 6000, "reasoning_effort": "low", "temperature": 0.7},
    },
    "prices": {
        "gpt-6-luna": {
            "input": 0.1,
            "cached_input": 0.01,
            "cache_write": 0.125,
            "output": 0.5,
            "batch_discount": 0.5,
        }
    },
    "context": {"passages_chars": 10000, "articles": "titles", "grounding": "preferred"},
    "limits": {
        "answer": {
            "words": {"min": 200, "max": 550},
            "target_words": {"min": 250, "max": 450},
            "points": {"min": 4, "max": 8},
            "introduction_words": {"min": 15, "max": 80},
            "point_words": {"min": 12, "max": 140},
            "conclusion_words": {"min": 15, "max": 90},
            "heading_words": {"min": 1, "max": 8},
        },
        "seo": {
            "description_prefix": "Get the full answer from QuickTakes - ",
            "description_total": 160,
            "description_min": 70,
            "description_target_min": 90,
            "keywords": {"min": 8, "max": 12},
            "keyword_words_max": 6,
        },
    },
    "duplicates": {
        "similarity": 0.8,
        "ask_from": 0.5,
        "description_similarity": 0.7,
        "compare_answers": True,
    },
    "site": {
        "brand": "QuickTakes",
        "author": "{brand}",
        "page_title": "{title} | {subject}",
        "seo_title": "{brand} | {subject}",
        "description_prefix": "Get the full answer from QuickTakes - ",
        "address": "/learn/{subject}/questions/{slug}",
        "origin": "https://www.example.org",
        "body": "&nbsp;",
    },
    "publish": {
        "allow_offline": False,
        "date_on_rewrite": "keep",
        "require": "bulk",
        "disclosure": {"field": "disclosure", "text": "Generated."},
    },
    "house": {"terms": {"utilize": {"preferred": "use", "reason": "shorter"}}},
    "review": {
        "reviewer": None,
        "require_claims": "contradicted",
        "reasons": ["Wrong", "Too shallow"],
        "sampling": {"confidence": 0.95, "limit": 0.05},
    },
    "claims": {"model": None, "base_url": None, "api_key_env": None},
    "judge": {"model": None, "base_url": None, "api_key_env": None, "write_score": False},
    "subjects": ["Biology", {"name": "Ecology", "listed": False, "require": "read"}],
}
OPEN = {("model", "parameters"), ("prices",), ("house", "terms")}  # whose keys are names that the user gives


def mappings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all mappings."""
    if isinstance(value, dict):
        yield path
        for name, item in value.items():
            yield from mappings(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from mappings(item, (*path, number))


def status_of(site: Path, settings: dict[str, Any]) -> Result:
    (site / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return run(site, ["status", "--json"])


def test_every_key_of_the_settings_is_taken(tmp_path: Path) -> None:
    assert status_of(tmp_path, EVERY_KEY).code == 0
    for name, value in EVERY_KEY.items():
        assert status_of(tmp_path, {name: value}).code == 0, name


@pytest.mark.parametrize("path", [path for path in mappings(EVERY_KEY) if path not in OPEN])
def test_an_unknown_key_is_refused_by_name(path: tuple[Any, ...], tmp_path: Path) -> None:
    settings = json.loads(json.dumps(EVERY_KEY))
    inner = settings
    for name in path:
        inner = inner[name]
    inner["colour"] = "green"
    result = status_of(tmp_path, settings)
    error = json.loads(result.out)["error"]
    assert (result.code, error["kind"]) == (2, "config")
    assert f"unknown key '{'.'.join(str(name) for name in (*path, 'colour'))}'" in error["message"]


def test_the_settings_file_of_the_project_holds_no_key_that_is_not_pinned_here(tmp_path: Path) -> None:
    settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert {path for path in mappings(settings) if path[:1] not in (("prices",), ("subjects",))} <= set(
        mappings(EVERY_KEY)
    )
    assert (
        run(tmp_path, ["--config", str(ROOT / "config.yaml"), "status", "--output-dir", "output"]).code == 0
    )
    for section, values in settings.items():
        assert section in EVERY_KEY
        if isinstance(values, dict) and section != "prices":
            assert set(values) <= set(EVERY_KEY[section]), section
