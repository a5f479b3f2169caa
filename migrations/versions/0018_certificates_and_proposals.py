"""Certificates of completed trainings, and graduates proposed to the bank"""

import sqlalchemy as sa
from alembic import op

from models.base import UTCDateTime

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table('completion') as table:
        table.add_column(sa.Column('attended_hours', sa.Integer(), nullable=True))
        table.add_column(sa.Column('certificate_number', sa.String(40), nullable=False, server_default=''))
        table.create_check_constraint(op.f('ck_completion_hours_not_negative'), 'attended_hours >= 0')
    with op.batch_alter_table('completion') as table:
        table.alter_column('certificate_number', server_default=None, existing_type=sa.String(40), existing_nullable=False)
    op.create_table(
        'certificate',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('completion_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(120), nullable=False),
        sa.Column('content_type', sa.String(120), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.Column('key', sa.String(32), nullable=False),
        sa.Column('sealed_data', sa.LargeBinary(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['completion_id'], ['completion.id'], name=op.f('fk_certificate_completion_id'),
                                ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
        sa.UniqueConstraint('completion_id', 'sha256', name=op.f('uq_certificate_completion_id_sha256')),
    )
    op.create_table(
        'proposal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('programme_id', sa.Integer(), nullable=False),
        sa.Column('status', _choice('proposalstatus', 'proposed', 'accepted', 'declined', 'withdrawn'), nullable=False),
        sa.Column('completed_on', sa.Date(), nullable=False),
        sa.Column('certificate_number', sa.String(40), nullable=False),
        sa.Column('first_name', sa.String(120), nullable=False),
        sa.Column('last_name', sa.String(120), nullable=False),
        sa.Column('alias', sa.String(120), nullable=False),
        sa.Column('phone', sa.String(40), nullable=False),
        sa.Column('email', sa.String(120), nullable=False),
        sa.Column('message_language', _choice('language', 'fi', 'sv', 'en'), nullable=False),
        sa.Column('consents', sa.Boolean(), nullable=False),
        sa.Column('consent_on', sa.Date(), nullable=False),
        sa.Column('expert_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.CheckConstraint("status <> 'proposed' OR (first_name <> '' AND (phone <> '' OR email <> ''))",
                           name=op.f('ck_proposal_can_be_reached')),
        sa.CheckConstraint('consent_on >= completed_on', name=op.f('ck_proposal_consent_after_training')),
        sa.CheckConstraint("status <> 'accepted' OR expert_id IS NOT NULL", name=op.f('ck_proposal_accepted_has_expert')),
        sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_proposal_programme_id')),
        sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_proposal_expert_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    )
    op.create_index(op.f('ix_proposal_programme_id'), 'proposal', ['programme_id'])
    op.create_index(op.f('ix_proposal_expert_id'), 'proposal', ['expert_id'])


def downgrade() -> None:
    op.drop_table('proposal')
    op.drop_table('certificate')
    with op.batch_alter_table('completion') as table:
        table.drop_constraint(op.f('ck_completion_hours_not_negative'), type_='check')
        table.drop_column('certificate_number')
        table.drop_column('attended_hours')
