# SPDX-License-Identifier: GPL-2.0-or-later
"""What is built without QEMU: core, judge, unit tests; and the program that runs in the guest."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import cache, meson, packages, proc
from .qemu import compiler_words
from .trouble import BUILD, Trouble
from .ui import Step


@dataclass(frozen=True)
class Build:
    """One way of building the core, in a folder of its own."""

    name: str
    options: tuple[str, ...] = ()
    compiler: tuple[str, str] | None = None  # C, C++; None: the host's


PLAIN = Build("plain")


def build(repo: Path, kind: Build = PLAIN, targets: tuple[str, ...] = ()) -> Path:
    """The build folder, up to date."""
    packages.need(packages.APT, packages.CORE)
    env = meson.environment()
    if kind.compiler is not None:
        env["CC"], env["CXX"] = kind.compiler
    key = cache.digest(repo, kind, meson.command())
    place = cache.folder("core", f"{kind.name}-{key}")
    with cache.lock(f"core-{kind.name}-{key}"), Step(f"building the core ({kind.name})") as step:
        log = cache.log(f"core-{kind.name}")
        done = meson.setup(repo, place, *kind.options, log=log, env=env)
        if done.ok:
            done = proc.run(["ninja", *targets], log=log, cwd=place, env=env, step=step)
    if not done.ok:
        raise Trouble(f"the build of the core ({kind.name}) failed; all it said is in {log}", BUILD,
                      compiler_words(done.output))
    return place


def judge(repo: Path) -> Path:
    """The program that judges a journal."""
    return build(repo, targets=("tools/judge/smmu-pm-judge",)) / "tools/judge/smmu-pm-judge"


def _guest_program(repo: Path, source: str, name: str) -> Path:
    """What the cross compiler makes of a folder."""
    packages.need(packages.GUEST)
    place = cache.folder("guest", cache.digest(repo))
    log = cache.log(f"guest-{name}")
    with cache.lock(f"guest-{place.name}"):
        done = proc.run(["make", "-C", repo / source, f"OUT={place}"], log=log,
                        env=meson.environment())
    if not done.ok:
        raise Trouble(f"the build of the guest's program failed; all it said is in {log}", BUILD,
                      compiler_words(done.output))
    return place / name


def exerciser(repo: Path) -> Path:
    """The program that runs in the guest."""
    return _guest_program(repo, "tests/guest", "exerciser")


def oracle(repo: Path) -> Path:
    """The program that is a guest by itself."""
    return _guest_program(repo, "tests/oracle", "oracle")
