"""How much processor time a document's validation costs: our rule engine beside SaxonC and phive on the JVM."""
