"""A matter stands on the agenda of a meeting

Written by hand: what was sent goes to the next meeting of a steering group, what was decided to that of its own group.
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('matter') as batch_op:
        batch_op.add_column(sa.Column('meeting_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_matter_meeting_id'), 'meeting', ['meeting_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_matter_meeting_id'), ['meeting_id'])
    _put_on_agendas()


def _put_on_agendas() -> None:
    matter = sa.table('matter', *map(sa.column, ('status', 'group_id', 'meeting_id')))
    meeting = sa.table('meeting', *map(sa.column, ('id', 'status', 'on', 'group_id')))
    group = sa.table('group', sa.column('id'), sa.column('kind'))
    planned = sa.select(meeting.c.id).where(meeting.c.status == 'planned', meeting.c.on >= sa.func.current_date()
                                            ).order_by(meeting.c.on, meeting.c.id).limit(1)
    steering = planned.where(meeting.c.group_id.in_(sa.select(group.c.id).where(group.c.kind == 'steering')))
    own = planned.where(meeting.c.group_id == matter.c.group_id)
    for status, found in (('sent', steering), ('decided', own)):
        op.execute(matter.update().where(matter.c.status == status).values(meeting_id=found.scalar_subquery()))


def downgrade() -> None:
    with op.batch_alter_table('matter') as batch_op:
        batch_op.drop_index(batch_op.f('ix_matter_meeting_id'))
        batch_op.drop_constraint(batch_op.f('fk_matter_meeting_id'), type_='foreignkey')
        batch_op.drop_column('meeting_id')
