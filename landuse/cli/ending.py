"""Run the command line: every ending has its words and its exit status (CONTRACT.md, Commands)."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

import typer

from landuse.cli.commands import app
from landuse.cli.screen import State, print_lines, say
from landuse.errors import Fault, InputError, LanduseError

INTERRUPTED: Final = 130
GLOBAL_FLAGS: Final = ("-v", "--verbose", "--debug", "--version")
"""Options of all commands, taken wherever they stand."""
USAGE: Final = {
    "MissingParameter": "缺少参数 / missing argument",
    "NoSuchOption": "没有这个选项 / no such option",
    "BadOptionUsage": "选项后缺少值 / the option needs a value",
    "BadParameter": "值不可用 / value not usable",
}
"""Kind of a wrong command line -> what is said of it."""


def main() -> None:
    """Run the command line; every ending has its exit status (CONTRACT.md, Commands)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_ending(sys.argv[1:]))


def hoisted(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of all commands moved to the front, where typer looks for them."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            front += [word, *[value for value in (next(words, None),) if value is not None]]
        elif word in GLOBAL_FLAGS or word.startswith("--lang="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _ending(arguments: list[str]) -> int:
    """Run the arguments; return the exit status, whatever happens."""
    words = hoisted(arguments)
    State.asked, State.debug, State.verbose = None, "--debug" in words, False
    State.lang = "en" if "--lang=en" in words or words[:2] == ["--lang", "en"] else "zh"
    try:
        _know_command(words)
        status = app(words, prog_name="landuse", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except SystemExit:  # typer's own way out when the reader of a pipe goes away
        return INTERRUPTED
    except LanduseError as error:
        return _report(error)
    except Exception as error:
        return _usage(error) if hasattr(error, "format_message") else _defect(error)
    if status == INTERRUPTED:
        say("已中断,没有留下半成品", "interrupted; nothing half-done was left", err=True)
    return status if isinstance(status, int) else 0


def _know_command(words: Sequence[str]) -> None:
    """Refuse a command that this version does not have, naming those it has."""
    after = (word for place, word in enumerate(words) if not (place and words[place - 1] == "--lang"))
    command = next((word for word in after if not word.startswith("-")), None)
    known = [str(info.name or info.callback.__name__) for info in app.registered_commands if info.callback]
    if command is None or command in known:
        return
    have = f"现有命令 / commands: {', '.join(known)}"
    near = get_close_matches(command, known, n=1)
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else have
    raise InputError([Fault(f"landuse {command}", "没有这个命令 / no such command", hint)])


def _report(error: LanduseError) -> int:
    if State.debug:
        traceback.print_exc()
    faults = getattr(error, "faults", ())
    for fault in faults:
        print_lines(fault.lines(State.lang), err=True)
    if not faults:
        _defect_lines(error)
    return error.exit_status


def _usage(error: Any) -> int:
    """Say what is wrong with the command line and how it should look; without any word, the help."""
    context, kind = error.ctx, type(error).__name__
    if kind == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return 2
    name = getattr(error, "option_name", None) or " ".join(getattr(getattr(error, "param", None), "opts", [])[:1])
    found = f"{USAGE[kind]}: {name}" if kind in USAGE and name else f"命令行有误 / usage: {error.format_message()}"
    if kind == "BadParameter":
        found += f" ({error.message.removeprefix('Value error, ').rstrip('.')})"
    usage = context.get_usage().partition(": ")[2] if context else ""
    where = context.command_path if context else "landuse"
    print_lines(Fault(where, found, usage, f"{where} --help").lines(State.lang), err=True)
    return 2


def _defect(error: Exception) -> int:
    if State.debug:
        traceback.print_exc()
    _defect_lines(error)
    return 3


def _defect_lines(error: Exception) -> None:
    told = f"{type(error).__name__}: {error}"
    say(f"程序缺陷:{told}", f"defect of the program: {told}", err=True)
    say(
        "  → 没有写出任何结果;请把项目文件和 --debug 的输出交给开发者",
        "  → nothing was written; report the project file and the output of --debug",
        err=True,
    )
