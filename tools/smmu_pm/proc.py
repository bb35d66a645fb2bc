# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes, each in a session of its own, so that none outlives the command."""
from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from .trouble import BENCH, DISK, NO_SPACE, Trouble
from .ui import Step

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopping = False


@dataclass(frozen=True)
class Outcome:
    status: int  # negative: the signal that ended it
    output: str  # stdout and stderr as they came
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        return self.status == 0

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.output.rstrip().splitlines()[-lines:])


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def guard() -> None:
    """Hang-up and termination end like Ctrl-C does: children first."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process, signal.SIGTERM)
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        pass
    # Whoever is left of the group, the leader or not.
    _signal_group(process, signal.SIGKILL)
    process.wait()


def end_all() -> None:
    """Ends every child and its children; none can be started any more."""
    global _stopping
    with _lock:
        _stopping = True
        processes = list(_running)
    for process in processes:
        _end(process)


def _spawn(argv: Sequence[str | Path], stdout: int, cwd: Path | None,
           env: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    with _lock:
        if _stopping:
            raise KeyboardInterrupt
        try:
            process = subprocess.Popen(
                [str(word) for word in argv], cwd=cwd, env=dict(env) if env is not None else None,
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.STDOUT,
                start_new_session=True)
        except FileNotFoundError as error:
            raise Trouble(f"{error.filename}: no such program or folder", BENCH) from None
        _running.add(process)
        return process


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 400))
        lines = file.read().decode(errors="replace").split("\n")
    return "".join(c for c in (lines[-2] if len(lines) > 1 else "") if c.isprintable())


def run(argv: Sequence[str | Path], *, log: Path, cwd: Path | None = None,
        env: Mapping[str, str] | None = None, step: Step | None = None,
        timeout: float | None = None, stop: Callable[[], bool] | None = None) -> Outcome:
    """Runs to the end, with all it says in `log`; a line of it is shown as the step's detail.

    `stop` is asked now and then: true ends the program as if its time were over.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    timed_out = False
    with log.open("wb") as file:
        process = _spawn(argv, file.fileno(), cwd, env)
    pause = 0.02
    try:
        while True:
            try:
                process.wait(timeout=pause)
                break
            except subprocess.TimeoutExpired:
                pause = min(0.5, pause * 2)
            if step is not None:
                step.at(_last_line(log)[:60])
            if (deadline is not None and time.monotonic() > deadline) or (stop and stop()):
                timed_out = True
                _end(process)
    except BaseException:
        _end(process)
        raise
    finally:
        with _lock:
            _running.discard(process)
    if _stopping:
        raise KeyboardInterrupt
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode != 0 and NO_SPACE in text:
        raise Trouble(f"the disk is full ({Path(str(argv[0])).name}); see {log}", DISK)
    return Outcome(process.returncode, text, timed_out)


def capture(argv: Sequence[str | Path], *, cwd: Path | None = None,
            env: Mapping[str, str] | None = None) -> Outcome:
    """For what is short and says little: its output is kept in memory."""
    process = _spawn(argv, subprocess.PIPE, cwd, env)
    try:
        output = process.communicate()[0].decode(errors="replace")
    except BaseException:
        _end(process)
        raise
    finally:
        with _lock:
            _running.discard(process)
    if process.returncode != 0 and NO_SPACE in output:
        raise Trouble(f"the disk is full ({Path(str(argv[0])).name})", DISK)
    return Outcome(process.returncode, output)
