"""Confirming in writing, changes and cancellations; the name that an expert goes by in an order"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

KINDS = ('other', 'offer', 'support', 'reminder', 'stood_down', 'confirm_request', 'feedback_expert', 'feedback_orderer', 'impact')
NEW_KINDS = ('confirmed_expert', 'confirmed_orderer', 'changed_expert', 'changed_orderer', 'cancelled_expert', 'cancelled_orderer')
PURPOSES = ('answer', 'support', 'request', 'feedback_expert', 'feedback_orderer')
BRIEFINGS = ('briefing_expert', 'briefing_orderer')


def upgrade() -> None:
    _choices((*KINDS, *NEW_KINDS), (*PURPOSES, *BRIEFINGS))
    with op.batch_alter_table('assignment') as table:
        table.add_column(sa.Column('goes_by', sa.String(length=120), nullable=False, server_default=''))
    with op.batch_alter_table('assignment') as table:
        table.alter_column('goes_by', server_default=None)
    _name_the_confirmed()


def _name_the_confirmed() -> None:
    """What orderers have been told so far: the name to use, else the first name and an initial."""
    expert = sa.table('expert', sa.column('id'), *(
        sa.column(name, sa.String) for name in ('alias', 'first_name', 'last_name')))
    assignment = sa.table('assignment', *map(sa.column, ('id', 'expert_id', 'status', 'goes_by')))
    initial = sa.case((sa.and_(expert.c.last_name != '', expert.c.first_name != ''),
                       expert.c.first_name + ' ' + sa.func.substr(expert.c.last_name, 1, 1) + '.'),
                      else_=expert.c.first_name + expert.c.last_name)
    shown = sa.select(sa.case((expert.c.alias != '', expert.c.alias), else_=initial)).where(
        expert.c.id == assignment.c.expert_id).scalar_subquery()
    op.execute(assignment.update().where(assignment.c.status.in_(('confirmed', 'held', 'closed'))).values(goes_by=shown))


def _choices(kinds: tuple[str, ...], purposes: tuple[str, ...]) -> None:
    for name, column, rule, values in (('message', 'kind', 'messagekind', kinds),
                                       ('message_template', 'kind', 'messagekind', kinds),
                                       ('personal_link', 'purpose', 'linkfor', purposes)):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(rule, type_='check')
            table.create_check_constraint(rule, sa.column(column).in_(values))


def downgrade() -> None:
    link, message, template = (sa.table(name, sa.column('id'), sa.column(column)) for name, column in (
        ('personal_link', 'purpose'), ('message', 'kind'), ('message_template', 'kind')))
    op.execute(link.delete().where(link.c.purpose.in_(BRIEFINGS)))
    op.execute(template.delete().where(template.c.kind.in_(NEW_KINDS)))
    op.execute(message.update().where(message.c.kind.in_(NEW_KINDS)).values(kind='other'))
    with op.batch_alter_table('assignment') as table:
        table.drop_column('goes_by')
    _choices(KINDS, PURPOSES)
