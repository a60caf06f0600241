"""When a connection key stops working that has been replaced, but is used until its software has the new one."""

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = """
alter table connection_keys add column ends_at timestamptz;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
