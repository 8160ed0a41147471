"""The same files from the older release of Faiss, as far as it has the indexes."""
from formats import faiss_files


def cases():
    return [case for case in faiss_files.cases() if case.is_old]
