"""Columns of repeated texts, kept as codes while blocks go by: ids and answers."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.columns.arrow import compute as pc
from core.ingest.columns.growing import Growing

_MANY = 0.5  # share of different cells in a block from which codes save nothing


class Ids:
    """Which series or channel each row is of, numbered in order of appearance."""

    def __init__(self, name: str, expected: int) -> None:
        self.name = name
        self._codes = Growing(np.int32, expected=expected)
        self._numbers: dict[str, int] = {}

    def add(self, columns: list[pa.Array]) -> None:
        """Take the ids of the next rows; an empty cell is an id of its own."""
        texts = columns[0].cast(pa.string()).fill_null(f"(no {self.name})")
        for other in columns[1:]:
            also = other.cast(pa.string()).fill_null("(none)")
            texts = pc.binary_join_element_wise(texts, also, " · ")
        encoded = texts.dictionary_encode()
        numbers = [
            self._numbers.setdefault(text, len(self._numbers))
            for text in encoded.dictionary.to_pylist()
        ]
        place = self._codes.more(len(texts))
        place[:] = np.array(numbers, np.int32)[encoded.indices.to_numpy(zero_copy_only=False)]

    @property
    def codes(self) -> NDArray[np.int32]:
        """(n,) number of each row's id."""
        return self._codes.there()

    @property
    def labels(self) -> list[str]:
        """The ids' texts, by number."""
        return list(self._numbers)


class Answers:
    """The cells of an answer column: codes of a dictionary, or numbers where nearly all differ."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []

    def add(self, column: pa.Array) -> None:
        """Take the cells of the next rows."""
        if pa.types.is_dictionary(column.type) or not pa.types.is_string(column.type):
            self._chunks.append(column)
            return
        encoded = column.dictionary_encode()
        if len(encoded.dictionary) > max(1_000, _MANY * len(column)):
            try:
                self._chunks.append(column.cast(pa.float64()))
            except pa.ArrowInvalid:
                self._chunks.append(encoded)
        else:
            self._chunks.append(encoded)

    def done(self) -> pa.ChunkedArray:
        """Return all cells as one column of one type."""
        types = {chunk.type for chunk in self._chunks}
        if len(types) == 1:
            column = pa.chunked_array(self._chunks)
            return column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
        plain = [
            chunk.cast(chunk.type.value_type) if pa.types.is_dictionary(chunk.type) else chunk
            for chunk in self._chunks
        ]
        try:
            return pa.chunked_array([chunk.cast(pa.float64()) for chunk in plain])
        except pa.ArrowInvalid:
            return pa.chunked_array([chunk.cast(pa.string()) for chunk in plain])
