// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who may do what with a page. Worked out once, when the leaf is read: SCTLR.WXN and UWXN may be
// cached in a TLB (Arm ARM D5.4), so an access is one look at one bit.
#pragma once

#include <cstdint>

namespace smmu_pm::smmu {

struct Request {
    bool write = false;
    bool privileged = false;
    bool instruction = false; ///< of a read
};

/// A right is one kind of access: what, and by whom.
enum Right : uint8_t {
    Read = 1,
    Write = 2,
    Execute = 4,
    PrivilegedRead = Read << 3,
    PrivilegedWrite = Write << 3,
    PrivilegedExecute = Execute << 3,
};

/// What the leaf says, after the table attributes above it. A stage that is not there permits all.
struct Permissions {
    uint8_t stage1 = 0x3f; ///< of Right
    uint8_t stage2 = 0x07; ///< of Read, Write and Execute: stage 2 knows no privilege
    bool operator==(const Permissions&) const = default;
};

constexpr unsigned right_of(const Request& request)
{
    return request.write ? Write : request.instruction ? Execute : Read;
}

constexpr bool stage1_permits(const Permissions& permissions, const Request& request)
{
    return (permissions.stage1 >> (request.privileged ? 3 : 0) & right_of(request)) != 0;
}

constexpr bool stage2_permits(const Permissions& permissions, const Request& request)
{
    return (permissions.stage2 & right_of(request)) != 0;
}

constexpr bool permitted(const Permissions& permissions, const Request& request)
{
    return stage1_permits(permissions, request) && stage2_permits(permissions, request);
}

/// The attributes of an AArch64 stage 1 leaf: Arm ARM D5.4.
struct Stage1Attributes {
    bool unprivileged = false; ///< AP[1]
    bool read_only = false;    ///< AP[2]
    bool uxn = false, pxn = false;
};

/// The rights that they give; `wxn` is SCTLR.WXN.
Permissions stage1_permissions(const Stage1Attributes& attributes, bool wxn);

/// The same of a hypervisor's or monitor's context: no privilege, AP[1] is RES1, UXN is XN.
Permissions single_range_permissions(const Stage1Attributes& attributes, bool wxn);

/// The same of a long AArch32 descriptor, with SCTLR.UWXN: Arm ARM G5.6.
Permissions aarch32_permissions(const Stage1Attributes& attributes, bool wxn, bool uwxn);

/// The attributes of a short descriptor: AP[2:0]. With AP[0] set it means what AP[2:1] do in the
/// other formats, so SCTLR.AFE needs no table of its own.
struct ShortAttributes {
    unsigned ap = 0;
    bool xn = false, pxn = false;
};
Permissions short_permissions(const ShortAttributes& attributes, bool wxn, bool uwxn);

} // namespace smmu_pm::smmu
