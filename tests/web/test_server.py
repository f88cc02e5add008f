"""The `review` command: it listens, prints the links, and ends on Ctrl-C."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.cli import main
from tests.support.drafts import with_drafts

pytestmark = [pytest.mark.slow, pytest.mark.port]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path):
    with_drafts(tmp_path).close()
    file = tmp_path / "config.yaml"
    file.write_text(
        "content_dir: content\noutput_dir: output\nprompts_dir: prompts\nsubjects: [Biology, Physics, Psychology]\n",
        encoding="utf-8",
    )
    return str(file)


def get(address):
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
    )
    with opener.open(address, timeout=20) as answer:
        return answer.read().decode()


def test_each_reviewer_gets_a_link_that_works(config):
    command = [sys.executable, "-m", "generator", "--config", config, "review", "--no-open", "--port", "0"]
    command += ["--reviewer", "Ada", "--reviewer", "Grace"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        links = dict(process.stdout.readline().strip().split(": ") for _ in range(2))
        try:
            assert list(links) == ["Ada", "Grace"]
            for name, link in links.items():
                page = get(link)
                assert "How do enzymes" in page and name in page
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "Traceback" not in said


def review_paths(config, monkeypatch, *options):
    """The paths that the command opens."""
    paths = []
    monkeypatch.setattr(
        "generator.cli.review.server.serve", lambda _, __, options, **___: paths.append(options.path)
    )
    command = ["--config", config, "review", "--no-open", *options]
    return main(command), paths


def test_a_sample_is_opened_and_continued(config, capsys, monkeypatch):
    options = ("--reviewer", "Ada", "--sample", "--text", "enzymes", "--limit", "0.6")
    assert review_paths(config, monkeypatch, *options) == (0, ["/samples/1"])
    assert "lot 1: 2 drafts, 0 of 1 read" in capsys.readouterr().err
    assert review_paths(config, monkeypatch, *options) == (0, ["/samples/1"])
    assert "lot 1, continued" in capsys.readouterr().err
    assert review_paths(config, monkeypatch, "--reviewer", "Ada") == (0, ["/"])


def test_a_page_that_changes_nothing_freezes_no_lot(config, monkeypatch):
    assert review_paths(config, monkeypatch, "--read-only", "--sample") == (0, ["/samples"])


def test_the_options_of_a_sample_need_it(config, capsys, monkeypatch):
    assert review_paths(config, monkeypatch, "--subject", "Biology") == (2, [])
    assert "need --sample" in capsys.readouterr().err


@contextmanager
def running(config, *options):
    """A server with these options: its process, and the first lines that it writes."""
    command = [
        sys.executable,
        "-m",
        "generator",
        "--config",
        config,
        "review",
        "--no-open",
        "--port",
        "0",
        *options,
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        said = ""
        while "Ctrl-C ends" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        try:
            yield process, said
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def test_links_outlive_the_server_until_new_ones_are_asked_for(config):
    with running(config, "--reviewer", "Ada") as (process, _):
        link = process.stdout.readline().strip()
    token = link.split("token=")[1]
    with running(config, "--reviewer", "Ada", "--link") as (process, said):
        other = process.stdout.readline().strip()
        assert other != link and "How do enzymes" in get(other)
        assert "How do enzymes" in get(f"{other.split('?')[0]}?token={token}")
    with running(config, "--reviewer", "Ada", "--reviewer", "Grace") as (process, said):
        assert "the earlier links of Ada are still valid" in said
        name, link = process.stdout.readline().strip().split(": ")
        assert name == "Grace" and "How do enzymes" in get(link)
    with running(config, "--reviewer", "Ada", "--new-links") as (process, _):
        new = process.stdout.readline().strip()
        assert "How do enzymes" in get(new)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(f"{new.split('?')[0]}?token={token}")


def test_a_port_in_use_is_reported(config, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--config", config, "review", "--no-open", "--port", port, "--reviewer", "Ada"]) == 2
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


def test_a_server_for_other_machines_prints_a_warning(config, capsys, monkeypatch):
    monkeypatch.setattr("generator.cli.review.server.serve", lambda *_, **__: None)
    assert main(["--config", config, "review", "--no-open", "--host", "0.0.0.0", "--read-only"]) == 0
    assert "warning: 0.0.0.0 is reachable from other machines" in capsys.readouterr().err
