"""The numbers on the page about other planners are those of the benchmarks' results."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
TVMSCRIPT = (ROOT / "docs" / "tvmscript.md").read_text(encoding="utf-8")

RATIOS = re.compile(r"^\| [\w \-]+ \| \d\.\d+ \| \d\.\d+ \| \d\.\d+ \|$", re.MULTILINE)
BYTES = re.compile(r"^\| [\w \-,]+ \| \d+ \| \d+ \| \d+ \|$", re.MULTILINE)
COST = re.compile(r"^\| ([^|]+?) \| ([\d.]+ %) \| ([\d.]*) *\|$", re.MULTILINE)
MEASURED = re.compile(r" {2,}([\d.]+ %) +[\d.]+ % +[\d.]+ %")


def experiment(title: str) -> str:
    """What the results say of an experiment."""
    found = re.search(rf"^{re.escape(title)}: .*?(?=\n\n|\n```)", RESULTS, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[0]


def test_tightness() -> None:
    assert len(RATIOS.findall(PAGE)) == 12
    assert RATIOS.findall(PAGE) == RATIOS.findall(RESULTS)


def test_tvm() -> None:
    assert len(BYTES.findall(PAGE)) == 3
    assert BYTES.findall(PAGE) == BYTES.findall(TVMSCRIPT)


def test_cost() -> None:
    rows = COST.findall(PAGE)
    assert len(rows) == 4
    for title, share, growth in rows:
        results = experiment(title.removesuffix(", highest"))
        shares = MEASURED.findall(results)
        assert share == max(shares, key=lambda text: float(text.split()[0]))
        if growth:
            assert re.search(rf"growth of the passes +{re.escape(growth)} ", results)


def test_single_figures() -> None:
    for shown, in_results in (
        ("take 11.8 ms", r"passes, 2\^30 call paths +11\.8 ms"),
        ("proves nine of the eleven plans optimal", r"1\.010 \| 9 of 11"),
        ("finds a plan for all eleven", r"11 of 11"),
        ("both 1.0026 above the bound", r"both are 1\.0026 above the bound"),
        ("(4.9 to 5.8)", r"\(4\.9 to 5\.8\)"),
    ):
        assert shown in " ".join(PAGE.split())
        assert re.search(in_results, RESULTS)


def test_speed_of_machine_code() -> None:
    gcc = experiment("Examples as C, gcc -O2")
    ratios = [float(r) for r in re.findall(r"over that +[\d.]+ x +([\d.]+) x", gcc)]
    ratios += [float(r) for r in re.findall(r"over that +[\d.]+ x +[\d.]+ x +([\d.]+) x", gcc)]
    assert f"from {min(ratios)} to {max(ratios)} of the" in " ".join(PAGE.split())
