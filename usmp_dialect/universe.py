"""
The plugin by which xDSL's tools find the dialects and passes.

Every `xdsl-opt` of an environment imports this module, whatever it is asked to do, so there is
nothing here but names and the factories that import what a name stands for when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdsl.universe import Universe

if TYPE_CHECKING:
    from xdsl.ir import Dialect
    from xdsl.passes import ModulePass
    from xdsl.utils.target import Target


def _tir() -> Dialect:
    from usmp_dialect.dialects.tir import Tir

    return Tir


def _usmp() -> Dialect:
    from usmp_dialect.dialects.usmp import Usmp

    return Usmp


def _assign_pool_info() -> type[ModulePass]:
    from usmp_passes.assign_pool_info import AssignPoolInfoPass

    return AssignPoolInfoPass


def _extract_buffer_info() -> type[ModulePass]:
    from usmp_passes.extract_buffer_info import ExtractBufferInfoPass

    return ExtractBufferInfoPass


def _convert_for_loops_serial() -> type[ModulePass]:
    from usmp_passes.convert_for_loops_serial import ConvertForLoopsSerialPass

    return ConvertForLoopsSerialPass


def _expand_q_multiply_shift() -> type[ModulePass]:
    from usmp_passes.expand_q_multiply_shift import ExpandQMultiplyShiftPass

    return ExpandQMultiplyShiftPass


def _verify_plan() -> type[ModulePass]:
    from usmp_passes.verify_plan import VerifyPlanPass

    return VerifyPlanPass


def _convert_pool_allocations_to_offsets() -> type[ModulePass]:
    from usmp_passes.convert_pool_allocations_to_offsets import (
        ConvertPoolAllocationsToOffsetsPass,
    )

    return ConvertPoolAllocationsToOffsetsPass


def _create_io_allocates() -> type[ModulePass]:
    from usmp_passes.create_io_allocates import CreateIOAllocatesPass

    return CreateIOAllocatesPass


def _plan_memory() -> type[ModulePass]:
    from usmp_passes.plan_memory import PlanMemoryPass

    return PlanMemoryPass


def _unified_static_memory_planner() -> type[ModulePass]:
    from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

    return UnifiedStaticMemoryPlannerPass


def _lower_tir() -> type[ModulePass]:
    from usmp_passes.lower_tir import LowerTirPass

    return LowerTirPass


def _c() -> type[Target]:
    from usmp_dialect.targets.c import CTarget

    return CTarget


def _usmp_report() -> type[Target]:
    from usmp_passes.reporting.targets import UsmpReportTarget

    return UsmpReportTarget


def _memory_map() -> type[Target]:
    from usmp_passes.reporting.memory_map_target import MemoryMapTarget

    return MemoryMapTarget


USMP_UNIVERSE = Universe(
    all_dialects={
        "tir": _tir,
        "usmp": _usmp,
    },
    all_passes={
        "lower-tir": _lower_tir,
        "tir-convert-for-loops-serial": _convert_for_loops_serial,
        "tir-expand-q-multiply-shift": _expand_q_multiply_shift,
        "unified-static-memory-planner": _unified_static_memory_planner,
        "usmp-assign-pool-info": _assign_pool_info,
        "usmp-convert-pool-allocations-to-offsets": _convert_pool_allocations_to_offsets,
        "usmp-create-io-allocates": _create_io_allocates,
        "usmp-extract-buffer-info": _extract_buffer_info,
        "usmp-plan-memory": _plan_memory,
        "usmp-verify-plan": _verify_plan,
    },
    all_targets={
        "c": _c,
        "usmp-memory-map": _memory_map,
        "usmp-report": _usmp_report,
    },
)
