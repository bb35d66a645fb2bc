// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/smmu.h"

#include "seam/handles.hh"
#include "seam/sink.hh"

#include <new>
#include <optional>
#include <string_view>

namespace {

using namespace smmu_pm;

class GlueHost final : public smmu::Host {
public:
    GlueHost(const SmmuPmSmmuHost& host, journal::Counters& counters)
        : host_(host), counters_(counters)
    {
    }
    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        counters_.descriptor();
        return host_.read_descriptor(host_.opaque, pa, &descriptor);
    }
    void set_irq(unsigned line, bool level) override { host_.set_irq(host_.opaque, line, level); }
    void tlb_invalidated(const smmu::Extent& addresses) override
    {
        const uint64_t mask =
            addresses.shift >= 64 ? UINT64_MAX : (uint64_t{1} << addresses.shift) - 1;
        host_.tlb_invalidated(host_.opaque, addresses.address, mask);
    }
    void released(uint32_t token, power::Released how) override
    {
        host_.released(host_.opaque, token, static_cast<SmmuPmReleased>(how));
    }
    void pm_fault() override { host_.pm_fault(host_.opaque); }
    uint64_t now() const override { return host_.now(host_.opaque); }
    void unimplemented(const char* what) override { host_.unimplemented(host_.opaque, what); }

private:
    SmmuPmSmmuHost host_;
    journal::Counters& counters_;
};

/// Nothing: there is no preset of that name.
std::optional<smmu::Config> configuration(const SmmuPmSmmuConfig& config)
{
    const std::string_view name = config.preset == nullptr ? smmu::presets[0].name : config.preset;
    for (const smmu::Preset& preset : smmu::presets) {
        if (preset.name != name)
            continue;
        smmu::Config own = preset.config;
        if (config.stream_groups != SMMU_PM_AS_PRESET)
            own.stream_groups = config.stream_groups;
        if (config.context_banks != SMMU_PM_AS_PRESET)
            own.context_banks = config.context_banks;
        if (config.tlb_entries != SMMU_PM_AS_PRESET)
            own.tlb_entries = config.tlb_entries;
        own.sync_latency_ns = config.sync_latency_ns;
        own.policy = static_cast<power::Policy>(config.policy);
        own.dma_policy = static_cast<power::DmaPolicy>(config.dma_policy);
        own.collapse = static_cast<power::Collapse>(config.collapse);
        return own;
    }
    return std::nullopt;
}

SmmuPmAnswer plain(const power::Answer& answer)
{
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

} // namespace

struct SmmuPmSmmu {
    SmmuPmSmmu(const smmu::Config& config, const SmmuPmSmmuHost& glue, journal::Sink* sink)
        : counters(sink), host(glue, counters), smmu(config, host, &counters)
    {
    }
    journal::Counters counters;
    GlueHost host;
    smmu::Smmu smmu;
};

namespace smmu_pm::seam {

const smmu::Smmu& core_of(const SmmuPmSmmu* smmu)
{
    return smmu->smmu;
}

const journal::Counters& counters_of(const SmmuPmSmmu* smmu)
{
    return smmu->counters;
}

} // namespace smmu_pm::seam

SmmuPmSmmu* smmu_pm_smmu_new(const SmmuPmSmmuConfig* config, const SmmuPmSmmuHost* host,
                             SmmuPmJournal* journal)
{
    const std::optional<smmu::Config> own = configuration(*config);
    if (!own || !smmu::valid(*own))
        return nullptr;
    return new (std::nothrow) SmmuPmSmmu(*own, *host, journal::sink_of(journal));
}

void smmu_pm_smmu_free(SmmuPmSmmu* smmu)
{
    delete smmu;
}

uint64_t smmu_pm_smmu_size(const SmmuPmSmmu* smmu)
{
    return smmu::window_size(smmu->smmu.config());
}

unsigned smmu_pm_smmu_lines(const SmmuPmSmmu* smmu)
{
    return smmu::lines(smmu->smmu.config());
}

unsigned smmu_pm_smmu_context_lines(const SmmuPmSmmu* smmu)
{
    return smmu::context_interrupts(smmu->smmu.config());
}

unsigned smmu_pm_smmu_banks_count(const SmmuPmSmmu* smmu)
{
    return smmu->smmu.config().context_banks;
}

void smmu_pm_smmu_reset(SmmuPmSmmu* smmu)
{
    smmu->smmu.reset();
}

void smmu_pm_smmu_set_supply(SmmuPmSmmu* smmu, SmmuPmSupply supply, bool level)
{
    smmu->smmu.set_supply(static_cast<power::Supply>(supply), level);
}

uint32_t smmu_pm_smmu_missing(const SmmuPmSmmu* smmu)
{
    return smmu->smmu.missing(power::Access::Register).bits();
}

SmmuPmAnswer smmu_pm_smmu_read(SmmuPmSmmu* smmu, uint64_t offset, unsigned size, bool secure)
{
    smmu->counters.access(false);
    return plain(smmu->smmu.read(offset, size, secure));
}

SmmuPmAnswer smmu_pm_smmu_write(SmmuPmSmmu* smmu, uint64_t offset, unsigned size, uint64_t value,
                                bool secure)
{
    smmu->counters.access(true);
    return plain(smmu->smmu.write(offset, size, value, secure));
}

SmmuPmTranslation smmu_pm_smmu_translate(SmmuPmSmmu* smmu, const SmmuPmTransaction* transaction)
{
    const smmu::Translation translation =
        smmu->smmu.translate({.iova = transaction->iova,
                              .stream = transaction->stream,
                              .request = {.write = transaction->write,
                                          .privileged = transaction->privileged,
                                          .instruction = transaction->instruction},
                              .can_stall = transaction->can_stall,
                              .secure = transaction->secure,
                              .ssd_index = transaction->ssd_index});
    return {static_cast<SmmuPmTranslated>(translation.result),
            translation.unreachable,
            translation.writable,
            translation.pa,
            translation.mask,
            translation.token};
}

size_t smmu_pm_smmu_save(const SmmuPmSmmu* smmu, SmmuPmPair* pairs, size_t max)
{
    const std::vector<smmu::Pair> saved = smmu->smmu.save();
    for (size_t i = 0; i < saved.size() && i < max; ++i)
        pairs[i] = {saved[i].key, saved[i].value};
    return saved.size();
}

bool smmu_pm_smmu_load(SmmuPmSmmu* smmu, const SmmuPmPair* pairs, size_t count)
{
    std::vector<smmu::Pair> own;
    own.reserve(count);
    for (size_t i = 0; i < count; ++i)
        own.push_back({pairs[i].key, pairs[i].value});
    return smmu->smmu.load(own);
}

static_assert(SMMU_PM_SMMU_LINES_MAX == smmu::max_lines);
static_assert(static_cast<int>(SMMU_PM_ABORT) == static_cast<int>(power::Status::Abort));
static_assert(static_cast<int>(SMMU_PM_HANG) == static_cast<int>(power::Status::Hang));
static_assert(static_cast<unsigned>(SMMU_PM_SUPPLY_COUNT) == power::supply_count);
static_assert(static_cast<int>(SMMU_PM_SUPPLY_BUS) == static_cast<int>(power::Supply::Bus));
static_assert(static_cast<int>(SMMU_PM_SUPPLY_MEM_IFACE) ==
              static_cast<int>(power::Supply::MemIface));
static_assert(static_cast<int>(SMMU_PM_POLICY_HANG) == static_cast<int>(power::Policy::Hang));
static_assert(static_cast<int>(SMMU_PM_STALLED) == static_cast<int>(power::Status::Stalled));
static_assert(static_cast<int>(SMMU_PM_RELEASED_RAZWI) == static_cast<int>(power::Released::RazWi));
static_assert(static_cast<int>(SMMU_PM_DMA_HANG) == static_cast<int>(power::DmaPolicy::Hang));
static_assert(static_cast<int>(SMMU_PM_HELD) ==
              static_cast<int>(smmu::Translation::Result::Stalled));
static_assert(static_cast<int>(SMMU_PM_COLLAPSE_RETAIN_ALL) ==
              static_cast<int>(power::Collapse::RetainAll));
static_assert(static_cast<int>(SMMU_PM_RAZWI) ==
              static_cast<int>(smmu::Translation::Result::RazWi));
