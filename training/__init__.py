"""Runs in processes of their own: recipes, run folders, snapshots, the launcher and the worker.

Nothing here knows Streamlit; only `worker.py`, a composition root, knows the store.
"""
