"""Files to series: `propose` looks at a file and says how it would be read, `build` reads it.

CSV, TSV and other separated text, Parquet, JSON and NumPy; `expand` opens archives and workbooks.
Between the two calls people may edit the settings.
"""

from core.ingest.build import Built, build
from core.ingest.formats.containers import Member, expand
from core.ingest.problems import Problem, ProblemsError
from core.ingest.propose import Proposal, propose
from core.ingest.same_shape import adapt, shape_key
from core.ingest.settings import Reading, Settings, TimeAxis
from core.ingest.text.sniff import Finding

__all__ = [
    "Built", "Finding", "Member", "Problem", "ProblemsError", "Proposal", "Reading", "Settings",
    "TimeAxis", "adapt", "build", "expand", "propose", "shape_key",
]  # fmt: skip
