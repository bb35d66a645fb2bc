# SPDX-License-Identifier: GPL-2.0-or-later
"""What is told of results: the matrix, JUnit's XML, TAP, and the exit code."""
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from smmu_pm import formats, report
from smmu_pm.runner import Result
from smmu_pm.scenarios import Expectation

PASS = Expectation("PASS", (), "the driver is right")
FAIL = Expectation("FAIL", ("register-touch",), "nobody \"powers\" it & <so on>")


class Reports(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        (self.folder / "findings.txt").write_text("register-touch: smmu\x1b[1m\n\n  0x10 in foo\n")

    def result(self, kernel, name, verdict, expected, findings=()):
        return Result(kernel, name, verdict, findings, expected, 1.25, self.folder)

    def results(self):
        return [self.result("good", "nap", "PASS", PASS),
                self.result("bad", "nap", "FAIL", FAIL, ("register-touch",)),
                self.result("bad", "nap@retain", "FAIL", PASS, ("register-touch",)),
                self.result("own", "nap", "VACUOUS", None)]

    def test_the_matrix_has_a_column_for_each_kernel_and_marks_what_is_not_as_expected(self):
        self.assertEqual(report.matrix(self.results()).splitlines(), [
            "scenario    good  bad       own",
            "----------  ----  --------  -----------",
            "nap         PASS  FAIL      VACUOUS (!)",
            "nap@retain        FAIL (!)",
            "",
            "4 cells, 2 as expected; (!) marks the 2 that are not"])

    def test_other_findings_than_expected_are_not_as_expected(self):
        self.assertFalse(report.good(self.result("bad", "nap", "FAIL", FAIL, ("never-off",))))

    def test_the_exit_code_is_the_worst(self):
        results = self.results()
        self.assertEqual(report.code(results[:2]), 0)
        self.assertEqual(report.code([results[0], results[3]]), 125)
        self.assertEqual(report.code([results[3], results[2]]), 1)

    def test_junit_has_a_suite_for_each_kernel(self):
        top = ElementTree.fromstring(formats.junit(self.results()))
        suites = {suite.get("name"): suite for suite in top}
        self.assertEqual(list(suites), ["good", "bad", "own"])
        self.assertEqual([suites["bad"].get(key) for key in ("tests", "failures", "errors", "time")],
                         ["2", "1", "0", "2.5"])
        self.assertEqual(suites["own"].get("errors"), "1")
        failure = suites["bad"][1].find("failure")
        self.assertEqual(failure.get("message"), "FAIL, expected PASS: the driver is right")
        # What XML cannot hold is replaced.
        self.assertEqual(failure.text, "register-touch: smmu\ufffd[1m\n\n  0x10 in foo\n")
        self.assertIsNone(suites["bad"][0].find("failure"))

    def test_junit_takes_the_old_files_place_at_once(self):
        path = self.folder / "out.xml"
        path.write_text("old")
        formats.write_junit(self.results(), path)
        self.assertTrue(path.read_text().startswith("<?xml"))
        self.assertEqual(sorted(file.name for file in self.folder.iterdir()),
                         ["findings.txt", "out.xml"])

    def test_tap(self):
        self.assertEqual(list(formats.tap(self.results()[1:3])), [
            "TAP version 14",
            "1..2",
            "ok 1 - bad/nap (FAIL)",
            "not ok 2 - bad/nap@retain (FAIL)",
            "  ---",
            '  message: "FAIL, expected PASS: the driver is right"',
            "  findings: |",
            "    register-touch: smmu\x1b[1m",
            "",
            "      0x10 in foo",
            "  ..."])
