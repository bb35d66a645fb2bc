# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels of one's own, made here: Images packed in several ways, trees, package files."""
import gzip
import io
import lzma
import os
import shutil
import struct
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from smmu_pm import kernel_image, kernel_package, kernel_symbols, kernels, own_kernel
from smmu_pm.trouble import Trouble

from test_kernels import module

CONFIG = "".join(f"CONFIG_{name}=y\n" for name in (
    "ARCH_QCOM", "ARM_SMMU", "COMMON_CLK_QCOM", "QCOM_GDSC", "MSM_GCC_8996", "MSM_MMCC_8996",
    "QCOM_SCM", "PM", "CMA", "DMA_CMA", "DEVTMPFS", "SERIAL_AMBA_PL011_CONSOLE", "BLK_DEV_INITRD",
)) + "CONFIG_DRM_MSM=m\n"


def an_image(pages: int = 1) -> bytes:
    """Its banner stands at 0x400."""
    head = bytes(0x18) + struct.pack("<Q", pages << 1) + bytes(0x18) + b"ARM\x64"
    return head.ljust(0x400, b"\0") + b"Linux version 6.9.0-mine (me) \0" + bytes(100)


def zboot(method: bytes, packed: bytes) -> bytes:
    head = b"MZ\0\0zimg" + struct.pack("<II", 0x80, len(packed)) + bytes(8) + method
    return head.ljust(0x38, b"\0") + b"\xcd\x23\x82\x81" + bytes(0x44) + packed + b"rest"


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        # What is made of a kernel must not reach the user's cache.
        home = mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(self.folder / "cache")})
        home.start()
        self.addCleanup(home.stop)

    def write(self, name: str, data: bytes | str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path


class Images(Folder):
    def test_an_image_is_read_from_whatever_it_is_packed_in(self):
        image = an_image()
        for name, packed in (("gz", gzip.compress(image)),
                             ("efi-gzip", zboot(b"gzip", gzip.compress(image))),
                             ("efi-xz", zboot(b"xzkern", lzma.compress(image)))):
            self.assertEqual(kernel_image.read(self.write(name, packed)), image, name)

    @unittest.skipUnless(shutil.which("zstd"), "no zstd here")
    def test_an_image_in_zstd_is_read(self):
        packed = subprocess.run(["zstd", "-q", "-c"], input=an_image(), stdout=subprocess.PIPE,
                                check=True).stdout
        for method in (b"zstd", b"zstd22"):
            self.assertEqual(kernel_image.read(self.write("efi", zboot(method, packed))), an_image())

    def test_what_is_packed_in_another_way_or_broken_is_refused(self):
        packed = gzip.compress(an_image())
        for data, word in ((zboot(b"lzo", packed), "'lzo'"),
                           (zboot(b"gzip", packed[:40]), "compression is broken"),
                           (zboot(b"xzkern", b"no xz"), "compression is broken"),
                           (b"MZ\0\0zimg", "no arm64 kernel")):
            with self.assertRaisesRegex(Trouble, word):
                kernel_image.read(self.write("bad", data))

    def test_pages_that_the_smmu_has_not_are_refused(self):
        for pages, word in ((2, "16K"), (3, "64K")):
            with self.assertRaisesRegex(Trouble, f"pages of {word}"):
                kernel_image.read(self.write("Image", an_image(pages)))
        for pages in (0, 1):
            kernel_image.read(self.write("Image", an_image(pages)))


class Symbols(Folder):
    MAP = ("ffff800008000000 T _text\nffff800008000400 D linux_banner\n"
           "ffff800008000200 t second\nffff800008000100 T first\nffff800008000100 t $x\n")
    SORTED = ("ffff800008000000 T _text\nffff800008000100 T first\nffff800008000200 t second\n"
              "ffff800008000400 D linux_banner\n")

    def test_a_system_map_is_taken_by_address(self):
        self.assertEqual(kernel_symbols.find(an_image(), self.write("System.map", self.MAP)),
                         self.SORTED)

    def test_the_map_of_another_kernel_is_not(self):
        other = self.MAP.replace("400 D linux_banner", "404 D linux_banner")
        for text in (other, "ffffffffffffffff B The real System.map is elsewhere\n", ""):
            self.assertEqual(kernel_symbols.find(an_image(), self.write("System.map", text)), "")

    def test_vmlinux_is_next(self):
        vmlinux = self.write("vmlinux", b"no ELF")
        self.assertEqual(kernel_symbols.find(an_image(), None, vmlinux), "")
        place = self.write("System.map", self.MAP)
        self.assertEqual(kernel_symbols.find(an_image(), place, vmlinux), self.SORTED)


class Trees(Folder):
    def tree(self) -> Path:
        self.write("linux/.config", CONFIG)
        self.write("linux/arch/arm64/boot/Image", an_image())
        self.write("linux/System.map", Symbols.MAP)
        # As kbuild lists them; the second was built at another time, and is listed no more.
        self.write("linux/modules.order", "drivers/gpu/drm/msm/msm.o\n")
        self.write("linux/drivers/gpu/drm/msm/msm.ko", module(""))
        self.write("linux/old/governor_simpleondemand.ko", module(""))
        return self.folder / "linux"

    def test_everything_is_found_in_the_tree(self):
        tree = self.tree()
        kernel = own_kernel.from_tree(tree)
        self.assertEqual((kernel.name, kernel.version, kernel.known), ("linux", "6.9.0-mine", False))
        self.assertEqual(kernel.build_dir, tree)
        self.assertEqual(kernel.image.read_bytes(), an_image())
        self.assertEqual((kernel.modules / "order").read_text(), "msm.ko\n")
        self.assertEqual(kernel.symbols.read_text(), Symbols.SORTED)

    def test_what_the_tree_lacks_is_named_with_every_option(self):
        tree = self.tree()
        (tree / ".config").write_text(CONFIG.replace("CONFIG_PM=y", "").replace("CONFIG_CMA=y", ""))
        with self.assertRaisesRegex(Trouble, "without CONFIG_PM, CONFIG_CMA$"):
            own_kernel.from_tree(tree)

    def test_newer_kernels_need_more(self):
        options = {name: "y" for name in kernels.NEEDED_OPTIONS}
        for release in ("", "unknown", "5.10.0-32-arm64", "6.16.12+deb13-arm64"):
            kernels.check_options("mine", options, release)
        with self.assertRaisesRegex(Trouble, "without CONFIG_QCOM_UBWC_CONFIG$"):
            kernels.check_options("mine", options, "6.17.0")
        with self.assertRaisesRegex(Trouble, "UBWC_CONFIG, CONFIG_QCOM_SMEM, CONFIG_HWSPINLOCK_QCOM$"):
            kernels.check_options("mine", options, "7.10.0-rc1")

    def test_a_folder_that_is_no_built_tree_is_refused(self):
        with self.assertRaisesRegex(Trouble, "no such folder"):
            own_kernel.check([], None, self.folder / "none", [])
        with self.assertRaisesRegex(Trouble, r"no \.config"):
            own_kernel.check([], None, self.folder, [])
        self.write(".config", CONFIG)
        with self.assertRaisesRegex(Trouble, "arch/arm64/boot/Image"):
            own_kernel.check([], None, self.folder, [])

    def test_modules_of_another_release_are_refused(self):
        info = [("msm", module("").replace(b"license=GPL\0", b"vermagic=6.\0"))]
        kernels.check_release("6.", info)
        with self.assertRaisesRegex(Trouble, r"msm\.ko is for 6\., the kernel is 6\.9"):
            kernels.check_release("6.9", info)

    def test_combinations_that_name_no_kernel_are_refused(self):
        tree, image = self.tree(), str(self.folder / "Image")
        for words in ((["debian-6.1"], None, tree, []), ([image, "other"], None, tree, []),
                      ([image], tree, tree, []), ([image], None, None, [tree]),
                      ([], None, tree, [tree]), ([], tree, None, [tree])):
            with self.assertRaisesRegex(Trouble, "--build-dir|--deb"):
                own_kernel.check(*words)


def a_deb(path: Path, control: str, files: dict[str, bytes]) -> Path:
    """A Debian package, made without Debian's tools."""
    def packed(content: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, data in content.items():
                member = tarfile.TarInfo(f"./{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return buffer.getvalue()

    members = (("debian-binary", b"2.0\n"), ("control.tar.gz", packed({"control": control.encode()})),
               ("data.tar.gz", packed(files)))
    with path.open("wb") as file:
        file.write(b"!<arch>\n")
        for name, data in members:
            file.write(f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode())
            file.write(data + bytes(len(data) % 2))
    return path


def control(name: str, architecture: str = "arm64", depends: str = "") -> str:
    return (f"Package: {name}\nVersion: 1-1\nArchitecture: {architecture}\nMaintainer: me <m@e>\n"
            + (f"Depends: {depends}\n" if depends else "") + "Description: a kernel\n")


@unittest.skipUnless(shutil.which("dpkg-deb"), "no dpkg-deb here")
class Packages(Folder):
    def deb(self, name: str, files: dict[str, bytes], **more: str) -> Path:
        return a_deb(self.folder / f"{name}.deb", control(name, **more), files)

    def test_one_package_as_make_bindeb_pkg_writes_it(self):
        deb = self.deb("linux-image-6.9.0-mine", {
            "boot/vmlinuz-6.9.0-mine": gzip.compress(an_image()),
            "boot/config-6.9.0-mine": CONFIG.encode(),
            "boot/System.map-6.9.0-mine": Symbols.MAP.encode(),
            "lib/modules/6.9.0-mine/kernel/drivers/gpu/drm/msm/msm.ko": module("")})
        kernel = own_kernel.from_packages([deb])
        self.assertEqual((kernel.name, kernel.version),
                         ("linux-image-6.9.0-mine", "linux-image-6.9.0-mine 1-1"))
        self.assertEqual(kernel.image.read_bytes(), an_image())
        self.assertEqual((kernel.modules / "order").read_text(), "msm.ko\n")
        self.assertEqual(kernel.symbols.read_text(), Symbols.SORTED)

    def test_several_packages_as_debian_has_them(self):
        place = "usr/lib/modules/7.3-arm64"
        whole = self.deb("linux-image-7.3-arm64", {},
                         depends="kmod, linux-binary-7.3-arm64 (= 1-1), linux-base-7.3-arm64 (= 1-1)")
        binary = self.deb("linux-binary-7.3-arm64", {f"{place}/vmlinuz": an_image()})
        base = self.deb("linux-base-7.3-arm64", {f"{place}/config": CONFIG.encode()})
        modules = self.deb("linux-modules-7.3-arm64",
                           {f"{place}/kernel/drivers/gpu/drm/msm/msm.ko.xz": lzma.compress(module(""))})
        kernel = own_kernel.from_packages([whole, base, binary, modules])
        self.assertEqual(kernel.name, "linux-image-7.3-arm64")
        self.assertEqual((kernel.modules / "order").read_text(), "msm.ko\n")
        with self.assertRaisesRegex(Trouble, "holds no kernel; give these, too: linux-binary-7.3-arm64, "
                                             "linux-base-7.3-arm64$"):
            own_kernel.from_packages([whole])
        with self.assertRaisesRegex(Trouble, "no configuration"):
            own_kernel.from_packages([binary])
        with self.assertRaisesRegex(Trouble, "no modules"):
            own_kernel.from_packages([binary, base])

    def test_what_holds_no_arm64_kernel_is_refused(self):
        foreign = self.deb("linux-image-6.9-amd64", {"boot/vmlinuz-6.9-amd64": b"x"},
                           architecture="amd64")
        with self.assertRaisesRegex(Trouble, "a package for amd64"):
            own_kernel.check([], None, None, [foreign])
        with self.assertRaisesRegex(Trouble, "no such file"):
            own_kernel.check([], None, None, [self.folder / "none.deb"])
        whole = self.deb("linux-image-6.9", {"boot/vmlinuz-6.9": bytes(range(256)) * 99}).read_bytes()
        with self.assertRaisesRegex(Trouble, "no Debian package, or a broken one"):
            own_kernel.check([], None, None, [self.write("short.deb", whole[:100])])
        with self.assertRaisesRegex(Trouble, "cannot be unpacked"):
            own_kernel.from_packages([self.write("cut.deb", whole[:-100])])

    def test_two_kernels_at_once_are_refused(self):
        debs = [self.deb(f"linux-image-{v}", {f"boot/vmlinuz-{v}": an_image(),
                                              f"boot/config-{v}": CONFIG.encode()}) for v in ("6.8", "6.9")]
        with self.assertRaisesRegex(Trouble, r"several kernels: boot/vmlinuz-6\.8, boot/vmlinuz-6\.9"):
            own_kernel.from_packages(debs)

    def test_names_of_dependencies(self):
        self.assertEqual(kernel_package.names_of("a (= 1), b | c:any,d"), ("a", "b", "d"))
