"""Payment dates marked as reported to the Incomes Register"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('incomes_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payment_date', sa.Date(), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('reported_by_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('reported_on >= payment_date', name=op.f('ck_incomes_report_reported_after_payment')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['user.id'], name=op.f('fk_incomes_report_reported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incomes_report')),
    sa.UniqueConstraint('payment_date', name=op.f('uq_incomes_report_payment_date'))
    )


def downgrade() -> None:
    op.drop_table('incomes_report')
