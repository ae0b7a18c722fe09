"""The plugin: names, and the factories that import what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdsl.universe import Universe

if TYPE_CHECKING:
    from xdsl.ir import Dialect
    from xdsl.passes import ModulePass


def _accel() -> Dialect:
    from usmp_example_dialect.accel import Accel

    return Accel


def _launch_to_call() -> type[ModulePass]:
    from usmp_example_dialect.launch_to_call import LaunchToCallPass

    return LaunchToCallPass


ACCEL_UNIVERSE = Universe(
    all_dialects={"accel": _accel},
    all_passes={"accel-launch-to-call": _launch_to_call},
)
