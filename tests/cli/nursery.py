"""A process that has the program's libraries loaded and forks for every command: fresh processes without waiting for imports.

Each command is a process of its own, with its own streams, variables, folder and exit code, as a shell would start it; only
the interpreter and the libraries were read before. Nothing is loaded here that starts threads, since those do not fork.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 120  # seconds a command may take
_LOADED = (
    "typer", "duckdb", "rich.console", "rich.table", "rich.panel", "crmcli.cli.app", "crmcli.cli.session", "json", "decimal", "tomllib",
    "openpyxl", "xlsxwriter", "jinja2.sandbox", "scipy.optimize", "scipy.sparse", "scipy.spatial.distance", "scipy.cluster.hierarchy",
    "holidays", "num2words", "icalendar", "vobject", "segno", "snowballstemmer",
)  # fmt: skip
_ROOMS = ("store", "rules", "metrics", "models", "reports", "intake", "output", "documents")
_COMMANDS = "cli"  # their help is worded in the language of the moment they are loaded in


def run(arguments: list[str], *, folder: str, environment: dict[str, str], streams: tuple[int, int, int]) -> int:
    """Run one command line with these file descriptors as its streams; returns its exit code, below zero for a signal.

    Raises:
        TimeoutError: It took more than LIMIT seconds.
    """
    is_english = "CRMCLI_LANG" not in environment and not any(word.startswith(("--lang", "ru")) for word in arguments)
    line = _nursery("english" if is_english else "any")
    request = json.dumps({"arguments": arguments, "folder": folder, "environment": environment}).encode()
    socket.send_fds(line, [len(request).to_bytes(4, "big")], list(streams))
    line.sendall(request)
    try:
        return int.from_bytes(line.recv(4), "big", signed=True)
    except TimeoutError:
        _nursery.cache_clear()
        raise


@cache
def _nursery(language: str) -> socket.socket:
    """The line to the process of this test worker for commands in English, all loaded, or for those in any language."""
    ours, theirs = socket.socketpair()
    ours.settimeout(LIMIT)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.nursery", str(theirs.fileno()), language],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
    )
    theirs.close()

    def close() -> None:
        ours.close()
        child.wait(10)

    atexit.register(close)
    return ours


def serve(line: socket.socket) -> None:
    """Fork for every request until the other end closes."""
    while True:
        size, streams, _flags, _address = socket.recv_fds(line, 4, 3)
        if not size:
            return
        request = json.loads(_exactly(line, int.from_bytes(size, "big")))
        child = os.fork()
        if child == 0:
            line.close()
            _become(request, streams)
        for stream in streams:
            os.close(stream)
        _pid, status = os.waitpid(child, 0)
        line.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _exactly(line: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        content += line.recv(size - len(content))
    return content


def _become(request: dict[str, Any], streams: list[int], caller: socket.socket | None = None) -> None:
    """The command itself; tells its code to the caller, and never returns."""
    from crmcli.__main__ import main

    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = ["crmcli", *request["arguments"]]
    try:
        code: int | str | None = main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int | None) else 1
    except BaseException:  # noqa: BLE001 - what the interpreter would do with it
        import traceback

        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 120
    if caller is not None:
        caller.sendall((int(code or 0) & 255).to_bytes(4, "big"))
    os._exit(int(code or 0))


def listen(line: socket.socket) -> None:
    """Fork for everyone who calls, any number at once, as the commands of a pipeline do; whoever calls is told the code."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        caller, _address = line.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close()
            size, streams, _flags, _address = socket.recv_fds(caller, 4, 3)
            request = json.loads(_exactly(caller, int.from_bytes(size, "big")))
            _become(request, streams, caller)
        caller.close()


# What stands in a shell's PATH as `crmcli` instead of the program: hands everything to the nursery and waits.
CALLER = """#!{python} -ISs
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
request = json.dumps({{"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}).encode()
socket.send_fds(line, [len(request).to_bytes(4, "big")], [0, 1, 2])
line.sendall(request)
code = line.recv(4)
os._exit(int.from_bytes(code, "big") & 255 if code else 137)
"""


@contextmanager
def on_path(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """A nursery for shells: yields the folder to put in front of PATH; its commands speak as `environment` says."""
    address = folder / "nursery"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(address))
        line.listen(64)
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.nursery", str(line.fileno()), "listen"],
            pass_fds=[line.fileno()], stdin=subprocess.DEVNULL, env=environment, cwd=ROOT,
        )  # fmt: skip
    caller = folder / "crmcli"
    caller.write_text(CALLER.format(python=sys.executable, path=str(address)), "utf-8")
    caller.chmod(0o755)
    try:
        yield str(folder)
    finally:
        child.kill()
        child.wait(10)


def _load(rooms: Sequence[str] = _ROOMS) -> None:
    """Everything a command may need, but for the libraries that start threads, which nothing loads at once."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # or numpy would start some
    for name in _LOADED:
        import_module(name)
    for room in rooms:
        name = f"crmcli.{room}"
        for found in walk_packages(import_module(name).__path__, f"{name}."):
            import_module(found.name)


if __name__ == "__main__":
    _load((*_ROOMS, _COMMANDS) if "english" in sys.argv else _ROOMS)
    gc.freeze()  # or the collector of every command would write to, and so copy, all that was loaded
    assert len(list(Path("/proc/self").glob("task/*"))) <= 1, "a library that was loaded has started threads"
    (listen if "listen" in sys.argv else serve)(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)  # what is frozen would be told of as a leak
