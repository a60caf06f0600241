"""A telephone number of users."""

from alembic import op

revision = "0011"
down_revision = "0010"

SQL = """
alter table users add column phone text;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
