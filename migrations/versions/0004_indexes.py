"""Indexes for the orders in which lists open, the states that queues count and the dates that they look back over"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_assignment_needs_follow_up", "assignment", ["needs_follow_up"]),
    ("ix_assignment_status_assignment_id", "assignment", ["status", "id"]),
    ("ix_expert_last_name_expert_first_name", "expert", ["last_name", "first_name"]),
    ("ix_invoice_received_on", "invoice", ["received_on"]),
    ("ix_invoice_status_invoice_number", "invoice", ["status", "number"]),
    ("ix_invoice_status_invoice_received_on", "invoice", ["status", "received_on"]),
    ("ix_order_organisation_id_order_received_on", "order", ["organisation_id", "received_on"]),
    ("ix_order_received_on", "order", ["received_on"]),
    ("ix_order_status_order_number", "order", ["status", "number"]),
    ("ix_payee_official_name", "payee", ["official_name"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(op.f(name), table, columns)
    op.drop_index(op.f("ix_order_organisation_id"), table_name="order")


def downgrade() -> None:
    op.create_index(op.f("ix_order_organisation_id"), "order", ["organisation_id"])
    for name, table, _columns in INDEXES:
        op.drop_index(op.f(name), table_name=table)
