# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ./smmu-pm."""
from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import (apt, cache, cells, core, coverage, formats, fuzz, guest_module, initramfs, kbuild, kernels,
               oracle, own_kernel, packages, proc, qemu, report, runner, scenarios, variants)
from .trouble import BENCH, INTERRUPTED, USAGE, Trouble, from_os_error
from .ui import say

REPO = Path(__file__).resolve().parents[2]

EXIT_CODES = """\
exit codes:
  0    passed; for a kernel with a row in the table of expected verdicts: as expected
  1    failed: something touched hardware that was off
  125  cannot be judged (ERROR, VACUOUS; or a --tree that does not compile)
  128  and more: trouble of the bench or the user, never a verdict (128 usage, 129 packages,
       130 interrupted, 131 network, 132 disk, 133 build, 134 anything else)
"""


class Parser(argparse.ArgumentParser):
    """Usage errors in one line, with a code that no bisection takes for a verdict."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message} (see {self.prog} --help)", USAGE)


def _add_build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--qemu-src", type=Path, metavar="DIR",
                        help="a QEMU source tree, 10.0 to 10.2, to lay the devices over "
                             "(links and a few marked lines); default: Debian's, in the cache")


def _add_guest_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kernel", action="append", metavar="NAME|IMAGE", default=None,
                        help="a known kernel, or the path of an arm64 Image; may be repeated; "
                             f"default: {' and '.join(kernels.DEFAULT)}")
    parser.add_argument("--modules", type=Path, metavar="DIR",
                        help="where the modules of your Image are, at any depth")
    parser.add_argument("--build-dir", type=Path, metavar="KDIR",
                        help="a tree that a kernel was built in: its Image (unless --kernel names "
                             "another), .config, modules and symbols; nothing is built")
    parser.add_argument("--deb", type=Path, action="append", metavar="FILE", default=[],
                        help="a kernel's Debian package, Debian's or of `make bindeb-pkg`; where a "
                             "kernel comes in several, repeat it for each")
    parser.add_argument("--tree", type=Path, metavar="KDIR",
                        help="build the kernel of this source tree, and boot that one")
    parser.add_argument("--gpu", choices=scenarios.GPUS,
                        help=f"the GPU stub's part (default: {scenarios.GPUS[0]})")
    parser.add_argument("--on-collapse", choices=scenarios.COLLAPSES, dest="collapse",
                        help="what the SMMU loses with its power: registers and TLB, the TLB, or "
                             f"nothing (default: {scenarios.COLLAPSES[0]})")
    parser.add_argument("--policy", choices=runner.POLICIES, default="abort",
                        help="what a CPU access gets that meets hardware that is off "
                             "(default: %(default)s)")
    parser.add_argument("--seed", type=_seed, default=1, metavar="N",
                        help="draws delays and the order of work; the same seed, the same journal "
                             "(default: %(default)s)")


def _seed(text: str) -> int:
    value = int(text, 0)
    if not 0 <= value < 1 << 63:
        raise ValueError
    return value


_seed.__name__ = "number"


def _count(text: str) -> int:
    value = int(text, 0)
    if value < 1:
        raise ValueError
    return value


_count.__name__ = "number"


def parser() -> Parser:
    top = Parser(prog="smmu-pm", formatter_class=argparse.RawDescriptionHelpFormatter,
                 description="Boots stock arm64 Linux on a GPU and an SMMU that are really off when "
                             "they are off,\nand says whether anything touched them meanwhile.",
                 epilog=EXIT_CODES + "\nWhatever is missing is fetched and built first, into "
                                     "${XDG_CACHE_HOME:-~/.cache}/smmu-pm.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, summary: str, **words: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".",
                                   formatter_class=argparse.RawDescriptionHelpFormatter, **words)

    run = add("run", "boot guests, and print a table of verdicts",
              usage="smmu-pm run [OPTIONS] [-- QEMU-ARGS...]",
              epilog="What stands behind -- is added to QEMU's command line.\n\n" + EXIT_CODES)
    _add_guest_options(run)
    run.add_argument("--scenario", nargs="+", action="extend", metavar="NAME", default=[],
                     help="what the guest does; default: a short tour, and of a kernel of your own all "
                          "but the controls (see smmu-pm list scenarios)")
    more = run.add_mutually_exclusive_group()
    more.add_argument("--all", action="store_const", dest="which", const=cells.Which.TABLE,
                      default=cells.Which.DEFAULT,
                      help="every cell that the table lists, of every scenario and on every kernel that "
                           "it names, not only the tour of the stock kernels; prints a matrix")
    more.add_argument("--cross", action="store_const", dest="which", const=cells.Which.CROSS,
                      help="the full product of known kernels, scenarios, GPUs and --on-collapse")
    run.add_argument("--out", type=Path, default=Path("smmu-pm-out"), metavar="DIR",
                     help="where DIR/KERNEL/SCENARIO/{console.log,journal.jsonl,findings.txt,"
                          "verdict.json} go; a GPU or an --on-collapse that is not the default is "
                          "told by a suffix, SCENARIO@a530@retain (default: %(default)s)")
    run.add_argument("--junit", type=Path, metavar="FILE",
                     help="write the results as JUnit's XML as well")
    run.add_argument("--tap", action="store_true",
                     help="print the results as TAP instead of a table")
    _add_build_options(run)

    test = add("test", "run every test; the last line counts them")
    test.add_argument("--soak", action="store_true",
                      help="a thousand seeds of a random load on each of two kernels, not sixteen: an "
                           "hour or so")
    test.add_argument("--coverage", action="store_true",
                      help="nothing but how much of the core its unit suites reach, in lines and branches; "
                           "fails below 95 %% and 90 %%, of the core and of its SMMU")
    test.add_argument("--fuzz", type=_count, metavar="MINUTES",
                      help="nothing but fuzzing, each target until so many minutes of processor time bring "
                           "no new edge")
    test.add_argument("--keep-corpus", action="store_true",
                      help="with --fuzz: inputs that reach all edges that were reached become those that are "
                           "kept, tests/fuzz/corpus")
    _add_build_options(test)

    build = add("build", "build QEMU with the devices, the judge, and the guest's program")
    _add_build_options(build)

    kernel = add("kernel", "build the kernel variants, or print what a kernel needs")
    verbs = kernel.add_subparsers(dest="verb", metavar="VERB", required=True)
    making = verbs.add_parser("build", help="build variants", description="Build variants.")
    making.add_argument("names", nargs="*", metavar="NAME",
                        help="a variant (see smmu-pm list kernels)")
    making.add_argument("--all", action="store_true", dest="everything", help="all of them")
    making.add_argument("--debug", action="store_true",
                        help="with the kernel's checks of locking: NAME-debug")
    asking = verbs.add_parser("config", help="print a fragment of a configuration",
                              description="Print the options that a kernel needs to be judged, as a "
                                          "fragment to be merged into a configuration.")
    asking.add_argument("--debug", action="store_true", help="with the kernel's checks of locking")

    asking_both = add("oracle", "ask the CPU's MMU and the SMMU the same translations, and compare",
                      epilog="exit codes: 0 they agree; 1 they do not, and the smallest table that "
                             "shows it is\nprinted; 128 and more: trouble of the bench or the user\n")
    asking_both.add_argument("--translations", type=_count, default=oracle.TRANSLATIONS, metavar="N",
                             help="how many (default: %(default)s)")
    asking_both.add_argument("--seed", type=_seed, default=1, metavar="N",
                             help="draws tables and addresses; the same seed, the same questions "
                                  "(default: %(default)s)")
    _add_build_options(asking_both)

    listing = add("list", "list what is known")
    listing.add_argument("what", nargs="?", choices=("kernels", "scenarios"),
                         help="only these; default: both")

    shell = add("shell", "boot the guest, and talk to it: a shell, the drivers loaded",
                usage="smmu-pm shell [OPTIONS] [-- QEMU-ARGS...]",
                epilog="Leave with `exit`, or with Ctrl-A X.")
    _add_guest_options(shell)
    _add_build_options(shell)

    judge = add("judge", "judge a journal again",
                epilog="Console, kernel and scenario are taken from beside the journal if they are "
                       "there.\n\n" + EXIT_CODES)
    judge.add_argument("journal", type=Path, metavar="JOURNAL", help="a journal.jsonl")
    return top


def _need(*more: dict[str, str]) -> None:
    """All packages at once, so that whoever has to ask for them has to ask only once."""
    packages.need(packages.APT, packages.CORE, packages.QEMU, packages.GUEST, *more)


def _bench(options: argparse.Namespace, qemu_args: tuple[str, ...]) -> runner.Bench:
    built = qemu.build(REPO, options.qemu_src)
    return runner.Bench(REPO, built, core.judge(REPO), core.exerciser(REPO),
                        options.policy, options.seed, qemu_args)


def _kernel_names(options: argparse.Namespace, default: Sequence[str]) -> list[str]:
    """The kernels asked for, checked as far as that takes no time; one of a package or a tree by the
    name of that."""
    own_kernel.check(options.kernel or [], options.modules, options.build_dir, options.deb)
    if options.tree:
        if options.kernel or options.modules or options.build_dir or options.deb:
            raise Trouble("--tree goes without other words for a kernel: it is the kernel")
        return [str(kbuild.own_tree(options.tree).source)]
    if options.deb or (options.build_dir and not options.kernel):
        return [str(options.deb[0] if options.deb else options.build_dir)]
    names = list(dict.fromkeys(options.kernel or default))
    for name in names:
        kernels.check_name(name)
    return names


def _kernels(options: argparse.Namespace, names: Sequence[str]) -> list[kernels.Kernel]:
    if options.tree:
        return [kernels.tree(options.tree)]
    if options.deb:
        return [own_kernel.from_packages(options.deb)]
    if options.build_dir:
        return [own_kernel.from_tree(options.build_dir, Path(names[0]) if options.kernel else None)]
    return [kernels.get(name, options.modules) for name in names]


def _run(options: argparse.Namespace, qemu_args: tuple[str, ...]) -> int:
    # What the user may have got wrong comes before anything that takes long.
    chosen = scenarios.pick(scenarios.load(REPO), options.scenario)
    named = bool(options.scenario)
    names = _kernel_names(options, _default_names(options, chosen))
    if not any(cells.wanted(scenario, name, kernels.is_known(name), named, options.which)
               for name in names for scenario in chosen):
        raise Trouble(f"{chosen[0].name} is not made for {', '.join(names)}, but for "
                      f"{', '.join(chosen[0].kernels)}")
    if options.junit is not None and not options.junit.parent.is_dir():
        raise Trouble(f"{options.junit}: {options.junit.parent} is no folder")
    from_source = options.tree is not None or any(name in variants.VARIANTS for name in names)
    _need(*([packages.KERNEL] if from_source else []))
    found = _kernels(options, names)
    options.out.mkdir(parents=True, exist_ok=True)
    bench = _bench(options, qemu_args)
    asked = cells.choose(found, chosen, named=named, which=options.which,
                         gpu=options.gpu, collapse=options.collapse)
    if not asked:
        raise Trouble("the table lists none of the cells that are asked for")
    results = runner.run_all(bench, asked, options.out,
                             lambda result: say(f"  {result.kernel}/{result.name}: "
                                                f"{result.verdict}"))
    _print(results, options)
    return report.code(results)


def _default_names(options: argparse.Namespace, chosen: list[scenarios.Scenario]) -> list[str]:
    """The stock ones; or, with --all and --cross, those that it takes."""
    match options.which:
        case cells.Which.DEFAULT:
            return list(kernels.DEFAULT)
        case cells.Which.TABLE:
            return [name for name in kernels.KNOWN if any(
                scenario.has(name, axes) for scenario in chosen for axes in scenarios.ALL_AXES)]
        case _:
            return [name for name in kernels.KNOWN if not name.endswith(variants.DEBUG)]


def _print(results: list[runner.Result], options: argparse.Namespace) -> None:
    if options.junit is not None:
        formats.write_junit(results, options.junit)
    if options.tap:
        print("\n".join(formats.tap(results)))
        return
    many = options.which is not cells.Which.DEFAULT
    print(report.matrix(results) if many else report.table(results))
    for result in results:
        text = report.explanation(result)
        if text:
            print(f"\n{text}")


def _test(options: argparse.Namespace) -> int:
    from . import suite
    if options.keep_corpus and options.fuzz is None:
        raise Trouble("--keep-corpus goes with --fuzz")
    if options.fuzz is not None:
        packages.need(packages.APT, packages.CORE, packages.TEST)
        return fuzz.run(REPO, options.fuzz, options.keep_corpus)
    _need(packages.TEST)
    if options.coverage:
        return coverage.run(REPO)
    return suite.run(REPO, options.qemu_src, options.soak)


def _build(options: argparse.Namespace) -> int:
    _need()
    built = qemu.build(REPO, options.qemu_src)
    print(f"QEMU {built.version}: {built.binary}")
    print(f"judge: {core.judge(REPO)}")
    print(f"guest's program: {core.exerciser(REPO)}")
    return 0


def _oracle(options: argparse.Namespace) -> int:
    _need()
    built = qemu.build(REPO, options.qemu_src)
    verdict = oracle.run(built, core.oracle(REPO), options.translations, options.seed)
    print(verdict.text)
    return report.PASSED if verdict.agree else report.FAILED


def _kernel(options: argparse.Namespace) -> int:
    if options.verb == "config":
        print(variants.fragment(options.debug), end="")
        return 0
    plain = [name for name, one in variants.VARIANTS.items() if not one.debug]
    if options.everything == bool(options.names):
        raise Trouble(f"kernel build wants names or --all; variants: {', '.join(plain)}")
    names = [name + variants.DEBUG if options.debug and name in plain else name
             for name in options.names or plain]
    for name in names:
        if name not in variants.VARIANTS:
            raise Trouble(f"unknown variant '{name}'; known: {', '.join(plain)}")
    for name in dict.fromkeys(names):
        print(f"{name}: {kernels.get(name).image}")
    return 0


def _about(kernel: kernels.Debian | variants.Variant) -> str:
    if isinstance(kernel, variants.Variant):
        return kernel.summary
    return f"{kernel.summary} ({kernel.package} of {kernel.suite})"


def _in_a_line(scenario: scenarios.Scenario) -> str:
    notes = ["control"] if scenario.control else []
    if scenario.kernels != ("*",):
        notes.append("only " + ", ".join(scenario.kernels))
    return scenario.summary + (f" ({'; '.join(notes)})" if notes else "")


def _list(options: argparse.Namespace) -> int:
    tables = {
        "kernels": {name: _about(kernel) for name, kernel in kernels.KNOWN.items()
                    if not name.endswith(variants.DEBUG)},
        "scenarios": {scenario.name: _in_a_line(scenario)
                      for scenario in scenarios.load(REPO).values()},
    }
    for what in [options.what] if options.what else tables:
        if not options.what:
            print(f"{what}:")
        width = max(len(name) for name in tables[what])
        for name, summary in tables[what].items():
            print(f"  {name:{width}}  {summary}")
    return 0


def _busybox(into: Path) -> None:
    source = apt.Apt()
    with cache.scratch() as folder:
        version = source.candidate("busybox-static:arm64", "bookworm")
        apt.unpack(source.download("busybox-static:arm64", version, folder), folder / "tree")
        found = next((path for path in (folder / "tree").rglob("busybox") if path.is_file()
                      and path.parent.name == "bin"), None)
        if found is None:
            raise Trouble("Debian's busybox-static holds no busybox", BENCH)
        found.rename(into / "busybox")


def _shell(options: argparse.Namespace, qemu_args: tuple[str, ...]) -> int:
    if not sys.stdin.isatty():
        raise Trouble("shell needs a terminal")
    names = _kernel_names(options, kernels.DEFAULT[:1])
    if len(names) > 1:
        raise Trouble("shell boots one kernel")
    _need()
    kernel = _kernels(options, names)[0]
    bench = _bench(options, qemu_args)
    busybox = cache.entry("tools", "busybox", _busybox) / "busybox"
    initrd = runner.initrd_for(bench, kernel, [
        initramfs.File("bin/busybox", busybox.read_bytes(), 0o100755),
        initramfs.File("bin/sh", b"busybox", 0o120777)])
    axes = scenarios.Axes(options.gpu or scenarios.GPUS[0],
                          options.collapse or scenarios.COLLAPSES[0])
    # In the terminal's foreground, so Ctrl-C is the guest's.
    return 0 if subprocess.call(runner.shell_command(bench, kernel, axes, initrd)) == 0 else BENCH


def _judge(options: argparse.Namespace) -> int:
    journal: Path = options.journal
    if not journal.is_file():
        raise Trouble(f"{journal}: no such file")
    console = journal.with_name("console.log")
    kernel = scenario = module = None
    try:
        document, _, _ = runner.read_verdict(journal.with_name("verdict.json"))
        scenario = scenarios.load(REPO).get(document.get("scenario", ""))
        if kernels.is_known(document.get("kernel", "")):
            kernel = kernels.get(document["kernel"])
            if scenario is not None and scenario.module:
                module = guest_module.get(REPO, kernel)
    except Trouble:
        pass  # a journal by itself: judged without requirements and symbols
    requires = scenario.requires if scenario else ()
    allowed = cells.allowed(scenario, kernel.name if kernel else None) if scenario else ()
    judge = core.judge(REPO)
    exerciser = core.exerciser(REPO) if kernel else None
    with cache.scratch() as folder:
        done = proc.run(runner.judge_words(judge, journal, folder, kernel=kernel, module=module,
                                           console=console if console.is_file() else None,
                                           exerciser=exerciser, requires=requires,
                                           allowed=allowed),
                        log=folder / "said")
        if done.status not in (report.PASSED, report.FAILED, report.NOT_JUDGED):
            raise Trouble(f"{journal}: cannot be judged again", BENCH, done.tail())
        print((folder / "findings.txt").read_text(encoding="utf-8", errors="replace"), end="")
    return done.status


def _dispatch(arguments: list[str]) -> int:
    qemu_args: tuple[str, ...] = ()
    if "--" in arguments:
        split = arguments.index("--")
        arguments, qemu_args = arguments[:split], tuple(arguments[split + 1:])
    options = parser().parse_args(arguments)
    if qemu_args and options.command not in ("run", "shell"):
        raise Trouble(f"{options.command} takes no QEMU arguments")
    if options.command == "list":
        return _list(options)
    cache.sweep()
    match options.command:
        case "run":
            return _run(options, qemu_args)
        case "shell":
            return _shell(options, qemu_args)
        case "test":
            return _test(options)
        case "build":
            return _build(options)
        case "oracle":
            return _oracle(options)
        case "kernel":
            return _kernel(options)
        case _:
            return _judge(options)


def main(arguments: list[str]) -> int:
    """The exit code. Every trouble is one line on stderr, with details below it if it has any."""
    proc.guard()
    try:
        return _dispatch(arguments)
    except Trouble as trouble:
        proc.end_all()
        say(f"smmu-pm: {trouble}")
        if trouble.details:
            say(trouble.details)
        return trouble.code
    except KeyboardInterrupt:
        proc.end_all()
        say("smmu-pm: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        proc.end_all()
        return BENCH
    except OSError as error:
        proc.end_all()
        trouble = from_os_error(error)
        say(f"smmu-pm: {trouble}")
        return trouble.code


