// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stands in for libFuzzer where there is none. `fuzz-NAME COUNT [SEED]` feeds a target COUNT
// generated inputs, the same in every run; `fuzz-NAME FILE…` the files that a fuzzer has found.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

bool to_number(const char* text, unsigned long& number)
{
    char* end = nullptr;
    errno = 0;
    number = std::strtoul(text, &end, 10);
    return errno == 0 && end != text && *end == 0;
}

int replay_file(const char* name)
{
    std::ifstream file(name, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "%s: cannot be read\n", name);
        return 1;
    }
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    unsigned long count = 0;
    unsigned long seed = 1;
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s COUNT [SEED] | FILE...\n", argv[0]);
        return 2;
    }
    if (!to_number(argv[1], count)) {
        int result = 0;
        for (int i = 1; i < argc; ++i)
            result |= replay_file(argv[i]);
        return result;
    }
    if (argc > 2 && !to_number(argv[2], seed)) {
        std::fprintf(stderr, "%s: %s is no number\n", argv[0], argv[2]);
        return 2;
    }
    std::vector<uint8_t> bytes;
    for (unsigned long run = 0; run < count; ++run) {
        std::mt19937_64 random(seed * 0x9e37'79b9'7f4a'7c15 + run);
        bytes.resize(random() % 2048);
        for (uint8_t& byte : bytes)
            byte = static_cast<uint8_t>(random());
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%lu inputs from seed %lu, no promise broken\n", count, seed);
    return 0;
}
