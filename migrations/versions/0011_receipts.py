"""Receipts of fee claims"""

import sqlalchemy as sa
from alembic import op

from models.base import UTCDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'receipt',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('invoice_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(120), nullable=False),
        sa.Column('content_type', sa.String(120), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.Column('key', sa.String(32), nullable=False),
        sa.Column('sealed_data', sa.LargeBinary(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_receipt_invoice_id'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
        sa.UniqueConstraint('invoice_id', 'name', name=op.f('uq_receipt_invoice_id_name')),
        sa.UniqueConstraint('invoice_id', 'sha256', name=op.f('uq_receipt_invoice_id_sha256')),
    )


def downgrade() -> None:
    op.drop_table('receipt')
