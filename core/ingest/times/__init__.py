"""Times as files write them, to int64 UTC ticks. Knows no files."""
