"""Examples are the oldest good articles, and stay the same when the corpus grows."""

from generator.content.frontmatter import Document
from generator.content.limits import AnswerLimits
from tests.support.plant_articles import write

WORDS = AnswerLimits().example_words


def test_examples_are_the_oldest_good_articles_of_the_subject_and_stay_the_same(index, content):
    def is_good(document: Document) -> bool:
        return document.get("id") != "1"

    first = index.examples("Biology", WORDS, is_good)
    assert [example.key for example in first][
        0
    ] == "biology/what-is-the-role-of-chlorophyll-in-photosynthesis"
    assert len(first) == 2 and not first[1].key.startswith("biology/")
    assert "\n\n1. **Light capture**" in first[0].answer_markdown
    write(content, 40, "How do roots take up water?")
    index.refresh()
    second = index.examples("Biology", WORDS, is_good)
    assert second[0] == first[0]
    assert second[1].key == "biology/how-do-roots-take-up-water"
    write(content, 41, "Why are leaves green?")
    index.refresh()
    assert index.examples("Biology", WORDS, is_good) == second
