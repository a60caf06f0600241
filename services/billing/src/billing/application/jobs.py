"""The kinds of jobs that billing leaves to its worker."""

OPEN_PAYMENT = "open_payment"
READ_PAYMENT = "read_payment"
