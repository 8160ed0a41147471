"""Faiss's files: one of each kind of index that it writes."""
from formats import faiss_declined, faiss_graphs, faiss_lists, faiss_plain, faiss_rest, faiss_wrappers


def cases():
    for part in (faiss_plain, faiss_lists, faiss_graphs, faiss_wrappers, faiss_rest, faiss_declined):
        yield from part.cases()
