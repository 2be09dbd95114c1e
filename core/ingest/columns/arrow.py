"""Arrow's compute functions: made at import, so type checkers do not know them."""
# pyright: reportMissingTypeStubs=false

from typing import Any

import pyarrow.compute

compute: Any = pyarrow.compute
