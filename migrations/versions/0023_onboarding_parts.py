"""An onboarding is signed off by each who takes part in it, from a checklist that can be edited

Written by hand: what was recorded of onboardings becomes the parts of those who did them.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from models.base import UTCDateTime

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

KINDS = ('talk', 'panel', 'workshop', 'listening', 'interview', 'working_group', 'recruitment', 'work_pair',
         'onboarding_day', 'peer_evaluation', 'other')
SIDES = ('coordinator', 'trainer', 'orderer')
POINTS = (
    ('purpose', 'tarkoitus', 'syfte', 'purpose'),
    ('audience', 'kohderyhmä', 'målgrupp', 'audience'),
    ('limits', 'omat rajat', 'egna gränser', 'own limits'),
    ('practicalities', 'käytännön asiat', 'praktiska frågor', 'practical matters'),
    ('who_to_call', 'kenelle soittaa', 'vem man ringer', 'who to call'),
)
"""The keys of the list as it was, and the entries of the checklist that they become."""


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table('assignment') as table:
        table.add_column(sa.Column('onboarding_note', sa.String(400), nullable=False, server_default=''))
    _fill_parts()
    _fill_points()
    with op.batch_alter_table('assignment') as table:
        table.alter_column('onboarding_note', server_default=None, existing_type=sa.String(400), existing_nullable=False)
        table.drop_column('onboarding_list')


def _make_tables() -> None:
    op.create_table(
        'onboarding_point',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('name_sv', sa.String(80), nullable=False),
        sa.Column('name_en', sa.String(80), nullable=False),
        sa.Column('offered', sa.Boolean(), nullable=False),
        sa.Column('kind', _choice('orderkind', *KINDS), nullable=True),
        sa.Column('side', _choice('onboardingside', *SIDES), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_onboarding_point')),
        sa.UniqueConstraint('name', name=op.f('uq_onboarding_point_name')),
    )
    op.create_table(
        'onboarding_part',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('order_id', sa.Integer(), nullable=False),
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('side', _choice('onboardingside', *SIDES), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=True),
        sa.Column('signed_on', sa.Date(), nullable=True),
        sa.Column('signed_by', sa.String(120), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_onboarding_part_order_id')),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_onboarding_part_assignment_id')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_onboarding_part_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_onboarding_part')),
        sa.UniqueConstraint('assignment_id', 'side', name=op.f('uq_onboarding_part_assignment_id_side')),
    )
    op.create_index(op.f('ix_onboarding_part_order_id'), 'onboarding_part', ['order_id'])
    op.create_index(op.f('ix_onboarding_part_organisation_id'), 'onboarding_part', ['organisation_id'])
    op.create_table(
        'onboarding_part_point',
        sa.Column('onboarding_part_id', sa.Integer(), nullable=False),
        sa.Column('onboarding_point_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['onboarding_part_id'], ['onboarding_part.id'],
                                name=op.f('fk_onboarding_part_point_onboarding_part_id')),
        sa.ForeignKeyConstraint(['onboarding_point_id'], ['onboarding_point.id'],
                                name=op.f('fk_onboarding_part_point_onboarding_point_id')),
        sa.PrimaryKeyConstraint('onboarding_part_id', 'onboarding_point_id', name=op.f('pk_onboarding_part_point')),
    )
    op.create_index(op.f('ix_onboarding_part_point_onboarding_point_id'), 'onboarding_part_point',
                    ['onboarding_point_id'])


def _fill_parts() -> None:
    """The coordinator's part of every onboarding done or shared, and the part of whom it was shared with."""
    part = ("INSERT INTO onboarding_part (order_id, assignment_id, side, organisation_id, signed_on, signed_by, "
            "version, created_at) SELECT a.order_id, a.id, {side}, {organisation}, a.onboarded_on, a.onboarded_by, 1, :now "
            'FROM assignment a JOIN "order" o ON o.id = a.order_id WHERE {where} ORDER BY a.id')
    done = "a.onboarded IS NOT NULL AND a.onboarded <> 'not_needed'"
    shared = "a.onboarded IS NULL AND a.onboarding_with_id IS NOT NULL"
    for side, organisation, where in (
            ("'coordinator'", "CAST(NULL AS INTEGER)", f"({done}) OR ({shared})"),
            ("'trainer'", "a.onboarding_with_id", f"a.onboarding_with_id IS NOT NULL AND (a.onboarded = 'with_trainer' OR ({shared}))"),
            ("'orderer'", "o.organisation_id", "a.onboarded = 'with_orderer'")):
        # The words put in are those above, never anybody's input.
        op.get_bind().execute(sa.text(part.format(side=side, organisation=organisation, where=where)),
                              {"now": datetime.now(UTC).replace(tzinfo=None)})


def _fill_points() -> None:
    """What was talked about, as entries of the checklist; an installation without onboardings begins with none."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT 1 FROM assignment WHERE onboarding_list <> '' LIMIT 1")).first() is None:
        return
    points = sa.table('onboarding_point', *(sa.column(name) for name in (
        'id', 'name', 'name_sv', 'name_en', 'version')), sa.column('offered', sa.Boolean),
        sa.column('created_at', UTCDateTime))
    for key, name, name_sv, name_en in POINTS:
        bind.execute(points.insert().values(name=name, name_sv=name_sv, name_en=name_en, offered=True, version=1,
                                            created_at=datetime.now(UTC)))
        bind.execute(sa.text(
            "INSERT INTO onboarding_part_point (onboarding_part_id, onboarding_point_id) "
            "SELECT p.id, t.id FROM onboarding_part p JOIN assignment a ON a.id = p.assignment_id "
            "JOIN onboarding_point t ON t.name = :name WHERE p.side = 'coordinator' "
            "AND ',' || a.onboarding_list || ',' LIKE :key"), {"name": name, "key": f"%,{key},%"})


def downgrade() -> None:
    with op.batch_alter_table('assignment') as table:
        table.add_column(sa.Column('onboarding_list', sa.String(400), nullable=False, server_default=''))
    for key, name, _sv, _en in POINTS:
        op.get_bind().execute(sa.text(
            "UPDATE assignment SET onboarding_list = onboarding_list || :key WHERE id IN ("
            "SELECT p.assignment_id FROM onboarding_part p JOIN onboarding_part_point l ON l.onboarding_part_id = p.id "
            "JOIN onboarding_point t ON t.id = l.onboarding_point_id WHERE t.name = :name)"),
            {"key": f",{key}", "name": name})
    op.get_bind().execute(sa.text(
        "UPDATE assignment SET onboarding_list = substr(onboarding_list, 2) WHERE onboarding_list <> ''"))
    with op.batch_alter_table('assignment') as table:
        table.alter_column('onboarding_list', server_default=None, existing_type=sa.String(400), existing_nullable=False)
        table.drop_column('onboarding_note')
    for name in ('onboarding_part_point', 'onboarding_part', 'onboarding_point'):
        op.drop_table(name)
