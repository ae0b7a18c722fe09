"""The pass that finds a place in a pool for each buffer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from xdsl.context import Context
from xdsl.dialects.builtin import (
    BoolAttr,
    DictionaryAttr,
    FloatAttr,
    IntAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    f64,
)
from xdsl.ir import Attribute
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    GAP,
    IO_POOL_ALLOCATIONS,
    LOWER_BOUND,
    PLAN,
    POOL_ALLOCATION,
    REQUIRED_ALIGNMENT,
    PoolAllocationAttr,
    PoolOp,
)
from usmp_dialect.program import fail
from usmp_passes.analysis.memory_pools import allocations_in
from usmp_passes.io_pool_allocations import io_pool_allocations
from usmp_passes.module_problem import ModuleProblem, errors_at_buffers, problem_of, slices_of
from usmp_passes.planning import (
    AlgorithmError,
    DoesNotFitError,
    NotProvenError,
    Plan,
    UnknownAlgorithmError,
    plan_memory,
)


@dataclass(frozen=True)
class PlanMemoryPass(ModulePass):
    """
    Attaches `pool_allocation` to each allocation that has `buffer_info`; `allocated_size`,
    `lower_bound`, `gap` and `required_alignment`, in bytes, to each pool; and to the module what is
    known of the plan.

    `algorithm` is `best`, `optimal`, `hill_climb`, `greedy_by_size`, `greedy_by_conflicts`, or one
    that another package registers. Without `time_limit`, in seconds, the plan is the same on every
    machine; with it, solvers that watch the clock take part.
    """

    name: ClassVar[str] = "usmp-plan-memory"

    algorithm: str = "best"
    seed: int = 0
    time_limit: float | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.time_limit is not None and not self.time_limit > 0:
            raise PassFailedException(
                f"option time-limit of {self.name} is {self.time_limit} seconds, "
                "expected more than 0"
            )
        posed = problem_of(op)
        plan = self._plan_of(op, posed)
        for allocation in allocations_in(op):
            allocation.attributes.pop(POOL_ALLOCATION, None)
        for name, placed in plan.allocations.items():
            allocation = posed.allocations[name]
            allocation.attributes[POOL_ALLOCATION] = PoolAllocationAttr(
                SymbolRefAttr(placed.pool_info.name),
                IntAttr(placed.byte_offset),
                slices_of(allocation),
            )
        _annotate_pools(posed.pools, plan)
        _annotate_module(op, plan)

    def _plan_of(self, module: ModuleOp, posed: ModuleProblem) -> Plan:
        try:
            with errors_at_buffers(posed.allocations, module):
                return plan_memory(
                    posed.problem,
                    self.algorithm,
                    seed=self.seed,
                    time_limit=self.time_limit,
                    show_progress=True,
                )
        except UnknownAlgorithmError as error:
            raise PassFailedException(f"option algorithm of {self.name}: {error}") from error
        except (AlgorithmError, NotProvenError) as error:
            raise PassFailedException(str(error)) from error
        except DoesNotFitError as error:
            _fail_for_want_of_room(posed, error)


def _fail_for_want_of_room(posed: ModuleProblem, error: DoesNotFitError) -> NoReturn:
    first, *others = error.shortages
    summary, *notes = first.explanation(posed.describe)
    for other in others:
        notes.append(f"pool @{other.pool_info.name} must be larger as well")
        notes.extend(other.explanation(posed.describe))
    name = first.pool_info.name
    fail(posed.pools[name], f"the buffers do not fit in pool @{name}: {summary}", notes)


def _annotate_pools(pools: Mapping[str, PoolOp], plan: Plan) -> None:
    for usage in plan.pool_usages:
        attributes = pools[usage.pool_info.name].attributes
        attributes[ALLOCATED_SIZE] = _integer(usage.size_bytes)
        attributes[LOWER_BOUND] = _integer(usage.lower_bound_bytes)
        attributes[GAP] = _integer(usage.gap_bytes)
        attributes[REQUIRED_ALIGNMENT] = _integer(usage.alignment)


def _integer(number: int) -> IntegerAttr:
    """A number, in more than 64 bits if it takes more."""
    return IntegerAttr(number, IntegerType(max(64, number.bit_length() + 1)))


def _annotate_module(module: ModuleOp, plan: Plan) -> None:
    known: dict[str, Attribute] = {
        "algorithm": StringAttr(plan.algorithm),
        "optimal": BoolAttr.from_bool(plan.is_optimal),
        "smallest_pools": BoolAttr.from_bool(plan.has_smallest_pools),
    }
    if plan.seed is not None:
        known["seed"] = _integer(plan.seed)
    if plan.time_limit is not None:
        known["time_limit"] = FloatAttr(plan.time_limit, f64)
    if plan.was_interrupted:
        known["interrupted"] = BoolAttr.from_bool(True)
    module.attributes[PLAN] = DictionaryAttr(known)
    module.attributes.pop(IO_POOL_ALLOCATIONS, None)
    if (io_allocations := io_pool_allocations(module)).data:
        module.attributes[IO_POOL_ALLOCATIONS] = io_allocations
