"""Topic profiles of articles."""

from generator.store.corpus.relatedness import ArticleText, profile


def test_a_profile_counts_stems_with_the_weight_of_their_part():
    topics = profile(ArticleText("What are tides?", "tide, moon", "", "The moon raises tides."))
    assert topics.counts["tide"] == 3 + 2 + 1
    assert topics.counts["moon"] == 2 + 1
    assert "the" not in topics.counts and topics.words["tide"] == "tides"


def test_generic_words_count_half():
    topics = profile(ArticleText("What is the effect?", "", "", ""))
    assert topics.counts == {"effect": 1.5}
