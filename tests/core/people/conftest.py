from contextlib import contextmanager

import pytest
from sqlalchemy import event

from lms.core.people.passwords import hash_password, set_password
from lms.core.people.service import new_person

PASSWORD = "mianbao-yueliang"


@pytest.fixture(scope="session")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def zhang(database, clock, password_hash):
    """张赟, who has a phone number and a password."""
    with database.writing() as db:
        person = new_person(db, name="张赟", phone="19900000001", now=clock.now())
        set_password(db, person, password_hash, now=clock.now())
    return person


@pytest.fixture
def statements(database):
    """``with statements() as ran``: the statements that ran, without those that begin and end."""

    @contextmanager
    def listening():
        ran = []

        def note(connection, cursor, statement, parameters, context, executemany):
            if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA", "SAVEPOINT")):
                ran.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        yield ran
        event.remove(database.engine, "before_cursor_execute", note)

    return listening
