// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bytes become register accesses, transactions, wire changes, table writes and save/restore. Beside
// what the sanitizers find, a run traps when a promise is broken:
//   - what cannot be reached answers by policy, translates nothing and holds its lines low;
//   - a translation keeps the offset inside its page or block;
//   - a saved state restores to one that saves the same, and a refused one changes nothing;
//   - a token is handed out once, and then released once or lost; FSR.SS stands for a held one;
//   - an invalidate that is lost condemns exactly the entries that it would have removed;
//   - what a transaction is answered with condemned entries in the TLB is what it would be answered
//     without them, or a stale hit is told of; never both.
#include "input.hh"

#include "smmu/smmu.hh"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <unordered_map>
#include <utility>

namespace {

using namespace smmu_pm;
using fuzz::Input;
using fuzz::require;
using power::Supply;

/// Said at the end, so that a replay shows what its inputs came to.
struct Tally {
    unsigned long lost = 0, condemned = 0, same = 0, stale = 0;
    ~Tally()
    {
        std::printf("%lu lost invalidates condemned %lu entries; of hits with condemned entries in "
                    "the TLB %lu were told of, %lu had the right answer\n",
                    lost, condemned, stale, same);
    }
} tally;

class Host final : public smmu::Host {
public:
    std::unordered_map<uint64_t, uint64_t> memory;
    std::array<bool, smmu::max_lines> irq{};
    unsigned pm_faults = 0;
    std::set<uint32_t> held; ///< tokens that their masters wait for

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        // Small enough for tables to lead into each other; a part of it aborts.
        const auto found = memory.find(pa & 0xfff8);
        descriptor = found == memory.end() ? 0 : found->second;
        return (pa & 0xf000) != 0xf000;
    }
    void set_irq(unsigned line, bool level) override
    {
        require(irq.at(line) != level);
        irq[line] = level;
    }
    void tlb_invalidated(const smmu::Extent&) override {}
    void released(uint32_t token, power::Released) override { require(held.erase(token) == 1); }
    void pm_fault() override { ++pm_faults; }
    uint64_t now() const override { return 0; }
    void unimplemented(const char* what) override { require(what[0] != 0); }
};

class Sink final : public journal::Sink {
public:
    explicit Sink(Host& host) : host_(host) {}
    void record(const journal::Event& event) override
    {
        require(event.block == journal::Block::Smmu && event.name.size() < 64);
        if (event.kind == journal::Kind::Touch)
            lost = event.lost;
        if (event.kind == journal::Kind::Stale) {
            ++stale;
            require(event.lost != 0 && !event.name.empty() && !event.text.empty());
        }
        if (event.kind == journal::Kind::Refused || event.kind == journal::Kind::Stall)
            refused = event.name;
        if (event.kind != journal::Kind::Release)
            return;
        const auto token = static_cast<uint32_t>(event.value);
        require(host_.held.contains(token));
        if (event.name == "lost")
            host_.held.erase(token); // so that a later release of it traps
    }

    unsigned stale = 0;
    uint32_t lost = 0;     ///< of the last touch
    std::string refused{}; ///< why the last transaction was

private:
    Host& host_;
};

/// Registers that matter more than the rest of the window.
constexpr uint32_t favourites[] = {
    0x0000, 0x0048, 0x004c, 0x0064, 0x0068, 0x006c, 0x0800, 0x0804, 0x0c00, 0x0c04, 0x1000, 0x1004,
    0x1800, 0x1804, 0x8000, 0x8008, 0x8010, 0x8020, 0x8024, 0x8028, 0x8030, 0x8058, 0x805c, 0x8600,
    0x8608, 0x8610, 0x8618, 0x8620, 0x8628, 0x9000, 0x9008, 0x9010, 0x9020, 0x9030, 0x9058, 0x9620};
/// What Linux writes, so that a few bytes get far.
constexpr uint64_t values[] = {
    0,           1,           0x1c36,  0x201c36, 0x1167,      0x1067,      0x8000'0000,
    0x8000'0001, 0x1f300,     0x1f700, 0x38014,  0x0080'3510, 0x8010'3510, 0x3,
    0xffff'ffff, 0xc000'01fe, 0x1000,  0x2000,   0x11e7,      0x10e7,      0x11c7};

uint64_t value_of(Input& input)
{
    const uint8_t choice = input.byte();
    return choice < 200 ? values[choice % std::size(values)] : input.number();
}

uint32_t offset_of(Input& input, unsigned size)
{
    const uint8_t choice = input.byte();
    const uint32_t offset = choice < 200 ? favourites[choice % std::size(favourites)]
                                         : static_cast<uint32_t>(input.number() & 0x1'ffff);
    return offset & ~(size - 1);
}

uint64_t iova_of(Input& input)
{
    const uint8_t choice = input.byte();
    const uint64_t base = choice & 0x80 ? 0xffff'0000'0000'0000 : 0;
    return (choice & 0x40) != 0 ? input.number()
                                : base | uint64_t{choice & 0xfu} << 12 | (choice >> 4 & 3u) << 21;
}

/// A head start: stream 0 translated by bank 0, three levels of tables that lead to pages.
void attach(smmu::Smmu& smmu, Host& host, bool stalls)
{
    for (const auto& [offset, value] :
         std::initializer_list<std::pair<uint32_t, uint32_t>>{{0x0800, 0x8000'0000},
                                                              {0x0c00, 0},
                                                              {0x1800, 1},
                                                              {0x1000, 0x1f300},
                                                              {0x8010, 0x38014},
                                                              {0x8030, 0x0080'3510},
                                                              {0x8020, 0x1000},
                                                              {0x8000, stalls ? 0x11e7 : 0x1167},
                                                              {0x0000, 0x1c36}})
        smmu.write(offset, 4, value);
    host.memory = {{0x1000, 0x2003}, {0x2000, 0x3003}, {0x3000, 0x4003}, {0x3008, 0x8020'0e41}};
    for (uint64_t page = 0; page < 16; ++page)
        host.memory[0x4000 + 8 * page] = (0x8000'0000 + (page << 12)) | 0xe43;
}

/// Those who wait are those who are held, each for a reason that still holds.
void check_held(smmu::Smmu& smmu, const Host& host, const smmu::Config& config)
{
    std::set<uint32_t> tokens;
    std::array<unsigned, smmu::max_context_banks> stalled{};
    smmu.each_held([&](const smmu::Held& held) {
        require(held.token != 0 && tokens.insert(held.token).second);
        if (held.why == smmu::Hold::Power)
            require(!smmu.missing(power::Access::Walk).empty());
        else
            require(held.bank < config.context_banks &&
                    !smmu.missing(power::Access::Register).has(Supply::Domain));
        if (held.why == smmu::Hold::Fault)
            ++stalled[held.bank];
    });
    require(tokens == host.held && tokens.size() <= config.stall_slots);
    if (!smmu.missing(power::Access::Register).empty())
        return;
    for (unsigned bank = 0; bank < config.context_banks; ++bank)
        require((smmu.read(0x8058 + 0x1000 * uint64_t{bank}, 4).value >> 30 & 1) == stalled[bank]);
}

// ---- Lost invalidates -------------------------------------------------------------------------

using Pairs = std::vector<power::Pair>;

/// The keys of saved.cc: an entry's va, pa, tag, ipa and leaf. The leaf's upper half is the number
/// that it carries.
bool is_leaf(const power::Pair& pair)
{
    return pair.key >= 0x8001'0000 && pair.key < 0x8009'0000 && pair.key % 8 == 4;
}
uint32_t carried(const power::Pair& leaf)
{
    return static_cast<uint32_t>(leaf.value >> 32);
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

bool any_condemned(const Pairs& pairs)
{
    return std::ranges::any_of(
        pairs, [](const power::Pair& pair) { return is_leaf(pair) && carried(pair) != 0; });
}

/// A write that did not reach: another SMMU in the same state, which it does reach, says what it
/// would have removed.
void check_lost(const smmu::Config& config, const Host& host, Pairs before, const Pairs& after,
                uint32_t offset, unsigned size, uint64_t value, uint32_t number)
{
    const auto had = entries(before);
    const auto carried_before = numbers(before), carried_after = numbers(after);
    require(entries(after) == had);
    before[0].value |= 0xf; // domain, reset, vote, iface
    Host other_host;
    other_host.held = host.held;
    smmu::Smmu other(config, other_host, nullptr);
    if (!other.load(before))
        return; // with these wires it would not hold what waits for power
    other.write(offset, size, value);
    const auto left = entries(other.save());
    bool fresh = false;
    for (std::size_t i = 0, at = 0; i < had.size(); ++i) {
        const bool removed = at == left.size() || left[at] != had[i];
        at += !removed;
        const uint32_t expected = removed && carried_before[i] == 0 ? number : carried_before[i];
        require(carried_after[i] == expected && (!removed || expected != 0));
        fresh |= removed && carried_before[i] == 0;
        tally.condemned += removed && carried_before[i] == 0;
    }
    require(fresh == (number != 0));
    tally.lost += fresh;
}

/// What the same transaction is answered where nothing has been lost.
void check_stale(const smmu::Config& config, const Host& host, const Pairs& before,
                 const smmu::Transaction& transaction, const smmu::Translation& got,
                 const std::string& refused, bool told)
{
    Pairs pairs;
    uint32_t key = 0x8001'0000;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].key >= 0x8009'0000 && before[i].key < 0x800b'0000)
            continue;
        if (before[i].key < 0x8001'0000 || before[i].key >= 0x8009'0000) {
            pairs.push_back(before[i]);
            continue;
        }
        if (carried(before[i + 4]) == 0) {
            for (uint32_t field = 0; field < 5; ++field)
                pairs.push_back({key + field, before[i + field].value});
            key += 8;
        }
        i += 4;
    }
    Host other_host;
    other_host.memory = host.memory;
    other_host.held = host.held;
    Sink other_sink(other_host);
    smmu::Smmu other(config, other_host, &other_sink);
    require(other.load(pairs));
    const smmu::Translation expected = other.translate(transaction);
    const bool ok = expected.result == smmu::Translation::Result::Ok;
    const bool same = expected.result == got.result && (!ok || expected.pa == got.pa) &&
                      (ok || other_sink.refused == refused);
    require(same != told);
    ++(told ? tally.stale : tally.same);
}

bool lines_low(const Host& host)
{
    for (const bool level : host.irq)
        if (level)
            return false;
    return true;
}

void run(Input& input)
{
    const smmu::Config config = {.stream_groups = 1 + input.byte() % 127u,
                                 .context_banks = 1 + input.byte() % 8u,
                                 .policy = static_cast<power::Policy>(input.byte() % 4),
                                 .dma_policy = static_cast<power::DmaPolicy>(input.byte() % 2),
                                 .collapse = static_cast<power::Collapse>(input.byte() % 3),
                                 .stall_slots = input.byte() % 9u};
    Host host;
    Sink sink(host);
    smmu::Smmu smmu(config, host, &sink);
    for (const Supply supply :
         {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface, Supply::Bus})
        smmu.set_supply(supply, true);
    const uint8_t start = input.byte();
    if ((start & 1) != 0)
        attach(smmu, host, (start & 2) != 0);

    const auto write = [&](uint32_t offset, unsigned size, uint64_t value) {
        const bool reaches = smmu.missing(power::Access::Register).empty();
        const unsigned entries = smmu.tlb_entries(), faults = host.pm_faults;
        const Pairs before = reaches || entries == 0 ? Pairs() : smmu.save();
        smmu.write(offset, size, value);
        require(host.pm_faults - faults == (reaches ? 0u : 1u));
        require(reaches || smmu.tlb_entries() == entries);
        if (!before.empty())
            check_lost(config, host, before, smmu.save(), offset, size, value, sink.lost);
    };

    while (!input.empty()) {
        const uint8_t operation = input.byte();
        const unsigned faults = host.pm_faults;
        switch (operation % 16) {
        case 0:
        case 1: {
            const unsigned size = operation & 0x10 ? 8 : 4;
            const bool reaches = smmu.missing(power::Access::Register).empty();
            const power::Answer answer = smmu.read(offset_of(input, size), size);
            require(host.pm_faults - faults == (reaches ? 0u : 1u));
            require(reaches ? answer.status == power::Status::Ok
                            : answer == power::unreachable(config.policy, size));
            require(size == 8 || answer.value >> 32 == 0);
            break;
        }
        case 2:
        case 3:
        case 4:
        case 5: {
            const unsigned size = operation & 0x10 ? 8 : 4;
            const uint32_t offset = offset_of(input, size);
            const uint64_t value = value_of(input);
            write(offset, size, size == 8 ? value : value & 0xffff'ffff);
            break;
        }
        case 6:
            smmu.set_supply(static_cast<Supply>(input.byte() % power::supply_count),
                            (operation & 0x10) != 0);
            break;
        case 7: {
            const std::vector<power::Pair> saved = smmu.save();
            Host other_host;
            smmu::Smmu other(config, other_host, nullptr);
            require(other.load(saved));
            require(other.save() == saved);
            require(other_host.irq == host.irq);
            break;
        }
        case 8: {
            std::vector<power::Pair> pairs = smmu.save();
            const std::vector<power::Pair> before = pairs;
            power::Pair& changed = pairs[input.byte() % pairs.size()];
            if ((operation & 0x10) != 0)
                changed.value = input.number();
            if ((operation & 0x20) != 0)
                changed.key = static_cast<uint32_t>(input.number());
            const bool loaded = smmu.load(pairs);
            require(loaded || smmu.save() == before);
            if (loaded) {
                host.held.clear();
                smmu.each_held([&](const smmu::Held& held) { host.held.insert(held.token); });
            }
            break;
        }
        case 9:
            if (operation == 0x99)
                smmu.reset();
            if ((operation & 0x80) == 0) { // a page of attach() changes, and its invalidate is lost
                const uint8_t choice = input.byte();
                const uint64_t page = choice & 0xfu;
                constexpr uint64_t changes[] = {0, 0x0010'0000, 0x80, ~uint64_t{0}};
                uint64_t& descriptor = host.memory[0x4000 + 8 * page];
                const uint64_t change = changes[choice >> 4 & 3];
                descriptor =
                    change == ~uint64_t{0} ? descriptor & ~uint64_t{1} : descriptor ^ change;
                smmu.set_supply(Supply::Iface, false);
                if ((choice & 0x40) != 0)
                    write(0x8620, 8, page);
                else
                    write(0x8610, 4, 0);
                smmu.set_supply(Supply::Iface, true);
            }
            break;
        case 10:
        case 11: {
            const uint64_t address = input.number() & 0xfff8;
            host.memory[address] = value_of(input) ^ (input.number() & 0xfff0'0000'ffff'ffff);
            break;
        }
        default: {
            const smmu::Transaction transaction = {
                .iova = iova_of(input),
                .stream = static_cast<uint16_t>(operation & 0x10 ? input.number() : 0),
                .request = {.write = (operation & 0x20) != 0,
                            .privileged = (operation & 0x40) != 0,
                            .instruction = (operation & 0x80) != 0},
                .can_stall = (operation & 1) != 0};
            const bool reaches = smmu.missing(power::Access::Walk).empty();
            const Pairs before = reaches && smmu.tlb_entries() != 0 ? smmu.save() : Pairs();
            const unsigned stale = sink.stale;
            const smmu::Translation translation = smmu.translate(transaction);
            if (any_condemned(before))
                check_stale(config, host, before, transaction, translation, sink.refused,
                            sink.stale != stale);
            else
                require(sink.stale == stale);
            require(translation.unreachable == !reaches);
            require(host.pm_faults - faults == (reaches ? 0u : 1u));
            if (translation.result == smmu::Translation::Result::Stalled)
                require(transaction.can_stall && host.held.insert(translation.token).second);
            if (translation.result == smmu::Translation::Result::Ok) {
                require(reaches);
                require(((translation.pa ^ transaction.iova) & translation.mask) == 0);
                require(!transaction.request.write || translation.writable);
            }
        }
        }
        require(smmu.tlb_entries() <= config.tlb_entries);
        check_held(smmu, host, config);
        const auto missing = smmu.missing(power::Access::Register);
        require((!missing.has(Supply::Domain) && !missing.has(Supply::Reset)) || lines_low(host));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Input input(data, size);
    run(input);
    return 0;
}
