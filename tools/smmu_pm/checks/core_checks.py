# SPDX-License-Identifier: GPL-2.0-or-later
"""The core by itself: two compilers, sanitizers, and a core that is broken on purpose."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .. import cache, core, meson, packages, proc
from ..trouble import BUILD, Trouble
from ..ui import Step
from . import Context, Item, meson_items

GCC = core.Build("gcc", ("-Dwerror=true",))
CLANG = core.Build("clang", ("-Dwerror=true",), ("clang", "clang++"))
# The core has no RTTI, which UBSan's check of vtables would ask for.
SANITIZED = core.Build("sanitized", ("-Db_sanitize=address,undefined", "-Doptimization=1",
                                     "-Dcpp_args=-fno-sanitize=vptr"))
# gate.hh says what this leaves out.
GATES_IGNORED = core.Build("gates-ignored", ("-Dignore-gates=true",))


def _test(context: Context, kind: core.Build, *words: str) -> Path:
    packages.need(packages.TEST)
    place = core.build(context.repo, kind)
    env = meson.environment()
    env["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    for log in (place / "meson-logs").glob("*log.json"):
        log.unlink()
    with Step(f"testing the core ({kind.name})") as step:
        log = cache.log(f"test-{kind.name}")
        proc.run([*meson.command(), "test", "-C", place, "--no-rebuild", "--timeout-multiplier", "4",
                  *words], log=log, env=env, step=step)
    return place


def _items(context: Context, kind: core.Build) -> Iterator[Item]:
    place = _test(context, kind)
    if not (place / "meson-logs" / "testlog.json").exists():
        raise Trouble(f"no test of the core ({kind.name}) ran; see {cache.log(f'test-{kind.name}')}",
                      BUILD)
    yield from meson_items(place, kind.name)


def gcc(context: Context) -> Iterator[Item]:
    yield from _items(context, GCC)


def benches(context: Context) -> Iterator[Item]:
    """Not how fast they are, only that they run."""
    place = _test(context, GCC, "--benchmark")
    if (place / "meson-logs" / "benchmarklog.json").exists():
        yield from meson_items(place, "bench", "benchmarklog")


def clang(context: Context) -> Iterator[Item]:
    yield from _items(context, CLANG)


def sanitized(context: Context) -> Iterator[Item]:
    yield from _items(context, SANITIZED)


def gates_ignored(context: Context) -> Iterator[Item]:
    """A model that ignores its gates must turn the suite red."""
    red = {item.name.split(": ")[1] for item in _items(context, GATES_IGNORED) if item.ok is False}
    for room in ("power", "smmu", "msm-gpu-stub"):
        yield Item(f"tests of the tests: {room} turns red when gates are ignored", room in red,
                   "" if room in red else f"it passed; red were: {', '.join(sorted(red)) or 'none'}")
