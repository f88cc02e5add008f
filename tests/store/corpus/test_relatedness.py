"""Profiles of articles, and which links are chosen."""

from generator.store.corpus.relatedness import ArticleText, closeness, profile


def test_a_profile_counts_stems_with_the_weight_of_their_part():
    made = profile(ArticleText("What are tides?", "tide, moon", "", "The moon raises tides."))
    assert made.counts["tide"] == 3 + 2 + 1
    assert made.counts["moon"] == 2 + 1
    assert "the" not in made.counts and made.words["tide"] == "tides"


def test_words_that_only_ask_count_half():
    made = profile(ArticleText("What is the effect?", "", "", ""))
    assert made.counts == {"effect": 1.5}


def test_closeness_grows_with_what_is_shared_and_shrinks_with_what_is_not():
    weighed = {"tide": 2.0, "moon": 1.0}
    near = profile(ArticleText("Tides and the moon", "", "", ""))
    far = profile(ArticleText("Tides and ships, harbours, fog", "", "", ""))
    assert closeness(weighed, near) > closeness(weighed, far) > 0
    assert closeness(weighed, profile(ArticleText("", "", "", ""))) == 0
