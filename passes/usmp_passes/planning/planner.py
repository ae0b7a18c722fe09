"""From a problem and the name of an algorithm to a plan that has been checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from usmp_passes.planning.algorithms import (
    DEFAULT_ALGORITHM,
    AlgorithmError,
    ForeignAlgorithm,
    OwnAlgorithm,
    lookup_algorithm,
)
from usmp_passes.planning.arranging import PackedPool, merge, packed_pools
from usmp_passes.planning.budget import DEFAULT_EFFORT, Budget
from usmp_passes.planning.does_not_fit import DoesNotFitError
from usmp_passes.planning.misfit import Attempts, explain_misfit
from usmp_passes.planning.plan import Plan, PoolUsage
from usmp_passes.planning.plan_checker import PlanError, check_allocations, check_plan
from usmp_passes.planning.problem import PlacementProblem, PoolAllocation, ProblemError
from usmp_passes.planning.progress import search_progress
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task, pool_size

DEFAULT_SEED = 0

_TRIES = 32
"""How often the effort of one search is spent at most to find a size that would do, about."""


class NotProvenError(Exception):
    """The algorithm `optimal` found a plan, and no proof that there is none better."""

    def __init__(self, plan: Plan):
        self.plan = plan
        where = ", ".join(
            f"pool '{usage.pool_info.name}' has {usage.size_bytes} bytes, "
            f"{usage.gap_bytes} above the bound of {usage.lower_bound_bytes}"
            for usage in plan.pool_usages
            if usage.gap_bytes
        )
        super().__init__(
            "no plan was proven optimal: "
            + (
                f"{where}; give it more time, or take the plan of algorithm 'best'"
                if where
                else "buffers had to leave the pools that they prefer, and how few would do is not "
                "known; make these pools larger, or take the plan of algorithm 'best'"
            )
        )


def plan_memory(
    problem: PlacementProblem,
    algorithm: str = DEFAULT_ALGORITHM,
    *,
    seed: int = DEFAULT_SEED,
    time_limit: float | None = None,
    effort: int = DEFAULT_EFFORT,
    show_progress: bool = False,
) -> Plan:
    """
    A plan for `problem`, checked. `time_limit` is in seconds; without one, a search makes at most
    `effort` steps, and the plan is the same on every machine. With `show_progress`, a search that
    takes long shows how it goes, if the standard error is a terminal.

    Raises `DoesNotFitError` if no plan was found that keeps to the capacities, `NotProvenError` if
    the algorithm is `optimal` and the plan may not be, `UnknownAlgorithmError`, `AlgorithmError`
    for an algorithm that is not ours and fails, and `ValueError` for a time limit that is not
    positive.
    """
    if time_limit is not None and not time_limit > 0:
        raise ValueError(f"the time limit is {time_limit} seconds, expected more than 0")
    chosen = lookup_algorithm(algorithm)
    task = Task(problem)
    _check_fixed_apart(task)
    if not isinstance(chosen, OwnAlgorithm):
        return _plan_of_foreign(problem, algorithm, chosen)
    with search_progress(show_progress and chosen.is_search) as report:
        budget = Budget(effort if time_limit is None else None, time_limit, report)
        try:
            packed = chosen.pack(task, budget, seed)
        except NoPlaceError as error:
            if budget.was_interrupted:
                raise KeyboardInterrupt from error
            attempts = _attempts_of(chosen, seed, effort, time_limit)
            raise explain_misfit(task, error, attempts) from error
    plan = _plan_of(task, packed, algorithm)
    if chosen.is_search:
        plan = replace(
            plan, seed=seed, time_limit=time_limit, was_interrupted=budget.was_interrupted
        )
    check_plan(problem, plan)
    if chosen.must_prove and not plan.is_optimal:
        raise NotProvenError(plan)
    return plan


def plan_from(
    problem: PlacementProblem, allocations: Mapping[str, PoolAllocation], algorithm: str
) -> Plan:
    """
    The plan that puts each buffer, by its name, where `allocations` say; for algorithms of one's
    own. Raises `PlanError` if that is wrong.
    """
    check_allocations(problem, allocations)
    number_of = {pool.name: number for number, pool in enumerate(problem.pools)}
    ordered = [allocations[buffer.name] for buffer in problem.buffers]
    arrangement = Arrangement(
        [number_of[allocation.pool_info.name] for allocation in ordered],
        [allocation.byte_offset for allocation in ordered],
    )
    task = Task(problem)
    return _plan_of(task, packed_pools(task, arrangement), algorithm)


def _check_fixed_apart(task: Task) -> None:
    """Raises `ProblemError` for buffers that conflict and are fixed where they overlap."""
    fixed = {
        index: allocation
        for index, buffer in enumerate(task.buffers)
        if (allocation := buffer.fixed_allocation) is not None
    }
    for index, allocation in fixed.items():
        end = allocation.byte_offset + task.buffers[index].size_bytes
        for other in task.graph.neighbours[index]:
            theirs = fixed.get(other)
            if (
                theirs is not None
                and theirs.pool_info == allocation.pool_info
                and theirs.byte_offset < end
                and allocation.byte_offset < theirs.byte_offset + task.buffers[other].size_bytes
            ):
                name = task.buffers[index].name
                error = ProblemError(
                    f"buffers '{name}' and '{task.buffers[other].name}' are live together, and are "
                    "fixed where they overlap: move one of them"
                )
                error.buffer = name
                raise error


def _attempts_of(
    algorithm: OwnAlgorithm, seed: int, effort: int, time_limit: float | None
) -> Attempts:
    def attempt(task: Task, part: float) -> Arrangement:
        seconds = None if time_limit is None else time_limit * part
        budget = Budget(int(effort * part), seconds)
        packed = algorithm.pack(task, budget, seed)
        if budget.was_interrupted:
            raise KeyboardInterrupt
        return merge(task, packed)

    return Attempts(
        quick=lambda task: attempt(task, 1 / _TRIES), thorough=lambda task: attempt(task, 1)
    )


def _plan_of_foreign(problem: PlacementProblem, name: str, algorithm: ForeignAlgorithm) -> Plan:
    try:
        made = algorithm(problem)
    except (DoesNotFitError, ProblemError, KeyboardInterrupt):
        raise
    except BaseException as error:  # `SystemExit` too
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise AlgorithmError(f"algorithm '{name}' failed: {what}") from error
    if not isinstance(made, Plan):
        raise AlgorithmError(
            f"algorithm '{name}' returned {type(made).__name__}, expected a Plan, "
            "which plan_from makes"
        )
    try:
        # Sizes, bounds and proofs are ours to say.
        plan = plan_from(problem, made.allocations, name)
    except PlanError as error:
        raise AlgorithmError(f"algorithm '{name}' made a wrong plan: {error}") from error
    return replace(
        plan, seed=made.seed, time_limit=made.time_limit, was_interrupted=made.was_interrupted
    )


def _plan_of(task: Task, packed: Sequence[PackedPool], algorithm: str) -> Plan:
    arrangement = merge(task, packed)
    usages = _pool_usages(task, packed)
    is_first_choice = all(
        pool == usable[0] for pool, usable in zip(arrangement.pools, task.usable, strict=True)
    )
    places = zip(task.buffers, arrangement.pools, arrangement.offsets, strict=True)
    return Plan(
        {b.name: PoolAllocation(task.pools[pool], offset) for b, pool, offset in places},
        usages,
        is_first_choice and all(not usage.gap_bytes for usage in usages),
        algorithm,
    )


def _pool_usages(task: Task, packed: Sequence[PackedPool]) -> tuple[PoolUsage, ...]:
    usages = {number: PoolUsage(pool, 0, 0, 1) for number, pool in enumerate(task.pools)}
    for one in packed:
        packing, pool = one.packing, task.pools[one.pool]
        size = pool_size(packing.end_of(one.offsets), packing.alignment, pool.capacity)
        bound = size if one.is_smallest else min(size, packing.bound.size_bytes)
        usages[one.pool] = PoolUsage(pool, size, bound, packing.alignment)
    return tuple(usages.values())
