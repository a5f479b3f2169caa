"""When a coordinator is away, and who stands in"""

import sqlalchemy as sa
from alembic import op

from models.base import UTCDateTime

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'absence',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('deputy_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_absence_in_order')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_absence_user_id')),
        sa.ForeignKeyConstraint(['deputy_id'], ['user.id'], name=op.f('fk_absence_deputy_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    )
    for column in ('user_id', 'ends_on', 'deputy_id'):
        op.create_index(op.f(f'ix_absence_{column}'), 'absence', [column])


def downgrade() -> None:
    op.drop_table('absence')
