"""The words by which records are found, made of the rows that are there

Written by hand: FTS5 with its triggers on SQLite, a GIN index on PostgreSQL. A database that stands at this step with
words folded in another way is put right by ``flask --app app reindex``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from models.search import reindex

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

TAKE = "INSERT INTO search_match (rowid, words) VALUES (new.id, new.words);"
LEAVE = "INSERT INTO search_match (search_match, rowid, words) VALUES ('delete', old.id, old.words);"
ON_SQLITE = (
    "CREATE VIRTUAL TABLE search_match USING fts5(words, content='search_text', content_rowid='id', detail='none', "
    "columnsize=0, tokenize=\"ascii tokenchars '._'\")",
    f"CREATE TRIGGER search_text_born AFTER INSERT ON search_text BEGIN {TAKE} END",
    f"CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN {LEAVE} END",
    f"CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN {LEAVE} {TAKE} END",
)


def upgrade() -> None:
    op.create_table('search_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_text')),
    sa.UniqueConstraint('kind', 'record_id', name=op.f('uq_search_text_kind_record_id'))
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in ON_SQLITE:
            op.execute(statement)
    with Session(op.get_bind(), join_transaction_mode="create_savepoint") as session:
        for _count in reindex(session):
            pass
        session.commit()
    if op.get_bind().dialect.name == "postgresql":  # made at once of all words, which is quicker
        op.execute("CREATE INDEX ix_search_text_words ON search_text "
                   "USING gin (array_to_tsvector(string_to_array(words, ' ')))")


def downgrade() -> None:
    op.drop_table('search_text')
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_match")
