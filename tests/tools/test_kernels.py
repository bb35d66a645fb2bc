# SPDX-License-Identifier: GPL-2.0-or-later
import gzip
import lzma
import struct
import tempfile
import unittest
from pathlib import Path

from smmu_pm import elf, kernel_image, kernels
from smmu_pm.trouble import Trouble


def module(depends: str) -> bytes:
    """An ELF file with .modinfo, .text, and symbols in it."""
    names = b"\0.modinfo\0.text\0.symtab\0.strtab\0.shstrtab\0"
    strings = b"\0second\0first\0$x\0data\0"
    info = b"license=GPL\0depends=" + depends.encode() + b"\0"

    def symbol(name: bytes, kind: int, section: int, value: int) -> bytes:
        return struct.pack("<IBBHQQ", strings.index(name + b"\0"), kind, 0, section, value, 0)

    table = (bytes(24) + symbol(b"second", 2, 2, 0x40) + symbol(b"first", 2, 2, 0x10)
             + symbol(b"$x", 0, 2, 0) + symbol(b"data", 1, 1, 0))
    contents = [b"", info, bytes(0x80), table, strings, names]
    kinds = [0, 1, 1, 2, 3, 3]
    place, body, rows = 64, b"", b""
    for number, content in enumerate(contents):
        name = 0 if number == 0 else names.index(
            [b"", b".modinfo", b".text", b".symtab", b".strtab", b".shstrtab"][number] + b"\0")
        rows += struct.pack("<IIQQQQIIQQ", name, kinds[number], 0, 0, place + len(body), len(content),
                            4, 0, 1, 24)
        body += content
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 1, 183, 1, 0, 0, place + len(body), 0, 64, 0, 0, 64, len(contents), 5)
    return head + body + rows


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)


class Modules(Folder):
    def test_each_module_stands_after_those_it_depends_on(self):
        (self.folder / "msm.ko").write_bytes(module("drm,gpu-sched"))
        (self.folder / "deep").mkdir()
        (self.folder / "deep/gpu-sched.ko").write_bytes(module("drm"))
        (self.folder / "drm.ko.xz").write_bytes(lzma.compress(module("")))
        self.assertEqual([name for name, _ in kernels.load_order(self.folder, {})],
                         ["drm", "gpu_sched", "msm"])

    def test_a_module_that_is_missing_is_named_with_who_wants_it(self):
        (self.folder / "msm.ko").write_bytes(module("drm"))
        with self.assertRaisesRegex(Trouble, r"drm\.ko is missing .*needed by msm"):
            kernels.load_order(self.folder, {})

    def test_what_is_built_in_needs_no_module(self):
        self.assertEqual(kernels.load_order(self.folder, {"DRM_MSM": "y"}), [])

    def test_symbols_are_functions_by_section_and_offset(self):
        self.assertEqual(kernels.symbols_of_module(module("")), ".text 0x10 first\n.text 0x40 second\n")

    def test_elf_that_is_cut_off_is_refused_not_misread(self):
        whole = module("drm")
        for end in range(0, len(whole), 7):
            with self.assertRaises(elf.ElfError):
                elf.Elf(whole[:end])


class Images(Folder):
    def write(self, data: bytes) -> Path:
        path = self.folder / "Image"
        path.write_bytes(data)
        return path

    def test_an_image_is_known_by_its_magic_number(self):
        data = bytes(0x38) + b"ARM\x64" + bytes(100)
        self.assertEqual(kernel_image.read(self.write(data)), data)
        self.assertEqual(kernel_image.read(self.write(gzip.compress(data))), data)

    def test_anything_else_is_refused(self):
        for data in (b"", bytes(100), gzip.compress(bytes(100)), b"\x1f\x8b broken"):
            with self.assertRaises(Trouble):
                kernel_image.read(self.write(data))

    def test_a_needed_option_that_is_missing_is_named(self):
        options = {name: "y" for name in kernels.NEEDED_OPTIONS}
        kernels.check_options("mine", options)
        for name in kernels.NEEDED_OPTIONS:
            with self.assertRaisesRegex(Trouble, f"mine .*CONFIG_{name}$"):
                kernels.check_options("mine", {**options, name: "n"})

    def test_ikconfig_is_read_from_the_image(self):
        image = bytes(77) + b"IKCFG_ST" + gzip.compress(b"CONFIG_PM=y\n") + b"IKCFG_ED"
        self.assertEqual(kernels.parse_config(kernel_image.embedded_config(image)), {"PM": "y"})

    def test_the_configuration_beside_an_image_wins(self):
        path = self.write(b"")
        (self.folder / "Image.config").write_text("CONFIG_CMA=y\n")
        self.assertEqual(kernels.parse_config(kernels.config_of(path, b"")), {"CMA": "y"})
