// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/permissions.hh"

namespace smmu_pm::smmu {
namespace {

/// What data accesses may do.
struct Access {
    unsigned user = 0, kernel = 0;
};

Access simple_access(const Stage1Attributes& attributes)
{
    const unsigned kernel = attributes.read_only ? Read : Read | Write;
    return {.user = attributes.unprivileged ? kernel : 0u, .kernel = kernel};
}

/// AP[2:0] without access flag.
Access short_access(unsigned ap)
{
    switch (ap & 7) {
    case 1:
        return {.user = 0, .kernel = Read | Write};
    case 2:
        return {.user = Read, .kernel = Read | Write};
    case 3:
        return {.user = Read | Write, .kernel = Read | Write};
    case 5:
        return {.user = 0, .kernel = Read};
    case 6: // deprecated, as 7
    case 7:
        return {.user = Read, .kernel = Read};
    default: // 0; 4 is reserved
        return {};
    }
}

Permissions rights(const Access& access, bool user_fetch, bool kernel_fetch)
{
    const unsigned user = access.user | (user_fetch ? unsigned{Execute} : 0u);
    const unsigned kernel = access.kernel | (kernel_fetch ? unsigned{Execute} : 0u);
    return {.stage1 = static_cast<uint8_t>(user | kernel << 3)};
}

/// AArch32 fetches only what it may read.
Permissions aarch32_rights(const Access& access, bool xn, bool pxn, bool wxn, bool uwxn)
{
    const auto fetch = [&](unsigned data) {
        return !xn && (data & Read) != 0 && !(wxn && (data & Write) != 0);
    };
    return rights(access, fetch(access.user),
                  fetch(access.kernel) && !pxn && !(uwxn && (access.user & Write) != 0));
}

} // namespace

Permissions stage1_permissions(const Stage1Attributes& attributes, bool wxn)
{
    const Access access = simple_access(attributes);
    // Arm ARM D5.4: an unprivileged fetch looks at UXN alone, AP[1] is for data; and whatever
    // unprivileged code may write, privileged code never executes.
    const bool user_writes = (access.user & Write) != 0,
               kernel_writes = (access.kernel & Write) != 0;
    return rights(access, !attributes.uxn && !(wxn && user_writes),
                  !attributes.pxn && !user_writes && !(wxn && kernel_writes));
}

Permissions single_range_permissions(const Stage1Attributes& attributes, bool wxn)
{
    const unsigned both = attributes.read_only ? Read : Read | Write;
    const bool fetch = !attributes.uxn && !(wxn && !attributes.read_only);
    return rights({.user = both, .kernel = both}, fetch, fetch);
}

Permissions aarch32_permissions(const Stage1Attributes& attributes, bool wxn, bool uwxn)
{
    return aarch32_rights(simple_access(attributes), attributes.uxn, attributes.pxn, wxn, uwxn);
}

Permissions short_permissions(const ShortAttributes& attributes, bool wxn, bool uwxn)
{
    return aarch32_rights(short_access(attributes.ap), attributes.xn, attributes.pxn, wxn, uwxn);
}

} // namespace smmu_pm::smmu
