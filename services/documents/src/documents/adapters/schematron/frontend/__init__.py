"""Front ends: from the published form of a rule set to the model. `stylesheet.read_stylesheet` is the one in use."""
