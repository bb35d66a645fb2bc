#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# compare.sh PRINTER PAGE: the page must be what the declarations print.
"$1" | diff -u "$2" - || {
    echo "docs/registers.rst is not what the declarations say: print it again with $1" >&2
    exit 1
}
