# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user sees while waiting. Progress goes to stderr, results to stdout.

On a terminal one status line is rewritten; into a pipe or a file go whole lines without control
characters, one when a step begins, one each half minute, one when it ends.
"""
from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType

QUIET_SECONDS = 30.0


def elapsed(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def say(text: str) -> None:
    """A line of its own beside whatever is in progress."""
    with Step.lock:
        Step.wipe()
        print(text, file=sys.stderr, flush=True)


class Step:
    """`with Step("building QEMU") as step: … step.at("[12/900]")`"""

    lock = threading.RLock()
    _drawn = False

    def __init__(self, title: str) -> None:
        self.title = title
        self._detail = ""
        self._began = time.monotonic()
        self._shown = self._began
        self._announced = False

    @classmethod
    def wipe(cls) -> None:
        if cls._drawn:
            sys.stderr.write("\r\x1b[K")
            cls._drawn = False

    def __enter__(self) -> Step:
        self.tick()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        outcome = "done" if kind is None else "stopped"
        say(f"  {self.title}: {outcome} ({elapsed(time.monotonic() - self._began)})")

    def at(self, detail: str) -> None:
        self._detail = detail
        self.tick()

    def tick(self) -> None:
        """Called now and then by whoever waits."""
        now = time.monotonic()
        with Step.lock:
            if sys.stderr.isatty():
                line = f"  {self.title} … {self._detail} {elapsed(now - self._began)}"
                width = shutil.get_terminal_size().columns - 1
                sys.stderr.write("\r\x1b[K" + line[:width])
                sys.stderr.flush()
                Step._drawn = True
            elif not self._announced or now - self._shown >= QUIET_SECONDS:
                detail = f" {self._detail} {elapsed(now - self._began)}" if self._announced else ""
                print(f"  {self.title} …{detail}", file=sys.stderr, flush=True)
                self._announced = True
                self._shown = now
