"""Files that came back from a bank or payroll"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

COUNTS = ('entries', 'accepted', 'paid', 'rejected', 'returned', 'conflicts', 'unknown', 'other_money', 'size')


def upgrade() -> None:
    op.create_table('bank_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('report', 'statement', 'notice', 'outcomes', name='answerkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'taken', 'dropped', name='answerstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('received_by_id', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('sealed_data', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_report', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['received_by_id'], ['user.id'], name=op.f('fk_bank_answer_received_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_answer')),
    sa.UniqueConstraint('sha256', name=op.f('uq_bank_answer_sha256'))
    )


def downgrade() -> None:
    op.drop_table('bank_answer')
