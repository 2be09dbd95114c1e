"""SQLAlchemy 2 and files: everything that is kept on the user's machine.

`open_store(home)` gives a `Store` whose sub-stores each own a few tables. Every call opens and ends
its own session; what comes back are frozen values. Knows `core`; never `training` or `pages`.
"""

from core.errors import ConflictError, StoreError
from storage.store import Store, open_store

__all__ = ["ConflictError", "Store", "StoreError", "open_store"]
