"""The page of a memory map in a browser: what it shows, says, finds, and leaves alone."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from xdsl.dialects.builtin import ModuleOp

from usmp_memory_map_programs import (
    CALLED,
    EVIL_PROGRAM,
    INCEPTION,
    LONG,
    SCRIPT,
    TURNED,
    planned,
    report_of_many,
)
from usmp_passes.reporting import memory_report
from usmp_passes.reporting.analysed_program import analyse_program
from usmp_passes.reporting.memory_map import lives_of, write_memory_map
from usmp_passes.reporting.memory_map.visible_text import visible_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytest.importorskip("bokeh")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("there is no chromium to open pages with", allow_module_level=True)

Scheme = Literal["light", "dark"]

MIDDLE = """
([name, last]) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = data.buffers.name.indexOf(name), panel = data.buffers.pool[at];
  const map = Bokeh.documents[0];
  const plot = map.get_model_by_name(`panel${panel}`);
  const view = [...Bokeh.index.roots].find((root) => root.model === plot);
  view.el.scrollIntoView({ block: "center" });
  const { left, right, bottom, top } = map.get_model_by_name(`rectangles${panel}`).data;
  const indices = data.pools[panel].rectangles;
  const index = last ? indices.lastIndexOf(at) : indices.indexOf(at);
  const box = view.el.getBoundingClientRect();
  return [
    box.left + view.frame.x_scale.compute((left[index] + right[index]) / 2),
    box.top + view.frame.y_scale.compute((bottom[index] + top[index]) / 2),
  ];
}
"""
"""Where on the screen the middle of a buffer's first or last rectangle is."""

BRIGHT = """
() => {
  const { pools, buffers } = JSON.parse(document.getElementById("data").textContent);
  const names = pools.flatMap((pool, panel) => {
    const { alpha } = Bokeh.documents[0].get_model_by_name(`rectangles${panel}`).data;
    return pool.rectangles.filter((_, index) => alpha[index] === 1).map((at) => buffers.name[at]);
  });
  return [...new Set(names)].sort();
}
"""
"""The names of the buffers that are not dimmed."""

WHY = "(pairs) => pairs.map(([one, other]) => usmpMemoryMap.why(one, other))"

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

CALL = re.compile(r", in the call by .*?\.(?= '|$)")
"""The page does not tell through which calls two buffers meet."""

MEETING = re.compile(r" Both are live at program points? [\d,]+(?: to [\d,]+)?\.$")
"""The page tells in addition where they do."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="pip install 'usmp[browser]'")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def inception() -> ModuleOp:
    return planned(INCEPTION.read_text())


@pytest.fixture(scope="module")
def files(inception: ModuleOp, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("maps")
    evil = planned(EVIL_PROGRAM, threads=4)
    paths = {name: folder / f"{name}.html" for name in ("inception", "evil", "many")}
    write_memory_map(memory_report(inception), paths["inception"], lives_of(inception))
    write_memory_map(memory_report(evil), paths["evil"], lives_of(evil))
    write_memory_map(report_of_many(5_000), paths["many"])
    return paths


@contextmanager
def opened(browser: Browser, path: Path, scheme: Scheme = "light") -> Generator[Page]:
    """The page, which must complain of nothing and ask for nothing until it is closed."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme=scheme, offline=True
    )
    context.set_default_timeout(8_000)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: noted(complaints, message))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    page.evaluate(DRAWN)
    try:
        yield page
        assert complaints == []
        asked = {url for url in requests if not url.startswith(("data:", "blob:"))}
        assert asked == {path.as_uri()}
    finally:
        context.close()


def noted(complaints: list[str], message: ConsoleMessage) -> None:
    # Bokeh informs of when it is done.
    if message.type not in {"log", "info"}:
        complaints.append(message.text)


def point_at(page: Page, name: str, *, last: bool = False) -> None:
    """Puts the pointer on a buffer."""
    x, y = page.evaluate(MIDDLE, [name, last])
    # The first move may be taken for the one that enters.
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y)
    page.wait_for_selector("#tip:not([hidden])")


def click(page: Page, name: str) -> None:
    x, y = page.evaluate(MIDDLE, [name, False])
    page.mouse.click(x, y)
    page.wait_for_function("(name) => usmpMemoryMap.state().selected === name", arg=name)


def search(page: Page, text: str) -> None:
    page.fill("#search", text)
    page.evaluate(DRAWN)


def across(page: Page) -> tuple[float, float]:
    """The program points that are shown."""
    start, end = page.evaluate(
        "() => { const { x_range } = Bokeh.documents[0].get_model_by_name('panel0');"
        " return [x_range.start, x_range.end]; }"
    )
    return start, end


# All pages


@pytest.mark.parametrize("name", ["inception", "evil", "many"])
def test_a_page_opens_and_is_as_wide_as_the_window(
    browser: Browser, files: Mapping[str, Path], name: str
) -> None:
    with opened(browser, files[name]) as page:
        assert page.title().endswith("\N{EN DASH} memory map")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("#panels canvas").count() >= 2
        assert not page.locator("#tip").is_visible()


# 34 buffers


def test_names_are_where_there_is_room(browser: Browser, files: Mapping[str, Path]) -> None:
    with opened(browser, files["inception"]) as page:
        (labels,) = page.evaluate("() => usmpMemoryMap.state().labels")
        assert {"sid_8", "sid_5", "PaddedInput_7"} <= set(labels)
        assert len(labels) == len(set(labels)) < 34
        boxes = page.evaluate(LABEL_BOXES)
        assert len(boxes) == len(labels)
        for one, other in itertools.combinations(boxes, 2):
            assert (
                one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
            )


LABEL_BOXES = """
() => {
  const view = [...Bokeh.index.roots].find((root) => root.model.name === "panel0");
  const { x, y, text, angle } = Bokeh.documents[0].get_model_by_name("labels0").data;
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = "11px system-ui, sans-serif";
  return text.map((name, at) => {
    const half = [measure.measureText(name).width / 2, 5];
    if (angle[at]) half.reverse();
    const middle = [view.frame.x_scale.compute(x[at]), view.frame.y_scale.compute(y[at])];
    return [middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1]];
  });
}
"""
"""The pixels that names take: left, right, top, bottom."""


def test_the_pointer_tells_what_it_is_on(
    browser: Browser, files: Mapping[str, Path], inception: ModuleOp
) -> None:
    (pool,) = memory_report(inception).pools
    (buffer,) = [buffer for buffer in pool.buffers if buffer.name == "sid_4"]
    assert buffer.live is not None
    ((first, last),) = buffer.live
    with opened(browser, files["inception"]) as page:
        point_at(page, "sid_4")
        assert page.inner_text("#tip").splitlines() == [
            "sid_4",
            f"in @{buffer.function}",
            f"{buffer.size_bytes:,} bytes (147 KiB)",
            f"at offset {buffer.byte_offset:,} of @global_workspace",
            f"live at program points {first:,} to {last:,}",
        ]
        page.mouse.move(700, 10)
        page.wait_for_selector("#tip", state="hidden")


def test_the_pointer_on_the_curve_tells_the_live_bytes(
    browser: Browser, files: Mapping[str, Path]
) -> None:
    with opened(browser, files["inception"]) as page:
        box = page.locator("#plot1").bounding_box()
        assert box is not None
        for step in range(2):
            page.mouse.move(box["x"] + 500 + step, box["y"] + 60)
        page.wait_for_selector("#tip:not([hidden])")
        assert re.fullmatch(
            r"Program point \d+\n[\d,]+ bytes \([\d.]+ KiB\) live", page.inner_text("#tip")
        )


def test_a_click_tells_conflicts_and_why(
    browser: Browser, files: Mapping[str, Path], inception: ModuleOp
) -> None:
    analysis = analyse_program(inception, conflicts=True).analysis
    (buffer,) = [buffer for buffer in analysis.buffers if buffer.name == "sid_8"]
    expected = set(buffer.conflicts or ())
    assert len(expected) == 3
    with opened(browser, files["inception"]) as page:
        click(page, "sid_8")
        details = page.locator("#details")
        assert details.locator("h2").inner_text() == "sid_8"
        assert f"Conflicts in this pool ({len(expected)})" in details.inner_text()
        names = details.locator(".conflicts .name")
        assert set(names.all_inner_texts()) == expected
        assert page.evaluate(BRIGHT) == sorted([*expected, "sid_8"])
        details.locator(".conflicts button", has_text="PaddedInput_7").click()
        told = details.locator(".conflicts .why").inner_text()
        explained = analysis.explain("sid_8", "PaddedInput_7")
        assert same_facts(told, str(explained))
        # A click on what is free deselects.
        page.mouse.click(*free_place(page))
        page.wait_for_function("() => usmpMemoryMap.state().selected === null")
        assert len(page.evaluate(BRIGHT)) == 34


def free_place(page: Page) -> tuple[float, float]:
    """Above all that is drawn in the first panel."""
    box = page.locator("#plot0").bounding_box()
    assert box is not None
    return box["x"] + 500, box["y"] + 8


def same_facts(told: str, explained: str) -> bool:
    """Whether the page says what the analysis does, word for word but for calls and points."""
    return MEETING.search(told) is not None and MEETING.sub("", told) == CALL.sub(".", explained)


@pytest.mark.parametrize("name", ["inception", "evil"])
def test_why_is_what_the_analysis_says_for_each_pair(
    browser: Browser, files: Mapping[str, Path], inception: ModuleOp, name: str
) -> None:
    module = inception if name == "inception" else planned(EVIL_PROGRAM, threads=4)
    pairs, explanations = conflicting_pairs(module)
    assert len(pairs) > 5
    with opened(browser, files[name]) as page:
        told: Sequence[str] = page.evaluate(WHY, pairs)
        # Of two that begin to live at once, either may be told first.
        turned: Sequence[str] = page.evaluate(WHY, [(other, one) for one, other in pairs])
    for texts, explained in zip(zip(told, turned, strict=True), explanations, strict=True):
        if "is constant" in explained:
            assert texts[0] == explained
        else:
            assert any(same_facts(text, explained) for text in texts), (texts, explained)


def conflicting_pairs(module: ModuleOp) -> tuple[Sequence[tuple[int, int]], Sequence[str]]:
    """The numbers that the page gives to buffers, two and two, and why these conflict."""
    analysis = analyse_program(module, conflicts=True).analysis
    report = memory_report(module)
    numbers = {b.name: at for at, b in enumerate(b for p in report.pools for b in p.buffers)}
    pairs: list[tuple[int, int]] = []
    explanations: list[str] = []
    for one in analysis.planned:
        for other in one.conflicts or ():
            if numbers[one.name] < numbers[other]:
                pairs.append((numbers[one.name], numbers[other]))
                explanations.append(visible_text(str(analysis.explain(one.name, other))))
    return pairs, explanations


def test_search_finds_and_marks(browser: Browser, files: Mapping[str, Path]) -> None:
    with opened(browser, files["inception"]) as page:
        search(page, "PADDEDinput_7")
        assert page.locator("#found .hit .name:first-child").all_inner_texts() == ["PaddedInput_7"]
        assert page.evaluate(BRIGHT) == ["PaddedInput_7"]
        page.keyboard.press("Enter")
        page.wait_for_function("() => usmpMemoryMap.state().selected === 'PaddedInput_7'")
        assert page.locator("#details h2").inner_text() == "PaddedInput_7"
        assert not page.locator("#found").is_visible()
        search(page, "@tvmgen_default_run_model")
        assert page.locator("#found .hit").count() == len(page.evaluate(BRIGHT)) > 5
        search(page, "no such thing")
        assert page.inner_text("#found") == "There is no such buffer."
        assert page.evaluate(BRIGHT) == []
        page.keyboard.press("Escape")
        assert page.input_value("#search") == ""
        assert not page.locator("#found").is_visible()


def test_a_function_can_be_shown_by_itself(browser: Browser, files: Mapping[str, Path]) -> None:
    with opened(browser, files["inception"]) as page:
        button = page.locator("#functions button", has_text="@tvmgen_default_run_model")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert {name[:3] for name in page.evaluate(BRIGHT)} == {"sid"}
        button.click()
        assert len(page.evaluate(BRIGHT)) == 34


def test_zooming(browser: Browser, files: Mapping[str, Path]) -> None:
    with opened(browser, files["inception"]) as page:
        start, end = across(page)
        page.click("#zoom-in")
        assert across(page) == ((end - start) / 4, end - (end - start) / 4)
        page.click("#zoom-out")
        assert across(page) == (start, end)
        page.mouse.move(*page.evaluate(MIDDLE, ["sid_4", False]))
        page.mouse.wheel(0, -400)
        page.wait_for_function(
            "(length) => { const { x_range } = Bokeh.documents[0].get_model_by_name('panel0');"
            " return x_range.end - x_range.start < length; }",
            arg=end - start,
        )
        page.click("#fit")
        assert across(page) == (start, end)
        page.mouse.dblclick(*page.evaluate(MIDDLE, ["sid_7", False]))
        page.wait_for_function("() => usmpMemoryMap.state().labels[0].includes('sid_7')")
        assert across(page) != (start, end)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(browser: Browser, files: Mapping[str, Path], scheme: Scheme) -> None:
    other = "dark" if scheme == "light" else "light"
    with opened(browser, files["inception"], scheme) as page:
        assert shown_scheme(page) == scheme
        page.click("#theme")
        assert shown_scheme(page) == other
        # The choice is kept.
        page.reload()
        page.wait_for_selector("html[data-ready]")
        assert shown_scheme(page) == other


def shown_scheme(page: Page) -> str:
    """What the page, its plots and its button agree on."""
    told: Mapping[str, str] = page.evaluate(
        "() => ({ page: getComputedStyle(document.body).backgroundColor,"
        " line: Bokeh.documents[0].get_model_by_name('panel0').left[0].axis_line_color,"
        " button: document.getElementById('theme').textContent })"
    )
    schemes = {
        ("rgb(255, 255, 255)", "#5a6270", "Dark"): "light",
        ("rgb(20, 23, 28)", "#a1a9b6", "Light"): "dark",
    }
    return schemes[told["page"], told["line"], told["button"]]


# 5,000 buffers


def test_many_buffers_are_found_and_told(browser: Browser, files: Mapping[str, Path]) -> None:
    with opened(browser, files["many"]) as page:
        search(page, "buffer4321")
        page.keyboard.press("Enter")
        # It is zoomed to, as it is too narrow to be seen.
        page.wait_for_function("() => usmpMemoryMap.state().labels[0].includes('buffer4321')")
        start, end = across(page)
        assert 3 * 4321 - 200 < start < 3 * 4321 < end < 3 * 4321 + 200
        point_at(page, "buffer4321")
        assert "live at program points 12,963 to 12,974" in page.inner_text("#tip")
        # Three before it and three after it are live with it.
        near = [f"buffer{at}" for at in range(4318, 4325) if at != 4321]
        assert page.locator("#details .conflicts .name").all_inner_texts() == near
        # Without lives, it still says where both are live.
        page.locator("#details .conflicts button", has_text="buffer4322").click()
        told = page.locator("#details .conflicts .why").inner_text()
        assert told == "Both are live at program points 12,966 to 12,974."
        search(page, "buffer")
        assert page.locator("#found .hit").count() == 50
        assert "and 4,950 more" in page.inner_text("#found")


# Evil names


def test_evil_names_are_text(browser: Browser, files: Mapping[str, Path]) -> None:
    turned = visible_text(TURNED)
    with opened(browser, files["evil"]) as page:
        for name in (SCRIPT, turned, LONG):
            point_at(page, name, last=True)
            lines = page.inner_text("#tip").splitlines()
            assert lines[0] == name
            assert lines[1] == f"in @{CALLED}"
            box = page.locator("#tip").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= 1400
            assert box["y"] + box["height"] <= 900
            click(page, name)
            assert page.locator("#details h2").inner_text() == name
        point_at(page, turned, last=True)
        assert "slice 4 of 4, 100 bytes, at offset" in page.inner_text("#tip")
        for button in page.locator("#details .conflicts button").all():
            button.click()
        assert SCRIPT in "".join(page.locator("#details .why").all_inner_texts())
        search(page, "<script>")
        assert page.locator("#found .hit .name:first-child").all_inner_texts() == [SCRIPT]
        assert "harmed" not in page.title()
        assert page.locator("#details script, #tip script, #found script, main img").count() == 0
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
