"""The day on which a story was taken down"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('story') as table:
        table.add_column(sa.Column('taken_down_on', sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('story') as table:
        table.drop_column('taken_down_on')
