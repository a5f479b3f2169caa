"""Batches to the bank: paying accounts, and what a payment says to its payee

The CHECK of the kind grows by hand.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BEFORE, AFTER = "kind IN ('payroll')", "kind IN ('payroll', 'sepa')"
BANK_HAS_ACCOUNT = "(kind = 'sepa') = (paying_account_id IS NOT NULL)"
VERSIONS = ('pain.001.001.09', 'pain.001.001.03')


def upgrade() -> None:
    op.create_table('paying_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=70), nullable=False),
    sa.Column('iban', sa.String(length=34), nullable=False),
    sa.Column('bic', sa.String(length=11), nullable=False),
    sa.Column('agreement', sa.String(length=35), nullable=False),
    sa.Column('pain_version', sa.Enum(*VERSIONS, name='painversion', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('characters', sa.Enum('latin1', 'epc_basic', name='characters', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('batch_booking', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paying_account')),
    sa.UniqueConstraint('iban', name=op.f('uq_paying_account_iban'))
    )
    with op.batch_alter_table('payment_batch') as table:
        table.add_column(sa.Column('paying_account_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_payment_batch_paying_account_id'), 'paying_account', ['paying_account_id'],
                                 ['id'], ondelete='RESTRICT')
    kinds(AFTER)
    with op.batch_alter_table('payment_batch') as table:
        table.create_check_constraint(op.f('ck_payment_batch_bank_has_account'), BANK_HAS_ACCOUNT)
    with op.batch_alter_table('batch_item') as table:
        table.add_column(sa.Column('reference', sa.String(35), nullable=False, server_default=''))
        table.add_column(sa.Column('text', sa.String(140), nullable=False, server_default=''))
    with op.batch_alter_table('batch_item') as table:
        table.alter_column('reference', server_default=None)
        table.alter_column('text', server_default=None)


def kinds(rule: str) -> None:
    with op.batch_alter_table('payment_batch') as table:
        table.drop_constraint('batchkind', type_='check')
        table.create_check_constraint('batchkind', rule)


def downgrade() -> None:
    with op.batch_alter_table('batch_item') as table:
        table.drop_column('text')
        table.drop_column('reference')
    with op.batch_alter_table('payment_batch') as table:
        table.drop_constraint(op.f('ck_payment_batch_bank_has_account'), type_='check')
        table.drop_constraint(op.f('fk_payment_batch_paying_account_id'), type_='foreignkey')
        table.drop_column('paying_account_id')
    kinds(BEFORE)
    op.drop_table('paying_account')
