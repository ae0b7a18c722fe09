"""
The memory map of a plan: program points across, bytes up, a rectangle for each buffer and
activation. A page to explore, or a picture.

    report = memory_report(module)
    write_memory_map(report, Path("map.html"), lives_of(module))

needs what `pip install 'usmp[report]'` installs.
"""

from usmp_passes.reporting.memory_map.accesses import Life as Life
from usmp_passes.reporting.memory_map.accesses import lives_in as lives_in
from usmp_passes.reporting.memory_map.accesses import lives_of as lives_of
from usmp_passes.reporting.memory_map.drawing import (
    FORMATS as FORMATS,
)
from usmp_passes.reporting.memory_map.drawing import (
    MapFormat as MapFormat,
)
from usmp_passes.reporting.memory_map.drawing import (
    MissingLibraryError as MissingLibraryError,
)
from usmp_passes.reporting.memory_map.drawing import (
    draw_memory_map as draw_memory_map,
)
from usmp_passes.reporting.memory_map.drawing import (
    format_of as format_of,
)
from usmp_passes.reporting.memory_map.drawing import (
    write_memory_map as write_memory_map,
)
from usmp_passes.reporting.memory_map.layout import NotPlannedError as NotPlannedError
