// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stands in for libFuzzer where there is none: feeds a target the files named on the command line,
// or a fixed number of generated inputs, the same in every run.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        if (!file) {
            std::fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return 2;
        }
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    }
    if (argc > 1)
        return 0;
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::vector<uint8_t> bytes(random() % 1000);
        for (uint8_t& byte : bytes)
            byte = static_cast<uint8_t>(random());
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    return 0;
}
