"""Text files: encodings, lines, quotes, separators, and where the table lies. Knows no series."""
