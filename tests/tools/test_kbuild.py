# SPDX-License-Identifier: GPL-2.0-or-later
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from smmu_pm import kbuild, kernels, variants
from smmu_pm.trouble import BUILD, TREE, USAGE, Trouble

PATCH = """\
SPDX-License-Identifier: GPL-2.0-only

--- a/one.c
+++ b/one.c
@@ -1,3 +1,2 @@
 first
-second
 third
--- /dev/null
+++ b/new.h
@@ -0,0 +1 @@
+new
"""


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.enterContext(mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(self.folder / "cache")}))

    def write(self, name: str, text: str = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Table(unittest.TestCase):
    def test_all_nine_and_their_debug_flavours_are_known(self):
        names = ["merged", "v7", "pre-series", "c1", "c2", "c3", "c2-no-restore", "no-device-links",
                 "no-restore"]
        self.assertEqual(list(variants.VARIANTS), names + [f"{name}-debug" for name in names])
        self.assertLessEqual(set(variants.VARIANTS), set(kernels.KNOWN))

    def test_without_a_name_no_kernel_has_to_be_built(self):
        self.assertFalse(set(kernels.DEFAULT) & set(variants.VARIANTS))

    def test_each_patch_is_used_and_says_what_it_is_for(self):
        used = {patch for one in variants.VARIANTS.values() for patch in one.patches}
        there = {path.stem for path in variants.FOLDER.glob("*.patch")}
        self.assertEqual(used, there)
        for name in there:
            head = (variants.FOLDER / f"{name}.patch").read_text().partition("\n--- ")[0]
            self.assertTrue(head.startswith("SPDX-License-Identifier: GPL-2.0-only\n\n"), name)
            self.assertGreater(len(head), 120, name)

    def test_no_two_variants_are_the_same_kernel(self):
        one_of_each = {variants.content(one) for one in variants.VARIANTS.values() if not one.debug}
        self.assertEqual(len(one_of_each), 9)

    def test_the_fragment_has_what_a_kernel_is_refused_without(self):
        options = kernels.parse_config(variants.fragment())
        # Not asked for: these follow from the others.
        for option in set(kernels.NEEDED_OPTIONS) - {"PM"}:
            self.assertEqual(options.get(option), "y", option)
        self.assertNotIn("PROVE_LOCKING", options)
        self.assertEqual(kernels.parse_config(variants.fragment(True))["PROVE_LOCKING"], "y")


class Patched(Folder):
    def setUp(self):
        super().setUp()
        self.write("patches/cut.patch", PATCH)
        self.variant = variants.Variant("v", "", ("cut",))
        self.enterContext(mock.patch.object(variants, "FOLDER", self.folder / "patches"))
        self.enterContext(mock.patch.object(variants, "_PLAIN", (self.variant,)))
        variants._touched.cache_clear()
        self.addCleanup(variants._touched.cache_clear)

    def test_a_variant_has_its_patches_and_the_others_files_as_they_are(self):
        self.write("linux/one.c", "first\nsecond\nthird\n")
        self.assertEqual(variants.patched(self.variant, self.folder / "linux"),
                         {"new.h": b"new\n", "one.c": b"first\nthird\n"})
        self.assertEqual(variants.patched(variants.Variant("merged", ""), self.folder / "linux"),
                         {"new.h": None, "one.c": b"first\nsecond\nthird\n"})

    def test_a_patch_that_does_not_fit_is_named(self):
        self.write("linux/one.c", "first\nother\nthird\n")
        with self.assertRaisesRegex(Trouble, "v: cut.patch does not fit") as caught:
            variants.patched(self.variant, self.folder / "linux")
        self.assertEqual(caught.exception.code, BUILD)


class LayOver(Folder):
    def test_only_what_differs_is_written_and_links_keep_what_they_have(self):
        same, other = self.write("pristine/same.c", "same"), self.write("pristine/other.c", "old")
        (self.folder / "tree").mkdir()
        for path in (same, other):
            os.utime(path, (1000, 1000))
            os.link(path, self.folder / "tree" / path.name)
        self.write("tree/gone.h", "gone")
        changed = kbuild.lay_over(self.folder / "tree", {
            "same.c": b"same", "other.c": b"new", "gone.h": None, "never.h": None})
        self.assertEqual(changed, ["other.c", "gone.h"])
        self.assertEqual(other.read_text(), "old")
        self.assertEqual((self.folder / "tree/other.c").read_text(), "new")
        self.assertGreater((self.folder / "tree/other.c").stat().st_mtime, 1000)
        self.assertEqual((self.folder / "tree/same.c").stat().st_mtime, 1000)
        self.assertFalse((self.folder / "tree/gone.h").exists())


class OwnTree(Folder):
    def tree(self, name: str = "linux") -> Path:
        self.write(f"{name}/Makefile", "VERSION = 6\nPATCHLEVEL = 1\n")
        self.write(f"{name}/arch/arm64/Kconfig")
        return self.folder / name

    def test_each_tree_has_its_own_objects_wherever_it_is_named_from(self):
        one = kbuild.own_tree(self.tree())
        self.assertEqual(one.code, TREE)
        self.assertFalse(one.objects.is_relative_to(one.source))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(one.source)
        self.assertEqual(kbuild.own_tree(Path(".")).objects, one.objects)
        self.assertNotEqual(kbuild.own_tree(self.tree("other")).objects, one.objects)

    def test_what_is_no_kernel_is_refused(self):
        for path, word in ((self.folder / "none", "no such folder"), (self.folder, "no kernel source tree"),
                           (self.tree("a b"), "space")):
            with self.assertRaisesRegex(Trouble, word) as caught:
                kbuild.own_tree(path)
            self.assertEqual(caught.exception.code, USAGE)

    def test_a_build_folder_is_told_from_a_source(self):
        self.write("build/Makefile", "include /src/Makefile\n")
        (self.folder / "build/source").symlink_to(self.folder)
        with self.assertRaisesRegex(Trouble, "give --tree the source"):
            kbuild.own_tree(self.folder / "build")

    def test_a_tree_that_was_built_in_is_refused_with_what_cleans_it(self):
        tree = self.tree()
        self.write("linux/.config")
        with self.assertRaisesRegex(Trouble, "mrproper"):
            kbuild.own_tree(tree)
