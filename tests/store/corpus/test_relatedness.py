"""Topic profiles of articles and their closeness."""

from generator.store.corpus.relatedness import ArticleText, closeness, profile


def test_a_profile_counts_stems_with_the_weight_of_their_part():
    topics = profile(ArticleText("What are tides?", "tide, moon", "", "The moon raises tides."))
    assert topics.counts["tide"] == 3 + 2 + 1
    assert topics.counts["moon"] == 2 + 1
    assert "the" not in topics.counts and topics.words["tide"] == "tides"


def test_generic_words_count_half():
    topics = profile(ArticleText("What is the effect?", "", "", ""))
    assert topics.counts == {"effect": 1.5}


def test_closeness_grows_with_common_terms_and_shrinks_with_others():
    weights = {"tide": 2.0, "moon": 1.0}
    near = profile(ArticleText("Tides and the moon", "", "", ""))
    far = profile(ArticleText("Tides and ships, harbours, fog", "", "", ""))
    assert closeness(weights, near) > closeness(weights, far) > 0
    assert closeness(weights, profile(ArticleText("", "", "", ""))) == 0
