"""How long it takes from sending a document to the webhook that tells its buyer of it."""
