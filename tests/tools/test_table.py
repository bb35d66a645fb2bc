# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of expected verdicts: how it is read, which cells are run, and what it says."""
import re
import tomllib
import unittest
from pathlib import Path

from smmu_pm import cells, kernels, runner, scenarios
from smmu_pm.cells import Which
from smmu_pm.kernels import Kernel
from smmu_pm.scenarios import Axes
from smmu_pm.trouble import Trouble

REPO = Path(__file__).resolve().parents[2]

TABLE = """
[[console]]
kernel = "new"
line = "everywhere"
reason = "because"

[scenario.nap]
summary = "sleeps"
from = "tiredness"
cells = ["old*", "old@a530", "new*@retain*"]
machine = "irq-delay=1"
qemu = ["-smp", "2"]
requires = ["all: power-off >= 1"]
[[scenario.nap.console]]
line = "snores"
reason = "it sleeps"
[[scenario.nap.expect]]
kernel = "new*"
gpu = "a530"
verdict = "FAIL"
findings = ["never-off"]
reason = "this one does not"
[[scenario.nap.expect]]
collapse = "retain*"
verdict = "VACUOUS"
reason = "never off"
[[scenario.nap.expect]]
verdict = "PASS"
reason = "it does"

[scenario.only-new]
summary = "for new ones"
control = true
tour = true
kernels = ["new*"]
cells = ["new", "old"]
requires = []
[[scenario.only-new.expect]]
verdict = "FAIL"
reason = "on purpose"
"""

OLD = Kernel("old", Path("old"), "1")
NEW = Kernel("new", Path("new"), "2")
OWN = Kernel("new", Path("own"), "3", known=False)


def read(text: str = TABLE) -> dict[str, scenarios.Scenario]:
    return scenarios.parse(tomllib.loads(text), Path("table"))


class Reading(unittest.TestCase):
    def test_the_first_row_that_covers_a_cell_decides(self):
        nap = read()["nap"]
        self.assertEqual(nap.expected("old").verdict, "PASS")
        self.assertEqual(nap.expected("old", Axes("a530")).verdict, "PASS")
        self.assertEqual(nap.expected("newer", Axes("a530")).findings, ("never-off",))
        self.assertEqual(nap.expected("new", Axes("a530", "retain")).verdict, "FAIL")
        self.assertEqual(nap.expected("new", Axes("a510", "retain-all")).verdict, "VACUOUS")

    def test_a_cell_may_be_without_a_row(self):
        text = re.sub(r'verdict = "PASS"', 'kernel = "old"\nverdict = "PASS"', TABLE)
        self.assertIsNone(read(text)["nap"].expected("new"))

    def test_complaints_are_allowed_by_kernel(self):
        nap = read()["nap"]
        self.assertEqual(nap.console("old"), ("snores",))
        self.assertEqual(nap.console("new"), ("everywhere", "snores"))

    def test_where_a_scenario_comes_from(self):
        known = read()
        self.assertEqual(known["nap"].origin, "tiredness")
        self.assertEqual(known["only-new"].origin, "")

    def test_what_is_wrong_is_named(self):
        for old, new, says in (
                ("summary = \"sleeps\"", "sumary = \"sleeps\"", "nap: unknown key sumary"),
                ('from = "tiredness"', 'form = "tiredness"', "nap: unknown key form"),
                ('gpu = "a530"', 'gpu = "a540"', "nap: no gpu is called a540"),
                ('collapse = "retain*"', 'collapse = "keep"', "nap: no collapse is called keep"),
                ('"old@a530"', '"old@a540"', "nap: cells: old@a540: a540 is no GPU"),
                ('"old@a530"', '"old@lose@retain"', "nap: cells: old@lose@retain: retain is no GPU"),
                ('machine = "irq', 'gpus = ["a540"]\nmachine = "irq', "nap: gpus: a540 is none of"),
                ('cells = ["new", "old"]', '', "only-new: cells"),
                ('verdict = "PASS"', 'verdict = "GOOD"', "nap: no verdict is called GOOD"),
                ('reason = "it does"', 'reason = ""', "nap: reason"),
                ('reason = "it does"', 'reason = "x"\nkernl = "x"', "nap: unknown key kernl"),
                ('line = "snores"', 'line = "snores"\nwhy = "x"', "nap: unknown key why")):
            self.assertIn(old, TABLE)
            with self.assertRaisesRegex(Trouble, re.escape(says)):
                read(TABLE.replace(old, new, 1))


class Choosing(unittest.TestCase):
    def names(self, *kernels_, **how):
        return [(cell.kernel.folder.name, cell.name)
                for cell in cells.choose(kernels_, list(read().values()), **how)]

    def test_the_default_is_one_cell_for_each_kernel_that_a_scenario_is_made_for(self):
        self.assertEqual(self.names(OLD, NEW),
                         [("old", "nap"), ("new", "nap"), ("new", "only-new")])

    def test_of_a_known_kernel_the_tour_is_run_unless_something_is_named(self):
        self.assertEqual(self.names(OLD, NEW, named=False), [("new", "only-new")])
        self.assertEqual(len(self.names(OLD, NEW, named=False, which=Which.TABLE)), 5)

    def test_the_table_is_what_its_cells_say_and_no_more(self):
        self.assertEqual(self.names(OLD, NEW, which=Which.TABLE),
                         [("old", "nap"), ("old", "nap@a530"), ("new", "nap@retain"),
                          ("new", "nap@retain-all"), ("new", "only-new")])

    def test_a_gpu_and_a_collapse_that_are_named_thin_the_table_out(self):
        self.assertEqual(self.names(OLD, NEW, which=Which.TABLE, gpu="a530"), [("old", "nap@a530")])
        self.assertEqual(self.names(OLD, NEW, which=Which.TABLE, collapse="retain"),
                         [("new", "nap@retain")])

    def test_the_full_product_is_the_full_product(self):
        self.assertEqual(self.names(OLD, which=Which.CROSS),
                         [("old", f"nap{gpu}{collapse}") for gpu in ("", "@a530")
                          for collapse in ("", "@retain", "@retain-all")])
        self.assertEqual(len(self.names(OLD, NEW, which=Which.CROSS)), 6 + 12)
        self.assertEqual(self.names(OLD, which=Which.CROSS, gpu="a530", collapse="lose"),
                         [("old", "nap@a530")])

    def test_a_gpu_that_a_scenario_is_not_made_for_is_in_no_product(self):
        text = TABLE.replace('machine = "irq', 'gpus = ["a510"]\nmachine = "irq')
        for which, names in ((Which.TABLE, ["nap"]), (Which.CROSS, ["nap", "nap@retain", "nap@retain-all"])):
            chosen = cells.choose([OLD], [read(text)["nap"]], which=which)
            self.assertEqual([cell.name for cell in chosen], names)

    def test_what_is_asked_for_is_run_whether_the_table_has_it_or_not(self):
        self.assertEqual(self.names(OLD, collapse="retain-all"), [("old", "nap@retain-all")])
        self.assertEqual(self.names(OWN, named=False, which=Which.TABLE, gpu="a530", collapse="lose"),
                         [("own", "nap@a530")])

    def test_ones_own_kernel_runs_controls_only_when_they_are_named(self):
        self.assertEqual(self.names(OWN, named=False), [("own", "nap")])
        self.assertEqual(self.names(OWN), [("own", "nap"), ("own", "only-new")])

    def test_ones_own_kernel_has_no_row_even_under_the_name_of_a_known_one(self):
        nap = read()["nap"]
        self.assertIsNone(cells.Cell(OWN, nap).expected)
        self.assertEqual(cells.Cell(OWN, nap).allowed, ("everywhere", "snores"))
        self.assertEqual(cells.Cell(NEW, nap).expected.verdict, "PASS")


class CommandLine(unittest.TestCase):
    def words(self, axes: Axes) -> str:
        bench = runner.Bench(REPO, qemu=runner.Qemu("10", Path("s"), Path("b")), judge=Path("j"),
                             exerciser=Path("e"), qemu_args=("-last",))
        cell = cells.Cell(OLD, read()["nap"], axes)
        return " ".join(str(word) for word in runner.command(bench, cell, Path("i"), Path("f")))

    def test_defaults_of_the_machine_are_left_out(self):
        words = self.words(Axes())
        self.assertNotIn("gpu=a510,", words)
        self.assertNotIn("on-collapse", words)
        self.assertIn("smmu_pm.gpu=a510", words)

    def test_axes_and_the_scenarios_own_words_are_there(self):
        words = self.words(Axes("a530", "retain-all"))
        self.assertIn(",gpu=a530,on-collapse=retain-all,irq-delay=1,", words)
        self.assertIn("smmu_pm.gpu=a530", words)
        self.assertTrue(words.endswith("-smp 2 -last"), words)


class Table(unittest.TestCase):
    def setUp(self):
        self.known = scenarios.load(REPO)

    def cells(self, which=Which.TABLE):
        found = [Kernel(name, Path(name), "") for name in kernels.KNOWN]
        return cells.choose(found, list(self.known.values()), which=which)

    def test_every_cell_has_a_verdict_with_a_reason_and_so_has_the_full_product(self):
        for cell in self.cells(Which.CROSS):
            self.assertIsNotNone(cell.expected, f"{cell.kernel.name}/{cell.name}")
            self.assertTrue(cell.expected.reason)

    def test_the_tour_is_short_and_shows_all_that_can_come_of_a_run_on_a_stock_kernel(self):
        tour = [scenario for scenario in self.known.values() if scenario.tour]
        self.assertLessEqual(len(tour), 8)
        self.assertEqual({scenario.expected(name).verdict for scenario in tour
                          for name in kernels.DEFAULT}, {"PASS", "FAIL", "ERROR"})

    def test_every_wrong_kernel_has_a_cell_in_which_a_finding_names_the_guilty_function(self):
        for name in ("c1", "c2", "c3", "c2-no-restore", "no-restore", "no-device-links"):
            self.assertTrue(any(cell.expected.names for cell in self.cells()
                                if cell.kernel.name == name), name)

    def test_the_table_is_no_larger_than_one_has_patience_for(self):
        self.assertLessEqual(len(self.cells()), 200)

    def test_every_scenario_has_a_cell_and_every_word_for_cells_is_for_one(self):
        for scenario in self.known.values():
            self.assertTrue(any(cell.scenario is scenario for cell in self.cells()), scenario.name)
            for words in scenario.cells:
                self.assertTrue(any(words.covers(name, axes) and scenario.runs_on(name)
                                    for name in kernels.KNOWN for axes in scenarios.ALL_AXES),
                                f"{scenario.name}: {words}")

    def test_every_scenario_says_in_one_line_where_it_comes_from(self):
        for scenario in self.known.values():
            self.assertRegex(scenario.origin, r"^\S.{8,}$", scenario.name)

    def test_the_catalogue_has_every_scenario(self):
        text = (REPO / "docs/catalogue.rst").read_text(encoding="utf-8")
        named = set(re.findall(r"``([a-z0-9-]+)(?:@[a-z0-9-]+)?``", text))
        self.assertEqual(set(self.known) - named, set())

    def test_a_fail_has_findings_and_nothing_else_has(self):
        for cell in self.cells(Which.CROSS):
            self.assertEqual(cell.expected.verdict == "FAIL", bool(cell.expected.findings), cell.name)

    def test_on_stock_kernels_a_control_must_not_pass_and_all_else_must(self):
        for cell in self.cells(Which.CROSS):
            if cell.axes == Axes() and cell.kernel.name in kernels.DEFAULT:
                self.assertEqual(cell.scenario.control, cell.expected.verdict != "PASS", cell.name)

    def test_every_row_is_the_first_for_some_cell(self):
        for scenario in self.known.values():
            used = {cell.expected.reason for cell in self.cells(Which.CROSS) if cell.scenario is scenario}
            self.assertEqual({row.expectation.reason for row in scenario.rows}, used, scenario.name)

    def test_every_pattern_of_a_kernel_is_for_a_known_one(self):
        for scenario in self.known.values():
            patterns = [*scenario.kernels, *(row.cells.kernel for row in scenario.rows),
                        *(one.kernel for one in scenario.allowed)]
            for pattern in patterns:
                self.assertTrue(any(scenarios.fnmatchcase(name, pattern) for name in kernels.KNOWN),
                                f"{scenario.name}: {pattern}")

    def test_every_scenario_is_known_to_the_guests_program(self):
        text = (REPO / "tests/guest/main.c").read_text()
        for name in self.known:
            self.assertIn(f'"{name}"', text)
        self.assertEqual(len(re.findall(r'^    \{"', text, re.MULTILINE)), len(self.known))

    def test_every_overlay_is_there(self):
        for scenario in self.known.values():
            if scenario.overlay:
                file = REPO / "hw/arm/smmu-pm/qemu" / f"{scenario.overlay}.dtso"
                self.assertTrue(file.is_file(), file)

    def test_an_unknown_scenario_lists_the_known(self):
        with self.assertRaisesRegex(Trouble, "nap.*submit-and-wait"):
            scenarios.pick(self.known, ["nap"])
