"""Why a data request is given a longer time"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('data_request') as table:
        table.add_column(sa.Column('why_longer', sa.String(400), nullable=False, server_default=''))
    with op.batch_alter_table('data_request') as table:
        table.alter_column('why_longer', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('data_request') as table:
        table.drop_column('why_longer')
