"""
Liveness and conflicts of the buffers of a whole program. Reads IR, changes nothing, knows no pass.
"""

from usmp_dialect.program import AnalysisError as AnalysisError
from usmp_passes.analysis.buffer_info_analysis import (
    Buffer as Buffer,
)
from usmp_passes.analysis.buffer_info_analysis import (
    BufferInfoAnalysis as BufferInfoAnalysis,
)
from usmp_passes.analysis.buffer_info_analysis import (
    LoopLiveness as LoopLiveness,
)
from usmp_passes.analysis.buffer_info_analysis import (
    ParallelLoops as ParallelLoops,
)
from usmp_passes.analysis.explanation import Explanation as Explanation
