"""The memory report: what it says at each stage of a program, and each of its forms."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from rich.cells import cell_len
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe
from xdsl.utils.arg_spec import parse_spec
from xdsl.utils.exceptions import PassFailedException

from usmp_passes.analysis import AnalysisError
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import ConvertPoolAllocationsToOffsetsPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.reporting import BufferReport, MemoryReport, memory_report
from usmp_passes.reporting.csv_format import report_csv
from usmp_passes.reporting.display import in_units, printable, shortened
from usmp_passes.reporting.json_format import (
    ReportError,
    read_report,
    report_json,
    report_schema,
)
from usmp_passes.reporting.targets import UsmpReportTarget
from usmp_passes.reporting.text import report_text

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.mlir"))

PROGRAM = """
usmp.pool @fast target_access {c = "rw"} size_hint_bytes 4096
usmp.pool @slow target_access {c = "rw"}
usmp.pool @flash target_access {c = "ro"} size_hint_bytes 65536
tir.func @op(%x: memref<64xi8>, %y: memref<64xi8>) attributes {target = "c"} {
  %c0 = arith.constant 0 : index
  %w = tir.allocate_const "weights" dense<1> : memref<64xi8>
  %s = tir.allocate "scratch" : memref<2048xi8>
  tir.for %i = 0 to 64 {
    %v = tir.load %x[%i] : memref<64xi8>
    %w1 = tir.load %w[%i] : memref<64xi8>
    tir.store %v, %s[%i] : memref<2048xi8>
    tir.store %w1, %y[%i] : memref<64xi8>
  }
  tir.for parallel %j = 0 to 4 {
    %t = tir.allocate "per_thread" : memref<100xi8>
    %v = tir.load %s[%j] : memref<2048xi8>
    tir.store %v, %t[%j] : memref<100xi8>
  }
}
tir.func @main(%in: memref<64xi8>, %out: memref<64xi8>)
    attributes {runner_function, target = "c"} {
  %a = tir.allocate "a" : memref<64xi8>
  %b = tir.allocate "b" : memref<3000xi8>
  %unused = tir.allocate "unused" : memref<8xi8>
  tir.call_extern @op(%in, %a) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.call_extern @op(%a, %b) : (memref<64xi8>, memref<3000xi8>) -> ()
  tir.call_extern @op(%b, %out) : (memref<3000xi8>, memref<64xi8>) -> ()
}
"""

EVIL_NAMES = (
    "<script>alert(1)</script>",
    "\"quoted\" and 'quoted'",
    "größe 大きい \U0001f600",
    "two\nlines\r\tand\x1b[31m red",
    "[red]markup[/red] :smile:",
    "=HYPERLINK(1)",
    "\u202eturned",
    "x" * 500,
)


def parse(text: str) -> ModuleOp:
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return Parser(context, text, "program.mlir").parse_module()


def planned(module: ModuleOp, threads: int | None = None) -> ModuleOp:
    AssignPoolInfoPass().apply(Context(), module)
    ExtractBufferInfoPass(threads=threads).apply(Context(), module)
    PlanMemoryPass().apply(Context(), module)
    return module


def converted(module: ModuleOp) -> ModuleOp:
    ConvertPoolAllocationsToOffsetsPass().apply(Context(), module)
    return module


def by_name(report: MemoryReport) -> Mapping[str, BufferReport]:
    return {buffer.name: buffer for buffer in report.buffers}


# What it says


def test_before_planning() -> None:
    report = memory_report(parse(PROGRAM))
    assert report.plan is None
    assert report.entries == ("main",)
    assert [pool.allocated_size for pool in report.pools] == [None, None, None]
    assert [pool.proven for pool in report.pools] == [None, None, None]
    assert [buffer.name for buffer in report.unplaced] == ["weights", "scratch", "a", "b", "unused"]
    assert {buffer.pool for buffer in report.unplaced} == {None}
    (left,) = report.not_planned
    assert (left.name, left.function, left.size_bytes) == ("per_thread", "op", 100)
    assert left.reason.startswith("allocated under a concurrent loop")
    buffers = by_name(report)
    # The peak is 3008 + 2048 + 64; without `b`, it is 2048 + 64.
    assert buffers["b"].saved_if_gone_bytes == 3008
    assert buffers["weights"].saved_if_gone_bytes == 64
    assert buffers["unused"].saved_if_gone_bytes == 0
    assert buffers["unused"].live == ()
    assert len(buffers["scratch"].live or ()) == 3


def test_of_a_plan() -> None:
    report = memory_report(planned(parse(PROGRAM)))
    assert report.plan is not None
    assert report.plan.algorithm == "best"
    assert report.plan.smallest_pools
    fast, slow, flash = report.pools
    assert (fast.capacity_bytes, slow.capacity_bytes, flash.read_only) == (4096, None, True)
    assert (fast.allocated_size, fast.lower_bound, fast.gap) == (2112, 2112, 0)
    assert fast.proven is True
    assert fast.required_alignment == 16
    assert fast.unshared_bytes == 2048 + 64 + 8
    assert [buffer.name for buffer in slow.buffers] == ["b"]
    assert [buffer.constant for buffer in flash.buffers] == [True]
    assert not report.unplaced
    assert {buffer.pool for buffer in fast.buffers} == {"fast"}
    for pool in report.pools:
        ends = [(b.byte_offset or 0) + b.size_bytes for b in pool.buffers]
        assert pool.allocated_size is not None
        assert max(ends) <= pool.allocated_size


def test_after_the_rewrite_it_says_the_same() -> None:
    before = memory_report(planned(parse(PROGRAM)))
    after = memory_report(converted(planned(parse(PROGRAM))))
    for old, new in zip(before.pools, after.pools, strict=True):
        assert dataclasses.replace(old, buffers=()) == dataclasses.replace(new, buffers=())
    assert after.plan == before.plan
    old, new = by_name(before), by_name(after)
    # What is never accessed has no view.
    assert set(old) - set(new) <= {"unused"}
    for name, buffer in new.items():
        # The program has more operations than it had.
        assert len(buffer.live or ()) == len(old[name].live or ())
        moved = dataclasses.replace(buffer, live=old[name].live, location=old[name].location)
        assert moved == old[name]


def test_slices() -> None:
    report = memory_report(planned(parse(PROGRAM), threads=4))
    buffer = by_name(report)["per_thread"]
    assert buffer.slices is not None
    slices = (buffer.slices.count, buffer.slices.slice_bytes, buffer.slices.stride_bytes)
    assert slices == (4, 100, 112)
    assert buffer.size_bytes == 3 * 112 + 100
    assert not report.not_planned
    after = memory_report(converted(planned(parse(PROGRAM), threads=4)))
    assert by_name(after)["per_thread"].slices == buffer.slices


def test_conflicts_are_told_on_request() -> None:
    module = planned(parse(PROGRAM))
    assert by_name(memory_report(module))["b"].conflicts is None
    assert by_name(memory_report(module, conflicts=True))["b"].conflicts == (
        "weights",
        "scratch",
        "a",
    )


def test_the_entry_function_is_that_of_the_plan() -> None:
    module = parse("""
        tir.func @one() { %a = tir.allocate "a" : memref<4xi8>  tir.call_extern @x(%a) : (memref<4xi8>) -> () }
        tir.func @two() { %b = tir.allocate "b" : memref<4xi8>  tir.call_extern @x(%b) : (memref<4xi8>) -> () }
    """)  # noqa: E501
    assert memory_report(module).entries == ("one", "two")
    ExtractBufferInfoPass(main="two").apply(Context(), module)
    report = memory_report(module)
    assert report.entries == ("two",)
    assert [buffer.name for buffer in report.not_planned] == ["a"]
    assert memory_report(module, main="@one").entries == ("one",)


def test_places_written_by_hand() -> None:
    module = parse("""
        usmp.pool @p
        tir.func @main() {
          %a = tir.allocate "a" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>} : memref<8xi8>
          tir.call_extern @x(%a) : (memref<8xi8>) -> ()
        }
    """)  # noqa: E501
    (pool,) = memory_report(module).pools
    assert (pool.allocated_size, pool.lower_bound, pool.gap) == (48, 16, 32)
    assert (pool.proven, pool.required_alignment) == (False, 16)


@pytest.mark.parametrize(("size", "word"), [(16, "0 proven"), (48, "32 open"), (8, "-8 check")])
def test_the_gap_is_told_in_a_word(size: int, word: str) -> None:
    module = parse(f"""
        usmp.pool @p attributes {{allocated_size = {size} : i64}}
        tir.func @main() {{
          %a = tir.allocate "a" {{pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>}} : memref<8xi8>
          tir.call_extern @x(%a) : (memref<8xi8>) -> ()
        }}
    """)  # noqa: E501
    text = report_text(memory_report(module))
    assert word in text
    assert f"\n{word.split()[1]}: " in text


@pytest.mark.parametrize(
    ("place", "type", "message"),
    [
        ("@q", "4xi8", "buffer 'a' of @main is in pool @q, which is not declared"),
        ("@p", "?xi8", "buffer 'a' of @main is in pool @p, but its size is not known"),
    ],
)
def test_places_that_are_none(place: str, type: str, message: str) -> None:
    size = "(%n)" if type.startswith("?") else ""
    module = parse(f"""
        usmp.pool @p
        func.func @main(%n: index) {{
          %a = memref.alloc{size or "()"} {{pool_allocation = #usmp.pool_allocation<{place}, byte_offset = 0>}} : memref<{type}>
          func.return
        }}
    """)  # noqa: E501
    with pytest.raises(AnalysisError, match=message):
        memory_report(module)


# JSON


def validate(document: object) -> None:
    # The package comes without types.
    jsonschema: Any = import_module("jsonschema")
    jsonschema.Draft202012Validator.check_schema(report_schema())
    jsonschema.Draft202012Validator(report_schema()).validate(document)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_json_of_every_stage_fits_its_schema_and_reads_back(path: Path) -> None:
    module = parse(path.read_text(encoding="utf-8"))
    reports = [memory_report(module, conflicts=True)]
    reports.append(memory_report(planned(module)))
    reports.append(memory_report(converted(module)))
    for report in reports:
        text = report_json(report)
        assert text.isascii()
        validate(json.loads(text))
        assert read_report(text) == report


def test_json_of_slices_fits_its_schema_and_reads_back() -> None:
    report = memory_report(planned(parse(PROGRAM), threads=3), conflicts=True)
    validate(json.loads(report_json(report)))
    assert read_report(report_json(report)) == report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("entries",), []),
        (("pools", 0), {"name": "fast"}),
        (("pools", 0, "gap"), "0"),
        (("pools", 0, "buffers", 0, "live"), [[1]]),
        (("pools", 0, "buffers", 0, "io"), "both"),
        (("pools", 0, "buffers", 0, "slices"), {"count": 0}),
        (("plan", "algorithm"), None),
    ],
)
def test_the_schema_tells_bad_reports(path: tuple[str | int, ...], value: object) -> None:
    document = json.loads(report_json(memory_report(planned(parse(PROGRAM)))))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    jsonschema: Any = import_module("jsonschema")
    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def accepts_null(schema: Any, described: Any) -> bool:
    jsonschema: Any = import_module("jsonschema")
    return jsonschema.Draft202012Validator({**described, "$defs": schema["$defs"]}).is_valid(None)


def test_the_schema_has_all_fields_of_the_model() -> None:
    schema = report_schema()
    objects = {"MemoryReport": schema} | {
        name: schema["$defs"][key]
        for name, key in (
            ("PoolReport", "pool"),
            ("BufferReport", "buffer"),
            ("NotPlanned", "not_planned"),
            ("PlanReport", "plan"),
            ("SlicesReport", "slices"),
        )
    }
    model = import_module("usmp_passes.reporting.model")
    for name, described in objects.items():
        hints = get_type_hints(getattr(model, name))
        assert list(described["properties"]) == described["required"] == list(hints)
        for field, hint in hints.items():
            may_be_null = type(None) in get_args(hint)
            assert accepts_null(schema, described["properties"][field]) is may_be_null, field
    assert "://" not in schema["$id"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON: expecting property name"),
        ("[]", "no memory report"),
        ("{}", "no memory report"),
        ('{"schema_version": 99}', "schema_version 99, expected 1"),
        ('{"schema_version": 1}', "the field 'entries' is missing"),
        ("[" * 100_000, "no JSON that can be read"),
    ],
)
def test_texts_that_are_no_reports(text: str, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        read_report(text)


def test_a_report_with_a_field_of_another_type() -> None:
    document = json.loads(report_json(memory_report(planned(parse(PROGRAM)))))
    document["pools"][0]["buffers"][0]["size_bytes"] = True
    with pytest.raises(
        ReportError,
        match=r'pools\[0\] "fast", buffers\[0\] "scratch", size_bytes: expected int, got true',
    ):
        read_report(json.dumps(document))


# Names


def with_names(report: MemoryReport, names: tuple[str, ...]) -> MemoryReport:
    """The report, with as many buffers in its first pool and left out as there are names."""
    pool = report.pools[0]
    (left,) = report.not_planned
    buffers = tuple(
        dataclasses.replace(pool.buffers[0], name=name, function=name, location=name)
        for name in names
    )
    others = tuple(
        dataclasses.replace(left, name=name, function=name, reason=name) for name in names
    )
    changed = dataclasses.replace(pool, buffers=buffers, name=names[0])
    return dataclasses.replace(
        report, pools=(changed, *report.pools[1:]), not_planned=others, entries=names
    )


def test_any_name_is_text_in_json() -> None:
    report = with_names(memory_report(planned(parse(PROGRAM))), EVIL_NAMES)
    text = report_json(report)
    validate(json.loads(text))
    assert read_report(text) == report
    # Nothing in a name begins a line.
    plain = report_json(with_names(report_of_plan(), tuple("abcdefgh")))
    assert len(text.splitlines()) == len(plain.splitlines())


def report_of_plan() -> MemoryReport:
    return memory_report(planned(parse(PROGRAM)))


def test_any_name_is_text_in_csv() -> None:
    report = with_names(report_of_plan(), EVIL_NAMES)
    header, *rows = csv.reader(io.StringIO(report_csv(report), newline=""))
    assert {len(row) for row in rows} == {len(header)}
    column = header.index("name")
    names = [row[column] for row in rows]
    assert names[: len(EVIL_NAMES)] == [
        "'" + name if name.startswith("=") else name for name in EVIL_NAMES
    ]
    assert names[-len(EVIL_NAMES) :] == names[: len(EVIL_NAMES)]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_csv_has_all_buffers() -> None:
    report = report_of_plan()
    rows = list(csv.DictReader(io.StringIO(report_csv(report))))
    assert [row["name"] for row in rows] == [
        *(buffer.name for buffer in report.buffers),
        "per_thread",
    ]
    scratch = rows[0]
    assert (scratch["pool"], scratch["size_bytes"], scratch["constant"]) == (
        "fast",
        "2048",
        "false",
    )
    assert json.loads(scratch["live"]) == [list(r) for r in by_name(report)["scratch"].live or ()]
    assert rows[-1]["not_planned"].startswith("allocated under a concurrent loop")


@pytest.mark.parametrize("width", [40, 60, 80, 132])
@pytest.mark.parametrize("color", [False, True])
def test_any_name_is_text_in_tables(width: int, color: bool) -> None:
    report = with_names(report_of_plan(), EVIL_NAMES)
    text = report_text(report, width, color=color)
    plain = report_text(report, width)
    assert all(cell_len(line) <= width for line in plain.splitlines())
    assert all(character.isprintable() or character == "\n" for character in plain)
    assert ("\x1b[" in text) is color
    assert "\x1b[31m red" not in text
    if width > 80:
        for name in EVIL_NAMES[:3]:
            assert name in plain
        assert "two\\nlines\\r\\tand\\x1b[31m red" in plain
        assert "[red]markup[/red] :smile:" in plain
    # A reason is told in full, names are shortened.
    assert "x" * width not in plain.partition("\nnot planned\n")[0]


def test_columns_are_in_line() -> None:
    """What stands below `offset` ends where the word does."""
    lines = report_text(report_of_plan()).splitlines()
    head = next(index for index, line in enumerate(lines) if "offset" in line)
    end = lines[head].index("offset") + len("offset")
    offsets = [line[:end].split()[-1] for line in lines[head + 2 : head + 7] if line[0] == " "]
    expected = [buffer.byte_offset for buffer in report_of_plan().pools[0].buffers]
    assert [int(offset.replace(",", "")) for offset in offsets] == expected


def test_no_blank_is_at_the_end_of_a_line() -> None:
    assert not any(line.endswith(" ") for line in report_text(report_of_plan()).splitlines())


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 5, "short"),
        ("abcdefghij", 7, "abc…hij"),
        ("abcdefghij", 1, "…"),
        ("大きい大きい", 6, "大…い"),
        ("a\nb", 9, "a\\nb"),
    ],
)
def test_names_are_shortened_in_the_middle(text: str, width: int, shown: str) -> None:
    assert shortened(text, width) == shown
    assert cell_len(shown) <= width


def test_no_character_does_anything() -> None:
    assert printable("\u202e\x07\ud800é") == "\\u202e\\x07\\ud800é"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (10**9, "953.7 MiB"),
        (1024**6, "1,024.0 PiB"),
    ],
)
def test_bytes_in_units(count: int | None, text: str) -> None:
    assert in_units(count) == text


# The target


def emitted(options: str, module: ModuleOp) -> str:
    output = io.StringIO()
    target = UsmpReportTarget.from_spec(parse_spec(f"usmp-report{options}"))
    target.emit(Context(), module, output)
    return output.getvalue()


def test_the_target_prints_the_report_of_the_python_api() -> None:
    module = planned(parse(PROGRAM))
    report = memory_report(module)
    assert emitted("", module) == report_text(report)
    assert emitted('{format="json"}', module) == report_json(report)
    assert emitted('{format="csv"}', module) == report_csv(report)
    assert emitted("{width=100 color=true}", module) == report_text(report, 100, color=True)
    conflicts = report_json(memory_report(module, "main", conflicts=True))
    assert emitted('{format="json" conflicts=true main=main}', module) == conflicts


def test_a_width_in_which_nothing_can_be_shown() -> None:
    with pytest.raises(PassFailedException, match="width of usmp-report is 39, expected 40"):
        emitted("{width=39}", parse(PROGRAM))


def test_the_report_is_the_same_in_every_run(tmp_path: Path) -> None:
    path = tmp_path / "planned.mlir"
    path.write_text(str(planned(parse(PROGRAM), threads=4)), encoding="utf-8")
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "usmp_passes.tools.usmp_opt", path, "-t", target],
            env={"PYTHONHASHSEED": seed, "COLUMNS": columns},
            capture_output=True,
            check=True,
        ).stdout
        for seed, columns in (("0", "50"), ("7", "200"))
        for target in ("usmp-report",)
    }
    assert len(outputs) == 1
