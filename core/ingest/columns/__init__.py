"""The columns of a whole table, read block by block. Knows no series."""
