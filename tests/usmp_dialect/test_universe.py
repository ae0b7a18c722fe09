"""The plugin costs nothing until it is used, and plain `xdsl-opt` has it."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import Universe
from xdsl.utils.target import Target
from xdsl.xdsl_opt_main import xDSLOptMain

from usmp_dialect.universe import USMP_UNIVERSE

XDSL_OPT = Path(sys.executable).with_name("xdsl-opt")


def test_import_is_lazy() -> None:
    """Importing the universe imports no dialect, no pass, and nothing that they need."""
    program = (
        "import sys, xdsl.universe\n"
        "before = set(sys.modules)\n"
        "import usmp_dialect.universe\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["usmp_dialect", "usmp_dialect.universe"]


def test_entry_point() -> None:
    (entry_point,) = entry_points(group="xdsl.universe", name="usmp")
    assert entry_point.load() is USMP_UNIVERSE


@pytest.mark.parametrize("name", USMP_UNIVERSE.all_dialects)
def test_dialects(name: str) -> None:
    dialect = USMP_UNIVERSE.all_dialects[name]()
    assert isinstance(dialect, Dialect)
    assert dialect.name == name


@pytest.mark.parametrize("name", USMP_UNIVERSE.all_passes)
def test_passes(name: str) -> None:
    pass_type = USMP_UNIVERSE.all_passes[name]()
    assert issubclass(pass_type, ModulePass)
    assert pass_type.name == name
    assert pass_type.__doc__


@pytest.mark.parametrize("name", USMP_UNIVERSE.all_targets)
def test_targets(name: str) -> None:
    target_type = USMP_UNIVERSE.all_targets[name]()
    assert issubclass(target_type, Target)
    assert target_type.name == name
    assert target_type.__doc__


def test_names_are_those_of_no_other() -> None:
    """A name that is given twice breaks every `xdsl-opt` of the environment."""
    xdsl = Universe.get_multiverse().all_passes.keys() - USMP_UNIVERSE.all_passes.keys()
    assert "dce" in xdsl
    driver = xDSLOptMain(args=[])
    assert USMP_UNIVERSE.all_passes.keys() <= driver.available_passes.keys()
    assert USMP_UNIVERSE.all_targets.keys() <= driver.available_targets.keys()
    assert USMP_UNIVERSE.all_dialects.keys() <= set(driver.ctx.registered_dialect_names)


def test_help_of_xdsl_opt() -> None:
    result = subprocess.run([str(XDSL_OPT), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    # The help text is wrapped, also at hyphens.
    unwrapped = "".join(result.stdout.split())
    assert [name for name in USMP_UNIVERSE.all_passes if name not in unwrapped] == []
