"""How many documents a second the platform takes from send to webhook and charges, beside the same work done bare."""
