// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU as one access or one slice sees it: it was reached. Private to the core.
#pragma once

#include "gpu.hh"

namespace smmu_pm::gpu {

class Gpu::Port final : public Bus {
public:
    Port(Gpu& gpu, Contents& contents, uint64_t now_ns)
        : gpu_(gpu), contents_(contents), now_ns_(now_ns)
    {
    }

    uint32_t load(uint32_t index);
    void store(uint32_t index, uint32_t value);

    /// Whose transfers the following ones are.
    void serve(Hold::Owner engine) { engine_ = engine; }

    // Bus: what the engines reach.
    power::Status read(uint64_t iova, std::span<uint32_t> dwords) override;
    power::Status write(uint64_t iova, std::span<const uint32_t> dwords) override;
    RegisterAccess write_register(uint32_t index, uint32_t value, bool guarded) override;
    RegisterAccess read_register(uint32_t index, uint32_t& value, bool guarded) override;
    uint64_t timestamp() override { return ticks(now_ns_); }
    void event_irq(uint32_t event) override;
    void note(std::string_view name, uint64_t address, uint64_t value) override
    {
        gpu_.note(name, address, value);
    }

    // Effects of register accesses; what they start or end is seen to after the access.
    template <class R>
    void wrote(R, unsigned index, Value<R> before, Value<R> written)
    {
        effect(R{}, index, before, written);
    }
    template <class R>
    Value<R> reading(R, unsigned index, Value<R> stored)
    {
        return Value<R>(computed(R{}, index, stored.raw()));
    }

private:
    Moment moment() const { return {now_ns_, contents_.busy_ns}; }
    /// What becomes of this transfer when it is one that was held; else None.
    Hold::State answer();
    power::Status sent(power::Status status);
    bool trapped(uint32_t index, bool write) const;
    void start_gpmu();

    /// Nothing happens at once: schedule() and update_irq() look at what is there.
    template <class R>
    void effect(R, unsigned, Value<R>, Value<R>)
    {
    }
    void effect(RBBM_INT_CLEAR_CMD, unsigned, Value<RBBM_INT_CLEAR_CMD>, Value<RBBM_INT_CLEAR_CMD>);
    void effect(RBBM_SW_RESET_CMD, unsigned, Value<RBBM_SW_RESET_CMD>, Value<RBBM_SW_RESET_CMD>);
    void effect(RBBM_AHB_CMD, unsigned, Value<RBBM_AHB_CMD>, Value<RBBM_AHB_CMD>);
    void effect(RBBM_PERFCTR_CNTL, unsigned, Value<RBBM_PERFCTR_CNTL>, Value<RBBM_PERFCTR_CNTL>);
    void effect(RBBM_PERFCTR_RBBM_SEL, unsigned, Value<RBBM_PERFCTR_RBBM_SEL>,
                Value<RBBM_PERFCTR_RBBM_SEL>);
    void effect(CP_PERFCTR_CP_SEL, unsigned, Value<CP_PERFCTR_CP_SEL>, Value<CP_PERFCTR_CP_SEL>);
    void effect(CP_RB_WPTR, unsigned, Value<CP_RB_WPTR>, Value<CP_RB_WPTR>);
    void effect(CP_CRASH_DUMP_CNTL, unsigned, Value<CP_CRASH_DUMP_CNTL>, Value<CP_CRASH_DUMP_CNTL>);
    void effect(GPMU_CM3_SYSRESET, unsigned, Value<GPMU_CM3_SYSRESET>, Value<GPMU_CM3_SYSRESET>);

    uint64_t counter(unsigned number) const { return contents_.counters.read(number, moment()); }
    uint64_t computed(RBBM_PERFCTR_CP_LO, unsigned n, uint64_t) { return counter(n); }
    uint64_t computed(RBBM_PERFCTR_CP_HI, unsigned n, uint64_t) { return counter(n) >> 32; }
    uint64_t computed(RBBM_PERFCTR_RBBM_LO, unsigned n, uint64_t)
    {
        return counter(Counters::cp + n);
    }
    uint64_t computed(RBBM_PERFCTR_RBBM_HI, unsigned n, uint64_t)
    {
        return counter(Counters::cp + n) >> 32;
    }
    uint64_t computed(RBBM_ALWAYSON_COUNTER_LO, unsigned, uint64_t) { return ticks(now_ns_); }
    uint64_t computed(RBBM_ALWAYSON_COUNTER_HI, unsigned, uint64_t) { return ticks(now_ns_) >> 32; }
    uint64_t computed(RBBM_STATUS, unsigned, uint64_t);
    uint64_t computed(RBBM_STATUS3, unsigned, uint64_t);
    uint64_t computed(CP_RB_RPTR, unsigned, uint64_t) { return contents_.cp.rptr(); }
    uint64_t computed(CP_PFP_STAT_DATA, unsigned, uint64_t);
    uint64_t computed(CP_IB1_BASE, unsigned, uint64_t) { return contents_.cp.ib_base(1); }
    uint64_t computed(CP_IB1_BASE_HI, unsigned, uint64_t) { return contents_.cp.ib_base(1) >> 32; }
    uint64_t computed(CP_IB1_BUFSZ, unsigned, uint64_t) { return contents_.cp.ib_left(1); }
    uint64_t computed(CP_IB2_BASE, unsigned, uint64_t) { return contents_.cp.ib_base(2); }
    uint64_t computed(CP_IB2_BASE_HI, unsigned, uint64_t) { return contents_.cp.ib_base(2) >> 32; }
    uint64_t computed(CP_IB2_BUFSZ, unsigned, uint64_t) { return contents_.cp.ib_left(2); }
    uint64_t computed(VBIF_XIN_HALT_CTRL1, unsigned, uint64_t);
    uint64_t computed(GPMU_SP_PWR_CLK_STATUS, unsigned, uint64_t);
    uint64_t computed(GPMU_RBCCU_PWR_CLK_STATUS, unsigned, uint64_t);

    Gpu& gpu_;
    Contents& contents_;
    uint64_t now_ns_;
    Hold::Owner engine_ = Hold::Owner::CommandProcessor;
};

} // namespace smmu_pm::gpu
