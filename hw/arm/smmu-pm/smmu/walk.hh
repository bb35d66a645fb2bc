// SPDX-License-Identifier: GPL-2.0-or-later
//
// The stage 1 AArch64 walk with the 4 KiB granule: a pure function of a decoded context, a reader
// of descriptors and an address. It knows neither registers nor TLB nor fault registers.
#pragma once

#include <cstdint>
#include <optional>

namespace smmu_pm::smmu {

/// Whose translations these are: the VMID (0 to 255) of a guest's or host's context bank, or
/// `hypervisor` for a bank with SMMU_CBARn.HYPC. TLB maintenance speaks of these.
using Regime = uint16_t;
inline constexpr Regime hypervisor = 0x100;

/// Where descriptors come from.
class DescriptorReader {
public:
    /// One little-endian 8-byte descriptor; false: external abort.
    virtual bool read_descriptor(uint64_t pa, uint64_t& descriptor) = 0;

protected:
    ~DescriptorReader() = default;
};

/// A context bank, decoded: what the walk needs of SCTLR, TCR, TCR2, TTBR0 and TTBR1.
struct Context {
    struct Half {
        uint64_t base = 0;     ///< TTBRn.ADDRESS
        unsigned tsz = 0;      ///< TCR.TnSZ
        bool disabled = false; ///< TCR.EPDn
        bool granule_4k = true;
        bool top_byte_ignored = false; ///< TCR2.TBIn
    };
    Half low, high;
    uint16_t asid = 0; ///< of the half that TCR.A1 names; 0 in a hypervisor context
    Regime regime = 0;
    unsigned sep = 7;      ///< TCR2.SEP
    unsigned pa_bits = 32; ///< min(TCR2.PASize, IDR2.OAS)
    bool af_fault = true;  ///< !SCTLR.AFFD
    bool wxn = false;
};

/// Context faults; the value is the bit in SMMU_CBn_FSR.
enum class FaultKind : uint8_t { TF = 1, AFF = 2, PF = 3, EF = 4, ASF = 7 };

struct Fault {
    FaultKind kind{};
    uint8_t level = 0;        ///< FSYNR0.PLVL
    bool during_walk = false; ///< FSYNR0.PTWF: an external abort on the walk itself
    bool operator==(const Fault&) const = default;
};

/// What a leaf says, after the table attributes above it.
struct Permissions {
    bool unprivileged = false; ///< AP[1]: an unprivileged access may pass
    bool read_only = false;    ///< AP[2]
    bool uxn = false, pxn = false;
    bool operator==(const Permissions&) const = default;
};

/// A translation as the TLB keeps it.
struct Mapping {
    uint64_t va = 0; ///< first address of the page or block
    uint64_t pa = 0;
    uint8_t level = 3; ///< 1: 1 GiB, 2: 2 MiB, 3: 4 KiB
    bool global = false;
    Permissions permissions{};
    bool operator==(const Mapping&) const = default;

    constexpr uint64_t mask() const { return (uint64_t{1} << (12 + 9 * (3 - level))) - 1; }
};

struct Request {
    bool write = false;
    bool privileged = false;
    bool instruction = false;
};

struct WalkResult {
    bool ok = false;
    bool cacheable = true; ///< a leaf without access flag is used (AFFD), but not kept
    Mapping mapping{};
    Fault fault{};
};

/// The address that is translated, for the one a master sent: sign-extended from the bit that
/// TCR2.SEP names (7: the highest bit of the upstream bus, bit 48 with IDR2.UBS = 5), top byte
/// dropped where TCR2.TBIn says so. Nothing when the bits above are neither zero nor the sign's
/// extension: no bus that wide could have carried the address, so it must not alias another one.
std::optional<uint64_t> input_address(const Context& context, uint64_t iova);

/// `va`: what input_address() gave. Reads at most four descriptors. Permissions are not checked
/// here: see permitted().
WalkResult walk(const Context& context, DescriptorReader& reader, uint64_t va);

/// Whether an access may use a mapping, cached or not.
bool permitted(const Context& context, const Permissions& permissions, const Request& request);

} // namespace smmu_pm::smmu
