"""How much memory each process of the platform has, idle and under load."""
