// SPDX-License-Identifier: GPL-2.0-or-later
//
// Declarations that must not compile, one for each value of MISTAKE; 0 is the one that must, so
// that the others are known to fail for their mistake and nothing else.
#include "regs/file.hh"

using namespace smmu_pm::regs;

#if MISTAKE == 1 // two fields overlap
struct A : Reg<"A", at(0), 0, Effect::None, Field<"X", bits(8, 0)>, Field<"Y", bits(31, 8)>> {};
#elif MISTAKE == 2 // a bit is neither named nor reserved
struct A : Reg<"A", at(0), 0, Effect::None, Field<"X", bits(7, 0)>, Field<"Y", bits(31, 9)>> {};
#elif MISTAKE == 3 // the reset value sets a reserved bit
struct A : Reg<"A", at(0), 0x100, Effect::None, Field<"X", bits(7, 0)>, Res0<bits(31, 8)>> {};
#elif MISTAKE == 4 // two fields have one name
struct A : Reg<"A", at(0), 0, Effect::None, Field<"X", bits(7, 0)>, Field<"X", bits(31, 8)>> {};
#elif MISTAKE == 5 // not aligned to its own size
struct A : Reg64<"A", at(4), 0, Effect::None, Field<"X", bits(63, 0)>> {};
#elif MISTAKE == 6 // a bit beyond the register's width
struct A : Reg<"A", at(0), 0, Effect::None, Field<"X", bits(32, 0)>> {};
#else
struct A : Reg<"A", at(0), 0, Effect::OnWrite, Field<"X", bits(7, 0)>, Field<"Y", bits(31, 8)>> {};
#endif

#if MISTAKE == 7 // two registers share an offset
struct B : Reg<"B", at(0), 0, Effect::None, Field<"X", bits(31, 0)>> {};
#else
struct B : Reg<"B", at(8), 0, Effect::None, Field<"X", bits(31, 0)>> {};
#endif

struct Device {
#if MISTAKE != 8 // an effect that nobody handles
    void wrote(A, unsigned, Value<A>, Value<A>) {}
#endif
};

uint64_t use()
{
    File<A, B> file;
    Device device;
    file.write(0, 4, 1, device);
#if MISTAKE == 9 // a field that the register does not have
    return file.get<A>().get<"Z">();
#else
    return file.get<A>().get<"X">();
#endif
}
