# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian packages that the host must have, and why."""
from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from . import cache, proc
from .trouble import NETWORK, PACKAGES, Trouble
from .ui import Step, say

APT = {
    "debian-archive-keyring": "to verify what is downloaded",
    "dpkg-dev": "to unpack Debian's source packages",
    "xz-utils": "to unpack Debian's packages",
}
CORE = {
    "g++": "the devices and the judge are C++20",
    "ninja-build": "builds both QEMU and the devices",
    "pkg-config": "finds libraries",
    "libgtest-dev": "unit tests",
    "libgmock-dev": "unit tests",
    "libbenchmark-dev": "benches",
    "nlohmann-json3-dev": "the judge reads and writes JSON",
}
QEMU = {
    "gcc": "QEMU is C",
    "bison": "QEMU's build",
    "flex": "QEMU's build",
    "python3-venv": "QEMU's configure makes a virtual environment",
    "libglib2.0-dev": "QEMU's foundation",
    "libfdt-dev": "device trees inside QEMU",
    "libslirp-dev": "the guest's user-mode network",
    "zlib1g-dev": "QEMU's compression",
    "device-tree-compiler": "the machine's device-tree overlay",
    "ccache": "rebuilds take seconds",
}
GUEST = {
    "make": "builds the program that runs in the guest",
    "gcc-aarch64-linux-gnu": "the program that runs in the guest",
    "libc6-dev-arm64-cross": "its C library and the kernel's headers",
}
KERNEL = {
    "make": "builds a kernel",
    "gcc": "the programs that a kernel's build runs",
    "gcc-aarch64-linux-gnu": "compiles a kernel",
    "libc6-dev": "the programs that a kernel's build runs",
    "bison": "a kernel's configuration",
    "flex": "a kernel's configuration",
    "bc": "a kernel's build",
    "patch": "what a kernel variant changes",
    "xz-utils": "to unpack a kernel's source",
    "ccache": "rebuilds take seconds",
}
TEST = {
    "clang": "the second compiler",
    "libclang-rt-dev": "its sanitizers",
    "clang-format": "how C++ is laid out",
    "git": "a bisection, tried out",
    "perl": "QEMU's checkpatch.pl",
}

# Old releases lack these, or have them too old; there they come from backports into the cache.
NEW_ENOUGH_FROM = 13
HOST_MESON = {
    "meson": "the build system, 1.5 or newer for QEMU",
    "python3-pycotap": "QEMU's configure asks for it",
}
OLD_HOST = {"python3-distlib": "QEMU's configure asks for it"}


def release() -> tuple[str, int]:
    """Code name and number of the host's Debian release."""
    values: dict[str, str] = {}
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            for line in file:
                name, _, value = line.strip().partition("=")
                values[name] = value.strip('"')
    except OSError:
        pass
    if values.get("ID") != "debian" or not shutil.which("apt-get"):
        raise Trouble("this is no Debian; smmu-pm needs Debian 12 or 13", PACKAGES)
    number = values.get("VERSION_ID", "")
    if not number.isdigit() or int(number) < 12:
        raise Trouble(f"Debian {number or 'unstable'} is not supported; 12 and 13 are", PACKAGES)
    return values.get("VERSION_CODENAME", ""), int(number)


def has_new_meson() -> bool:
    return release()[1] >= NEW_ENOUGH_FROM


def missing(wanted: Mapping[str, str]) -> dict[str, str]:
    asked = proc.capture(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *wanted])
    there = {line.split()[1] for line in asked.output.splitlines()
             if line.startswith("installed ")}
    return {name: why for name, why in wanted.items() if name not in there}


def need(*groups: Mapping[str, str]) -> None:
    """Makes sure that the host has these packages: installs them, or says how to and stops."""
    wanted: dict[str, str] = {}
    for group in groups:
        wanted |= group
    if groups:
        wanted |= HOST_MESON if has_new_meson() else OLD_HOST
    lacking = missing(wanted)
    if not lacking:
        return
    width = max(len(name) for name in lacking)
    listed = "\n".join(f"  {name:{width}}  {why}" for name, why in lacking.items())
    line = "apt-get install --no-install-recommends " + " ".join(lacking)
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or not proc.capture(["sudo", "-n", "true"]).ok:
            raise Trouble("Debian packages are missing, and this user may not install them; "
                          "as root, run:", PACKAGES, f"  {line}\n\nwhat they are for:\n{listed}")
        prefix = ["sudo", "-n"]
    say(f"Debian packages are missing and are installed now:\n{listed}")
    log = cache.log("apt-install")
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    with Step("installing packages") as step:
        # A foreign source in the system's list may be down; the installation itself will tell.
        proc.run([*command, "update"], log=cache.log("apt-update"), step=step)
        done = proc.run([*command, "install", "-y", "--no-install-recommends", *lacking],
                        log=log, step=step)
    if not done.ok:
        raise Trouble(f"apt-get could not install the packages; see {log}", NETWORK,
                      errors_of(done.output))


def errors_of(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("E:", "Err:"))]
    return "\n".join(f"  {line}" for line in lines[:5])
