"""Outbox, personal links, order form"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

NEW = {
    'expert': ('message_language',),
    'message': ('kind', 'server_said', 'attempts', 'key'),
    'request': ('contact_title', 'other_times', 'remote', 'place', 'audience', 'minors_present', 'places', 'requires_training', 'training_reason', 'background_needed', 'practical', 'cost_centre', 'invoicing', 'heard_of', 'came_by', 'written_in'),
}
"""Columns that rows of before have to be given a value for."""


def upgrade() -> None:
    op.create_table('message_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('other', 'offer', 'support', 'reminder', 'stood_down', 'confirm_request', name='messagekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('at_once', sa.Boolean(), nullable=False),
    sa.Column('subject_fi', sa.String(length=400), nullable=False),
    sa.Column('body_fi', sa.String(length=4000), nullable=False),
    sa.Column('subject_sv', sa.String(length=400), nullable=False),
    sa.Column('body_sv', sa.String(length=4000), nullable=False),
    sa.Column('subject_en', sa.String(length=400), nullable=False),
    sa.Column('body_en', sa.String(length=4000), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_template')),
    sa.UniqueConstraint('kind', name=op.f('uq_message_template_kind'))
    )
    op.create_table('personal_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('purpose', sa.Enum('answer', 'support', 'request', name='linkfor', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('(assignment_id IS NULL) <> (request_id IS NULL)', name=op.f('ck_personal_link_one_ground')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_personal_link_assignment_id')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_personal_link_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_link')),
    sa.UniqueConstraint('key', name=op.f('uq_personal_link_key'))
    )
    with op.batch_alter_table('personal_link') as table:
        table.create_index(table.f('ix_personal_link_assignment_id'), ['assignment_id'], unique=False)
        table.create_index(table.f('ix_personal_link_expires_on'), ['expires_on'], unique=False)
        table.create_index(table.f('ix_personal_link_request_id'), ['request_id'], unique=False)

    op.create_table('request_theme',
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_theme_request_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_request_theme_theme_id')),
    sa.PrimaryKeyConstraint('request_id', 'theme_id', name=op.f('pk_request_theme'))
    )
    with op.batch_alter_table('request_theme') as table:
        table.create_index(table.f('ix_request_theme_theme_id'), ['theme_id'], unique=False)

    with op.batch_alter_table('assignment') as table:
        table.add_column(sa.Column('reminded_on', sa.Date(), nullable=True))

    with op.batch_alter_table('expert') as table:
        table.add_column(sa.Column('message_language', sa.Enum('fi', 'sv', 'en', name='language', native_enum=False, create_constraint=True, length=20), nullable=False, server_default='fi'))

    with op.batch_alter_table('message') as table:
        table.add_column(sa.Column('kind', sa.Enum('other', 'offer', 'support', 'reminder', 'stood_down', 'confirm_request', name='messagekind', native_enum=False, create_constraint=True, length=20), nullable=False, server_default='other'))
        table.add_column(sa.Column('assignment_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('request_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('expert_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('support_person_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('failure', sa.Enum('not_sendable', 'refused', 'given_up', 'interrupted', 'bounced', name='failure', native_enum=False, create_constraint=True, length=20), nullable=True))
        table.add_column(sa.Column('server_said', sa.String(length=400), nullable=False, server_default=''))
        table.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        table.add_column(sa.Column('not_before', sa.DateTime(), nullable=True))
        table.add_column(sa.Column('taken_at', sa.DateTime(), nullable=True))
        table.add_column(sa.Column('sent_at', sa.DateTime(), nullable=True))
        table.add_column(sa.Column('key', sa.String(length=32), nullable=False, server_default=''))

    _give_keys()
    with op.batch_alter_table('message') as table:
        table.create_index(table.f('ix_message_assignment_id'), ['assignment_id'], unique=False)
        table.create_index(table.f('ix_message_expert_id'), ['expert_id'], unique=False)
        table.create_index(table.f('ix_message_request_id'), ['request_id'], unique=False)
        table.create_index(table.f('ix_message_status_message_id'), ['status', 'id'], unique=False)
        table.create_index(table.f('ix_message_support_person_id'), ['support_person_id'], unique=False)
        table.create_unique_constraint(table.f('uq_message_key'), ['key'])
        table.create_foreign_key(table.f('fk_message_assignment_id'), 'assignment', ['assignment_id'], ['id'])
        table.create_foreign_key(table.f('fk_message_request_id'), 'request', ['request_id'], ['id'])
        table.create_foreign_key(table.f('fk_message_support_person_id'), 'support_person', ['support_person_id'], ['id'])
        table.create_foreign_key(table.f('fk_message_expert_id'), 'expert', ['expert_id'], ['id'])
        table.create_check_constraint(table.f('ck_message_one_recipient'), '(CASE WHEN "to" <> \'\' THEN 1 ELSE 0 END) + (CASE WHEN expert_id IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN support_person_id IS NOT NULL THEN 1 ELSE 0 END) = 1')
        table.create_check_constraint(table.f('ck_message_sent_has_moment'), "status <> 'sent' OR sent_at IS NOT NULL")

    with op.batch_alter_table('request') as table:
        table.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('contact_title', sa.String(length=120), nullable=False, server_default=''))
        table.add_column(sa.Column('kind', sa.Enum('talk', 'panel', 'workshop', 'listening', 'interview', 'working_group', 'recruitment', 'work_pair', 'onboarding_day', 'peer_evaluation', 'other', name='orderkind', native_enum=False, create_constraint=True, length=20), nullable=True))
        table.add_column(sa.Column('starts', sa.Time(), nullable=True))
        table.add_column(sa.Column('ends', sa.Time(), nullable=True))
        table.add_column(sa.Column('other_times', sa.String(length=400), nullable=False, server_default=''))
        table.add_column(sa.Column('remote', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('municipality_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('place', sa.String(length=120), nullable=False, server_default=''))
        table.add_column(sa.Column('audience', sa.String(length=120), nullable=False, server_default=''))
        table.add_column(sa.Column('audience_size', sa.Integer(), nullable=True))
        table.add_column(sa.Column('minors_present', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('places', sa.Integer(), nullable=False, server_default='1'))
        table.add_column(sa.Column('requires_training', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('training_reason', sa.String(length=400), nullable=False, server_default=''))
        table.add_column(sa.Column('background_needed', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('practical', sa.String(length=1000), nullable=False, server_default=''))
        table.add_column(sa.Column('cost_centre', sa.String(length=40), nullable=False, server_default=''))
        table.add_column(sa.Column('invoicing', sa.String(length=400), nullable=False, server_default=''))
        table.add_column(sa.Column('heard_of', sa.String(length=120), nullable=False, server_default=''))
        table.add_column(sa.Column('came_by', sa.Enum('phone', 'email', 'form', 'visit', 'register', name='ordersource', native_enum=False, create_constraint=True, length=20), nullable=False, server_default='phone'))
        table.add_column(sa.Column('written_in', sa.Enum('fi', 'sv', 'en', name='language', native_enum=False, create_constraint=True, length=20), nullable=False, server_default='fi'))
        table.add_column(sa.Column('email_confirmed_at', sa.DateTime(), nullable=True))
        table.add_column(sa.Column('belongs_to_id', sa.Integer(), nullable=True))
        table.create_index(table.f('ix_request_belongs_to_id'), ['belongs_to_id'], unique=False)
        table.create_index(table.f('ix_request_municipality_id'), ['municipality_id'], unique=False)
        table.create_index(table.f('ix_request_organisation_id'), ['organisation_id'], unique=False)
        table.create_foreign_key(table.f('fk_request_municipality_id'), 'municipality', ['municipality_id'], ['id'])
        table.create_foreign_key(table.f('fk_request_belongs_to_id'), 'existing_structure', ['belongs_to_id'], ['id'])
        table.create_foreign_key(table.f('fk_request_organisation_id'), 'organisation', ['organisation_id'], ['id'])
        table.create_check_constraint(table.f('ck_request_audience_not_negative'), 'audience_size >= 0')
        table.create_check_constraint(table.f('ck_request_places_positive'), 'places > 0')

    with op.batch_alter_table('support_person') as table:
        table.add_column(sa.Column('email', sa.LargeBinary(), nullable=True))

    for name, columns in NEW.items():
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


def _give_keys() -> None:
    """Each message a key of its own; those that were sent have been sent when they were written."""
    message = sa.table('message', sa.column('id'), sa.column('key'), sa.column('status'), sa.column('sent_at'),
                       sa.column('created_at'))
    connection = op.get_bind()
    for number in connection.scalars(sa.select(message.c.id)).all():
        connection.execute(message.update().where(message.c.id == number).values(key=uuid4().hex))
    connection.execute(message.update().where(message.c.status == 'sent').values(sent_at=message.c.created_at))


def downgrade() -> None:
    with op.batch_alter_table('support_person') as table:
        table.drop_column('email')

    with op.batch_alter_table('request') as table:
        table.drop_constraint(table.f('ck_request_places_positive'), type_='check')
        table.drop_constraint(table.f('ck_request_ordersource'), type_='check')
        table.drop_constraint(table.f('ck_request_orderkind'), type_='check')
        table.drop_constraint(table.f('ck_request_language'), type_='check')
        table.drop_constraint(table.f('ck_request_audience_not_negative'), type_='check')
        table.drop_constraint(table.f('fk_request_organisation_id'), type_='foreignkey')
        table.drop_constraint(table.f('fk_request_belongs_to_id'), type_='foreignkey')
        table.drop_constraint(table.f('fk_request_municipality_id'), type_='foreignkey')
        table.drop_index(table.f('ix_request_organisation_id'))
        table.drop_index(table.f('ix_request_municipality_id'))
        table.drop_index(table.f('ix_request_belongs_to_id'))
        table.drop_column('belongs_to_id')
        table.drop_column('email_confirmed_at')
        table.drop_column('written_in')
        table.drop_column('came_by')
        table.drop_column('heard_of')
        table.drop_column('invoicing')
        table.drop_column('cost_centre')
        table.drop_column('practical')
        table.drop_column('background_needed')
        table.drop_column('training_reason')
        table.drop_column('requires_training')
        table.drop_column('places')
        table.drop_column('minors_present')
        table.drop_column('audience_size')
        table.drop_column('audience')
        table.drop_column('place')
        table.drop_column('municipality_id')
        table.drop_column('remote')
        table.drop_column('other_times')
        table.drop_column('ends')
        table.drop_column('starts')
        table.drop_column('kind')
        table.drop_column('contact_title')
        table.drop_column('organisation_id')

    with op.batch_alter_table('message') as table:
        table.drop_constraint(table.f('ck_message_sent_has_moment'), type_='check')
        table.drop_constraint(table.f('ck_message_one_recipient'), type_='check')
        table.drop_constraint(table.f('ck_message_messagekind'), type_='check')
        table.drop_constraint(table.f('ck_message_failure'), type_='check')
        table.drop_constraint(table.f('fk_message_expert_id'), type_='foreignkey')
        table.drop_constraint(table.f('fk_message_support_person_id'), type_='foreignkey')
        table.drop_constraint(table.f('fk_message_request_id'), type_='foreignkey')
        table.drop_constraint(table.f('fk_message_assignment_id'), type_='foreignkey')
        table.drop_constraint(table.f('uq_message_key'), type_='unique')
        table.drop_index(table.f('ix_message_support_person_id'))
        table.drop_index(table.f('ix_message_status_message_id'))
        table.drop_index(table.f('ix_message_request_id'))
        table.drop_index(table.f('ix_message_expert_id'))
        table.drop_index(table.f('ix_message_assignment_id'))
        table.drop_column('key')
        table.drop_column('sent_at')
        table.drop_column('taken_at')
        table.drop_column('not_before')
        table.drop_column('attempts')
        table.drop_column('server_said')
        table.drop_column('failure')
        table.drop_column('support_person_id')
        table.drop_column('expert_id')
        table.drop_column('request_id')
        table.drop_column('assignment_id')
        table.drop_column('kind')

    with op.batch_alter_table('expert') as table:
        table.drop_constraint(table.f('ck_expert_language'), type_='check')
        table.drop_column('message_language')

    with op.batch_alter_table('assignment') as table:
        table.drop_column('reminded_on')

    with op.batch_alter_table('request_theme') as table:
        table.drop_index(table.f('ix_request_theme_theme_id'))

    op.drop_table('request_theme')
    with op.batch_alter_table('personal_link') as table:
        table.drop_index(table.f('ix_personal_link_request_id'))
        table.drop_index(table.f('ix_personal_link_expires_on'))
        table.drop_index(table.f('ix_personal_link_assignment_id'))

    op.drop_table('personal_link')
    op.drop_table('message_template')
