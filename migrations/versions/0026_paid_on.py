"""The day a payment was made stays when it comes back, and what was reported of it is corrected

Written by hand: of what had come back the day is taken to be the payment date of its batch, for the return has
overwritten it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('batch_item') as batch_op:
        for name in ('paid_on', 'correct_from', 'corrected_on'):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_batch_item_paid_on'), ['paid_on'])
    items = sa.table('batch_item', *map(sa.column, ('status', 'paid_on', 'outcome_on', 'batch_id')))
    batches = sa.table('payment_batch', sa.column('id'), sa.column('payment_date'))
    planned = sa.select(batches.c.payment_date).where(batches.c.id == items.c.batch_id).scalar_subquery()
    op.execute(items.update().where(items.c.status == 'paid').values(
        paid_on=sa.func.coalesce(items.c.outcome_on, planned)))
    op.execute(items.update().where(items.c.status == 'returned').values(paid_on=planned))
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.create_check_constraint(
            batch_op.f('ck_batch_item_paid_has_date'), "status <> 'paid' OR paid_on IS NOT NULL")
        batch_op.create_check_constraint(
            batch_op.f('ck_batch_item_corrected_what_was_due'), 'corrected_on IS NULL OR correct_from IS NOT NULL')


def downgrade() -> None:
    with op.batch_alter_table('batch_item') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_batch_item_corrected_what_was_due'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_batch_item_paid_has_date'), type_='check')
        batch_op.drop_index(batch_op.f('ix_batch_item_paid_on'))
        for name in ('corrected_on', 'correct_from', 'paid_on'):
            batch_op.drop_column(name)
