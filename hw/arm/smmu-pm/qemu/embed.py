#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print a file as the initializer of a C array: embed.py FILE > ARRAY.inc"""
import sys
from pathlib import Path

for byte in Path(sys.argv[1]).read_bytes():
    print(f"0x{byte:02x},")
