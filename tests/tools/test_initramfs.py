# SPDX-License-Identifier: GPL-2.0-or-later
import subprocess
import unittest

from smmu_pm.initramfs import File, archive


class Archive(unittest.TestCase):
    def test_a_member_is_110_characters_of_head_then_name_and_data_padded_to_4(self):
        data = archive([File("init", b"abcde", 0o100755)])
        self.assertEqual(data[:110], b"070701" b"00000001" b"000081ed" b"00000000" b"00000000"
                                     b"00000001" b"00000000" b"00000005" b"00000000" b"00000000"
                                     b"00000000" b"00000000" b"00000005" b"00000000")
        self.assertEqual(data[110:124], b"init\0\0" b"abcde\0\0\0")
        self.assertEqual(len(data) % 512, 0)

    def test_the_order_of_files_does_not_matter_and_folders_come_first(self):
        files = [File("lib/firmware/x", b"1"), File("init", b"2"), File("lib/a", b"3")]
        self.assertEqual(archive(files), archive(reversed(files)))
        data = archive(files)
        places = [data.index(name + b"\0") for name in (b"init", b"lib", b"lib/a", b"lib/firmware")]
        self.assertEqual(places, sorted(places))

    def test_cpio_reads_it(self):
        data = archive([File("dev/console", b"", 0o020600, (5, 1)), File("bin/sh", b"busybox", 0o120777)])
        try:
            listed = subprocess.run(["cpio", "-itv", "--quiet"], input=data, capture_output=True, check=True)
        except FileNotFoundError:
            self.skipTest("no cpio here")
        self.assertIn(b"5,   1", listed.stdout)
        self.assertIn(b"bin/sh -> busybox", listed.stdout)
