"""An order keeps all that its request told: practical matters, other times, invoicing, a longer purpose

Written by hand: orders made of a request get what it told and they lacked.
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

ADDED = {'practical': 1000, 'other_times': 400, 'invoicing': 400}
ORDER = sa.table('order', *map(sa.column, ('id', 'purpose', *ADDED)))
REQUEST = sa.table('request', *map(sa.column, ('order_id', 'wish', *ADDED)))


def upgrade() -> None:
    with op.batch_alter_table('order') as batch_op:
        for name, length in ADDED.items():
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=''))
        batch_op.alter_column('purpose', existing_type=sa.String(2000), type_=sa.String(4000), existing_nullable=False)
    with op.batch_alter_table('order') as batch_op:
        for name, length in ADDED.items():
            batch_op.alter_column(name, existing_type=sa.String(length), server_default=None)
    _bring_what_was_told()


def _bring_what_was_told() -> None:
    """A purpose that was cut is made whole where nobody has changed it since."""
    connection = op.get_bind()
    told = sa.select(REQUEST).where(REQUEST.c.order_id.is_not(None))
    for row in connection.execute(told).mappings().all():
        one = ORDER.c.id == row['order_id']
        connection.execute(ORDER.update().where(one).values({name: row[name] for name in ADDED}))
        connection.execute(ORDER.update().where(one, ORDER.c.purpose == row['wish'][:2000]).values(purpose=row['wish']))


def downgrade() -> None:
    op.execute(ORDER.update().values(purpose=sa.func.substr(ORDER.c.purpose, 1, 2000)))
    with op.batch_alter_table('order') as batch_op:
        batch_op.alter_column('purpose', existing_type=sa.String(4000), type_=sa.String(2000), existing_nullable=False)
        for name in reversed(ADDED):
            batch_op.drop_column(name)
