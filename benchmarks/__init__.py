"""Commands that measure; each prints one JSON line last."""
