"""Numerics: arrays in, arrays out. No files, no network, no state between calls.

matrix      what counts as an (n, d) matrix of vectors, and messages for what doesn't
projection  PCA, t-SNE and their registry
neighbors   nearest neighbours, exact and approximate
analysis    how much a layout can be trusted
pack        positions as the page draws them
kernels     the C++ extension
"""
