"""What the articles of a site tell of its settings."""

from dataclasses import replace

from generator.content.limits import Range
from generator.content.site.site_facts import ArticleFacts, site_facts

ONE = ArticleFacts(
    folder="cell-biology",
    slug="what-is-a-cell",
    id=7,
    author="Acme",
    subject="Cell Biology",
    seo_title="Cell Biology - Acme",
    url="/q/cell-biology/what-is-a-cell/",
    canonical="",
    is_hidden=False,
    words=300,
    points=5,
    body="&nbsp;",
    text="The cell is the smallest unit of life, and it is the unit in which all processes that are known take place.",
)


def many(count: int, **changes: object) -> list[ArticleFacts]:
    def one(n: int) -> ArticleFacts:
        values = {"slug": f"q{n}", "url": f"/q/cell-biology/q{n}/", "id": n, **changes}
        return replace(ONE, **values)  # type: ignore[arg-type]

    return list(map(one, range(count)))


def test_patterns_are_read_from_names_that_recur() -> None:
    facts = site_facts(many(20))
    assert (facts.author, facts.brand, facts.seo_title) == ("Acme", "Acme", "{subject} - {brand}")
    assert facts.address == "/q/{subject}/{slug}/"
    assert (facts.ids, facts.body, facts.is_english) == ((0, 19), "&nbsp;", True)


def test_a_slug_that_is_the_name_of_its_folder_or_part_of_a_word_breaks_no_pattern() -> None:
    odd = [
        replace(ONE, slug="cell", url="/q/cell-biology/cell/"),
        replace(ONE, slug="q", url="/q/cell-biology/q/"),
    ]
    assert site_facts([*many(20), *odd]).address == "/q/{subject}/{slug}/"


def test_what_the_articles_do_not_agree_on_is_not_told() -> None:
    mixed = [*many(10), *many(10, author="Other", seo_title="Something", url="/x", body="")]
    facts = site_facts(mixed)
    assert (facts.author, facts.brand, facts.seo_title, facts.address, facts.body) == (None,) * 5
    assert site_facts(many(20)).origin is None


def test_the_spelling_of_most_articles_is_that_of_a_subject() -> None:
    articles = [
        *many(3),
        *many(1, subject="Cell biology"),
        replace(ONE, folder="art", subject="Art", is_hidden=True),
    ]
    art, cells = site_facts(articles).subjects
    assert (cells.name, cells.articles, cells.spellings, cells.is_hidden) == (
        "Cell Biology",
        4,
        ("Cell biology",),
        False,
    )
    assert art.is_hidden


def test_a_folder_whose_articles_name_no_subject_is_named_after_itself() -> None:
    (subject,) = site_facts(many(2, subject="")).subjects
    assert subject.name == "Cell biology"


def test_lengths_are_told_only_of_enough_articles() -> None:
    assert site_facts(many(99)).words is None
    facts = site_facts([replace(article, words=200 + n) for n, article in enumerate(many(101))])
    assert (facts.words, facts.target_words) == (Range(min=205, max=295), Range(min=225, max=275))
    assert facts.points == Range(min=5, max=5)
    assert site_facts(many(101, points=0)).points is None


def test_the_origin_is_that_of_absolute_addresses() -> None:
    named = replace(ONE, canonical="https://www.acme.org/q/cell-biology/what-is-a-cell")
    assert site_facts([*many(20), named]).origin == "https://www.acme.org"


def test_another_language_is_noticed() -> None:
    text = "Die Zelle ist die kleinste Einheit des Lebens, und in ihr laufen alle bekannten Vorgänge ab."
    assert site_facts(many(5, text=text)).is_english is False
    assert site_facts(many(5, text="")).is_english is None


def test_ids_that_are_no_numbers_are_left_out() -> None:
    assert site_facts([replace(ONE, id=None)]).ids is None
