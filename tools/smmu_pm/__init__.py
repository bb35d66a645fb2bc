# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench behind ./smmu-pm: fetches, builds, boots, collects, prints. It decides nothing."""
