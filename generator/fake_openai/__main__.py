"""The offline model on a port, as a test server: latency, faults, limits and counts by flags."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.fake_openai.faults import ALL_FAULTS, DEFAULT_FAULTS, Fault, FaultPlan
from generator.fake_openai.settings import BatchSettings, ServerSettings


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m generator.fake_openai", description=__doc__)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8700, help="0 takes a free one; the address is printed")
    made.add_argument("--latency-ms", type=float, default=0.0, help="how long every answer takes")
    made.add_argument("--canned", action="store_true", help="one constant reply, for benchmarks")
    faults = made.add_argument_group("faults")
    faults.add_argument("--faults", type=float, default=0.0, metavar="SHARE", help="share that fails, 0 to 1")
    faults.add_argument("--fault-kinds", type=_kinds, default=DEFAULT_FAULTS, help=",".join(ALL_FAULTS))
    faults.add_argument("--seed", type=int, default=0, help="the same seed and order, the same faults")
    faults.add_argument("--retry-after-ms", type=int, default=200, help="what a 429 of --faults asks to wait")
    faults.add_argument("--slow", type=float, default=0.0, metavar="SHARE", help="share that hangs")
    faults.add_argument("--slow-seconds", type=float, default=600.0, help="for how long")
    limits = made.add_argument_group("limits and access")
    limits.add_argument(
        "--rate-limit", type=float, metavar="N", help="requests a second, also in the headers"
    )
    limits.add_argument("--quota", type=int, metavar="N", help="insufficient_quota after N requests")
    limits.add_argument("--key", help="401 for any other key")
    limits.add_argument("--models", type=_names, default=(), metavar="A,B", help="404 for any other model")
    skills = made.add_argument_group("what the endpoint understands")
    skills.add_argument("--mode", choices=("json_schema", "json_object", "plain"), default="json_schema")
    skills.add_argument("--refuse-response-format", action="store_true", help="the same as --mode plain")
    skills.add_argument("--drop-params", action="store_true", help="silently ignore response_format")
    skills.add_argument("--only-max-tokens", action="store_true", help="400 for max_completion_tokens")
    batches = made.add_argument_group("files and batches")
    batches.add_argument("--batch-validating", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument("--batch-running", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument("--batch-finalizing", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument(
        "--batch-failing", type=float, default=0.0, metavar="SHARE", help="requests that fail"
    )
    batches.add_argument("--batch-expire-after", type=int, metavar="N", help="expire after N requests")
    batches.add_argument(
        "--batch-output-late",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="name a batch's files so long after its end",
    )
    return made


def settings_of(arguments: argparse.Namespace, folder: Path) -> ServerSettings:
    """The flags as settings; ``folder`` takes the files of batches."""
    batches = BatchSettings(
        folder,
        validating_seconds=arguments.batch_validating,
        running_seconds=arguments.batch_running,
        finalizing_seconds=arguments.batch_finalizing,
        failing_share=arguments.batch_failing,
        expire_after=arguments.batch_expire_after,
        output_late_seconds=arguments.batch_output_late,
    )
    return ServerSettings(
        latency_seconds=arguments.latency_ms / 1000,
        faults=FaultPlan(arguments.faults, arguments.fault_kinds, arguments.seed, arguments.slow),
        slow_seconds=arguments.slow_seconds,
        retry_after_ms=arguments.retry_after_ms,
        rate_limit=arguments.rate_limit,
        canned=arguments.canned,
        mode="plain" if arguments.refuse_response_format else arguments.mode,
        ignore_response_format=arguments.drop_params,
        only_max_tokens=arguments.only_max_tokens,
        models=arguments.models,
        key=arguments.key,
        quota=arguments.quota,
        batches=batches,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print the address on stdout and serve until a signal."""
    arguments = parser().parse_args(argv)
    from generator.fake_openai.server import leave_on_signals, listen, serve

    try:
        listening, address = listen(arguments.host, arguments.port)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}\n")
        return 2
    leave_on_signals()
    with tempfile.TemporaryDirectory(prefix="offline-model-") as folder:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        serve(listening, settings_of(arguments, Path(folder)))
    return 0


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _kinds(text: str) -> tuple[Fault, ...]:
    kinds = {str(fault): fault for fault in ALL_FAULTS}
    unknown = [name for name in _names(text) if name not in kinds]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(ALL_FAULTS)}")
    return tuple(kinds[name] for name in _names(text))


if __name__ == "__main__":
    sys.exit(main())
