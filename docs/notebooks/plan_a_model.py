"""Plans the memory of a network, and draws the map: `marimo run docs/notebooks/plan_a_model.py`."""

# ruff: noqa: N803

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Plan a model")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    from xdsl.context import Context
    from xdsl.dialects.builtin import ModuleOp
    from xdsl.parser import Parser
    from xdsl.universe import Universe
    from xdsl.utils.exceptions import PassFailedException

    from usmp_dialect.dialects.usmp import PoolOp
    from usmp_passes.analysis import BufferInfoAnalysis
    from usmp_passes.planning import algorithm_names
    from usmp_passes.reporting import memory_report
    from usmp_passes.reporting.memory_map import draw_memory_map, lives_of
    from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

    return (
        BufferInfoAnalysis,
        Context,
        ModuleOp,
        Parser,
        PassFailedException,
        Path,
        PoolOp,
        UnifiedStaticMemoryPlannerPass,
        Universe,
        algorithm_names,
        draw_memory_map,
        lives_of,
        memory_report,
        mo,
    )


@app.cell
def _(mo):
    mo.md("""
    # Plan a model

    A network's tensors, and the scratch memory inside its operators, get places in two pools: a
    fast one, as large as you say, and a slow one without bounds. What goes where, and how much
    that takes, is drawn below. Change something, and the network is planned anew.
    """)


@app.cell
def _(Path, algorithm_names, mo):
    examples = Path(__file__).resolve().parents[2] / "examples"
    network = mo.ui.dropdown(
        [path.stem for path in sorted(examples.glob("*.mlir"))],
        value="inception_structure",
        label="network",
    )
    fast_kib = mo.ui.slider(
        0, 1200, step=16, value=640, show_value=True, debounce=True, label="fast memory, in KiB"
    )
    alignment = mo.ui.dropdown(
        {f"{number} bytes": number for number in (1, 16, 64, 4096)},
        value="16 bytes",
        label="alignment",
    )
    algorithm = mo.ui.dropdown(list(algorithm_names()), value="best", label="algorithm")
    mo.vstack([mo.hstack([network, algorithm, alignment], justify="start"), fast_kib])
    return algorithm, alignment, examples, fast_kib, network


@app.cell
def _(
    Context,
    ModuleOp,
    Parser,
    PassFailedException,
    PoolOp,
    UnifiedStaticMemoryPlannerPass,
    Universe,
    algorithm,
    alignment,
    examples,
    fast_kib,
    mo,
    network,
):
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)

    def read_module(name: str) -> ModuleOp:
        path = examples / f"{name}.mlir"
        return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()

    def plan(module: ModuleOp) -> None:
        """Declares the two pools, and plans the module."""
        pools = [PoolOp("slow")]
        if fast_kib.value:
            pools.insert(0, PoolOp("fast", size_hint_bytes=1024 * fast_kib.value))
        block = module.body.block
        if block.first_op is not None:
            block.insert_ops_before(pools, block.first_op)
        UnifiedStaticMemoryPlannerPass(
            algorithm=algorithm.value, alignment=alignment.value, convert=False
        ).apply(context, module)

    module = read_module(network.value)
    try:
        plan(module)
    except PassFailedException as error:
        mo.stop(True, mo.callout(mo.md(f"There is no such plan: {error}"), kind="warn"))
    return (module,)


@app.cell
def _(memory_report, mo, module):
    report = memory_report(module)
    mo.hstack(
        [
            mo.stat(
                f"{pool.allocated_size:,}",
                label=f"bytes of pool @{pool.name}",
                caption="proven to be the least"
                if pool.proven
                else f"{pool.gap:,} above the bound",
            )
            for pool in report.pools
        ]
        + [
            mo.stat(
                f"{sum(pool.unshared_bytes for pool in report.pools):,}",
                label="bytes, if nothing were shared",
            )
        ],
        justify="start",
        gap=2,
    )
    return (report,)


@app.cell
def _(draw_memory_map, lives_of, mo, module, report):
    page = draw_memory_map(report, "html", lives_of(module)).decode()
    mo.iframe(page, height="900px")


@app.cell
def _(mo, report):
    mo.ui.table(
        [
            {
                "buffer": buffer.name,
                "function": buffer.function,
                "pool": buffer.pool,
                "offset": buffer.byte_offset,
                "bytes": buffer.size_bytes,
                "bytes accessed": buffer.traffic_bytes,
                "saved if it were gone": buffer.saved_if_gone_bytes,
            }
            for buffer in report.buffers
        ],
        selection=None,
        page_size=12,
    )


@app.cell
def _(mo, report):
    names = sorted(buffer.name for buffer in report.buffers)
    one = mo.ui.dropdown(names, value=names[0], label="Why do")
    other = mo.ui.dropdown(names, value=names[-1], label="and")
    mo.hstack([one, other, mo.md("conflict, or not?")], justify="start")
    return one, other


@app.cell
def _(BufferInfoAnalysis, mo, module, one, other):
    explanation = BufferInfoAnalysis(module).explain(one.value, other.value)
    mo.plain_text(explanation.text)


if __name__ == "__main__":
    app.run()
