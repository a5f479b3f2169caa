"""A request can be referred to the structure that it belongs to"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

STATES = ('unconfirmed', 'confirmed', 'expired', 'refused')


def upgrade() -> None:
    _states((*STATES, 'referred'))


def _states(values: tuple[str, ...]) -> None:
    with op.batch_alter_table('request') as batch_op:
        batch_op.drop_constraint('requeststatus', type_='check')
        batch_op.create_check_constraint('requeststatus', sa.column('status').in_(values))


def downgrade() -> None:
    request = sa.table('request', sa.column('status'))
    op.execute(request.update().where(request.c.status == 'referred').values(status='refused'))
    _states(STATES)
