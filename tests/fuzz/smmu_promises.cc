// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu_promises.hh"

#include "smmu_setup.hh"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <memory>

namespace smmu_pm::fuzz {

using power::Access;
using power::Supply;
using Result = smmu::Translation::Result;

SmmuTally smmu_tally;

SmmuTally::~SmmuTally()
{
    std::printf("%lu steps, %lu translations, %lu faults, %lu twins, %lu looks around; %lu lost "
                "invalidates condemned %lu entries; of hits with condemned entries in the TLB %lu "
                "were told of, %lu had the right answer\n",
                steps, translated, faults, twins, around, lost, condemned, stale, same);
}

namespace {

// ---- Saved state: the keys of saved.cc --------------------------------------------------------

constexpr uint32_t key_tlb = 0x8001'0000, key_lost = 0x8009'0000, key_in_flight = 0x800b'0000,
                   key_sync = 0x800c'0000;

/// An entry is five pairs: va, pa, tag, ipa and leaf. The leaf's upper half is the number that it
/// carries.
bool is_entry(uint32_t key)
{
    return key >= key_tlb && key < key_lost;
}
bool is_leaf(const power::Pair& pair)
{
    return is_entry(pair.key) && pair.key % 8 == 4;
}
uint32_t carried(const power::Pair& leaf)
{
    return static_cast<uint32_t>(leaf.value >> 32);
}
/// Of the regime, two bits of the tag: 2 and 3 are Secure state's.
bool is_secure_tag(uint64_t tag)
{
    return (tag >> 33 & 1) != 0;
}

/// Entries without what they carry.
std::vector<std::array<uint64_t, 5>> entries(const Pairs& pairs)
{
    std::vector<std::array<uint64_t, 5>> all;
    for (std::size_t i = 4; i < pairs.size(); ++i)
        if (is_leaf(pairs[i]))
            all.push_back({pairs[i - 4].value, pairs[i - 3].value, pairs[i - 2].value,
                           pairs[i - 1].value, pairs[i].value & 0xffff'ffff});
    return all;
}

std::vector<uint32_t> numbers(const Pairs& pairs)
{
    std::vector<uint32_t> all;
    for (const power::Pair& pair : pairs)
        if (is_leaf(pair))
            all.push_back(carried(pair));
    return all;
}

/// The same with those entries only that carry nothing.
Pairs without_condemned(const Pairs& pairs)
{
    Pairs left;
    uint32_t key = key_tlb;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].key >= key_lost && pairs[i].key < key_in_flight)
            continue;
        if (!is_entry(pairs[i].key)) {
            left.push_back(pairs[i]);
            continue;
        }
        if (carried(pairs[i + 4]) == 0) {
            for (uint32_t field = 0; field < 5; ++field)
                left.push_back({key + field, pairs[i + field].value});
            key += 8;
        }
        i += 4;
    }
    return left;
}

/// What SMMU_SCR1 leaves to Non-secure state; NSCAFRO: the report of what it may not access, too.
struct Left {
    unsigned groups, banks;
    bool reports; // are Secure state's alone
};
Left left(const smmu::Config& config, const Pairs& pairs)
{
    uint64_t scr1 = 0;
    for (const power::Pair& pair : pairs)
        if (pair.key == 0x5004)
            scr1 = pair.value;
    return {config.stream_groups - static_cast<unsigned>(scr1 >> 8 & 0xff),
            config.context_banks - static_cast<unsigned>(scr1 & 0xff), (scr1 >> 28 & 1) != 0};
}

/// A register's place in the declarations: layout.hh.
bool is_secure_register(uint32_t key, const Left& left, const smmu::Config& config)
{
    if (key >= 0x8000 && key < 0x8000'0000)
        return (key - 0x8000) / 0x1000 >= left.banks;
    if (key >= 0x5040 && key < 0x505c) // SMMU_SGFAR to SGFSYNR2
        return left.reports;
    if (key >= 0x5000 && key < 0x8000)
        return key != 0x5f00;
    if (key >= 0x4000 && key < 0x5000)
        return true;
    if (key >= 0x1000 && key < 0x2000)
        return key % 0x400 / 4 >= left.banks;
    if (key >= 0x800 && key < 0xc00)
        return config.stream_groups != 0 && (key - 0x800) / 4 >= left.groups;
    return key >= 0xc00 && key < 0xe00 && config.stream_groups != 0 &&
           (key - 0xc00) / 4 >= left.groups;
}

Pairs secure_registers(const smmu::Config& config, const Pairs& pairs)
{
    Pairs own;
    const Left shared = left(config, pairs);
    for (const power::Pair& pair : pairs)
        if (pair.key < 0x8000'0000 && is_secure_register(pair.key, shared, config))
            own.push_back(pair);
    return own;
}

std::vector<std::array<uint64_t, 5>> secure_entries(const Pairs& pairs)
{
    auto all = entries(pairs);
    std::erase_if(all, [](const auto& entry) { return !is_secure_tag(entry[2]); });
    return all;
}

} // namespace

Pairs without_entries(const Pairs& pairs)
{
    Pairs rest = pairs;
    std::erase_if(rest, [](const power::Pair& pair) {
        return pair.key >= 0x8000'0100 && pair.key < key_sync;
    });
    return rest;
}

bool any_condemned(const Pairs& pairs)
{
    return std::ranges::any_of(
        pairs, [](const power::Pair& pair) { return is_leaf(pair) && carried(pair) != 0; });
}

// ---- After every step -------------------------------------------------------------------------

void check_held(SmmuSubject& subject)
{
    smmu::Smmu& smmu = subject.smmu;
    const smmu::Config& config = smmu.config();
    std::set<uint32_t> tokens, operations;
    std::array<unsigned, smmu::max_context_banks> stalled{};
    std::array<bool, smmu::max_context_banks> active{};
    smmu.each_held([&](const smmu::Held& held) {
        require(held.token != 0 && !tokens.contains(held.token) &&
                !operations.contains(held.token));
        (held.operation ? operations : tokens).insert(held.token);
        if (held.operation) {
            require(config.address_translation && held.operation->bank < config.context_banks &&
                    !active[held.operation->bank]);
            active[held.operation->bank] = true;
        }
        if (held.why == smmu::Hold::Power)
            require(!smmu.missing(Access::Walk).empty());
        else
            require(held.bank < config.context_banks &&
                    !smmu.missing(Access::Register).has(Supply::Domain));
        if (held.why == smmu::Hold::Fault)
            ++stalled[held.bank];
    });
    require(tokens == subject.host.held && tokens.size() + operations.size() <= config.stall_slots);
    if (!smmu.missing(Access::Register).empty())
        return;
    const SmmuWindow window(config);
    for (unsigned bank = 0; bank < config.context_banks; ++bank)
        if (bank < 8 || stalled[bank] != 0 || active[bank]) {
            require((smmu.read(window.bank(bank, 0x58), 4, true).value >> 30 & 1) == stalled[bank]);
            require(smmu.read(window.bank(bank, 0x8f0), 4, true).value == active[bank]);
        }
}

void check_lines(SmmuSubject& subject)
{
    smmu::Smmu& smmu = subject.smmu;
    const smmu::Config& config = smmu.config();
    const auto& irq = subject.host.irq;
    const auto missing = smmu.missing(Access::Register);
    if (missing.has(Supply::Domain) || missing.has(Supply::Reset)) {
        require(std::ranges::none_of(irq, [](bool level) { return level; }));
        return;
    }
    if (!missing.empty())
        return;
    const SmmuWindow window(config);
    const auto read = [&](uint64_t offset) { return smmu.read(offset, 4, true).value; };
    const auto global = [&](unsigned offset) {
        const uint64_t faults = read(offset + 0x48), control = read(offset);
        return ((faults & 0x20) != 0 && (control & 0x20) != 0) ||
               ((faults & 0x8000'01df) != 0 && (control & 0x4) != 0);
    };
    require(irq[0] == global(config.secure ? 0x400 : 0));
    const unsigned contexts = smmu::context_interrupts(config);
    if (config.secure)
        require(irq[1 + contexts] == global(0));
    if (config.context_banks > 16)
        return;
    std::array<bool, 16> levels{};
    for (unsigned bank = 0; bank < config.context_banks; ++bank) {
        const auto line = config.context_interrupts == 0
                              ? bank
                              : static_cast<unsigned>(read(window.global(0x1000 + 4 * bank)) >> 24);
        if (line < contexts && (read(window.bank(bank, 0x58)) & 0x8000'01fe) != 0 &&
            (read(window.bank(bank, 0)) & 0x40) != 0)
            levels[line] = true;
    }
    for (unsigned line = 0; line < contexts; ++line)
        require(irq[1 + line] == levels[line]);
}

void check_monitors(SmmuSubject& subject)
{
    smmu::Smmu& smmu = subject.smmu;
    const smmu::Config& config = smmu.config();
    if (!smmu.missing(Access::Register).empty())
        return;
    const SmmuWindow window(config);
    const auto read = [&](unsigned offset) {
        return smmu.read(window.global(offset), 4, true).value;
    };
    for (unsigned group = 0; group < config.counter_groups; ++group) {
        const unsigned word = group / 8 * 4;
        const uint64_t control = read(0x3800 + 4 * group);
        // PMCGCRn.E where CBAEN reveals the group in a bank, PMCR.E elsewhere.
        const bool enabled = ((control & 0x400) != 0 ? control >> 11 & 1 : read(0x3e04) & 1) != 0;
        const uint64_t on = enabled ? read(0x3cc0 + word) & read(0x3c40 + word) : 0;
        const unsigned line =
            1 + smmu::context_interrupts(config) + (config.secure ? 1 : 0) + group;
        require(subject.host.irq[line] == ((on >> group % 8 * 4 & 0xf) != 0));
    }
}

// ---- Faults -----------------------------------------------------------------------------------

void check_fault(const SmmuSink& sink, const smmu::Transaction& transaction)
{
    require(sink.fault.has_value());
    const SmmuSink::Fault& fault = *sink.fault;
    const std::string_view flag = std::string_view(sink.refused).substr(sink.refused.find('.') + 1);
    constexpr std::array<std::string_view, 9> context = {"",  "TF", "AFF", "PF", "EF",
                                                         "?", "?",  "ASF", "UUT"};
    constexpr std::array<std::string_view, 9> global = {"ICF", "USF", "SMCF", "UCBF", "UCIF",
                                                        "CAF", "EF",  "PF",   "UUT"};
    const auto& names = fault.context ? context : global;
    const auto bit = static_cast<unsigned>(std::ranges::find(names, flag) - names.begin());
    require(bit < names.size() && !flag.empty());
    ++smmu_tally.faults;
    if ((fault.status >> 31 & 1) != 0)
        return; // the registers tell of an earlier one
    const uint64_t flags = fault.status & (fault.context ? 0x1fe : 0x1ff);
    require(flags == uint64_t{1} << bit && fault.address == transaction.iova);
    require((fault.syndrome >> (fault.context ? 4 : 1) & 1) == transaction.request.write);
}

// ---- Secure state -----------------------------------------------------------------------------

void check_secure(const smmu::Config& config, const Pairs& before, const Pairs& after)
{
    require(secure_registers(config, before) == secure_registers(config, after));
    require(secure_entries(before) == secure_entries(after));
}

// ---- Lost invalidates -------------------------------------------------------------------------

void check_lost(const SmmuSubject& subject, Pairs before, const Pairs& after,
                const SmmuTouch& touch)
{
    const auto had = entries(before);
    const auto carried_before = numbers(before), carried_after = numbers(after);
    const uint32_t number = subject.sink.lost;
    require(entries(after) == had);
    const SmmuWindow window(subject.smmu.config());
    if (touch.offset >> window.shift >= window.pages && touch.offset % 0x1000 == 0) {
        // SCTLR.M takes entries with it when it arrives, and is no invalidate that can be missed.
        require(number == 0 && carried_after == carried_before);
        return;
    }
    before[0].value |= 0xf; // domain, reset, vote, iface
    const auto other = std::make_unique<SmmuSubject>(subject.smmu.config());
    if (!other->take(before, subject.host))
        return; // with these wires it would not hold what waits for power
    other->smmu.write(touch.offset, touch.size, touch.value, touch.secure);
    const auto left = entries(other->smmu.save());
    bool fresh = false;
    for (std::size_t i = 0, at = 0; i < had.size(); ++i) {
        const bool removed = at == left.size() || left[at] != had[i];
        at += !removed;
        const uint32_t expected = removed && carried_before[i] == 0 ? number : carried_before[i];
        require(carried_after[i] == expected && (!removed || expected != 0));
        fresh |= removed && carried_before[i] == 0;
        smmu_tally.condemned += removed && carried_before[i] == 0;
    }
    require(fresh == (number != 0));
    smmu_tally.lost += fresh;
}

void check_stale(const SmmuSubject& subject, const Pairs& before,
                 const smmu::Transaction& transaction, const smmu::Translation& got, bool told)
{
    // A condemned entry takes room, and for want of it another one may have gone, though the tables
    // have changed since: a walk puts one in, and for each of its tables and its page of stage 2.
    constexpr std::size_t most_inserted = 6;
    if (entries(before).size() + most_inserted > subject.smmu.config().tlb_entries)
        return;
    const auto other = std::make_unique<SmmuSubject>(subject.smmu.config());
    require(other->take(without_condemned(before), subject.host));
    const smmu::Translation expected = other->smmu.translate(transaction);
    const bool ok = expected.result == Result::Ok;
    const bool same = expected.result == got.result && (!ok || expected.pa == got.pa) &&
                      (ok || other->sink.refused == subject.sink.refused);
    require(same != told);
    ++(told ? smmu_tally.stale : smmu_tally.same);
}

// ---- Pages ------------------------------------------------------------------------------------

namespace {

bool equal(const smmu::Translation& a, const smmu::Translation& b)
{
    return a.result == b.result && a.writable == b.writable && a.pa == b.pa && a.mask == b.mask &&
           a.attributes == b.attributes;
}

} // namespace

bool is_of_sixteen(SmmuSubject& subject, const smmu::Translation& translation)
{
    const auto bank = subject.sink.translated;
    if (!bank || translation.mask <= 0xfff)
        return false;
    if (!subject.smmu.missing(Access::Register).empty())
        return true; // nobody can tell
    const SmmuWindow window(subject.smmu.config());
    const auto read = [&](uint64_t offset) { return subject.smmu.read(offset, 4, true).value; };
    return (read(window.global(0x1800 + 4 * *bank)) & 1) == 0 &&
           (read(window.bank(*bank, 0x30)) >> 31 & 1) == 0;
}

smmu::Translation check_around(const SmmuSubject& subject, const Pairs& before,
                               const smmu::Transaction& transaction, uint64_t bits)
{
    const Pairs state = without_entries(before);
    const auto start = [&](SmmuSubject& one) {
        require(one.take(state, subject.host));
        one.host.held.clear();
    };
    const auto first = std::make_unique<SmmuSubject>(subject.smmu.config());
    start(*first);
    const smmu::Translation walked = first->smmu.translate(transaction);
    if (walked.result != Result::Ok)
        return walked;
    ++smmu_tally.around;
    require(equal(first->smmu.translate(transaction), walked));
    if (is_of_sixteen(*first, walked))
        return walked;
    smmu::Transaction other = transaction;
    other.iova ^= bits & walked.mask;
    smmu::Translation expected = walked;
    expected.pa ^= bits & walked.mask;
    require(equal(first->smmu.translate(other), expected));
    const auto second = std::make_unique<SmmuSubject>(subject.smmu.config());
    start(*second);
    require(equal(second->smmu.translate(other), expected));
    return walked;
}

} // namespace smmu_pm::fuzz
