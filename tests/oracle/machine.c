/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers, and the power of SMMU and pm-testdev: MMCC and GCC as Linux's drivers have them. */
#include "../../hw/arm/smmu-pm/qemu/msm8996_map.h"
#include "oracle.h"

#define TRIES 100000

static void check(u64 address)
{
    if (caught[0])
        give_up("an access to %lx was not answered (ESR_EL3 %lx)", address, caught[0]);
}

u32 read32(u64 address)
{
    u32 value = *(volatile u32 *)address;

    check(address);
    return value;
}

u64 read64(u64 address)
{
    u64 value = *(volatile u64 *)address;

    check(address);
    return value;
}

void write32(u64 address, u32 value)
{
    *(volatile u32 *)address = value;
    check(address);
}

void write64(u64 address, u64 value)
{
    *(volatile u64 *)address = value;
    check(address);
}

static void wait_for(u64 status, u32 bit31)
{
    for (unsigned tries = 0; read32(status) >> 31 != bit31; tries++)
        if (tries == TRIES)
            give_up("no power: the register at %lx does not follow", status);
}

/* Bit 0 of a GDSC off, bit 31 tells of it; a clock's are the other way round. */
static void domain(u64 control, u64 status)
{
    write32(control, read32(control) & ~1u);
    wait_for(status, 1);
}

static void clock(u64 control)
{
    write32(control, read32(control) | 1);
    wait_for(control, 0);
}

void power_up(void)
{
    domain(MSM8996_MMCC + 0x4034, MSM8996_MMCC + 0x4038); /* GPU_GDSC, the SMMU's */
    clock(MSM8996_MMCC + 0x403c);                         /* gpu_ahb_clk: iface */
    clock(MSM8996_GCC + 0x9010);                          /* gcc_mmss_bimc_gfx_clk: bus */
    domain(MSM8996_MMCC + 0x119c, MSM8996_MMCC + 0x119c); /* MMAGIC_VIDEO_GDSC */
    domain(MSM8996_MMCC + 0x1024, MSM8996_MMCC + 0x1024); /* VENUS_GDSC, pm-testdev's */
    clock(MSM8996_MMCC + 0x1030);                         /* video_ahb_clk: iface */
    clock(MSM8996_MMCC + 0x1034);                         /* video_axi_clk: bus */
    if (read32(MSM8996_TESTDEV) != 0x44544d50)
        give_up("there is no pm-testdev");
}
