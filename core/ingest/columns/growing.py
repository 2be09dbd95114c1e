"""Arrays that are filled block by block without a second copy of what they hold already."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LEAST = 1_024


class Growing:
    """An array of (n, ...) that grows; memory that is not filled yet is not in use either."""

    def __init__(self, dtype: DTypeLike, width: int | None = None, expected: int = 0) -> None:
        self.n = 0
        tail = () if width is None else (width,)
        # Only pages that are written to take memory, so a generous guess costs nothing.
        self._array: NDArray[Any] = np.empty((max(expected, _LEAST), *tail), dtype)

    def more(self, n_rows: int) -> NDArray[Any]:
        """Return the place for the next rows, to be written to at once."""
        begin, self.n = self.n, self.n + n_rows
        if self.n > len(self._array):
            # In place where the system can move pages; `resize` frees nothing that is filled.
            self._array.resize((self.n * 3 // 2, *self._array.shape[1:]), refcheck=False)
        return self._array[begin : self.n]

    def there(self) -> NDArray[Any]:
        """Return what is filled so far, to be changed in place."""
        return self._array[: self.n]

    def done(self) -> NDArray[Any]:
        """Return what was filled; nothing more may be added."""
        self._array.resize((self.n, *self._array.shape[1:]), refcheck=False)
        return self._array
