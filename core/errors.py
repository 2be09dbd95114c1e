"""Every error a user or a file can cause.

    AppError
    |- DataError      a file or a series cannot be used as given
    |- AnswerError    text or JSON that is no valid answer to the question
    |- TeacherError   a teacher could not be asked or did not answer
    |- ConfigError    a setting is missing or impossible
    |- JobError       a job cannot be started, stopped or read
    |- NotAllowedError   somebody may not do this, or was not shown to be who they say
    `- StoreError     the store refuses: missing row, damaged file, impossible change
       |- ConflictError   somebody else was faster: reload and decide again
       |- PolicyError     a label breaks the project's label policy: edit it
       `- StoreUnavailableError   the database is locked or its disk full: it may do later

Each text says three things: what was given, why it cannot work, what to do instead. Pages show an
`AppError` as it reads; anything else is a bug of ours and crashes visibly.
"""


class AppError(Exception):
    """Base of all errors that pages show to people as they are."""


class DataError(AppError):
    """A file or a series cannot be used as given."""


class AnswerError(AppError):
    """Text or JSON that is no valid answer to the question asked."""


class TeacherError(AppError):
    """A teacher could not be asked, or did not answer."""


class ConfigError(AppError):
    """A setting is missing, unknown or impossible in combination."""


class JobError(AppError):
    """A job cannot be started, stopped or read."""


class NotAllowedError(AppError):
    """Somebody may not do this, or was not shown to be who they say they are."""


class StoreError(AppError):
    """The store refuses: a conflict, a missing row, or a damaged file."""


class ConflictError(StoreError):
    """Somebody changed the same thing in between: nothing was stored; reload and decide again."""


class PolicyError(StoreError):
    """A label breaks the project's label policy: nothing was stored; the text says what to edit."""


class StoreUnavailableError(StoreError):
    """The database cannot be written for the moment: nothing was stored; the same may do later."""
