"""Outreach reaches several organisations: a newsletter is one record, and not one for each unit"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

OUTREACH = sa.table('outreach', sa.column('id'), sa.column('organisation_id'))
REACHED = sa.table('outreach_organisation', sa.column('outreach_id'), sa.column('organisation_id'))


def upgrade() -> None:
    op.create_table(
        'outreach_organisation',
        sa.Column('outreach_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['outreach_id'], ['outreach.id'], name=op.f('fk_outreach_organisation_outreach_id')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'],
                                name=op.f('fk_outreach_organisation_organisation_id')),
        sa.PrimaryKeyConstraint('outreach_id', 'organisation_id', name=op.f('pk_outreach_organisation')),
    )
    op.create_index(op.f('ix_outreach_organisation_organisation_id'), 'outreach_organisation', ['organisation_id'])
    op.execute(REACHED.insert().from_select(['outreach_id', 'organisation_id'], sa.select(
        OUTREACH.c.id, OUTREACH.c.organisation_id).where(OUTREACH.c.organisation_id.is_not(None))))
    with op.batch_alter_table('outreach') as batch_op:
        batch_op.drop_index(batch_op.f('ix_outreach_organisation_id'))
        batch_op.drop_constraint(batch_op.f('fk_outreach_organisation_id'), type_='foreignkey')
        batch_op.drop_column('organisation_id')


def downgrade() -> None:
    with op.batch_alter_table('outreach') as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_outreach_organisation_id'), 'organisation', ['organisation_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_outreach_organisation_id'), ['organisation_id'])
    first = sa.select(sa.func.min(REACHED.c.organisation_id)).where(
        REACHED.c.outreach_id == OUTREACH.c.id).scalar_subquery()
    op.execute(OUTREACH.update().values(organisation_id=first))
    op.drop_table('outreach_organisation')
