"""Withholding from private persons who are paid by the bank: the rate without a card, the decision, what was withheld

Written by hand: the rate that is in force where no tax card is.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

OF_TAX = ('taxed', 'taxed_over', 'tax')


def upgrade() -> None:
    rates = op.create_table('withholding_rate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('percent', sa.BigInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('percent >= 0 AND percent <= 10000', name=op.f('ck_withholding_rate_percent_of_a_whole')),
    sa.CheckConstraint(
        'valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_withholding_rate_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withholding_rate')),
    sa.UniqueConstraint('valid_from', name=op.f('uq_withholding_rate_valid_from'))
    )
    op.bulk_insert(rates, [{
        'percent': 6000, 'valid_from': date(2020, 1, 1), 'valid_until': None, 'source': 'vero.fi',
        'version': 1, 'created_at': datetime.now(UTC).replace(tzinfo=None)}])
    op.create_table('net_pay',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_net_pay_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_pay')),
    sa.UniqueConstraint('valid_from', name=op.f('uq_net_pay_valid_from'))
    )
    with op.batch_alter_table('batch_item') as batch_op:
        for name in OF_TAX:
            batch_op.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('tax_percent', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('tax_over_percent', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('batch_item') as batch_op:
        for name in OF_TAX:
            batch_op.alter_column(name, existing_type=sa.BigInteger(), server_default=None)
        batch_op.create_check_constraint(batch_op.f('ck_batch_item_tax_of_wage'), 'tax >= 0 AND tax <= taxed')


def downgrade() -> None:
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_batch_item_tax_of_wage'), type_='check')
        for name in ('tax_over_percent', 'tax_percent', *OF_TAX):
            batch_op.drop_column(name)
    op.drop_table('net_pay')
    op.drop_table('withholding_rate')
