"""The thresholds for similar questions, in a module of their own so that the settings import no word lists."""

DEFAULT_THRESHOLD = 0.8
"""The default of the settings: questions with this similarity or more are near duplicates."""
DEFAULT_ASK_FROM = 0.5
"""The default of the settings: from this similarity, a model is asked whether two questions are the same."""
VETO_CAP = 0.5
"""The highest similarity of two questions with similar words and different meanings."""
