# SPDX-License-Identifier: GPL-2.0-or-later
"""The core by itself: two compilers, sanitizers, and a core that is broken on purpose."""
from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import cache, core, meson, packages, proc
from ..trouble import BUILD, Trouble
from ..ui import Step
from . import Context, Item, meson_items

GCC = core.Build("gcc", ("-Dwerror=true", "-Ddebug=false"))
# The second compiler builds with the sanitizers, in a third of the time that g++ takes for it. The
# core has no RTTI, which UBSan's check of vtables would ask for.
CLANG = core.Build("clang", ("-Dwerror=true", "-Db_sanitize=address,undefined", "-Db_lundef=false",
                             "-Doptimization=1", "-Ddebug=false",
                             "-Dcpp_args=-fno-sanitize=vptr -gline-tables-only"),
                   ("clang", "clang++"))
# The variable and its values are mutation.hh's.
MUTABLE = core.Build("mutable", ("-Dmutable-gates=true", "-Doptimization=0", "-Ddebug=false"))
VARIABLE = "SMMU_PM_MUTATION"
SUITE_SECONDS = 120.0

# The suites that know gates, and the programs behind them.
ROOMS = {
    "power": "tests/unit/arm/smmu-pm/power/power-test",
    "smmu": "tests/unit/arm/smmu-pm/smmu/smmu-test",
    "testdev": "tests/unit/arm/smmu-pm/testdev/testdev-test",
    "msm-gpu-stub": "tests/unit/display/msm-gpu-stub/msm-gpu-stub-test",
}
# It is a block's own business to notice these; for the others any suite will do.
MUST_NOTICE = {
    "all": set(ROOMS),
    "domain": {"smmu", "msm-gpu-stub", "testdev"},
    "reset": {"smmu", "msm-gpu-stub", "testdev"},
    "vote": {"smmu", "msm-gpu-stub", "testdev"},
    "iface": {"smmu", "msm-gpu-stub", "testdev"},
    "bus": {"smmu", "testdev"},
    "core": {"msm-gpu-stub"},
    "mem": {"msm-gpu-stub"},
    "mem_iface": {"msm-gpu-stub"},
    "tbu": {"smmu"},
    "register": {"smmu", "msm-gpu-stub", "testdev"},
    "walk": {"smmu"},
    "dma": {"msm-gpu-stub", "testdev"},
    "oblivion": {"smmu"},
}


def _test(kind: core.Build, place: Path, tests: tuple[str, ...] = ()) -> list[Item]:
    """What `meson test` says in a build folder."""
    env = meson.environment()
    env["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    name = kind.name
    log = cache.log(f"test-{name}")
    # Meson's log is one file in the build folder: nobody else may test there meanwhile.
    with cache.lock(f"test-{place.name}"), Step(f"testing the core ({name})") as step:
        (place / "meson-logs" / "testlog.json").unlink(missing_ok=True)
        done = proc.run([*meson.command(), "test", "-C", place, "--no-rebuild",
                         "--timeout-multiplier", "4", *tests], log=log, env=env, step=step)
        if not (place / "meson-logs" / "testlog.json").exists():
            raise Trouble(f"no test of the core ({name}) ran; see {log}", BUILD, done.tail(5))
        items = list(meson_items(place, kind.name))
    if not done.ok and all(item.ok is not False for item in items):
        raise Trouble(f"testing the core ({name}) was cut short; see {log}", BUILD)
    return items


def _items(context: Context, kind: core.Build) -> Iterator[Item]:
    packages.need(packages.TEST)
    yield from _test(kind, core.build(context.repo, kind))


def gcc(context: Context) -> Iterator[Item]:
    yield from _items(context, GCC)


def benches(context: Context) -> Iterator[Item]:
    """Not how fast they are, only that they run."""
    place = core.build(context.repo, GCC) / "tests/bench"
    for program in sorted(path for path in place.glob("bench-*") if path.is_file()):
        done = proc.run([program, "--benchmark_min_time=0.001"], log=cache.log(program.name),
                        timeout=300)
        yield Item(f"bench: {program.name} runs", done.ok, "" if done.ok else done.tail())


def clang_and_sanitizers(context: Context) -> Iterator[Item]:
    yield from _items(context, CLANG)


def _is_red(place: Path, room: str, mutation: str) -> bool:
    """Does a suite notice a way of breaking the gates? One that hangs or crashes has noticed, too."""
    env = {**meson.environment(), VARIABLE: mutation,
           "GTEST_FAIL_FAST": "1",  # red is red
           # What only chance would find is not found; and long loops are not about power.
           "GTEST_FILTER": "-*Random*:GpuIndirect.*"}
    return not proc.run([place / ROOMS[room]], log=cache.log(f"test-mutable-{mutation}-{room}"), env=env,
                        cwd=place, timeout=SUITE_SECONDS).ok


def mutations(context: Context) -> Iterator[Item]:
    """Each way of breaking the gates must turn a suite red; unbroken all are green."""
    packages.need(packages.TEST)
    place = core.build(context.repo, MUTABLE, tuple(ROOMS.values()))
    yield from _test(MUTABLE, place, tuple(ROOMS))

    # A name that is not in the list ends the program, which says what is.
    program = place / ROOMS["power"]
    done = proc.run([program], log=cache.log("test-mutable-unknown"),
                    env={**meson.environment(), VARIABLE: "?"})
    _, _, listed = done.output.partition("there are:")
    names = listed.splitlines()[0].split() if listed else []
    yield Item("tests of the tests: an unknown mutation is refused",
               not done.ok and set(MUST_NOTICE) <= set(names), done.tail(3) if done.ok else "")

    tries = [(name, room) for name in names for room in sorted(MUST_NOTICE.get(name, set(ROOMS)))]
    with (Step(f"testing the tests ({len(names)} mutations)"),
          ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool):
        red = {one for one, noticed in zip(tries, pool.map(
            lambda one: _is_red(place, one[1], one[0]), tries)) if noticed}
    for name in names:
        noticed_by = {room for one, room in red if one == name}
        blind = MUST_NOTICE.get(name, set()) - noticed_by
        noticed = bool(noticed_by) and not blind
        yield Item(f"tests of the tests: gates with mutation '{name}' are noticed", noticed,
                   "" if noticed else f"red: {', '.join(sorted(noticed_by)) or 'none'}; "
                   f"should be as well: {', '.join(sorted(blind)) or 'any'}")

    plain = core.build(context.repo, GCC) / ROOMS["power"]
    yield Item("tests of the tests: other builds have no trace of mutations",
               VARIABLE.encode() in program.read_bytes()
               and VARIABLE.encode() not in plain.read_bytes())
