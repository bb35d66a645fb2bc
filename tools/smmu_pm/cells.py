# SPDX-License-Identifier: GPL-2.0-or-later
"""A cell of the table: one scenario on one kernel, with one GPU and one way to lose power."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from .kernels import Kernel
from .scenarios import ALL_AXES, COLLAPSES, GPUS, Axes, Expectation, Scenario


@dataclass(frozen=True)
class Cell:
    kernel: Kernel
    scenario: Scenario
    axes: Axes = Axes()

    @property
    def name(self) -> str:
        """The scenario's name and whatever is not the default: also the name of the folder."""
        return self.scenario.name + self.axes.suffix

    @property
    def expected(self) -> Expectation | None:
        """The table speaks of known kernels: one's own, whatever it is called, has no row."""
        return self.scenario.expected(self.kernel.name, self.axes) if self.kernel.known else None

    @property
    def allowed(self) -> tuple[str, ...]:
        return allowed(self.scenario, self.kernel.name if self.kernel.known else None)


def allowed(scenario: Scenario, kernel: str | None) -> tuple[str, ...]:
    """Complaints that are none on this kernel; on one's own (None) those of any known one."""
    if kernel is not None:
        return scenario.console(kernel)
    return tuple(dict.fromkeys(one.line for one in scenario.allowed))


class Which(Enum):
    """Of the cells of the scenarios and kernels that are asked for."""

    DEFAULT = "each scenario once on each kernel, with the default GPU and collapse; unnamed, the tour"
    TABLE = "those that the table lists"
    CROSS = "the full product"


def wanted(scenario: Scenario, kernel: str, known: bool, named: bool,
           which: Which = Which.DEFAULT) -> bool:
    """Is the scenario to be run on this kernel? `named`: it was asked for by its name.

    One's own kernel is not there to show that the judge sees: no controls unless they are named.
    """
    if known:
        return scenario.runs_on(kernel) and (named or scenario.tour or which is not Which.DEFAULT)
    return named or not scenario.control


def _has(which: Which, kernel: Kernel, scenario: Scenario, axes: Axes) -> bool:
    match which:
        case Which.DEFAULT:
            return True
        case Which.TABLE if kernel.known:
            return scenario.has(kernel.name, axes)
        case _:
            return axes.gpu in scenario.gpus


def choose(kernels: Sequence[Kernel], scenarios: Sequence[Scenario], *, named: bool = True,
           which: Which = Which.DEFAULT, gpu: str | None = None, collapse: str | None = None
           ) -> list[Cell]:
    """The cells that are asked for; what a scenario is not made for is left out.

    A GPU or a collapse that is named is the only one; without `which` whether the table has it or not.
    """
    if which is Which.DEFAULT:
        axes: Sequence[Axes] = [Axes(gpu or GPUS[0], collapse or COLLAPSES[0])]
    else:
        axes = [one for one in ALL_AXES
                if gpu in (None, one.gpu) and collapse in (None, one.collapse)]
    return [Cell(kernel, scenario, one) for kernel in kernels for scenario in scenarios
            if wanted(scenario, kernel.name, kernel.known, named, which)
            for one in axes
            if _has(which, kernel, scenario, one)]
