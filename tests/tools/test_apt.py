# SPDX-License-Identifier: GPL-2.0-or-later
import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from smmu_pm import apt
from smmu_pm.trouble import Trouble

DEB822 = """\
Types: deb
# where it was made from
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINB

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """\
# deb http://commented.test/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/x.gpg] http://other.test/apt bookworm main
deb http://mirror.test/debian/ bookworm main non-free-firmware # ours
deb-src http://mirror.test/debian/ bookworm main
deb http://mirror.test/debian-security bookworm-security main
"""


class Sources(unittest.TestCase):
    def test_deb822_gives_each_suite_of_each_enabled_stanza(self):
        found = apt.parse_sources(DEB822)
        self.assertEqual([(s.uri, s.suite) for s in found], [
            ("http://mirror.test/debian", "bookworm"),
            ("http://mirror.test/debian", "bookworm-updates"),
            ("http://mirror.test/debian-security", "bookworm-security")])
        self.assertEqual(found[0].components, ("main", "contrib"))

    def test_a_key_in_place_keeps_its_lines(self):
        security = apt.parse_sources(DEB822)[2]
        stanza = apt.write_stanza("deb", security, "trixie-security", "arm64")
        self.assertIn("Signed-By: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINB", stanza)
        self.assertIn("Suites: trixie-security\n", stanza)
        self.assertIn("Architectures: arm64\n", stanza)

    def test_one_line_format_knows_options_and_comments(self):
        found = apt.parse_list(ONE_LINE)
        self.assertEqual([s.uri for s in found], [
            "http://other.test/apt", "http://mirror.test/debian/",
            "http://mirror.test/debian-security"])
        self.assertEqual(found[0].signed_by, "/etc/apt/keyrings/x.gpg")
        self.assertEqual(found[1].components, ("main", "non-free-firmware"))

    def test_debians_own_archive_is_chosen_before_another_of_the_same_suite(self):
        archive, security = apt.choose(apt.parse_list(ONE_LINE), "bookworm")
        self.assertEqual(archive.uri, "http://mirror.test/debian/")
        self.assertEqual(security.uri, "http://mirror.test/debian-security")

    def test_without_a_source_of_debians_it_says_so(self):
        with self.assertRaisesRegex(Trouble, "bookworm"):
            apt.choose([apt.Source("http://x.test", "jammy", ("main",))], "bookworm")


MADISON = """\
linux-image-arm64 | 7.3.4-1~bpo13+1 | http://mirror.test/debian trixie-backports/main arm64 Packages
linux-image-arm64 | 7.3~rc7-1~exp1 | http://mirror.test/debian experimental/main arm64 Packages
linux-image-arm64 | 7.2.13-1 | http://mirror.test/debian sid/main arm64 Packages
linux-image-arm64 | 6.12.117-1 | http://mirror.test/debian trixie/main arm64 Packages
linux-image-arm64 | 6.12.118-1 | http://mirror.test/debian-security trixie-security/main arm64 Packages
"""


class Newest(unittest.TestCase):
    def source(self, suite=""):
        with tempfile.TemporaryDirectory() as home, mock.patch.dict(os.environ,
                                                                    {"XDG_CACHE_HOME": home}):
            source = apt.Apt(suite)
        source._cache = lambda *words: MADISON
        return source

    @unittest.skipUnless(shutil.which("dpkg"), "no dpkg here")
    def test_the_newest_of_several_suites_is_chosen_and_of_one_its_own(self):
        source = self.source()
        self.assertEqual(source.candidate("x", "trixie-backports, sid, experimental"), "7.3.4-1~bpo13+1")
        self.assertEqual(source.candidate("x", "sid, experimental"), "7.3~rc7-1~exp1")
        self.assertEqual(source.candidate("x", "trixie"), "6.12.118-1")

    def test_it_has_a_root_and_sources_of_its_own(self):
        found = apt.parse_sources(DEB822)
        with mock.patch.object(apt, "system_sources", lambda: found), \
                mock.patch.object(apt.packages, "release", lambda: ("bookworm", 12)):
            newest, other = self.source("trixie-backports, sid, experimental"), self.source("trixie")
            self.assertEqual([s.suite for s in apt.parse_sources(newest._wanted())],
                             ["trixie-backports", "sid", "experimental"])
            self.assertNotIn("Suites: sid", other._wanted())
        self.assertNotEqual(newest.root.name, other.root.name)


class Fresh(unittest.TestCase):
    def test_lists_are_read_again_when_other_suites_are_wanted(self):
        with tempfile.TemporaryDirectory() as temporary:
            source = apt.Apt.__new__(apt.Apt)
            source.root = Path(temporary)
            (source.root / "sources.list.d").mkdir()
            (source.root / "sources.list.d/smmu-pm.sources").write_text("Suites: bookworm\n")
            self.assertFalse(source._fresh("Suites: bookworm\n"))
            (source.root / "updated").touch()
            self.assertTrue(source._fresh("Suites: bookworm\n"))
            self.assertFalse(source._fresh("Suites: trixie\n"))
            long_ago = time.time() - 25 * 3600
            os.utime(source.root / "updated", (long_ago, long_ago))
            self.assertFalse(source._fresh("Suites: bookworm\n"))
