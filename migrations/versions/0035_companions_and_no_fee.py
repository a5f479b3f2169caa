"""A companion's costs apart; why an expert takes part without a fee

Written by hand: who took no fee until now is taken to have agreed so beforehand, for nothing says otherwise.
"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

BEFORE = ('fee', 'kilometres', 'meal', 'other')
KINDS = {'invoice_line': 'kind', 'income_type': 'line_kind'}


def _kinds(allowed) -> None:
    for table, column in KINDS.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_linekind'), type_='check')
            batch_op.create_check_constraint(
                batch_op.f(f'ck_{table}_linekind'), sa.column(column).in_(allowed))


def upgrade() -> None:
    _kinds((*BEFORE, 'companion'))
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.add_column(sa.Column('companion', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(
            batch_op.f('ck_batch_item_companion_in_other'), 'companion >= 0 AND companion <= other')
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.alter_column('companion', server_default=None)
    with op.batch_alter_table('assignment') as batch_op:
        batch_op.add_column(sa.Column('companion_agreed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('without_fee', sa.Enum('voluntary', 'refused', name='withoutfee', native_enum=False, create_constraint=True, length=20), nullable=True))
    parts = sa.table('assignment', sa.column('fee_refused', sa.Boolean), sa.column('without_fee'))
    op.execute(parts.update().where(parts.c.fee_refused).values(without_fee='voluntary'))
    with op.batch_alter_table('assignment') as batch_op:
        batch_op.alter_column('companion_agreed', server_default=None)
        batch_op.drop_column('fee_refused')


def downgrade() -> None:
    with op.batch_alter_table('assignment') as batch_op:
        batch_op.add_column(sa.Column('fee_refused', sa.Boolean(), nullable=False, server_default=sa.false()))
    parts = sa.table('assignment', sa.column('fee_refused', sa.Boolean), sa.column('without_fee'))
    op.execute(parts.update().where(parts.c.without_fee.is_not(None)).values(fee_refused=True))
    with op.batch_alter_table('assignment') as batch_op:
        batch_op.alter_column('fee_refused', server_default=None)
        batch_op.drop_constraint(batch_op.f('ck_assignment_withoutfee'), type_='check')
        batch_op.drop_column('without_fee')
        batch_op.drop_column('companion_agreed')
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_batch_item_companion_in_other'), type_='check')
        batch_op.drop_column('companion')
    lines = sa.table('invoice_line', sa.column('kind'))
    op.execute(lines.update().where(lines.c.kind == 'companion').values(kind='other'))
    types = sa.table('income_type', sa.column('line_kind'))
    op.execute(types.update().where(types.c.line_kind == 'companion').values(line_kind='other'))
    _kinds(BEFORE)
