"""Serves the offline model on a port as a test server; flags set latency, faults and limits."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.fake_openai.batch_oddities import ODDITIES
from generator.fake_openai.faults import ALL_FAULTS, DEFAULT_FAULTS, Fault, FaultPlan
from generator.fake_openai.odd_answers import ODD_ANSWERS, OddAnswerPlan
from generator.fake_openai.settings import BatchSettings, ServerSettings


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m generator.fake_openai", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=8700, help="0 chooses a free port; the address is printed"
    )
    parser.add_argument("--latency-ms", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument("--canned", action="store_true", help="one constant reply, for benchmarks")
    faults = parser.add_argument_group("faults")
    faults.add_argument(
        "--faults", type=float, default=0.0, metavar="SHARE", help="share of requests that fail, 0 to 1"
    )
    faults.add_argument(
        "--fault-kinds", type=_parse_fault_kinds, default=DEFAULT_FAULTS, help=",".join(ALL_FAULTS)
    )
    faults.add_argument("--seed", type=int, default=0, help="the same seed and order give the same faults")
    faults.add_argument(
        "--retry-after-ms", type=int, default=200, help="the wait that a 429 of --faults asks for"
    )
    faults.add_argument(
        "--slow", type=float, default=0.0, metavar="SHARE", help="share of requests that hang"
    )
    faults.add_argument("--slow-seconds", type=float, default=600.0, help="how long they hang")
    odd = parser.add_argument_group("answers that differ from the API")
    odd.add_argument(
        "--odd", choices=sorted(ODD_ANSWERS), metavar="NAME", help=", ".join(sorted(ODD_ANSWERS))
    )
    odd.add_argument("--odd-after", type=int, default=0, metavar="N", help="after N usual answers")
    odd.add_argument("--odd-times", type=int, metavar="N", help="N times, then the usual answers again")
    limits = parser.add_argument_group("limits and access")
    limits.add_argument(
        "--rate-limit", type=float, metavar="N", help="requests per second, also shown in the headers"
    )
    limits.add_argument("--quota", type=int, metavar="N", help="insufficient_quota after N requests")
    limits.add_argument("--key", help="401 for any other key")
    limits.add_argument(
        "--models", type=_parse_names, default=(), metavar="A,B", help="404 for any other model"
    )
    features = parser.add_argument_group("what the endpoint supports")
    features.add_argument("--mode", choices=("json_schema", "json_object", "plain"), default="json_schema")
    features.add_argument("--refuse-response-format", action="store_true", help="the same as --mode plain")
    features.add_argument("--drop-params", action="store_true", help="silently ignore response_format")
    features.add_argument("--only-max-tokens", action="store_true", help="400 for max_completion_tokens")
    batches = parser.add_argument_group("files and batches")
    batches.add_argument("--batch-validating", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument("--batch-running", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument("--batch-finalizing", type=float, default=0.0, metavar="SECONDS")
    batches.add_argument(
        "--batch-failing",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="share of requests that fail, 0 to 1",
    )
    batches.add_argument("--batch-expire-after", type=int, metavar="N", help="expire after N requests")
    batches.add_argument(
        "--batch-output-late",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long after the end of a batch its files are named",
    )
    batches.add_argument(
        "--batch-odd", type=_parse_oddities, default=(), metavar="A,B", help=",".join(ODDITIES)
    )
    batches.add_argument(
        "--batch-enqueued-tokens",
        type=int,
        metavar="N",
        help="token_limit_exceeded where the unfinished batches of a model have more tokens",
    )
    return parser


def make_settings(arguments: argparse.Namespace, folder: Path) -> ServerSettings:
    """The settings of the flags; the files of batches are in ``folder``."""
    batches = BatchSettings(
        folder,
        validating_seconds=arguments.batch_validating,
        running_seconds=arguments.batch_running,
        finalizing_seconds=arguments.batch_finalizing,
        failing_share=arguments.batch_failing,
        expire_after=arguments.batch_expire_after,
        output_late_seconds=arguments.batch_output_late,
        oddities=arguments.batch_odd,
        enqueued_tokens=arguments.batch_enqueued_tokens,
    )
    odd_answers = None
    if arguments.odd:
        odd_answers = OddAnswerPlan(arguments.odd, arguments.odd_after, arguments.odd_times)
    return ServerSettings(
        odd_answers=odd_answers,
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
    arguments = build_parser().parse_args(argv)
    from generator.fake_openai.server import exit_on_signals, listen, serve

    try:
        listening, address = listen(arguments.host, arguments.port)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}\n")
        return 2
    exit_on_signals()
    with tempfile.TemporaryDirectory(prefix="offline-model-") as folder:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        serve(listening, make_settings(arguments, Path(folder)))
    return 0


def _parse_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _parse_oddities(text: str) -> tuple[str, ...]:
    names = _parse_names(text)
    unknown = [name for name in names if name not in ODDITIES]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(ODDITIES)}")
    return names


def _parse_fault_kinds(text: str) -> tuple[Fault, ...]:
    kinds = {str(fault): fault for fault in ALL_FAULTS}
    unknown = [name for name in _parse_names(text) if name not in kinds]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(ALL_FAULTS)}")
    return tuple(kinds[name] for name in _parse_names(text))


if __name__ == "__main__":
    sys.exit(main())
