"""The memory map as files: what is in them, and that names of programs are only ever text."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, cast, get_args
from xml.etree import ElementTree

import pytest
from xdsl.context import Context
from xdsl.utils.exceptions import PassFailedException

from usmp_memory_map_programs import (
    CALLED,
    EVIL_NAMES,
    EVIL_PROGRAM,
    IMAGE,
    INCEPTION,
    LONG,
    SCRIPT,
    TURNED,
    UNICODE,
    buffer_report,
    parse,
    planned,
    report_of,
    report_of_many,
)
from usmp_passes.analysis import AnalysisError
from usmp_passes.reporting import MemoryReport, memory_report
from usmp_passes.reporting.memory_map import (
    FORMATS,
    MapFormat,
    MissingLibraryError,
    NotPlannedError,
    draw_memory_map,
    lives_of,
    write_memory_map,
)
from usmp_passes.reporting.memory_map.byte_units import byte_step, byte_text
from usmp_passes.reporting.memory_map.layout import MAX_RECTANGLES, MAX_STEPS, lay_out
from usmp_passes.reporting.memory_map.palette import COLOURS, ENTRY_COLOUR
from usmp_passes.reporting.memory_map_target import MemoryMapTarget
from usmp_passes.reporting.model import SlicesReport

for library in ("bokeh", "matplotlib"):
    pytest.importorskip(library)

MAX_BYTES = 5_000_000
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


class Page(HTMLParser):
    """The elements of a page, as a browser finds them."""

    def __init__(self, page: bytes):
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._tags: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.setdefault(self._key(tag), [])
        self._tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._tags:
            while self._tags.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._tags:
            self.texts.setdefault(self._key(self._tags[-1]), []).append(data)

    def _key(self, tag: str) -> str:
        return dict(self.elements[-1][1]).get("id") or tag if tag == "script" else tag

    def json(self, key: str) -> Any:
        """What the script with this identifier holds."""
        return json.loads("".join(self.texts[key]))

    def count(self, tag: str) -> int:
        return sum(1 for element, _ in self.elements if element == tag)


def drawn(report: MemoryReport, format: MapFormat) -> bytes:
    return draw_memory_map(report, format)


def page_of(report: MemoryReport) -> Page:
    return Page(drawn(report, "html"))


def svg_of(report: MemoryReport) -> ElementTree.Element:
    return ElementTree.fromstring(drawn(report, "svg"))


def texts_of(svg: ElementTree.Element) -> Sequence[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def areas_of(svg: ElementTree.Element) -> int:
    """How many rectangles of buffers there are: those of curves and axes are in no collection."""
    groups = [g for g in svg.iter(f"{SVG}g") if g.get("id", "").startswith("PolyCollection")]
    return sum(1 for g in groups for path in g.iter(f"{SVG}path") if "z" in path.get("d", ""))


def plots_of(page: Page) -> Iterator[Mapping[str, Any]]:
    """All that has a name in the plots of a page."""
    pending: list[Any] = [page.json("plots")]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            mapping = cast(Mapping[str, Any], value)
            if "name" in mapping.get("attributes", {}):
                yield mapping["attributes"]
            pending += mapping.values()
        elif isinstance(value, list):
            pending += cast(list[Any], value)


@pytest.fixture(scope="module")
def inception() -> MemoryReport:
    return memory_report(planned(INCEPTION.read_text()))


@pytest.fixture(scope="module")
def evil() -> MemoryReport:
    return memory_report(planned(EVIL_PROGRAM, threads=4))


# Structure


def test_the_page_is_one_file_that_loads_nothing(inception: MemoryReport) -> None:
    page = page_of(inception)
    assert page.count("html") == page.count("body") == page.count("title") == 1
    assert page.count("link") == page.count("img") == page.count("iframe") == 0
    assert not [attrs for _, attrs in page.elements if "src" in attrs or "href" in attrs]
    (policy,) = [a["content"] for _, a in page.elements if a.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert len(drawn(inception, "html")) < 2_000_000


def test_the_page_knows_all_buffers(inception: MemoryReport) -> None:
    told = page_of(inception).json("data")["buffers"]
    (pool,) = inception.pools
    assert len(pool.buffers) == 34
    assert told["name"] == [buffer.name for buffer in pool.buffers]
    assert told["offset"] == [buffer.byte_offset for buffer in pool.buffers]
    assert told["size"] == [buffer.size_bytes for buffer in pool.buffers]
    assert told["live"] == [
        [point for span in buffer.live or () for point in span] for buffer in pool.buffers
    ]


def test_the_page_draws_lines_where_a_pool_has_them() -> None:
    buffer = buffer_report("a", 100, 0, ((1, 5),))

    def levels(capacity: int | None) -> Mapping[str, float]:
        named = plots_of(page_of(report_of(buffer, capacity_bytes=capacity)))
        return {a["name"]: a["location"] for a in named if "location" in a}

    without = {"size0": 100.0, "bound0": 100.0, "pressure": 100.0}
    assert levels(None) == without
    assert levels(120) == {**without, "capacity0": 120.0}
    # A line far above would leave no room for the buffers.
    assert levels(100_000) == without


def test_a_capacity_that_is_not_drawn_is_told() -> None:
    report = report_of(buffer_report("a", 100, 0, ((1, 5),)), capacity_bytes=102_400)
    assert "capacity 100 KiB, far above" in "".join(page_of(report).texts["span"])
    assert "capacity 100 KiB, far above" in texts_of(svg_of(report))


def test_the_svg_shows_buffers_and_lines(inception: MemoryReport) -> None:
    svg = svg_of(inception)
    texts = texts_of(svg)
    (pool,) = inception.pools
    ranges = [span for buffer in pool.buffers for span in buffer.live or ()]
    assert areas_of(svg) == len(ranges)
    assert "@global_workspace" in texts
    assert "@tvmgen_default_run_model" in texts
    assert f"used {byte_text(pool.allocated_size or 0)}" in texts
    assert f"lower bound {byte_text(pool.lower_bound or 0)}, reached" in texts
    assert {"sid_8", "sid_5", "PaddedInput_7"} <= set(texts)
    # Nothing but its own definitions is referred to.
    assert all(use.get(LINK, "#").startswith("#") for use in svg.iter(f"{SVG}use"))


def test_the_png_is_a_picture_with_the_colours_of_the_buffers(inception: MemoryReport) -> None:
    image_module = pytest.importorskip("PIL.Image")
    with image_module.open(BytesIO(drawn(inception, "png"))) as image:
        assert image.format == "PNG"
        assert image.width == 1800
        # Nothing that says when or by what it was made.
        assert "Software" not in image.info
        colours = {f"#{r:02x}{g:02x}{b:02x}": n for n, (r, g, b) in _colours(image)}
    assert colours[ENTRY_COLOUR] > 100_000
    assert sum(colour in colours for colour in COLOURS) == len(COLOURS)


def _colours(image: Any) -> Sequence[tuple[int, tuple[int, int, int]]]:
    return image.convert("RGB").getcolors(1 << 24)


def test_an_input_and_a_constant_are_told(evil: MemoryReport) -> None:
    (pool,) = report_of(buffer_report("a", 64, 0, ((0, 9),))).pools
    buffers = (dataclasses.replace(pool.buffers[0], io="input"),)
    report = dataclasses.replace(report_of(*buffers), pools=(replace_buffers(pool, buffers),))
    assert page_of(report).json("data")["buffers"]["io"] == ["an input"]
    told = page_of(evil).json("data")["buffers"]
    (constant,) = [at for at, is_constant in enumerate(told["constant"]) if is_constant]
    assert told["name"][constant] == IMAGE
    # It holds its data during the whole run.
    assert told["live"][constant] == [0, evil.program_length - 1]


def replace_buffers(pool: Any, buffers: Sequence[Any]) -> Any:
    return dataclasses.replace(pool, buffers=tuple(buffers))


# Layout


def test_a_rectangle_for_each_activation_and_slice(evil: MemoryReport) -> None:
    memory_map = lay_out(evil)
    fast, flash = memory_map.panels
    at = {buffer.name: index for index, buffer in enumerate(memory_map.buffers)}
    rectangles = [r for r in fast.rectangles if r.buffer == at[TURNED]]
    buffer = memory_map.buffers[at[TURNED]]
    assert buffer.slices == SlicesReport(4, 100, 112)
    assert buffer.live is not None
    assert len(buffer.live) == 2
    assert len(rectangles) == 8
    assert {r.top - r.bottom for r in rectangles} == {100}
    start = buffer.byte_offset or 0
    assert sorted({r.bottom for r in rectangles}) == [start + 112 * slice for slice in range(4)]
    assert {(r.first, r.last) for r in rectangles} == set(buffer.live)
    assert [(r.first, r.last + 1) for r in flash.rectangles] == [(0, evil.program_length)]


def test_the_curve_is_highest_at_the_memory_pressure(inception: MemoryReport) -> None:
    curve = lay_out(inception).curve
    assert max(live for _, live in curve) == inception.memory_pressure
    assert [point for point, _ in curve] == sorted({point for point, _ in curve})


def test_a_buffer_without_live_ranges_is_drawn_over_the_whole_run() -> None:
    report = report_of(
        buffer_report("often", 64, 0, None, conflicts=("b",)),
        buffer_report("a", 64, 64, ((3, 7),)),
        buffer_report("b", 64, 128, ((4, 9),)),
    )
    memory_map = lay_out(report)
    (panel,) = memory_map.panels
    whole = panel.rectangles[0]
    assert (whole.first, whole.last, whole.exact) == (0, 99, False)
    assert memory_map.not_in_curves == 1
    page = page_of(report)
    assert "Hatched: drawn as a whole" in "".join(page.texts["p"])
    assert "without 1 buffer " in "".join(page.texts["span"])
    told = page.json("data")["buffers"]
    assert told["live"][0] is None
    assert told["whole"] == [1, 0, 0]
    # The runs of those it conflicts with: number 2, one of them.
    assert told["conflicts"] == [[2, 1], None, None]
    svg = svg_of(report)
    assert "drawn as a whole, live now and then" in texts_of(svg)
    assert list(svg.iter(f"{SVG}pattern"))


def test_a_buffer_that_is_never_live_is_in_no_picture_and_in_the_list() -> None:
    report = report_of(buffer_report("a", 64, 0, ((3, 7),)), buffer_report("unused", 8, 0, ()))
    (panel,) = lay_out(report).panels
    assert [r.buffer for r in panel.rectangles] == [0]
    assert page_of(report).json("data")["buffers"]["name"] == ["a", "unused"]
    assert "unused" not in texts_of(svg_of(report))


def test_what_has_more_live_ranges_than_can_be_drawn_is_drawn_as_a_whole() -> None:
    many = tuple((2 * at, 2 * at) for at in range(MAX_RECTANGLES))
    report = report_of(
        buffer_report("often", 64, 0, many),
        buffer_report("twice", 64, 64, ((0, 5), (9, 12))),
        length=2 * MAX_RECTANGLES,
    )
    memory_map = lay_out(report)
    (panel,) = memory_map.panels
    assert [(r.buffer, r.first, r.last, r.exact) for r in panel.rectangles] == [
        (0, 0, 2 * MAX_RECTANGLES - 2, False),
        (1, 0, 5, True),
        (1, 9, 12, True),
    ]
    assert len(memory_map.curve) <= MAX_STEPS + 1
    assert max(live for _, live in memory_map.curve) == 128


def test_sizes_beyond_two_to_the_53_stay_exact() -> None:
    size = 2**60 + 1
    report = report_of(buffer_report("a", size, 0, ((0, 3),)))
    assert page_of(report).json("data")["buffers"]["size"] == [str(size)]
    assert "used 1.00 EiB" in texts_of(svg_of(report))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.50 KiB"),
        (802816, "784 KiB"),
        (1 << 60, "1 EiB"),
        (1 << 80, "1048576 EiB"),
    ],
)
def test_bytes_in_words(count: int, text: str) -> None:
    assert byte_text(count) == text


@pytest.mark.parametrize(
    ("span", "count", "step"), [(100, 4, 32), (1, 4, 1), (4096, 4, 1024), (4097, 4, 2048)]
)
def test_steps_between_ticks(span: int, count: int, step: int) -> None:
    assert byte_step(span, count) == step


# Names


def test_evil_names_are_text_in_the_page(evil: MemoryReport) -> None:
    harmless, page = page_of(report_of(buffer_report("a", 1, 0, ((0, 0),)))), page_of(evil)
    # One section more for the second pool, and no element else.
    assert page.count("script") == harmless.count("script")
    assert page.count("img") == page.count("b") == 0
    data = page.json("data")
    shown = [name.replace("\n", "\\u000a").replace("\u202e", "\\u202e") for name in EVIL_NAMES]
    assert sorted(data["buffers"]["name"]) == sorted([*shown, "between"])
    assert CALLED in data["functions"]
    for name in (SCRIPT, IMAGE, CALLED):
        assert name.encode() not in drawn(evil, "html")


def test_evil_names_of_pools_and_entries_are_text() -> None:
    report = report_of(buffer_report("a", 64, 0, ((0, 3),), function=SCRIPT))
    (pool,) = report.pools
    buffers = [dataclasses.replace(buffer, pool=IMAGE) for buffer in pool.buffers]
    named = dataclasses.replace(replace_buffers(pool, buffers), name=IMAGE)
    report = dataclasses.replace(report, pools=(named,), entries=(SCRIPT,))
    page = page_of(report)
    assert page.count("img") == 0
    assert f"@{IMAGE}" in "".join(page.texts["h2"])
    assert f"@{SCRIPT}" in "".join(page.texts["h1"])
    assert SCRIPT.encode() not in drawn(report, "html")
    svg = svg_of(report)
    assert not list(svg.iter(f"{SVG}script"))
    # The legend has no room for all of it.
    assert [
        text
        for text in texts_of(svg)
        if text.startswith("@<script>") and "\N{HORIZONTAL ELLIPSIS}" in text
    ]


def test_evil_names_are_text_in_the_svg(evil: MemoryReport) -> None:
    svg = svg_of(evil)
    texts = texts_of(svg)
    assert not list(svg.iter(f"{SVG}script"))
    assert not list(svg.iter(f"{SVG}image"))
    assert {SCRIPT, IMAGE, UNICODE} <= set(texts)
    # What does not fit is not written.
    assert LONG not in texts
    assert max(len(text) for text in texts) < 120


def test_a_surrogate_in_a_name_harms_nothing() -> None:
    report = report_of(buffer_report("a\ud800b\x00c", 64, 0, ((0, 3),)))
    assert page_of(report).json("data")["buffers"]["name"] == ["a\\ud800b\\u0000c"]
    assert "a\\ud800b\\u0000c" in texts_of(svg_of(report))


def test_evil_names_are_drawn_as_points_without_a_warning(evil: MemoryReport) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert drawn(evil, "png").startswith(b"\x89PNG")


# Files


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_of_each_format_is_written(
    evil: MemoryReport, tmp_path: Path, format: MapFormat
) -> None:
    path = tmp_path / f"map.{format.upper()}"
    write_memory_map(evil, path)
    assert path.read_bytes() == drawn(evil, format)


def test_a_file_of_another_format_is_refused(evil: MemoryReport, tmp_path: Path) -> None:
    path = tmp_path / "map.pdf"
    with pytest.raises(ValueError, match=r"ends with \.html, \.svg or \.png, not 'map\.pdf'"):
        write_memory_map(evil, path)
    assert not path.exists()


HASHES = """
import hashlib, sys
from usmp_memory_map_programs import EVIL_PROGRAM, planned
from usmp_passes.reporting import memory_report
from usmp_passes.reporting.memory_map import FORMATS, draw_memory_map, lives_of

module = planned(EVIL_PROGRAM, threads=4)
report, lives = memory_report(module), lives_of(module)
for format in FORMATS:
    # The first of two differs if the library counts what it has made.
    for _ in range(2):
        print(format, hashlib.sha256(draw_memory_map(report, format, lives)).hexdigest())
"""


def hashes(seed: str) -> Sequence[str]:
    models = str(Path(__file__).parents[2] / "models")
    path = os.pathsep.join([models, os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    command = [sys.executable, "-c", HASHES]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_the_same_bytes_each_time() -> None:
    lines = hashes("1")
    assert hashes("2") == lines
    assert [line.split()[0] for line in lines] == [format for format in FORMATS for _ in range(2)]
    assert len(set(lines)) == len(FORMATS)
    module = planned(EVIL_PROGRAM, threads=4)
    page = draw_memory_map(memory_report(module), "html", lives_of(module))
    assert lines[0] == f"html {hashlib.sha256(page).hexdigest()}"


# Many buffers


@pytest.mark.parametrize("count", [5_000, 10_000])
def test_many_buffers(count: int) -> None:
    report = report_of_many(count)
    page = drawn(report, "html")
    assert len(page) < MAX_BYTES
    assert len(Page(page).json("data")["pools"][0]["rectangles"]) == count
    picture = drawn(report, "svg")
    assert len(picture) < MAX_BYTES
    assert areas_of(ElementTree.fromstring(picture)) == count


# Errors


def test_what_is_not_planned_says_what_to_run() -> None:
    module = parse(INCEPTION.read_text())
    report = memory_report(module)
    for format in get_args(MapFormat):
        with pytest.raises(NotPlannedError, match="run usmp-plan-memory first"):
            draw_memory_map(report, format)
    with pytest.raises(AnalysisError, match="run usmp-plan-memory first"):
        MemoryMapTarget().contents(module)


def forget(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """As if it were not installed."""
    for name in [*sys.modules]:
        if name.partition(".")[0] == library:
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    for name in ("page", "figures", "picture"):
        module = f"usmp_passes.reporting.memory_map.{name}"
        monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.mark.parametrize(
    ("format", "library"), [("html", "bokeh"), ("svg", "matplotlib"), ("png", "matplotlib")]
)
def test_a_missing_library_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, evil: MemoryReport, format: MapFormat, library: str
) -> None:
    forget(monkeypatch, library)
    with pytest.raises(MissingLibraryError) as raised:
        draw_memory_map(evil, format)
    assert raised.value.name == library
    assert library in str(raised.value)
    assert "pip install 'usmp[report]'" in str(raised.value)
    with pytest.raises(PassFailedException, match=r"pip install 'usmp\[report\]'"):
        MemoryMapTarget(format).contents(planned(EVIL_PROGRAM))


def test_a_png_is_not_written_as_text() -> None:
    output = BytesIO()
    with pytest.raises(PassFailedException, match="usmp-opt -o FILE"):
        MemoryMapTarget("png").emit(Context(), planned(EVIL_PROGRAM), cast(Any, output))
    assert not output.getvalue()
