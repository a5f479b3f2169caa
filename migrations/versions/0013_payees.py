"""What a payee needs, and a second person for an account"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

COLUMNS = (
    ('iban_changed_by_id', sa.Integer()), ('iban_confirmed_on', sa.Date()), ('iban_confirmed_by_id', sa.Integer()),
    ('tax_additional_percent', sa.LargeBinary()), ('tax_income_limit', sa.LargeBinary()), ('tax_card_from', sa.Date()),
)


def upgrade() -> None:
    with op.batch_alter_table('payee') as table:
        for name, kind in COLUMNS:
            table.add_column(sa.Column(name, kind, nullable=True))
        for name in ('in_prepayment_register', 'vat_liable'):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ('iban_changed_by_id', 'iban_confirmed_by_id'):
            table.create_foreign_key(op.f(f'fk_payee_{name}'), 'user', [name], ['id'])
        table.create_check_constraint(op.f('ck_payee_second_person'), 'iban_confirmed_by_id <> iban_changed_by_id')
        table.create_check_constraint(op.f('ck_payee_confirmed_by_somebody'),
                                      '(iban_confirmed_by_id IS NULL) = (iban_confirmed_on IS NULL)')
    with op.batch_alter_table('payee') as table:
        for name in ('in_prepayment_register', 'vat_liable'):
            table.alter_column(name, server_default=None)
    # Until now the day of the check was noted only when the payee was found in the register.
    op.execute(sa.text('UPDATE payee SET in_prepayment_register = true WHERE prepayment_checked_on IS NOT NULL'))


def downgrade() -> None:
    with op.batch_alter_table('payee') as table:
        for name in ('second_person', 'confirmed_by_somebody'):
            table.drop_constraint(op.f(f'ck_payee_{name}'), type_='check')
        for name in ('iban_changed_by_id', 'iban_confirmed_by_id'):
            table.drop_constraint(op.f(f'fk_payee_{name}'), type_='foreignkey')
    with op.batch_alter_table('payee') as table:
        for name in ('in_prepayment_register', 'vat_liable', *(name for name, _ in COLUMNS)):
            table.drop_column(name)
