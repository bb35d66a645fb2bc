# SPDX-License-Identifier: GPL-2.0-or-later
"""Cache, processes, table of verdicts, exit codes, what is printed."""
import contextlib
import io
import os
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from smmu_pm import cache, cli, proc, qemu, report, runner, trouble, ui
from smmu_pm.runner import Panicked, Result
from smmu_pm.scenarios import Expectation


class Home(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.home = Path(temporary.name)
        patch = mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(self.home)})
        patch.start()
        self.addCleanup(patch.stop)


class Cache(Home):
    def test_an_entry_that_fails_leaves_nothing(self):
        def make(into: Path) -> None:
            (into / "half").write_text("x")
            raise OSError(28, "No space left on device")
        with self.assertRaises(OSError):
            cache.entry("kind", "key", make)
        self.assertEqual([p for p in self.home.rglob("*") if p.name in ("half", "key")], [])

    def test_an_entry_is_made_once_however_many_ask(self):
        made = []

        def make(into: Path) -> None:
            made.append(1)
            time.sleep(0.2)
            (into / "file").write_text("x")
        with contextlib.redirect_stderr(io.StringIO()):
            threads = [threading.Thread(target=cache.entry, args=("kind", "key", make))
                       for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(made), 1)

    def test_what_a_dead_process_left_is_swept(self):
        dead = subprocess.Popen(["true"])
        dead.wait()
        left = cache.folder("tmp") / f".smmu-pm-{dead.pid}-x"
        ours = cache.folder("tmp") / f".smmu-pm-{os.getpid()}-x"
        left.mkdir()
        ours.mkdir()
        cache.sweep()
        self.assertFalse(left.exists())
        self.assertTrue(ours.exists())

    def test_a_key_tells_where_one_part_ends(self):
        self.assertNotEqual(cache.digest("ab", "c"), cache.digest("a", "bc"))


class Processes(Home):
    def test_a_time_out_ends_grandchildren_as_well(self):
        mark = f"17.{os.getpid()}"
        done = proc.run(["sh", "-c", f"sleep {mark} & wait"], log=self.home / "log", timeout=0.3)
        self.assertTrue(done.timed_out)
        left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        self.assertNotIn(f"sleep {mark}", left)

    def test_it_is_ended_when_it_is_asked_to_stop(self):
        log = self.home / "log"
        done = proc.run(["sh", "-c", "echo dead; sleep 60"], log=log,
                        stop=lambda: b"dead" in log.read_bytes())
        self.assertTrue(done.timed_out)

    def test_a_kernel_is_given_time_to_restart_after_a_panic(self):
        console = self.home / "console"
        console.write_bytes(b"x" * 2000 + b"[1.0] Kernel panic - not syncing: x\n")
        self.assertFalse(Panicked(console, 0)())
        with console.open("ab") as file:
            file.write(b"[1.0] ---[ end Kernel panic - not syncing: x ]---\n")
        self.assertTrue(Panicked(console, 0)())
        self.assertFalse(Panicked(console, 60)())

    def test_a_full_disk_is_told_from_other_failures(self):
        with self.assertRaises(trouble.Trouble) as caught:
            proc.run(["sh", "-c", "cat /etc/hostname > /dev/full"], log=self.home / "log")
        self.assertEqual(caught.exception.code, 132)
        self.assertEqual(proc.run(["false"], log=self.home / "log").status, 1)

    def test_a_program_that_is_not_there_is_trouble(self):
        with self.assertRaisesRegex(trouble.Trouble, "no-such-program"):
            proc.capture(["no-such-program"])


class Verdicts(unittest.TestCase):
    def result(self, verdict, expected=None, findings=(), wanted=()):
        row = None if expected is None else Expectation(expected, tuple(wanted), "because")
        return Result("k", "s", verdict, tuple(findings), row, 1.25, Path("out/k/s"))

    def test_with_a_row_the_exit_code_says_as_expected(self):
        self.assertEqual(report.code([self.result("PASS", "PASS")]), 0)
        self.assertEqual(report.code([self.result("ERROR", "ERROR")]), 0)
        self.assertEqual(report.code([self.result("FAIL", "FAIL", ["a", "a"], ["a"])]), 0)

    def test_another_finding_than_the_expected_one_is_a_fail(self):
        self.assertEqual(report.code([self.result("FAIL", "FAIL", ["a", "b"], ["a"])]), 1)

    def test_a_finding_that_does_not_name_the_guilty_function_is_a_fail(self):
        row = Expectation("FAIL", ("a",), "because", ("guilty",))
        for named, code in ((("guilty", "other"), 0), (("other",), 1)):
            result = Result("k", "s", "FAIL", ("a",), row, 1.0, Path("out"), frozenset(named))
            self.assertEqual(report.code([result]), code)

    def test_only_the_first_five_lines_of_a_chain_are_read(self):
        lines = "".join(f"  f{number}+0x1/0x2 [msm]\n" for number in range(9))
        text = f"BUG\n\nAccessed by:\n{lines}\n  stray+0x0/0x1\nSwitched off (x) at 1 s, by:\n  [regmap, clk: 3 frames, g]\n  h\n"
        self.assertEqual(runner.first_functions(text),
                         {"f0", "f1", "f2", "f3", "f4", "[regmap, clk: 3 frames, g]", "h"})

    def test_a_control_that_passes_is_a_fail(self):
        self.assertEqual(report.code([self.result("PASS", "FAIL", [], ["a"])]), 1)

    def test_what_proves_nothing_cannot_be_judged(self):
        self.assertEqual(report.code([self.result("ERROR", "PASS")]), 125)
        self.assertEqual(report.code([self.result("VACUOUS", "PASS")]), 125)
        self.assertEqual(report.code([self.result("ERROR", "PASS"), self.result("FAIL", "PASS")]), 1)

    def test_without_a_row_the_verdict_decides(self):
        codes = [report.code([self.result(v)]) for v in ("PASS", "FAIL", "ERROR", "VACUOUS")]
        self.assertEqual(codes, [0, 1, 125, 125])

    def test_the_table_has_a_line_for_each_result(self):
        text = report.table([self.result("FAIL", "PASS", ["register-touch", "register-touch"])])
        self.assertEqual(text.splitlines()[2].split(),
                         ["s", "k", "FAIL", "PASS", "NO", "register-touch", "×2", "1.2"])


class Words(unittest.TestCase):
    def test_every_help_can_be_read_on_80_columns(self):
        for words in ([], ["run"], ["test"], ["build"], ["list"], ["shell"], ["judge"]):
            text = io.StringIO()
            with (mock.patch.dict(os.environ, {"COLUMNS": "80"}), contextlib.redirect_stdout(text),
                  self.assertRaises(SystemExit) as ended):
                cli.parser().parse_args([*words, "--help"])
            self.assertEqual(ended.exception.code, 0)
            lines = text.getvalue().splitlines()
            self.assertLessEqual(max(map(len, lines)), 100, words)

    def test_usage_errors_are_one_line_and_128(self):
        for words in ([], ["run", "--seed", "-1"], ["run", "--policy", "x"], ["run", "--gpu", "a540"],
                      ["run", "--on-collapse", "keep"], ["shell", "--all"], ["judge"]):
            text = io.StringIO()
            with contextlib.redirect_stderr(text), self.assertRaises(trouble.Trouble) as caught:
                cli.parser().parse_args(words)
            self.assertEqual(caught.exception.code, 128)
            self.assertNotIn("\n", str(caught.exception))

    def test_progress_into_a_pipe_has_no_control_characters(self):
        text = io.StringIO()
        with contextlib.redirect_stderr(text), ui.Step("building") as step:
            for number in range(100):
                step.at(f"[{number}/100]")
        self.assertEqual(text.getvalue(), "  building …\n  building: done (0:00)\n")

    def test_the_compilers_words_are_found_in_a_long_log(self):
        log = "[1/9] cc\n" * 50 + "FAILED: a.o\ncc -c a.c\na.c:1:1: error: no\n" + "[2/9] cc\n" * 20
        self.assertTrue(qemu.compiler_words(log).startswith("  a.c:1:1: error: no"))
