# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong on the bench's or the user's side, and the exit code that says so.

A verdict ends with 0 (pass, or as expected), 1 (fail) or 125 (cannot be judged). Everything here but
TREE is 128 or more, which stops `git bisect run` instead of marking a revision.
"""
from __future__ import annotations

import errno

TREE = 125  # the user's source tree does not compile: `git bisect run` is to go on with another
USAGE = 128
PACKAGES = 129
INTERRUPTED = 130
NETWORK = 131
DISK = 132
BUILD = 133
BENCH = 134  # anything else: QEMU would not start, a tool is broken

NO_SPACE = "No space left on device"


class Trouble(Exception):
    """One line that says what is wrong; `details` are shown below it, as they are."""

    def __init__(self, message: str, code: int = USAGE, details: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.details = details


def from_os_error(error: OSError) -> Trouble:
    """An OSError that nobody expected, in one line."""
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(f"{where}the disk is full; nothing half-written was kept", DISK)
    return Trouble(f"{where}{error.strerror or error}", BENCH)
