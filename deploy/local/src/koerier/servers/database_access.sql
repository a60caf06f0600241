-- Only the two roles of the service that a database belongs to may connect to it.
revoke all on database {database} from public;
grant connect, temporary on database {database} to {owner}, {app};
