// SPDX-License-Identifier: GPL-2.0-or-later
//
// pm-testdev behind its C header: types are turned into one another, nothing else.
#include "seam/testdev.h"

#include "journal/counters.hh"
#include "seam/pairs.hh"
#include "seam/sink.hh"
#include "testdev/testdev.hh"

#include <new>

namespace {

using namespace smmu_pm;

static_assert(SMMU_PM_TESTDEV_SIZE == testdev::window_size);
static_assert(SMMU_PM_NEVER == testdev::never);

class SeamHost final : public testdev::Host {
public:
    SeamHost(const SmmuPmTestdevHost& host, journal::Counters& counters)
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
    SmmuPmTestdevHost host_;
    journal::Counters& counters_;
};

SmmuPmAnswer to_c(power::Answer answer)
{
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

} // namespace

struct SmmuPmTestdev {
    SmmuPmTestdev(const SmmuPmTestdevConfig& config, const SmmuPmTestdevHost& host_callbacks,
                  journal::Sink* sink)
        : counters(sink), host(host_callbacks, counters),
          device({.policy = static_cast<power::Policy>(config.policy),
                  .beat_ns = config.beat_ns,
                  .seed = config.seed},
                 host, &counters)
    {
    }

    journal::Counters counters;
    SeamHost host;
    testdev::Testdev device;
};

SmmuPmTestdev* smmu_pm_testdev_new(const SmmuPmTestdevConfig* config, const SmmuPmTestdevHost* host,
                                   SmmuPmJournal* journal)
{
    return new (std::nothrow) SmmuPmTestdev(*config, *host, journal::sink_of(journal));
}

void smmu_pm_testdev_free(SmmuPmTestdev* testdev)
{
    delete testdev;
}

void smmu_pm_testdev_reset(SmmuPmTestdev* testdev)
{
    testdev->device.reset();
}

void smmu_pm_testdev_set_supply(SmmuPmTestdev* testdev, uint64_t now_ns, SmmuPmSupply supply,
                                bool level)
{
    testdev->device.set_supply(now_ns, static_cast<power::Supply>(supply), level);
}

SmmuPmWires smmu_pm_testdev_wires(const SmmuPmTestdev* testdev)
{
    return {testdev->device.supplies().bits(),
            testdev->device.missing(power::Access::Register).bits(), 0,
            testdev->device.missing(power::Access::Dma).bits()};
}

int smmu_pm_testdev_counters(const SmmuPmTestdev* testdev, SmmuPmCounter* counters, int max)
{
    int number = 0;
    testdev->counters.each(journal::Block::Testdev, [&](const char* name, uint64_t value) {
        if (number < max)
            counters[number] = {name, value};
        ++number;
    });
    return number;
}

SmmuPmAnswer smmu_pm_testdev_read(SmmuPmTestdev* testdev, uint64_t now_ns, uint64_t offset,
                                  unsigned size)
{
    testdev->counters.access(false);
    return to_c(testdev->device.read(now_ns, offset, size));
}

SmmuPmAnswer smmu_pm_testdev_write(SmmuPmTestdev* testdev, uint64_t now_ns, uint64_t offset,
                                   unsigned size, uint64_t value)
{
    testdev->counters.access(true);
    return to_c(testdev->device.write(now_ns, offset, size, value));
}

void smmu_pm_testdev_released(SmmuPmTestdev* testdev, uint64_t now_ns, SmmuPmReleased how)
{
    testdev->device.released(now_ns, static_cast<power::Released>(how));
}

uint64_t smmu_pm_testdev_deadline(const SmmuPmTestdev* testdev)
{
    return testdev->device.deadline();
}

void smmu_pm_testdev_advance(SmmuPmTestdev* testdev, uint64_t now_ns)
{
    testdev->device.advance(now_ns);
}

size_t smmu_pm_testdev_save(const SmmuPmTestdev* testdev, SmmuPmPair* pairs, size_t max)
{
    return seam::save(testdev->device, pairs, max);
}

bool smmu_pm_testdev_load(SmmuPmTestdev* testdev, const SmmuPmPair* pairs, size_t count)
{
    return seam::load(testdev->device, pairs, count);
}
