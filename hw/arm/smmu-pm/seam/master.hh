// SPDX-License-Identifier: GPL-2.0-or-later
//
// A master's core behind the handle that all masters share.
#pragma once

#include "journal/counters.hh"
#include "power/master.hh"
#include "power/supply.hh"
#include "seam/master.h"
#include "seam/pairs.hh"
#include "seam/sink.hh"

namespace smmu_pm::seam {

/// Counts what goes by on its way to the glue.
class GlueHost final : public power::MasterHost {
public:
    GlueHost(const SmmuPmMasterHost& host, journal::Counters& counters)
        : host_(host), counters_(counters)
    {
    }

    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        counters_.dma(false);
        return static_cast<power::Status>(
            host_.dma_read(host_.opaque, iova, buffer.data(), buffer.size()));
    }
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        counters_.dma(true);
        return static_cast<power::Status>(
            host_.dma_write(host_.opaque, iova, buffer.data(), buffer.size()));
    }
    void set_irq(bool level) override { host_.set_irq(host_.opaque, level); }
    void pm_fault() override { host_.pm_fault(host_.opaque); }

private:
    SmmuPmMasterHost host_;
    journal::Counters& counters_;
};

} // namespace smmu_pm::seam

struct SmmuPmMaster {
    SmmuPmMaster(smmu_pm::journal::Block its_block, const SmmuPmMasterHost& glue,
                 smmu_pm::journal::Sink* sink)
        : block(its_block), counters(sink), host(glue, counters)
    {
    }
    SmmuPmMaster(const SmmuPmMaster&) = delete;
    SmmuPmMaster& operator=(const SmmuPmMaster&) = delete;
    virtual ~SmmuPmMaster() = default;

    virtual void reset() = 0;
    virtual void set_supply(uint64_t now_ns, smmu_pm::power::Supply supply, bool level) = 0;
    virtual SmmuPmWires wires() const = 0;
    virtual smmu_pm::power::Answer read(uint64_t now_ns, uint64_t offset, unsigned size) = 0;
    virtual smmu_pm::power::Answer write(uint64_t now_ns, uint64_t offset, unsigned size,
                                         uint64_t value) = 0;
    virtual void released(uint64_t now_ns, smmu_pm::power::Released how) = 0;
    virtual uint64_t deadline() const = 0;
    virtual void advance(uint64_t now_ns) = 0;
    virtual size_t save(SmmuPmPair* pairs, size_t max) const = 0;
    virtual bool load(const SmmuPmPair* pairs, size_t count) = 0;

    smmu_pm::journal::Block block;
    smmu_pm::journal::Counters counters;
    smmu_pm::seam::GlueHost host;
};

namespace smmu_pm::seam {

/// Core has what smmu_pm::gpu::Gpu has.
template <class Core>
struct Master final : SmmuPmMaster {
    template <class Config>
    Master(journal::Block its_block, const Config& config, const SmmuPmMasterHost& glue,
           SmmuPmJournal* journal)
        : SmmuPmMaster(its_block, glue, journal::sink_of(journal)), core(config, host, &counters)
    {
    }

    void reset() override { core.reset(); }
    void set_supply(uint64_t now_ns, power::Supply supply, bool level) override
    {
        core.set_supply(now_ns, supply, level);
    }
    SmmuPmWires wires() const override
    {
        return {core.supplies().bits(), core.missing(power::Access::Register).bits(), 0,
                core.missing(power::Access::Dma).bits()};
    }
    power::Answer read(uint64_t now_ns, uint64_t offset, unsigned size) override
    {
        return core.read(now_ns, offset, size);
    }
    power::Answer write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value) override
    {
        return core.write(now_ns, offset, size, value);
    }
    void released(uint64_t now_ns, power::Released how) override { core.released(now_ns, how); }
    uint64_t deadline() const override { return core.deadline(); }
    void advance(uint64_t now_ns) override { core.advance(now_ns); }
    size_t save(SmmuPmPair* pairs, size_t max) const override
    {
        return seam::save(core, pairs, max);
    }
    bool load(const SmmuPmPair* pairs, size_t count) override
    {
        return seam::load(core, pairs, count);
    }

    Core core;
};

} // namespace smmu_pm::seam
