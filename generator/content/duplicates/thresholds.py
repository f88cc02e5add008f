"""The thresholds for similar questions, in a module of their own so that the settings import no word lists."""

DEFAULT_THRESHOLD = 0.8
"""The default of the settings: questions with this similarity or more are near duplicates."""
DEFAULT_ASK_FROM = 0.5
"""The default of the settings: from this similarity, a model is asked whether two questions are the same."""
VETO_CAP = 0.5
"""The highest similarity of two questions with similar words and different meanings."""
SAME_ANSWER = 0.26
"""Answers that share this much (Jaccard index of their shingles) say nearly the same, whatever their questions.

On the sample, the ten pairs from 0.27 to 0.5 were versions of one page; from 0.15 to 0.25 about half were.
"""
SAME_ANSWER_TO_NEAR_QUESTION = 0.2
"""So much is enough where the questions are also near to each other: above ``VETO_CAP``."""
DEFAULT_ASK_FROM_ANSWERS = 0.15
"""From this share, a model is asked whether one page would serve both questions."""
COPIED_ANSWER = 0.5
"""Answers that share so much are one text, even where the questions contradict each other."""
UNLIKE_ANSWERS = 0.04
"""Below this share, two answers to questions with the same words may be about different things."""
