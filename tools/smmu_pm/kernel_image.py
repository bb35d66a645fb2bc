# SPDX-License-Identifier: GPL-2.0-or-later
"""An arm64 kernel's file: the Image, whatever it is packed in, and what it says of itself.

    Image       as it is built, and as Debian has it: vmlinuz
    Image.gz    what `make bindeb-pkg` installs as vmlinuz
    vmlinuz.efi a program for UEFI with a packed Image in it (CONFIG_EFI_ZBOOT)
"""
from __future__ import annotations

import gzip
import lzma
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from . import cache, packages, proc
from .trouble import Trouble

MAGIC = b"ARM\x64"  # at 0x38 of an Image (Documentation/arch/arm64/booting.rst)
PAGES = {1: "4K", 2: "16K", 3: "64K"}  # the same, flags at 0x18, bits 2:1; 0: it does not say


def unzstd(data: bytes, what: Path) -> bytes:
    """There is no zstd in Python's library."""
    packages.need({"zstd": f"{what.name} is packed with it"})
    with cache.scratch() as folder:
        (folder / "packed").write_bytes(data)
        done = proc.capture(["zstd", "-q", "-d", folder / "packed", "-o", folder / "plain"])
        if not done.ok:
            raise Trouble(f"{what}: {done.tail(1)}")
        return (folder / "plain").read_bytes()


def _gunzip(data: bytes, _: Path) -> bytes:
    return gzip.decompress(data)


def _unlzma(data: bytes, _: Path) -> bytes:
    return lzma.decompress(data)


_UNPACK: dict[str, Callable[[bytes, Path], bytes]] = {
    "gzip": _gunzip, "xz": _unlzma, "lzma": _unlzma, "zstd": unzstd,
}


def _zboot(data: bytes, path: Path) -> bytes:
    """The payload of an EFI zboot image: drivers/firmware/efi/libstub/zboot-header.S."""
    place, size = struct.unpack_from("<II", data, 8)
    method = data[24:56].split(b"\0")[0].decode(errors="replace")
    unpack = next((one for name, one in _UNPACK.items() if method.startswith(name)), None)
    if unpack is None:
        raise Trouble(f"{path}: packed with '{method}', which is not known here")
    return unpack(data[place:place + size], path)


def read(path: Path) -> bytes:
    """The Image, unpacked."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror}") from None
    try:
        if data[:2] == b"\x1f\x8b":
            data = _gunzip(data, path)
        elif data[:2] == b"MZ" and data[4:8] == b"zimg" and len(data) >= 64:
            data = _zboot(data, path)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        raise Trouble(f"{path}: its compression is broken") from None
    if data[0x38:0x3c] != MAGIC:
        raise Trouble(f"{path}: no arm64 kernel Image (no magic number at 0x38)")
    pages = PAGES.get(data[0x18] >> 1 & 3, "")
    if pages not in ("", "4K"):
        raise Trouble(f"{path}: a kernel with pages of {pages}; the machine's SMMU has those of 4K "
                      "(CONFIG_ARM64_4K_PAGES)")
    return data


def embedded_config(image: bytes) -> str:
    """What IKCONFIG keeps in the Image, or nothing."""
    start = image.find(b"IKCFG_ST\x1f\x8b")
    if start < 0:
        return ""
    try:
        return zlib.decompressobj(31).decompress(image[start + 8:]).decode(errors="replace")
    except zlib.error:
        return ""


def banner(image: bytes) -> str:
    """The version that an Image says of itself."""
    match = re.search(rb"Linux version (\S+) ", image)
    return match[1].decode(errors="replace") if match else "unknown"
