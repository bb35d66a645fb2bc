// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/permissions.hh"

namespace smmu_pm::smmu {

Permissions stage1_permissions(const Stage1Attributes& attributes, bool wxn)
{
    unsigned user = 0, kernel = Read;
    if (!attributes.read_only)
        kernel |= Write;
    if (attributes.unprivileged)
        user = kernel;
    // Arm ARM D5.4: an unprivileged fetch looks at UXN alone, AP[1] is for data; and whatever
    // unprivileged code may write, privileged code never executes.
    if (!attributes.uxn && !(wxn && (user & Write) != 0))
        user |= Execute;
    if (!attributes.pxn && (user & Write) == 0 && !(wxn && (kernel & Write) != 0))
        kernel |= Execute;
    return {.stage1 = static_cast<uint8_t>(user | kernel << 3)};
}

} // namespace smmu_pm::smmu
