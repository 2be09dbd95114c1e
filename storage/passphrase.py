"""Set a person's passphrase on the machine that holds the data, for instance a forgotten one.

    python -m storage.passphrase --name Ann [--home ~/.understudy]

Where nobody is there yet, the first one becomes the lead. Whoever can run this can read the whole
data folder anyway; it is noted among the project's actions.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path

from core.errors import AppError, ConfigError
from core.ids import utc_now
from core.passphrases import hash_passphrase
from core.people import Person, same_name, tidy_name
from storage.store import Store, open_store


def set_at_machine(store: Store, name: str, passphrase: str) -> Person:
    """Set somebody's passphrase in the default project.

    Raises:
        ConfigError: when nobody is called so and others are there, or it would not hold.
    """
    project_id, name = store.projects.default().id, tidy_name(name)
    people = store.people.current(project_id)
    there = next((one for one in people.values() if same_name(one.name, name)), None)
    if there is None and people:
        raise ConfigError(
            f"nobody here is called {name!r}, so there is no passphrase to set; the people are "
            f"{', '.join(people)}"
        )
    secret = hash_passphrase(passphrase)
    before = there or Person(name=name, role="lead", created_at=utc_now())
    person = before.model_copy(update={"secret": secret, "created_at": utc_now()})
    store.people.save(project_id, person, by=person.name)
    store.actions.add(
        project_id, person.name, "passphrase_set", person.name, {"where": "at the machine"}
    )
    return person


def main(arguments: Sequence[str] | None = None, ask: Callable[[str], str] = getpass) -> int:
    """Run the command line; says in one sentence what it did, or what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m storage.passphrase", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    default_home = os.environ.get("UNDERSTUDY_HOME", "~/.understudy")
    parser.add_argument("--home", type=Path, default=Path(default_home), help="the data folder")
    parser.add_argument("--name", required=True, help="whose passphrase it is")
    given = parser.parse_args(arguments)
    try:
        store = open_store(given.home.expanduser())
        passphrase = ask("Passphrase: ")
        if ask("Once more: ") != passphrase:
            raise ConfigError("the two are not the same, so nothing was set; run it again")
        person = set_at_machine(store, given.name, passphrase)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    store.close()
    sys.stdout.write(f"{person.name} ({person.role}) has a new passphrase\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
