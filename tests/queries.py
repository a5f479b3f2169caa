"""How many questions a piece of work asks the database."""

import sqlalchemy as sa

from models import db


class Queries:
    """Counts what is asked of the database while inside; savepoints and pragmas are not questions."""

    def __enter__(self):
        self.asked = []
        sa.event.listen(db.engine, "before_cursor_execute", self.note)
        return self

    def note(self, _connection, _cursor, statement, *_more):
        if statement.lstrip().upper().startswith("SELECT"):
            self.asked.append(statement)

    def __exit__(self, *_error):
        sa.event.remove(db.engine, "before_cursor_execute", self.note)
