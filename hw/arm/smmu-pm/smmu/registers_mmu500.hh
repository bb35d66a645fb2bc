// SPDX-License-Identifier: GPL-2.0-or-later
//
// What MMU-500 adds to the architecture: integration registers, power status of the TBUs, and who
// it is. Places and resets are DDI 0517's as UG1087 prints them for a Zynq UltraScale+.
#pragma once

#include "smmu/register_words.hh"

namespace smmu_pm::smmu {

template <regs::Name N, uint32_t Offset, uint64_t Value>
using Constant = Reg<N, at(Offset), Value, Effect::None, Field<"VALUE", bits(7, 0), Mode::RO>,
                     Res0<bits(31, 8)>>;
struct SMMU_PIDR4 : Constant<"SMMU_PIDR4", 0xfd0, 0x04> {};
struct SMMU_PIDR5 : Constant<"SMMU_PIDR5", 0xfd4, 0x00> {};
struct SMMU_PIDR6 : Constant<"SMMU_PIDR6", 0xfd8, 0x00> {};
struct SMMU_PIDR7 : Constant<"SMMU_PIDR7", 0xfdc, 0x00> {};
struct SMMU_PIDR0 : Constant<"SMMU_PIDR0", 0xfe0, 0x81> {};
struct SMMU_PIDR1 : Constant<"SMMU_PIDR1", 0xfe4, 0xb4> {};
struct SMMU_PIDR2 : Constant<"SMMU_PIDR2", 0xfe8, 0x1b> {};
struct SMMU_PIDR3 : Constant<"SMMU_PIDR3", 0xfec, 0x00> {};
struct SMMU_CIDR0 : Constant<"SMMU_CIDR0", 0xff0, 0x0d> {};
struct SMMU_CIDR1 : Constant<"SMMU_CIDR1", 0xff4, 0xf0> {};
struct SMMU_CIDR2 : Constant<"SMMU_CIDR2", 0xff8, 0x05> {};
struct SMMU_CIDR3 : Constant<"SMMU_CIDR3", 0xffc, 0xb1> {};

// ---- Page 2: IMPLEMENTATION DEFINED -----------------------------------------------------------

// Integration mode is kept and changes nothing.
struct SMMU_ITCTRL : Reg<"SMMU_ITCTRL", at(0x2000), 0, Effect::None, Field<"IntegMode", bit(0)>,
                         Res0<bits(31, 1)>> {};
struct SMMU_ITIP : Reg<"SMMU_ITIP", at(0x2004), 0, Effect::None, Field<"SPNIDEN", bit(0), Mode::RO>,
                       Res0<bits(31, 1)>> {};
struct SMMU_ITOP_GLBL
    : Reg<"SMMU_ITOP_GLBL", at(0x2008), 0, Effect::None, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_ITOP_PERF_INDEX : Reg<"SMMU_ITOP_PERF_INDEX", at(0x200c), 0, Effect::None,
                                  Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_ITOP_CXT0TO31_RAM0 : Reg<"SMMU_ITOP_CXT0TO31_RAM0", at(0x2010), 0, Effect::None,
                                     Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_TBUQOS0 : Reg<"SMMU_TBUQOS0", at(0x2100), 0, Effect::None, //
                          Field<"QOSTBU0", bits(3, 0)>, Field<"QOSTBU1", bits(7, 4)>,
                          Field<"QOSTBU2", bits(11, 8)>, Field<"QOSTBU3", bits(15, 12)>,
                          Field<"QOSTBU4", bits(19, 16)>, Field<"QOSTBU5", bits(23, 20)>,
                          Field<"QOSTBU6", bits(27, 24)>, Field<"QOSTBU7", bits(31, 28)>> {};
struct SMMU_PER : Reg<"SMMU_PER", at(0x2200), 0, Effect::None, //
                      Field<"PER_TCU", bits(7, 0), Mode::RO>,
                      Field<"PER_TBU", bits(15, 8), Mode::RO>, Res0<bits(31, 16)>> {};
// One bit a TBU: set while it has power.
struct SMMU_TBU_PWR_STATUS : Reg<"SMMU_TBU_PWR_STATUS", at(0x2204), 0, Effect::OnRead,
                                 Field<"TBU", bits(31, 0), Mode::RO>> {};

} // namespace smmu_pm::smmu
