/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the program begins, at EL3: the CPU's tables for EL2, EL1 and EL0 are then nobody's but the
 * oracle's. EL3 maps all memory flat and Non-secure, so that what it does to the SMMU is done by a
 * Non-secure master; and it catches aborts.
 */
    .section .text.start, "ax"
    .global _start
_start:
    ldr     x0, =stack_top
    mov     sp, x0
    ldr     x0, =vectors
    msr     vbar_el3, x0
    msr     cptr_el3, xzr

    ldr     x0, =flat
    msr     ttbr0_el3, x0
    ldr     x0, =0x8081351f             /* 33 bits of address, 4 KiB, PS 36 bits; bits 31 and 23 RES1 */
    msr     tcr_el3, x0
    mov     x0, #0xff00                 /* 0: Device-nGnRnE, 1: Normal, write-back */
    msr     mair_el3, x0
    isb
    tlbi    alle3
    dsb     sy
    isb
    mrs     x0, sctlr_el3
    orr     x0, x0, #1                  /* M */
    bic     x0, x0, #2                  /* A */
    msr     sctlr_el3, x0
    isb

    ldr     x0, =bss_begin
    ldr     x1, =bss_end
0:  cmp     x0, x1
    b.eq    1f
    str     xzr, [x0], #8
    b       0b
1:  bl      oracle_main
    b       leave

/* Six GiB in blocks of one: devices, then RAM. AF, NS; outer shareable where it is Normal. */
    .section .rodata.flat, "a"
    .balign 4096
flat:
    .quad   0x0000000000000421
    .quad   0x0000000040000625
    .quad   0x0000000080000625
    .quad   0x00000000c0000625
    .quad   0x0000000100000625
    .quad   0
    .quad   0
    .quad   0

/*
 * An abort is noted and the instruction skipped; there is an expected one alone, of an AT instruction
 * whose walk met nothing. cpu.c looks, and so does every access to a register.
 */
    .section .text.vectors, "ax"
    .balign 2048
vectors:
    .rept   4
    b       .
    .balign 128
    .endr
    str     x9, [sp, #-16]!             /* 0x200: from EL3 itself */
    str     x10, [sp, #8]
    mrs     x9, esr_el3
    ldr     x10, =caught
    str     x9, [x10]
    mrs     x9, elr_el3
    str     x9, [x10, #8]
    add     x9, x9, #4
    msr     elr_el3, x9
    ldr     x10, [sp, #8]
    ldr     x9, [sp], #16
    eret
    .balign 128
    .rept   3
    b       .
    .balign 128
    .endr
    .rept   8
    b       left_lower
    .balign 128
    .endr

/* One function for each way to ask: u64 at_x(u64 va), gives PAR_EL1. */
    .macro  ask name, operation
    .global \name
\name:
    at      \operation, x0
    isb
    mrs     x0, par_el1
    ret
    .endm

    .section .text, "ax"
    ask     at_s1e1r, s1e1r
    ask     at_s1e1w, s1e1w
    ask     at_s1e0r, s1e0r
    ask     at_s1e0w, s1e0w
    ask     at_s12e1r, s12e1r
    ask     at_s12e1w, s12e1w
    ask     at_s12e0r, s12e0r
    ask     at_s12e0w, s12e0w
    ask     at_s1e2r, s1e2r
    ask     at_s1e2w, s1e2w

/*
 * u64 semihosting(u64 operation, const void *parameter): Arm's semihosting, QEMU's own way to speak to
 * a program that has no devices.
 */
    .global semihosting
semihosting:
    hlt     #0xf000
    ret

/* leave(code): ends the machine; the code is QEMU's exit code. */
    .global leave
leave:
    sub     sp, sp, #16
    ldr     x1, =0x20026                /* ADP_Stopped_ApplicationExit */
    str     x1, [sp]
    str     x0, [sp, #8]
    mov     x1, sp
    mov     x0, #0x18                   /* SYS_EXIT */
    hlt     #0xf000
    b       .

/*
 * void enter(u64 pc, u64 spsr): goes down to another exception level, and returns with what comes back
 * up from it: an instruction of the floating-point unit, which EL3 alone does not allow.
 */
    .global enter
enter:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    msr     elr_el3, x0
    msr     spsr_el3, x1
    isb
    eret
left_lower:
    mrs     x9, esr_el3
    ldr     x10, =caught
    str     x9, [x10]
    mrs     x9, elr_el3
    str     x9, [x10, #8]
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret
