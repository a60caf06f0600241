"""How long `make up` takes when nothing has to be downloaded, created or compiled any more."""
