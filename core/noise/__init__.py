"""Wrong labels: how many there are, of what kind, which ones, and what to learn instead.

Pure numpy over probabilities and label places; knows no window, no network and no gold.
"""
