# SPDX-License-Identifier: GPL-2.0-or-later
import subprocess
import tempfile
import unittest
from pathlib import Path

from smmu_pm import guest_module, kernels, scenarios
from smmu_pm.trouble import Trouble

REPO = Path(__file__).resolve().parents[2]


class Package(unittest.TestCase):
    def test_release_and_version_are_those_of_the_image(self):
        kernel = kernels.Kernel("debian-6.1", Path("/none"), "linux-image-6.1.0-9-arm64 6.1.27-1")
        self.assertEqual(guest_module._package(kernel), ("6.1.0-9-arm64", "6.1.27-1"))

    def test_an_image_of_ones_own_needs_its_build_tree(self):
        for name, version in (("Image", "6.6.1"), ("Image", "linux-image-6.1.0-9-arm64 6.1.27-1")):
            with self.assertRaisesRegex(Trouble, "--build-dir"):
                guest_module._package(kernels.Kernel(name, Path("/none"), version, known=False))


class Wrap(unittest.TestCase):
    """A program of another release runs with that release's loader, wherever its folder is moved."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name) / "made"
        (self.root / "scripts").mkdir(parents=True)
        loader = self.root / "libc/usr/lib/any-linux-gnu/ld-linux-any.so.2"
        loader.parent.mkdir(parents=True)
        self._script(loader, 'echo "loader $2 $(basename "$3") $4"')

    def _script(self, path, text):
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def _said(self, name):
        guest_module._wrap(self.root / "scripts" / name, self.root / "libc")
        moved = self.root.rename(self.root.with_name("moved"))
        said = subprocess.run([moved / "scripts" / name, "word"], capture_output=True, text=True,
                              check=True).stdout
        self.assertIn(str(moved.resolve() / "scripts/../libc/usr/lib/any-linux-gnu"), said)
        return said

    def test_the_program_is_handed_to_the_loader(self):
        self._script(self.root / "scripts/fixdep", "exit 1")
        self.assertRegex(self._said("fixdep"), r"^loader \S+ fixdep\.elf word$")

    def test_of_several_targets_the_little_endian_one_of_64_bits_is_meant(self):
        for name in ("modpost", "modpost.real-lsb-64", "modpost.real-msb-32"):
            self._script(self.root / "scripts" / name, "exit 1")
        self.assertRegex(self._said("modpost"), r"^loader \S+ modpost\.real-lsb-64 word$")

    def test_without_a_loader_it_is_trouble(self):
        self._script(self.root / "scripts/fixdep", "exit 1")
        with self.assertRaisesRegex(Trouble, "no loader"):
            guest_module._wrap(self.root / "scripts/fixdep", self.root / "scripts")


class Table(unittest.TestCase):
    def test_a_scenario_has_the_module_exactly_if_it_has_the_device(self):
        for scenario in scenarios.load(REPO).values():
            self.assertEqual(scenario.module, "testdev=on" in scenario.machine.split(","),
                             scenario.name)

    def test_who_uses_the_module_says_so(self):
        for name, scenario in scenarios.load(REPO).items():
            source = REPO / f"tests/guest/scenarios/{name}.c"
            if source.is_file():
                self.assertEqual("testdev_open()" in source.read_text(encoding="utf-8"),
                                 scenario.module, name)


class Sources(unittest.TestCase):
    def test_what_is_linked_with_a_kernel_has_its_licence(self):
        for path in guest_module._sources(REPO):
            wanted = "or-later" if path.name == "pm_testdev.h" else "only"
            self.assertIn(f"SPDX-License-Identifier: GPL-2.0-{wanted}",
                          path.read_text(encoding="utf-8").splitlines()[0], path.name)
