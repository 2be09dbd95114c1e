"""Detectors: per-sample anomaly scores from well-kept libraries, one file each."""
