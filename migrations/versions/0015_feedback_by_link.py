"""Feedback by personal links, and the call that it asks for"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

KINDS = ('other', 'offer', 'support', 'reminder', 'stood_down', 'confirm_request')
PURPOSES = ('answer', 'support', 'request')
FEEDBACK = ('feedback_expert', 'feedback_orderer')
TWO_GROUNDS = '(assignment_id IS NULL) <> (request_id IS NULL)'
THREE_GROUNDS = ('(CASE WHEN assignment_id IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN request_id IS NOT NULL THEN 1 ELSE 0 END) '
                 '+ (CASE WHEN order_id IS NOT NULL THEN 1 ELSE 0 END) = 1')


def upgrade() -> None:
    _choices((*KINDS, *FEEDBACK, 'impact'), (*PURPOSES, *FEEDBACK))
    with op.batch_alter_table('personal_link') as table:
        table.drop_constraint(table.f('ck_personal_link_one_ground'), type_='check')
        table.add_column(sa.Column('order_id', sa.Integer(), nullable=True))
        table.create_index(table.f('ix_personal_link_order_id'), ['order_id'], unique=False)
        table.create_foreign_key(table.f('fk_personal_link_order_id'), 'order', ['order_id'], ['id'])
        table.create_check_constraint(table.f('ck_personal_link_one_ground'), THREE_GROUNDS)
    with op.batch_alter_table('feedback') as table:
        table.add_column(sa.Column('wants_call', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('concern', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('called_on', sa.Date(), nullable=True))
    with op.batch_alter_table('contact') as table:
        table.add_column(sa.Column('message_language', sa.Enum('fi', 'sv', 'en', name='language', native_enum=False, create_constraint=True, length=20), nullable=False, server_default='fi'))
    for name, columns in (('feedback', ('wants_call', 'concern')), ('contact', ('message_language',))):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


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
    op.execute(link.delete().where(link.c.purpose.in_(FEEDBACK)))
    op.execute(template.delete().where(template.c.kind.in_((*FEEDBACK, 'impact'))))
    op.execute(message.update().where(message.c.kind.in_((*FEEDBACK, 'impact'))).values(kind='other'))
    with op.batch_alter_table('contact') as table:
        table.drop_constraint(table.f('ck_contact_language'), type_='check')
        table.drop_column('message_language')
    with op.batch_alter_table('feedback') as table:
        table.drop_column('called_on')
        table.drop_column('concern')
        table.drop_column('wants_call')
    with op.batch_alter_table('personal_link') as table:
        table.drop_constraint(table.f('ck_personal_link_one_ground'), type_='check')
        table.drop_constraint(table.f('fk_personal_link_order_id'), type_='foreignkey')
        table.drop_index(table.f('ix_personal_link_order_id'))
        table.drop_column('order_id')
        table.create_check_constraint(table.f('ck_personal_link_one_ground'), TWO_GROUNDS)
    _choices(KINDS, PURPOSES)
