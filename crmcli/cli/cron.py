"""`crmcli cron print`: the line for crontab, or the systemd units, that run a report set; nothing is installed."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from crmcli import language
from crmcli.cli.program import program
from crmcli.cli.running import OutDirOption, SetArgument
from crmcli.cli.session import Session, session, standard_output
from crmcli.errors import UsageError
from crmcli.language import gettext as _

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ADDRESS = re.compile(r"[^\s@,'\"`$\\%<>|;&()]+@[^\s@,'\"`$\\%<>|;&()]+")
# An import of a large file may hold the store for minutes, and cron has time.
_WAIT_SECONDS = 900

app = program(help=_("Lines that run report sets by the clock."))


@app.callback()
def _root() -> None:
    """Cron."""


@app.command(
    "print",
    help=_("Print the crontab line that runs a report set; nothing is installed."),
    epilog="crmcli cron print monday.toml --at 06:00 --weekdays",
)
def print_line(
    context: typer.Context,
    file: SetArgument,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help=_("the time of day"))] = "06:00",
    weekdays: Annotated[bool, typer.Option("--weekdays", help=_("Monday to Friday only"))] = False,
    mailto: Annotated[
        str | None, typer.Option("--mailto", metavar="ADDRESS", help=_("mail alerts there instead of writing a log"))
    ] = None,
    out_dir: OutDirOption = None,
    systemd: Annotated[bool, typer.Option("--systemd", help=_("a systemd service and timer instead"))] = False,
) -> None:
    """Print the crontab line that runs a report set; nothing is installed."""
    from crmcli.output.destination import speaking
    from crmcli.output.write import WRITERS
    from crmcli.reports.sets.reading import read_set

    found = read_set(Path(file), formats=tuple(WRITERS))
    timing = _timing(at, weekdays=weekdays)
    words = _command(session(context), found.path, out_dir)
    if mailto is not None and not _ADDRESS.fullmatch(mailto):
        raise UsageError(_("%(address)s is no mail address") % {"address": repr(mailto)})
    if systemd and mailto:
        raise UsageError(_("systemd sends no mail"), _("leave --mailto out; alerts are in: journalctl --user"))
    for word in words:
        if any(character in word for character in "\n\r\0"):
            raise UsageError(_("%(file)s: a line break in a path cannot stand in a crontab") % {"file": repr(word)})
    text = _units(words, timing, found.title) if systemd else _crontab(words, timing, found.path, mailto)
    with speaking(standard_output()) as sink:
        sink.write(text.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class Timing:
    """When: an hour and minute, on every day or on weekdays."""

    hour: int
    minute: int
    weekdays: bool


def _timing(at: str, *, weekdays: bool) -> Timing:
    match = _TIME.fullmatch(at.strip())
    if match is None:
        raise UsageError(_("%(at)s is no time of day") % {"at": repr(at)}, _("say it as 06:00"))
    return Timing(int(match[1]), int(match[2]), weekdays)


def _command(state: Session, path: Path, out_dir: str | None) -> list[str]:
    """The words of the command, all paths absolute: cron knows neither the folder nor the variables of now."""
    wait = max(_WAIT_SECONDS, int(state.settings.wait))
    words = [*_program(), "--db", str(state.settings.db), "--wait", str(wait), "--lang", language.current()]
    words += ["report", "run", str(path)]
    return [*words, "--out-dir", str(Path(out_dir).absolute())] if out_dir else words


def _program() -> list[str]:
    """How this program was started, by absolute paths."""
    started = Path(sys.argv[0]).absolute()
    if started.stem == "crmcli" and started.is_file():
        return [str(started)]
    return [sys.executable, "-m", "crmcli"]


def _crontab(words: list[str], timing: Timing, path: Path, mailto: str | None) -> str:
    """A comment, where mail goes, the line."""
    days = "1-5" if timing.weekdays else "*"
    line = " ".join(_for_shell(word) for word in words)
    if mailto is None:  # cron mails what is not redirected
        line = f"umask 077; {line} >> {_for_shell(str(path.with_suffix('.log')))} 2>&1"  # alerts name customers
    line = line.replace("%", r"\%")  # cron would end the command there
    return (
        f"# {_('put this line in with: crontab -e')}\n"
        + (f"MAILTO={mailto}\n" if mailto else "")
        + f"{timing.minute} {timing.hour} * * {days} {line}\n"
    )


def _for_shell(word: str) -> str:
    """A word for sh: plain ones as they are, others in quotes."""
    import shlex

    return shlex.quote(word)


def _units(words: list[str], timing: Timing, title: str) -> str:
    """A service and its timer, with the names of the files they go into."""
    name = "crmcli-" + (re.sub(r"[^A-Za-z0-9_.-]+", "-", Path(words[words.index("run") + 1]).stem).strip("-.") or "set")
    days = "Mon..Fri " if timing.weekdays else ""
    about = re.sub(r"[\x00-\x1f\x7f]+", " ", title).replace("%", "%%").replace("\\", "/")
    command = " ".join(_for_systemd(word) for word in words)
    return (
        f"# ~/.config/systemd/user/{name}.service\n"
        f"[Unit]\nDescription={about}\n\n"
        f"[Service]\nType=oneshot\n# {_('exit code 10 is an alert: the unit fails, and the journal says why')}\n"
        f"UMask=0077\nExecStart={command}\n\n"
        f"# ~/.config/systemd/user/{name}.timer\n"
        f"[Unit]\nDescription={about}\n\n"
        f"[Timer]\nOnCalendar={days}*-*-* {timing.hour:02}:{timing.minute:02}:00\nPersistent=true\n\n"
        f"[Install]\nWantedBy=timers.target\n\n"
        f"# {_('then:')} systemctl --user daemon-reload && systemctl --user enable --now {name}.timer\n"
    )


def _for_systemd(word: str) -> str:
    """A word of ExecStart: quoted, with nothing left for systemd to fill in."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return plain if re.fullmatch(r"[\w@%+=:,./-]+", plain, re.ASCII) else f'"{plain}"'
