# SPDX-License-Identifier: GPL-2.0-or-later
"""What the oracle says, and what is made of it."""
import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from smmu_pm import cli, oracle, proc, trouble
from smmu_pm.qemu import Qemu

SAID = "rule sep: 3\n5000 translations of 120 tables, {} disagreements\n"


class Verdicts(unittest.TestCase):
    def ask(self, outcome):
        with tempfile.TemporaryDirectory() as home, \
                mock.patch.dict("os.environ", {"XDG_CACHE_HOME": home}), \
                mock.patch.object(oracle.proc, "run", return_value=outcome) as ran, \
                contextlib.redirect_stderr(io.StringIO()):
            verdict = oracle.run(Qemu("10.0", Path("src"), Path("build")), Path("oracle"), 5000, 7)
        self.words = [str(word) for word in ran.call_args.args[0]]
        return verdict

    def test_nothing_disagrees(self):
        verdict = self.ask(proc.Outcome(0, SAID.format(0)))
        self.assertTrue(verdict.agree)
        self.assertEqual(verdict.translations, 5000)
        self.assertIn("arg=seed=7,arg=translations=5000", self.words[self.words.index(
            "-semihosting-config") + 1])

    def test_something_disagrees(self):
        self.assertFalse(self.ask(proc.Outcome(1, SAID.format(3))).agree)

    def test_a_guest_that_gave_up_is_no_verdict(self):
        for outcome in (proc.Outcome(2, "there is no pm-testdev\n"), proc.Outcome(0, ""),
                        proc.Outcome(1, "qemu: cannot\n"), proc.Outcome(0, SAID.format(0), True)):
            with self.assertRaises(trouble.Trouble) as caught:
                self.ask(outcome)
            self.assertEqual(caught.exception.code, trouble.BENCH)


class Words(unittest.TestCase):
    def test_a_count_is_one_or_more(self):
        for words in (["--translations", "0"], ["--translations", "x"], ["--seed", "-1"]):
            with self.assertRaises(trouble.Trouble):
                cli.parser().parse_args(["oracle", *words])
        options = cli.parser().parse_args(["oracle"])
        self.assertEqual((options.translations, options.seed), (100_000, 1))
