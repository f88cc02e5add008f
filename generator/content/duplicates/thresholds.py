"""From which similarity on two questions count as near-duplicates; apart, so that the settings import no word lists."""

THRESHOLD = 0.8
"""From here on two questions count as near-duplicates, where the settings say nothing else."""
VETO = 0.5
"""The most that two questions reach whose words are alike but whose meaning is not."""
