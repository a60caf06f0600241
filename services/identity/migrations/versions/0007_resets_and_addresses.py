"""Links that set a new password or verify an extra address, and domains that environments share."""

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = """
alter table links drop constraint links_purpose_check;
alter table links add constraint links_purpose_check
    check (purpose in ('registration', 'activation', 'password_reset', 'address'));
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
