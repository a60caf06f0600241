"""Documents that nobody should send, and what must become of each: refused before the rules, or judged like saxonche.

`encodings` is about bytes, `markup` about what XML allows around values, `values` about the values themselves,
`volumes` about size. Each has `CASES`: what is sent by what it is called, each made of a small valid document.
"""
