/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the island's blocks are: one list for the machine, its device-tree
 * overlay and the guest's exerciser. Plain numbers, since dtc reads them too.
 *
 * All blocks stand in the free hole below virt's PCI window. MMCC, GPU and SMMU
 * and the TCSR's mutexes keep their distances of MSM8996 (0x8c0000, 0xb00000,
 * 0xb40000 and 0x740000 there); GCC, at 0x300000 there, is nearer, SMEM is in
 * DRAM, and mark page and pm-testdev are on no SoC. With an smmu-preset other
 * than MSM8996's own the SMMU has too large a window for its place, and is at
 * the end. The SPIs are free ones of
 * virt's 224.
 */
#ifndef MSM8996_MAP_H
#define MSM8996_MAP_H

#define MSM8996_BASE      0x0b000000
#define MSM8996_SIZE      0x01000000

#define MSM8996_GCC       0x0b000000
#define MSM8996_GCC_SIZE  0x90000
#define MSM8996_MUTEX     0x0b740000
#define MSM8996_MUTEX_SIZE 0x20000
#define MSM8996_MMCC      0x0b8c0000
#define MSM8996_MMCC_SIZE 0x40000
#define MSM8996_GPU       0x0bb00000
#define MSM8996_GPU_SIZE  0x3f000
#define MSM8996_SMMU      0x0bb40000
#define MSM8996_SMMU_SIZE 0x10000
#define MSM8996_MARK      0x0bb60000
#define MSM8996_MARK_SIZE 0x1000
#define MSM8996_TESTDEV   0x0bb70000 /* with testdev=on alone, as below */
#define MSM8996_TESTDEV_SIZE 0x1000
#define MSM8996_SMEM      0x0bc00000
#define MSM8996_SMEM_SIZE 0x10000
/* The SMMU with an smmu-preset whose window is more than MSM8996_SMMU_SIZE */
#define MSM8996_SMMU_LARGE 0x0bd00000

/* Shared peripheral interrupts, all level-high */
#define MSM8996_SPI_SMMU_GLOBAL 180
#define MSM8996_SPI_SMMU_CB0    181
#define MSM8996_SPI_SMMU_CB1    182
#define MSM8996_SPI_SMMU_CB2    183 /* with testdev=on alone, as CB3 */
#define MSM8996_SPI_SMMU_CB3    184
#define MSM8996_SPI_GPU         190
#define MSM8996_SPI_TESTDEV     191

#define MSM8996_GPU_STREAM     0
#define MSM8996_TESTDEV_STREAM 0x10

#endif
