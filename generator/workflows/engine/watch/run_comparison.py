"""Tells whether a run is clearly worse than an earlier one: more failures, more findings, a higher cost.

Failure rates are compared by Fisher's exact test, means by the difference in standard errors (Welch). Both are so
strict that chance gives less than one false warning in a thousand comparisons.
"""

from collections.abc import Iterator
from math import exp, lgamma, sqrt

from generator.content.display import dollars
from generator.store.ledger.runs.health import Health, RecordedHealth, Sample

FEWEST_JOBS = 20
"""Fewer jobs are not compared."""
_LARGEST_P = 0.001
# With 20 jobs in each run, Student's t has less than 0.1 % above 4.
_FEWEST_STANDARD_ERRORS = 4.0
# In long runs, the test finds differences that nobody needs to know.
_SMALLEST_INCREASE = 1.1


def worse_points(now: Health, before: Health) -> Iterator[str]:
    """What is clearly worse than before, with the figures."""
    if min(now.jobs, before.jobs) < FEWEST_JOBS:
        return
    if fisher_p(now.failed, now.jobs, before.failed, before.jobs) <= _LARGEST_P:
        yield (
            f"{_share(now)} failed or need a fix (then {_share(before)}; most often"
            f" {max(now.causes, key=lambda cause: now.causes[cause])})"
        )
    if has_larger_mean(now.findings, before.findings):
        yield f"{_mean(now.findings):.1f} findings an article (then {_mean(before.findings):.1f})"
    if has_larger_mean(now.cost, before.cost):
        yield f"{dollars(round(_mean(now.cost)))} an article (then {dollars(round(_mean(before.cost)))})"


def warning(now: Health, before: RecordedHealth, *, model: str) -> str | None:
    """The line for a person where a run is clearly worse than an earlier one; None where it is not.

    Args:
        model: the model of the run. The line names that of the earlier run where it was another.
    """
    points = list(worse_points(now, before.health))
    if not points:
        return None
    other = f", model {before.key.model}" if before.key.model != model else ""
    return (
        f"warning: clearly worse than the last run with this prompt (run {before.run}, {before.ended_at[:10]}{other}):"
        f" {'; '.join(points)}"
    )


def fisher_p(failed: int, jobs: int, failed_before: int, jobs_before: int) -> float:
    """How probable it is that chance gives ``failed`` or more failures, if both runs fail at the same rate.

    The one-sided P value of Fisher's exact test.
    """
    all_failed, everything = failed + failed_before, jobs + jobs_before
    total = _log_choose(everything, all_failed)
    return min(
        1.0,
        sum(
            exp(_log_choose(jobs, count) + _log_choose(jobs_before, all_failed - count) - total)
            for count in range(max(failed, all_failed - jobs_before), min(jobs, all_failed) + 1)
        ),
    )


def has_larger_mean(now: Sample, before: Sample) -> bool:
    """Whether the mean is larger by a difference that matters and that chance does not give."""
    if min(now.count, before.count) < FEWEST_JOBS:
        return False
    increase = _mean(now) - _mean(before)
    error = sqrt(_variance(now) / now.count + _variance(before) / before.count)
    return increase > _FEWEST_STANDARD_ERRORS * error and _mean(now) >= _SMALLEST_INCREASE * _mean(before)


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


def _share(health: Health) -> str:
    return f"{health.failed:,} of {health.jobs:,}"


def _mean(sample: Sample) -> float:
    return sample.total / sample.count


def _variance(sample: Sample) -> float:
    """The variance of the population that the sample is from."""
    rest = sample.squares - sample.total * _mean(sample)
    return max(0.0, rest / (sample.count - 1))
