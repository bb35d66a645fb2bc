# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said of the lines and branches that were reached, and when it is too little."""
import unittest

from smmu_pm import coverage


def reached(**rooms):
    """Of a hundred lines with a branch each, so many of each room."""
    counts = coverage.Reached()
    for room, (lines, branches) in rooms.items():
        file = f"hw/arm/smmu-pm/{room}/part.cc"
        for number in range(100):
            counts.lines[file, number] = int(number < lines)
            counts.branches[file, number, 0] = int(number < branches)
    return counts


class Limits(unittest.TestCase):
    def verdicts(self, **rooms):
        words, kept = coverage.report(reached(**rooms))
        said = [word.startswith("ok") for word in words if " coverage of " in word]
        self.assertEqual(kept, all(said))
        return said

    def test_are_kept_at_95_of_the_lines_and_90_of_the_branches(self):
        self.assertEqual(self.verdicts(smmu=(95, 90), power=(95, 90)), [True, True])

    def test_hold_for_the_whole_core(self):
        self.assertEqual(self.verdicts(smmu=(95, 95), power=(94, 95)), [False, True])
        self.assertEqual(self.verdicts(smmu=(95, 90), power=(95, 89)), [False, True])

    def test_hold_for_the_smmu_whatever_the_others_reach(self):
        self.assertEqual(self.verdicts(smmu=(94, 100), power=(100, 100)), [True, False])
        self.assertEqual(self.verdicts(smmu=(100, 89), power=(100, 100)), [True, False])


class Words(unittest.TestCase):
    def test_every_room_and_every_line_not_reached_is_told(self):
        words, _ = coverage.report(reached(smmu=(99, 100), power=(98, 97)))
        self.assertEqual(words[:5], [
            "power    lines  98.0 % (98 of 100), branches  97.0 % (97 of 100)",
            "smmu     lines  99.0 % (99 of 100), branches 100.0 % (100 of 100)",
            "  not reached: hw/arm/smmu-pm/power/part.cc:98",
            "  not reached: hw/arm/smmu-pm/power/part.cc:99",
            "  not reached: hw/arm/smmu-pm/smmu/part.cc:99"])
