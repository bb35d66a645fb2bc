/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "cpu.h"
#include "internals.h"
#include "hw/core/cpu.h"
#include "exec/target_page.h"
#include "exec/translation-block.h"
#include "system/tcg.h"
#include "compat.h"
#include "guest.h"

static CPUState *accessing;
static unsigned depth;
static bool walking;

void smmu_pm_guest_enter(MemTxAttrs attrs)
{
    assert(bql_locked());
    if (depth++ == 0) {
        accessing = attrs.debug ? NULL : current_cpu;
    }
}

void smmu_pm_guest_leave(void)
{
    if (--depth == 0) {
        accessing = NULL;
    }
}

/*
 * The PC of an MMIO access is not in env: it is in the translation block's
 * unwind data. Asking for that data changes nothing; cpu_restore_state() would
 * rewrite env->pc and the instruction counter.
 */
static bool guest_pc(CPUState *cs, uint64_t *pc)
{
    uint64_t data[SMMU_PM_UNWIND_WORDS];

    if (!tcg_enabled() || !cpu_unwind_state_data(cs, cs->mem_io_pc, data)) {
        return false;
    }
    if (cs->tcg_cflags & CF_PCREL) {
        *pc = (cpu_env(cs)->pc & TARGET_PAGE_MASK) | data[0];
    } else {
        *pc = data[0];
    }
    return true;
}

/* A return address may be signed: the bits above the VA are the code's. */
static uint64_t strip_pac(CPUARMState *env, uint64_t address)
{
    bool upper = extract64(address, 55, 1);
    unsigned size = 64 - extract64(env->cp15.tcr_el[1], upper ? 16 : 0, 6);

    size = CLAMP(size, 25, 55);
    return upper ? address | MAKE_64BIT_MASK(size, 64 - size)
                 : extract64(address, 0, size);
}

/* A frame record lies where the guest says: only RAM is read, no device. */
static bool read_record(CPUState *cs, uint64_t address, uint64_t record[2])
{
    const size_t size = 2 * sizeof(*record);
    uint64_t offset = address & ~TARGET_PAGE_MASK;
    MemTxAttrs attrs = MEMTXATTRS_UNSPECIFIED;
    hwaddr pa;

    if (address == 0 || address % 8 != 0 || offset > TARGET_PAGE_SIZE - size) {
        return false;
    }
    pa = cpu_get_phys_page_attrs_debug(cs, address & TARGET_PAGE_MASK, &attrs);
    attrs.memory = 1;
    return pa != -1 &&
           address_space_read(cs->as, pa + offset, attrs, record, size) ==
           MEMTX_OK;
}

static unsigned follow_frames(CPUState *cs, uint64_t *pcs, unsigned count,
                              unsigned max)
{
    CPUARMState *env = cpu_env(cs);
    uint64_t frame = env->xregs[29];

    while (count < max) {
        uint64_t record[2];
        uint64_t next;

        if (!read_record(cs, frame, record)) {
            break;
        }
        if (record[1] == 0) {
            break;
        }
        pcs[count++] = strip_pac(env, le64_to_cpu(record[1]));
        next = le64_to_cpu(record[0]);
        /* An interrupt's record may lie anywhere: it has a stack of its own. */
        if (next == frame) {
            break;
        }
        frame = next;
    }
    return count;
}

unsigned smmu_pm_guest_chain(uint64_t *pcs, unsigned max)
{
    CPUState *cs = accessing;
    unsigned count = 0;

    /* Translation tables may lie on a device, too: no walk within a walk. */
    if (!cs || max == 0 || walking) {
        return 0;
    }
    walking = true;
    if (guest_pc(cs, &pcs[0])) {
        count = 1;
        if (is_a64(cpu_env(cs))) {
            count = follow_frames(cs, pcs, count, max);
        }
    }
    walking = false;
    return count;
}

uint64_t smmu_pm_guest_counter(void)
{
    ARMCPU *cpu = first_cpu ? ARM_CPU(first_cpu) : NULL;
    uint64_t ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    return cpu ? ns / gt_cntfrq_period_ns(cpu) - cpu->env.cp15.cntvoff_el2 : ns;
}
