/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors of eight bytes: AArch64's and AArch32's long ones, of both stages. */
#ifndef LONG_H
#define LONG_H

#include "oracle.h"

/* One tree of tables. */
struct tree {
    unsigned stage;
    unsigned page_bits; /* 12, 14 or 16 */
    unsigned input_bits;
    unsigned start_level;
    u64 base;
    /* Before a descriptor is drawn, where it is going to lie; may be NULL. */
    void (*reach)(const struct setup *setup, u64 at);
};

unsigned long_start_level(const struct tree *tree);
/* Bytes of the first table, or of the tables of stage 2 that are one behind the other. */
unsigned long_root_bits(const struct tree *tree);
/* A first table, now and then where nothing is. */
u64 long_root(const struct tree *tree);
/* An address that a tree might translate, `near` the one before it. */
u64 long_address(const struct tree *tree, u64 near);
/* Draws what a walk meets. `tame`: mostly what maps an address to itself. True: it ends, at `output`. */
bool long_build(const struct setup *setup, const struct tree *tree, u64 address, bool tame, u64 *output);

#endif
