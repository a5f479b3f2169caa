"""Messages to an orderer who is looked for somebody else, met elsewhere or not at all"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

KINDS = ('other', 'offer', 'support', 'reminder', 'stood_down', 'confirm_request', 'feedback_expert', 'feedback_orderer', 'impact', 'confirmed_expert', 'confirmed_orderer', 'changed_expert', 'changed_orderer', 'cancelled_expert', 'cancelled_orderer')
NEW_KINDS = ('looking_again', 'unmet', 'referred', 'request_refused')


def upgrade() -> None:
    _choices((*KINDS, *NEW_KINDS))


def _choices(kinds: tuple[str, ...]) -> None:
    for name in ('message', 'message_template'):
        with op.batch_alter_table(name) as table:
            table.drop_constraint('messagekind', type_='check')
            table.create_check_constraint('messagekind', sa.column('kind').in_(kinds))


def downgrade() -> None:
    message, template = (sa.table(name, sa.column('id'), sa.column('kind')) for name in ('message', 'message_template'))
    op.execute(template.delete().where(template.c.kind.in_(NEW_KINDS)))
    op.execute(message.update().where(message.c.kind.in_(NEW_KINDS)).values(kind='other'))
    _choices(KINDS)
