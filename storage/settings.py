"""Settings: JSON values by key, per project."""

import json
from typing import Any

from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import SettingRow

LOCAL_ENDPOINTS_ONLY = "local_endpoints_only"
"""Key of whether a project's pictures may go to this machine's own endpoints alone; never set is
no."""


class Settings:
    """The settings of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, project_id: str, key: str, default: Any = None) -> Any:
        """Return a setting, or `default` when it was never set."""

        def read(session: Session) -> str | None:
            row = session.get(SettingRow, (project_id, key))
            return None if row is None else row.value

        value = self._db.kept(("setting", project_id, key), read)
        return default if value is None else json.loads(value)

    def set(self, project_id: str, key: str, value: Any) -> None:
        """Store a JSON value."""
        with self._db.write() as session:
            session.merge(SettingRow(project_id=project_id, key=key, value=json.dumps(value)))
