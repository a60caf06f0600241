"""What it costs to know who calls and what they may do, per request."""
