"""What was done about an answer of the bank that changed nothing: who, when, in words"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bank_answer') as table:
        table.add_column(sa.Column('handled_on', sa.Date(), nullable=True))
        table.add_column(sa.Column('handled_by_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('handled_note', sa.String(length=400), nullable=False, server_default=''))
        table.create_foreign_key(op.f('fk_bank_answer_handled_by_id'), 'user', ['handled_by_id'], ['id'])
        table.create_check_constraint(op.f('ck_bank_answer_handled_by_somebody'),
                                      '(handled_on IS NULL) = (handled_by_id IS NULL)')
        table.create_check_constraint(op.f('ck_bank_answer_handled_in_words'),
                                      "handled_on IS NULL OR handled_note <> ''")
    with op.batch_alter_table('bank_answer') as table:
        table.alter_column('handled_note', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('bank_answer') as table:
        for name in ('handled_by_somebody', 'handled_in_words'):
            table.drop_constraint(op.f(f'ck_bank_answer_{name}'), type_='check')
        table.drop_constraint(op.f('fk_bank_answer_handled_by_id'), type_='foreignkey')
    with op.batch_alter_table('bank_answer') as table:
        for name in ('handled_on', 'handled_by_id', 'handled_note'):
            table.drop_column(name)
