"""Codes by which an expert's training is checked"""

import sqlalchemy as sa
from alembic import op

from models.base import UTCDateTime

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

STATES = ('open', 'revoked')
NAMES = ('chosen', 'first', 'full')


def upgrade() -> None:
    op.create_table(
        'training_check',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum(*STATES, name='checkstatus', native_enum=False, create_constraint=True, length=20),
                  nullable=False),
        sa.Column('shown_name', sa.Enum(*NAMES, name='shownname', native_enum=False, create_constraint=True, length=20),
                  nullable=False),
        sa.Column('expires_on', sa.Date(), nullable=False),
        sa.Column('most_views', sa.Integer(), nullable=False),
        sa.Column('views', sa.Integer(), nullable=False),
        sa.Column('nonce', sa.String(32), nullable=False),
        sa.Column('key', sa.String(64), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.CheckConstraint('most_views BETWEEN 1 AND 50', name=op.f('ck_training_check_most_views_range')),
        sa.CheckConstraint('views BETWEEN 0 AND most_views', name=op.f('ck_training_check_views_within')),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_training_check_assignment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_training_check')),
        sa.UniqueConstraint('key', name=op.f('uq_training_check_key')),
    )
    op.create_index(op.f('ix_training_check_assignment_id'), 'training_check', ['assignment_id'])


def downgrade() -> None:
    op.drop_table('training_check')
