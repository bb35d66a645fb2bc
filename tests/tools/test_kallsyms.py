# SPDX-License-Identifier: GPL-2.0-or-later
"""Images made here, laid out as scripts/kallsyms.c does: to Linux 6.3, since 6.4, and in 7.x."""
import struct
import unittest

from smmu_pm import kallsyms

LINKED = 0xffff800008000000
COUNT = 600
# One token of two characters, at a code that no name uses as a letter.
PAIR = 1


def padded(data: bytes, alignment: int = 8) -> bytes:
    return data + bytes(-len(data) % alignment)


def parts() -> tuple[bytes, list[int], bytes, list[int]]:
    """Names, where each 256th begins, tokens, where each begins."""
    tokens = [bytes([code]) if 0x20 < code < 0x7f else b"" for code in range(256)]
    tokens[PAIR] = b"sm"
    names, starts = b"", []
    for number in range(COUNT):
        if number % 256 == 0:
            starts.append(len(names))
        codes = b"T" + bytes([PAIR]) + b"mu_%d" % number
        if number == 300:  # longer than 127 tokens: two bytes of length
            codes = b"t" + b"x" * 200
        head = (bytes([len(codes)]) if len(codes) < 128
                else bytes([len(codes) & 0x7f | 0x80, len(codes) >> 7]))
        names += head + codes
    table, index = b"", []
    for token in tokens:
        index.append(len(table))
        table += token + b"\0"
    return names, starts, table, index


def image(*, new: bool, relocated: bool) -> bytes:
    names, starts, table, index = parts()
    offsets = padded(struct.pack(f"<{COUNT}I", *(16 * number for number in range(COUNT))))
    base = bytes(8) if relocated else struct.pack("<Q", LINKED + 0x10000)
    count = padded(struct.pack("<I", COUNT))
    # A marker is large in a real kernel; so that it is here, names are padded by repetition.
    markers = padded(struct.pack(f"<{len(starts)}I", *starts))
    strings = padded(table) + padded(struct.pack("<256H", *index))
    head = bytes(0x10000)
    if new:
        data = head + count + padded(names) + markers + strings + offsets
        place = len(data)
        data += base
    else:
        data = head + offsets
        place = len(data)
        data += base + count + padded(names) + markers + strings
    relocation = struct.pack("<QQQ", LINKED + place, 1027, LINKED + 0x10000) if relocated else b""
    return data + relocation + bytes(64)


def image_of_7(shift: int) -> bytes:
    """Everything aligned to 4 bytes; each offset is from its own place to the symbol."""
    names, starts, table, index = parts()
    data = bytes(0x10000 + shift) + struct.pack("<I", COUNT)
    for part in (names, struct.pack(f"<{len(starts)}I", *starts), table,
                 struct.pack("<256H", *index)):
        data = padded(data + part, 4)
    place = len(data)
    data += struct.pack(f"<{COUNT}i", *(0x10000 + 16 * i - (place + 4 * i) for i in range(COUNT)))
    # Pointers into the Image, by which it is known where it is linked; and one that is none.
    return padded(data) + struct.pack("<4Q", *[0xffff800080001000 + n for n in range(3)],
                                      0xffff8000ffff0000) + bytes(64)


class Decode(unittest.TestCase):
    def check(self, **layout):
        symbols = kallsyms.decode(image(**layout))
        self.assertEqual(len(symbols), 600)
        self.assertEqual(symbols[0], (0xffff800008010000, "T", "smmu_0"))
        self.assertEqual(symbols[300], (0xffff800008010000 + 4800, "t", "x" * 200))
        self.assertEqual(symbols[599], (0xffff800008010000 + 9584, "T", "smmu_599"))

    def test_reads_the_layout_up_to_6_3(self):
        self.check(new=False, relocated=False)

    def test_reads_the_layout_since_6_4(self):
        self.check(new=True, relocated=False)

    def test_reads_the_layout_of_7(self):
        for shift in (0, 4):
            symbols = kallsyms.decode(image_of_7(shift))
            self.assertEqual(len(symbols), 600)
            self.assertEqual(symbols[0], (0xffff800080010000, "T", "smmu_0"))
            self.assertEqual(symbols[300], (0xffff800080010000 + 4800, "t", "x" * 200))
            self.assertEqual(symbols[599], (0xffff800080010000 + 9584, "T", "smmu_599"))

    def test_finds_the_base_in_the_relocation_of_its_place(self):
        self.check(new=False, relocated=True)
        self.check(new=True, relocated=True)

    def test_says_when_there_is_nothing(self):
        for data in (b"", bytes(100_000), b"\0" + b"".join(b"%d\0" % d for d in range(10))):
            with self.assertRaises(kallsyms.NoSymbols):
                kallsyms.decode(data)

    def test_is_not_misled_by_an_image_that_was_cut_off(self):
        whole = image(new=True, relocated=False)
        for end in range(0x10000, len(whole) - 64 - 8, 997):
            with self.assertRaises(kallsyms.NoSymbols):
                kallsyms.decode(whole[:end])
