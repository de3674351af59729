"""Users, restaurants and orders, in SQLite. Every value is bound, never pasted
into a statement (CWE-89)."""

import contextlib
import sqlite3
from dataclasses import dataclass

BUSY_S = 0.05

TABLES = """
CREATE TABLE IF NOT EXISTS restaurants (id TEXT PRIMARY KEY, active INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS users
    (id TEXT PRIMARY KEY, role TEXT NOT NULL, restaurant TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders
    (id TEXT PRIMARY KEY, restaurant TEXT NOT NULL, status TEXT NOT NULL, notes TEXT);
"""


@dataclass(frozen=True)
class User:
    id: str
    role: str
    restaurant: str  # "": none


class Directory:
    """Raises sqlite3.Error whenever it cannot be asked."""

    def __init__(self, file=None):
        self.broken = False
        self.file = file
        self.memory = None if file else self.open(":memory:")
        with self.connection("rwc") as connection:
            connection.executescript(TABLES)

    def open(self, name):
        return sqlite3.connect(name, BUSY_S, isolation_level=None, uri=True)

    @contextlib.contextmanager
    def connection(self, mode="rw"):
        """A file is opened for each question: it may have gone meanwhile."""
        if self.memory:
            yield self.memory
        else:
            with contextlib.closing(self.open(f"file:{self.file}?mode={mode}")) as one:
                yield one

    def ask(self, statement, *values):
        """The first row of the answer, or None."""
        self.check()
        with self.connection() as connection:
            return connection.execute(statement, values).fetchone()

    def check(self):
        if self.broken:  # for the service; operators can still mend it
            raise sqlite3.OperationalError("the directory does not answer")

    def tell(self, statement, *values):
        """How many rows have changed."""
        with self.connection() as connection:
            return connection.execute(statement, values).rowcount

    def user(self, user_id):
        statement = "SELECT id, role, restaurant FROM users WHERE id = ?"
        row = self.ask(statement, user_id)
        return User(*row) if row else None

    def is_active(self, restaurant_id):
        row = self.ask("SELECT active FROM restaurants WHERE id = ?", restaurant_id)
        return row is not None and bool(row[0])

    def order_status(self, order_id, restaurant_id):
        """None: this restaurant has no such order."""
        statement = "SELECT status FROM orders WHERE id = ? AND restaurant = ?"
        row = self.ask(statement, order_id, restaurant_id)
        return row[0] if row else None

    def set_order_status(self, order_id, restaurant_id, status, notes):
        """False: this restaurant has no such order."""
        self.check()
        statement = (
            "UPDATE orders SET status = ?, notes = ? WHERE id = ? AND restaurant = ?"
        )
        return self.tell(statement, status, notes, order_id, restaurant_id) == 1

    # --- For operators --------------------------------------------------------

    def put_restaurant(self, id, active):
        self.tell("INSERT OR REPLACE INTO restaurants VALUES (?, ?)", id, active)

    def put_user(self, id, role, restaurant):
        self.tell("INSERT OR REPLACE INTO users VALUES (?, ?, ?)", id, role, restaurant)

    def remove_user(self, id):
        self.tell("DELETE FROM users WHERE id = ?", id)

    def put_order(self, id, restaurant, status):
        statement = "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, '')"
        self.tell(statement, id, restaurant, status)
