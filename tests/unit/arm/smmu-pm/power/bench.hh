// SPDX-License-Identifier: GPL-2.0-or-later
//
// A controller on a bench: outputs and journal are written down as words, time is set by hand.
#pragma once

#include "power/controller.hh"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace smmu_pm::power {

struct Bench : Outputs, journal::Sink {
    explicit Bench(const Model& its_model, Controller::Config config = {})
        : model(its_model), controller(model, config, *this, this)
    {
        controller.reset();
        log.clear();
    }

    void set_output(unsigned output, bool level) override
    {
        EXPECT_EQ(controller.output(output), level);
        log.push_back(std::string(output_at(model, output).name) + (level ? " on" : " off"));
    }
    void record(const journal::Event& event) override
    {
        EXPECT_EQ(event.block, model.block);
        if (event.kind == journal::Kind::Wire)
            log.push_back("wire " + std::string(event.name) + (event.value != 0 ? " on" : " off"));
        else if (event.kind == journal::Kind::Touch)
            log.push_back("touch " + std::string(event.name));
        else if (event.kind == journal::Kind::Write && event.name.ends_with(".CBCR"))
            asked.push_back(std::string(event.name)); // apart: each clock that comes on has one
        else if (event.kind == journal::Kind::Write)
            log.push_back("write " + std::string(event.name));
        else
            ADD_FAILURE() << "an event of kind " << static_cast<int>(event.kind);
        last = event;
        last.name = {};
    }

    uint64_t read(uint64_t offset)
    {
        const Answer answer = controller.read(now, offset);
        EXPECT_EQ(answer.status, Status::Ok);
        return answer.value;
    }
    void write(uint64_t offset, uint32_t value)
    {
        EXPECT_EQ(controller.write(now, offset, value).status, Status::Ok);
    }
    /// As Linux's regmap_update_bits: a write only if the masked value changes; all other bits go
    /// back as they were read, status bits too.
    void update(uint64_t offset, uint32_t mask, uint32_t value)
    {
        const auto before = static_cast<uint32_t>(read(offset));
        const uint32_t after = (before & ~mask) | (value & mask);
        if (after != before)
            write(offset, after);
    }
    /// As Linux's polling loops: reads once a microsecond. -1 when the time is over.
    int poll(uint64_t offset, uint32_t mask, uint32_t value, int limit_us)
    {
        for (int us = 0; us < limit_us; ++us, now += 1000)
            if ((read(offset) & mask) == value)
                return us;
        return -1;
    }

    bool output(std::string_view name) const
    {
        for (unsigned i = 0; i < output_count(model); ++i)
            if (name == output_at(model, i).name)
                return controller.output(i);
        ADD_FAILURE() << "no output " << name;
        return false;
    }
    std::vector<std::string> take_log()
    {
        std::vector<std::string> taken;
        taken.swap(log);
        return taken;
    }
    std::vector<Pair> save() const
    {
        std::vector<Pair> pairs;
        controller.save([&](const Pair& pair) { pairs.push_back(pair); });
        return pairs;
    }

    const Model& model;
    uint64_t now = 0;
    std::vector<std::string> log{};
    std::vector<std::string> asked{};
    journal::Event last{};
    Controller controller;
};

using Words = std::vector<std::string>;

} // namespace smmu_pm::power
