// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table walk: a pure function of a decoded context, a reader of descriptors and an address. It
// knows neither registers nor TLB nor fault registers.
#pragma once

#include "smmu/memory_types.hh"
#include "smmu/permissions.hh"
#include "smmu/regime.hh"

#include <cstdint>
#include <optional>

namespace smmu_pm::smmu {

/// Where descriptors come from.
class DescriptorReader {
public:
    /// One little-endian 8-byte descriptor; false: external abort.
    virtual bool read_descriptor(uint64_t pa, uint64_t& descriptor) = 0;

protected:
    ~DescriptorReader() = default;
};

/// How the tables are laid out; the value is SMMU_CBn_FSR.FORMAT.
enum class Format : uint8_t { Short = 0, Long = 1, Aarch64 = 2 };

/// Which of the stages that a context asks for are switched on.
enum class Stages : uint8_t { None, One, Two, Nested };

/// A context bank, decoded: what the walk needs of SCTLR, TCR, TCR2, TTBR0, TTBR1, MAIR, and of the
/// stage 2 bank that SMMU_CBARn names.
struct Context {
    /// One table of stage 1 and the range of addresses that it translates.
    struct Half {
        uint64_t base = 0;             ///< TTBRn.ADDRESS
        unsigned tsz = 0;              ///< TCR.TnSZ; TTBCR.N of short descriptors, in the low half
        unsigned granule = 12;         ///< log2 of the page's size
        bool disabled = false;         ///< TCR.EPDn, TTBCR.PDn
        bool top_byte_ignored = false; ///< TCR2.TBIn
    };
    Half low, high;
    Format format = Format::Aarch64; ///< of stage 1
    Stages stages = Stages::One;
    Tag tag{};              ///< with the ASID of the half that TCR.A1 names
    unsigned sep = 7;       ///< TCR2.SEP
    unsigned bus_bits = 49; ///< of the upstream bus: IDR2.UBS
    unsigned ipa_bits = 48; ///< the effective IPA size: what there is to put out for stage 1
    unsigned pa_bits = 32;  ///< what stage 1 may put out: TCR2.PASize, but not more than there is
    bool single_range = false; ///< CBAR.HYPC, CBA2R.MONC: TTBR0 alone, no privilege, no ASID
    bool af_fault = true;      ///< !SCTLR.AFFD
    bool wxn = false, uwxn = false;
    bool secure_fetch_only = false; ///< SMMU_SCR1.SIF: no Secure fetch from Non-secure memory
    bool afe = false, tre = false;  ///< of short descriptors
    bool big_endian = false;        ///< SCTLR.E
    bool secure() const { return tag.regime == Regime::Secure || tag.regime == Regime::Monitor; }
    uint64_t mair = 0; ///< MAIR1:MAIR0, with short descriptors NMRR:PRRR

    /// A bank of stage 2: the one that is used, or the one that CBAR.CBNDX of a nested one names.
    struct Stage2 {
        Format format = Format::Aarch64;       ///< not Short
        uint64_t base = 0;                     ///< TTBR0.ADDRESS
        unsigned granule = 12;                 ///< as Half's
        unsigned input_bits = 0;               ///< from TCR.T0SZ
        unsigned sl0 = 0;                      ///< TCR.SL0
        unsigned pa_bits = 32;                 ///< as stage 1's, from TCR.PASize
        unsigned ias_bits = 48, oas_bits = 48; ///< IDR2
        bool af_fault = true;
        bool protected_walk = false; ///< SCTLR.PTW
        bool big_endian = false;
    };
    Stage2 stage2{};
    uint8_t stage2_bank = 0; ///< the bank itself, or the other one of a nested bank

    bool has_stage1 = true, has_stage2 = false; ///< the bank has it, on or off
    bool stage1_off() const
    {
        return has_stage1 && (stages == Stages::None || stages == Stages::Two);
    }
    bool stage2_off() const
    {
        return has_stage2 && (stages == Stages::None || stages == Stages::One);
    }
    /// Where no table of stage 2 is walked, what speaks in its place: SCTLR of one that is off,
    /// CBAR where there is none. Nothing: what would change nothing. It is never kept in the TLB.
    std::optional<Stage2Type> without_stage2{};
};

/// Context faults; the value is the bit in SMMU_CBn_FSR.
enum class FaultKind : uint8_t { TF = 1, AFF = 2, PF = 3, EF = 4, ASF = 7 };

struct Fault {
    FaultKind kind{};
    uint8_t level = 0;        ///< FSYNR0.PLVL
    bool during_walk = false; ///< FSYNR0.PTWF: an external abort on the walk itself
    uint8_t stage = 1;
    bool s1_walk = false; ///< FSYNR0.S1PTWF: stage 2's, on the address of a stage 1 descriptor
    uint64_t ipa = 0;     ///< IPAFAR: what stage 2 was asked for; of stage 2
    bool operator==(const Fault&) const = default;
};

/// A translation as the TLB keeps it: of stage 1, of stage 2, or of both in one.
struct Mapping {
    uint64_t va = 0; ///< first address of the page or block; an IPA where stage 2 is alone
    uint64_t pa = 0;
    uint64_t ipa = 0;         ///< what stage 1 made of `va`, where there are two stages
    uint8_t shift = 12;       ///< log2 of the size: of two stages the smaller one
    uint8_t level = 3;        ///< of the leaf: stage 1's where there are two stages
    uint8_t stage2_level = 0; ///< of stage 2's leaf, where there are two stages
    bool global = false;
    uint8_t memory = 0xff; ///< memory type and cacheability, in MAIR's encoding
    Shareability sharing = Shareability::Non;
    Allocation allocation{}; ///< of stage 2 alone: what becomes of stage 1's hints
    bool non_secure = true;  ///< of the output address; only Secure tables can say otherwise
    Permissions permissions{};
    bool operator==(const Mapping&) const = default;

    constexpr uint64_t mask() const { return (uint64_t{1} << shift) - 1; }
};

struct WalkResult {
    bool ok = false;
    bool cacheable = true; ///< a leaf without access flag is used (AFFD), but not kept
    Mapping mapping{};
    Fault fault{};
};

/// Translations of stage 2, kept for the next walk: by IPA, of one VMID.
class Stage2Cache {
public:
    /// nullptr: none. Good until the next call.
    virtual const Mapping* find(uint64_t ipa) = 0;
    virtual void insert(const Mapping& mapping) = 0;

protected:
    ~Stage2Cache() = default;
};

/// The address that is translated, for the one a master sent: sign-extended from the bit that
/// TCR2.SEP names (7: bit 48), top byte dropped where TCR2.TBIn says so; zero-extended where the
/// upstream bus does not have that bit (IHI 0062D 16.5.39). Nothing when the bits above are neither
/// zero nor the sign's extension: no bus that wide could have carried the address, so it must not
/// alias another one. AArch32's are of 32 bits; an IPA, and what a hypervisor's context gets, is
/// not extended.
std::optional<uint64_t> input_address(const Context& context, uint64_t iova);

/// `va`: what input_address() gave. Reads 24 descriptors at most: four of stage 1, each by four of
/// stage 2, and the result by four more. The permissions of the mapping that it gives are the
/// caller's to look at, with denied(); `request` says only whether stage 1's come before a fault of
/// stage 2.
WalkResult walk(const Context& context, DescriptorReader& reader, uint64_t va,
                const Request& request, Stage2Cache* cache = nullptr);

/// The same, but what stage 1 gives is the result: where there is a stage 2, only the tables are
/// read through it. Without a stage 1 the address is its own result.
WalkResult walk_to_ipa(const Context& context, DescriptorReader& reader, uint64_t va);

/// An address that a bank does not take, or that a stage which is off cannot pass on: IHI 0062D
/// 3.7.2, tables 3-3 and 3-4. An AArch32 bank takes 32 bits and one of stage 2 takes 40, on or off:
/// 3.8.4, where one of stage 2 that is off has an address size fault; in table 3-2 it has a
/// translation fault.
std::optional<Fault> beyond_input(const Context& context, uint64_t address);

/// The fault of an address that a stage 2 which is off cannot pass on; nothing: it can. IHI 0062D
/// 3.7.2, table 3-4.
std::optional<Fault> beyond_output(const Context::Stage2& stage2, uint64_t ipa);

/// The fault of a request that a mapping, cached or not, does not permit; nothing: it does.
std::optional<Fault> denied(const Mapping& mapping, uint64_t va, const Request& request);

} // namespace smmu_pm::smmu
