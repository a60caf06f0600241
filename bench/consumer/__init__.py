"""How many events a second one consumer applies, each exactly once, beside raw aiokafka with the same two inserts."""
