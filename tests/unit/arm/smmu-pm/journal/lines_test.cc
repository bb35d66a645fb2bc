// SPDX-License-Identifier: GPL-2.0-or-later
//
// One line of each kind, typed in as docs/findings.rst describes it: what is written is this, and
// what is read from it is the event again, in the members that the kind has.
#include "judge/reader.hh"
#include "recorder.hh"

#include <gtest/gtest.h>

#include <set>

namespace smmu_pm::judge {
namespace {

using journal::Block;
using journal::Event;
using journal::Kind;
using power::Supply;
using power::SupplySet;

/// Every member has a value that no other one has.
Event full(Kind kind, Block block)
{
    return {.kind = kind,
            .block = block,
            .name = "NAME",
            .text = "a \"text\"\n\xff",
            .address = 0xffff'8000'0000'1000,
            .value = 0xfedc'ba98'7654'3210,
            .pa = 0x4800'5000,
            .syndrome = 0x8000'0011,
            .lost = 4'000'000'000,
            .stream = 0x7fff,
            .bank = 7,
            .size = 8,
            .write = true,
            .hit = true,
            .missing = SupplySet(Supply::Domain, Supply::MemIface),
            .answer = power::Policy::Ones};
}

struct Row {
    Kind kind;
    Block block;
    std::string line; ///< behind "t" and "cnt"
    Event read;       ///< what a reader gets, without name and text
    bool name, text, chain;
};

constexpr uint64_t address = 0xffff'8000'0000'1000;
constexpr uint64_t value = 0xfedc'ba98'7654'3210;
const SupplySet missing(Supply::Domain, Supply::MemIface);

const std::string addr_text = R"("addr":"0xffff800000001000")";
const std::string value_text = R"("value":"0xfedcba9876543210")";
const std::string missing_text = R"("missing":["domain","mem_iface"])";
const std::string chain_text = R"("chain":["0xffff800008123456","0x4007e0"])";

const std::vector<Row>& rows()
{
    static const std::vector<Row> rows = {
        {Kind::Wire,
         Block::Smmu,
         R"("block":"smmu","ev":"wire","name":"NAME",)" + value_text + "," + missing_text + "," +
             chain_text,
         {.value = value, .missing = missing},
         true,
         false,
         true},
        {Kind::Lost,
         Block::Gpu,
         R"("block":"gpu","ev":"lost","name":"NAME")",
         {},
         true,
         false,
         false},
        {Kind::Touch,
         Block::Smmu,
         R"("block":"smmu","ev":"touch","name":"NAME",)" + addr_text +
             R"(,"size":8,"access":"write",)" + value_text + "," + missing_text +
             R"(,"answer":"ones","lost":4000000000,)" + chain_text,
         {.address = address,
          .value = value,
          .lost = 4'000'000'000,
          .size = 8,
          .write = true,
          .missing = missing,
          .answer = power::Policy::Ones},
         true,
         false,
         true},
        {Kind::Write,
         Block::Mmcc,
         R"("block":"mmcc","ev":"write","name":"NAME",)" + addr_text + R"(,"size":8,)" +
             value_text + "," + chain_text,
         {.address = address, .value = value, .size = 8},
         true,
         false,
         true},
        {Kind::Tlbi,
         Block::Smmu,
         R"("block":"smmu","ev":"tlbi","name":"NAME",)" + addr_text + R"(,"size":8,)" + value_text,
         {.address = address, .value = value, .size = 8},
         true,
         false,
         false},
        {Kind::Translate,
         Block::Smmu,
         R"("block":"smmu","ev":"translate","stream":32767,)" + addr_text +
             R"(,"pa":"0x48005000","access":"write","bank":7,"hit":true)",
         {.address = address,
          .pa = 0x4800'5000,
          .stream = 32767,
          .bank = 7,
          .write = true,
          .hit = true},
         false,
         false,
         false},
        {Kind::Bypass,
         Block::Smmu,
         R"("block":"smmu","ev":"bypass","name":"NAME","stream":32767,)" + addr_text +
             R"(,"access":"write")",
         {.address = address, .stream = 32767, .write = true},
         true,
         false,
         false},
        {Kind::Refused,
         Block::Smmu,
         R"("block":"smmu","ev":"refused","name":"NAME","stream":32767,)" + addr_text +
             R"(,"access":"write",)" + missing_text,
         {.address = address, .stream = 32767, .write = true, .missing = missing},
         true,
         false,
         false},
        {Kind::Fault,
         Block::Smmu,
         R"("block":"smmu","ev":"fault","name":"NAME","stream":32767,)" + addr_text + "," +
             value_text + R"(,"syndrome":"0x80000011","bank":7)",
         {.address = address, .value = value, .syndrome = 0x8000'0011, .stream = 32767, .bank = 7},
         true,
         false,
         false},
        {Kind::Irq,
         Block::Delay,
         R"("block":"delay","ev":"irq","name":"NAME",)" + value_text + R"(,"bank":7)",
         {.value = value, .bank = 7},
         true,
         false,
         false},
        {Kind::Gpu,
         Block::Gpu,
         R"("block":"gpu","ev":"gpu","name":"NAME","text":"a \"text\"\u000a\u00ff",)" + addr_text +
             "," + value_text,
         {.address = address, .value = value},
         true,
         true,
         false},
        {Kind::Mark,
         Block::Mark,
         R"("block":"mark","ev":"mark","name":"NAME","text":"a \"text\"\u000a\u00ff")",
         {},
         true,
         true,
         false},
        {Kind::Reset, Block::Island, R"("block":"island","ev":"reset")", {}, false, false, false},
        {Kind::Restored,
         Block::Island,
         R"("block":"island","ev":"restored")",
         {},
         false,
         false,
         false},
        {Kind::Stall,
         Block::Smmu,
         R"("block":"smmu","ev":"stall","name":"NAME","stream":32767,)" + addr_text +
             R"(,"access":"write",)" + value_text + R"(,"bank":7,)" + missing_text,
         {.address = address,
          .value = value,
          .stream = 32767,
          .bank = 7,
          .write = true,
          .missing = missing},
         true,
         false,
         false},
        {Kind::Release,
         Block::Smmu,
         R"("block":"smmu","ev":"release","name":"NAME","stream":32767,)" + addr_text +
             R"(,"access":"write",)" + value_text + R"(,"bank":7)",
         {.address = address, .value = value, .stream = 32767, .bank = 7, .write = true},
         true,
         false,
         false},
        {Kind::Stale,
         Block::Smmu,
         R"("block":"smmu","ev":"stale","name":"NAME","text":"a \"text\"\u000a\u00ff","stream":32767,)" +
             addr_text + R"(,"pa":"0x48005000","access":"write",)" + value_text +
             R"(,"bank":7,"lost":4000000000)",
         {.address = address,
          .value = value,
          .pa = 0x4800'5000,
          .lost = 4'000'000'000,
          .stream = 32767,
          .bank = 7,
          .write = true},
         true,
         true,
         false},
        {Kind::Timeout,
         Block::Island,
         R"("block":"island","ev":"timeout",)" + value_text,
         {.value = value},
         false,
         false,
         false},
        {Kind::Dropped,
         Block::Island,
         R"("block":"island","ev":"dropped")",
         {},
         false,
         false,
         false},
        {Kind::Finding,
         Block::Gcc,
         R"("block":"gcc","ev":"finding","name":"NAME","text":"a \"text\"\u000a\u00ff",)" +
             value_text,
         {.value = value},
         true,
         true,
         false},
        {Kind::Testdev,
         Block::Testdev,
         R"("block":"testdev","ev":"testdev","name":"NAME","text":"a \"text\"\u000a\u00ff",)" +
             addr_text + "," + value_text,
         {.address = address, .value = value},
         true,
         true,
         false},
    };
    return rows;
}

TEST(Lines, EveryKindIsThere)
{
    std::set<Kind> seen;
    for (const Row& row : rows())
        seen.insert(row.kind);
    EXPECT_EQ(seen.size(), journal::kinds.size());
}

TEST(Lines, WhatIsWrittenIsWhatIsRead)
{
    for (const Row& row : rows()) {
        journal::Stamp stamp{.time_ns = 123, .counter = 45};
        // As the journal does: only some kinds ask for the call chain.
        if (row.chain) {
            stamp.chain.pc[0] = 0xffff'8000'0812'3456;
            stamp.chain.pc[1] = 0x4007e0;
            stamp.chain.depth = 2;
        }
        const std::string line = "{\"t\":123,\"cnt\":45," + row.line + "}\n";
        EXPECT_EQ(format(full(row.kind, row.block), stamp), line);

        std::string error;
        const auto read = read_line(line, error);
        ASSERT_TRUE(read.has_value()) << error << line;
        const Event& event = read->event;
        EXPECT_EQ(event.kind, row.kind) << line;
        EXPECT_EQ(event.block, row.block) << line;
        EXPECT_EQ(read->name, row.name ? "NAME" : "") << line;
        EXPECT_EQ(read->text, row.text ? "a \"text\"\n\xff" : "") << line;
        EXPECT_EQ(event.address, row.read.address) << line;
        EXPECT_EQ(event.value, row.read.value) << line;
        EXPECT_EQ(event.pa, row.read.pa) << line;
        EXPECT_EQ(event.syndrome, row.read.syndrome) << line;
        EXPECT_EQ(event.lost, row.read.lost) << line;
        EXPECT_EQ(event.stream, row.read.stream) << line;
        EXPECT_EQ(event.bank, row.read.bank) << line;
        EXPECT_EQ(event.size, row.read.size) << line;
        EXPECT_EQ(event.write, row.read.write) << line;
        EXPECT_EQ(event.hit, row.read.hit) << line;
        EXPECT_EQ(event.missing, row.read.missing) << line;
        EXPECT_EQ(event.answer, row.read.answer) << line;
        EXPECT_EQ(read->stamp.time_ns, 123u);
        EXPECT_EQ(read->stamp.counter, 45u);
        EXPECT_EQ(read->stamp.chain, stamp.chain) << line;
    }
}

} // namespace
} // namespace smmu_pm::judge
