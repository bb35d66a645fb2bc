# SPDX-License-Identifier: GPL-2.0-or-later
"""The core by itself: two compilers, sanitizers, and a core that is broken on purpose."""
from __future__ import annotations

from collections.abc import Iterator

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


def _items(context: Context, kind: core.Build) -> Iterator[Item]:
    packages.need(packages.TEST)
    place = core.build(context.repo, kind)
    env = meson.environment()
    env["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    log = cache.log(f"test-{kind.name}")
    # Meson's log is one file in the build folder: nobody else may test there meanwhile.
    with cache.lock(f"test-{place.name}"), Step(f"testing the core ({kind.name})") as step:
        (place / "meson-logs" / "testlog.json").unlink(missing_ok=True)
        done = proc.run([*meson.command(), "test", "-C", place, "--no-rebuild",
                         "--timeout-multiplier", "4"], log=log, env=env, step=step)
        if not (place / "meson-logs" / "testlog.json").exists():
            raise Trouble(f"no test of the core ({kind.name}) ran; see {log}", BUILD, done.tail(5))
        items = list(meson_items(place, kind.name))
    if not done.ok and all(item.ok is not False for item in items):
        raise Trouble(f"testing the core ({kind.name}) was cut short; see {log}", BUILD)
    yield from items


def gcc(context: Context) -> Iterator[Item]:
    yield from _items(context, GCC)


def benches(context: Context) -> Iterator[Item]:
    """Not how fast they are, only that they run."""
    place = core.build(context.repo, GCC) / "tests/bench"
    for program in sorted(path for path in place.glob("bench-*") if path.is_file()):
        done = proc.run([program, "--benchmark_min_time=0.001"], log=cache.log(program.name),
                        timeout=300)
        yield Item(f"bench: {program.name} runs", done.ok, "" if done.ok else done.tail())


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
