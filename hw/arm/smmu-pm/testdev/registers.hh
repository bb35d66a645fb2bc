// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers of pm-testdev, a DMA engine that no part has. docs/pm-testdev.rst says how a driver
// uses them.
#pragma once

#include "regs/file.hh"

namespace smmu_pm::testdev {

using namespace regs;

/// Bytes of one request.
inline constexpr uint32_t max_length = 0x1'0000;

enum class Op : uint8_t { Fill, Copy, Compare, Reserved };

/// How the last request ended; None while one is under way, and after one that did all it should.
enum class Error : uint8_t { None, Bus, Mismatch, Request, Stopped };

// clang-format off

// "PMTD"
struct TESTDEV_ID : Reg<"TESTDEV_ID", at(0x00), 0x4454'4d50, Effect::None,
    Field<"ID", bits(31, 0), Mode::RO>> {};
struct TESTDEV_MAX_LENGTH : Reg<"TESTDEV_MAX_LENGTH", at(0x04), max_length, Effect::None,
    Field<"BYTES", bits(31, 0), Mode::RO>> {};

// A request: taken over when GO is written, so that they may be written again meanwhile.
struct TESTDEV_SRC : Reg64<"TESTDEV_SRC", at(0x10), 0, Effect::None,
    Field<"IOVA", bits(63, 0)>> {};
struct TESTDEV_DST : Reg64<"TESTDEV_DST", at(0x18), 0, Effect::None,
    Field<"IOVA", bits(63, 0)>> {};
struct TESTDEV_LENGTH : Reg<"TESTDEV_LENGTH", at(0x20), 0, Effect::None,
    Field<"BYTES", bits(31, 0)>> {};
struct TESTDEV_PATTERN : Reg<"TESTDEV_PATTERN", at(0x24), 0, Effect::None,
    Field<"PATTERN", bits(31, 0)>> {};
struct TESTDEV_DELAY : Reg<"TESTDEV_DELAY", at(0x28), 0, Effect::None,
    Field<"NS", bits(31, 0)>> {};
struct TESTDEV_CONTROL : Reg<"TESTDEV_CONTROL", at(0x2c), 0, Effect::OnWrite,
    Field<"OP",   bits(1, 0), Mode::RW, Op>,
    Res0<bits(7, 2)>,
    Field<"GO",   bit(8), Mode::WO>,
    Field<"STOP", bit(9), Mode::WO>,
    Res0<bits(31, 10)>> {};

struct TESTDEV_STATUS : Reg<"TESTDEV_STATUS", at(0x30), 0, Effect::OnRead,
    Field<"BUSY",  bit(0), Mode::RO>,
    Field<"HELD",  bit(1), Mode::RO>,
    Res0<bits(3, 2)>,
    Field<"ERROR", bits(6, 4), Mode::RO, Error>,
    Res0<bits(31, 7)>> {};
struct TESTDEV_COUNT : Reg<"TESTDEV_COUNT", at(0x34), 0, Effect::None,
    Field<"BYTES", bits(31, 0), Mode::RO>> {};
struct TESTDEV_ERROR_IOVA : Reg64<"TESTDEV_ERROR_IOVA", at(0x38), 0, Effect::None,
    Field<"IOVA", bits(63, 0), Mode::RO>> {};

struct TESTDEV_INT_STATUS : Reg<"TESTDEV_INT_STATUS", at(0x40), 0, Effect::None,
    Field<"DONE", bit(0), Mode::RO>,
    Res0<bits(31, 1)>> {};
struct TESTDEV_INT_ENABLE : Reg<"TESTDEV_INT_ENABLE", at(0x44), 0, Effect::None,
    Field<"DONE", bit(0)>,
    Res0<bits(31, 1)>> {};
struct TESTDEV_INT_CLEAR : Reg<"TESTDEV_INT_CLEAR", at(0x48), 0, Effect::OnWrite,
    Field<"DONE", bit(0), Mode::WO>,
    Res0<bits(31, 1)>> {};

// clang-format on

using RegisterFile =
    File<TESTDEV_ID, TESTDEV_MAX_LENGTH, TESTDEV_SRC, TESTDEV_DST, TESTDEV_LENGTH, TESTDEV_PATTERN,
         TESTDEV_DELAY, TESTDEV_CONTROL, TESTDEV_STATUS, TESTDEV_COUNT, TESTDEV_ERROR_IOVA,
         TESTDEV_INT_STATUS, TESTDEV_INT_ENABLE, TESTDEV_INT_CLEAR>;

/// Size of the register window in bytes. What is not declared reads as zero.
inline constexpr uint32_t window_size = 0x1000;

} // namespace smmu_pm::testdev
