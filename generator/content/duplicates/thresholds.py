"""From which similarity on two questions count as near-duplicates; apart, so that the settings import no word lists."""

DEFAULT_THRESHOLD = 0.8
"""From here on two questions count as near-duplicates, where the settings say nothing else."""
VETO_CAP = 0.5
"""The most that two questions reach whose words are alike but whose meaning is not."""
