"""hnswlib's file taken apart, for what the libraries on that core do not tell: layers, links, deleted elements."""
import collections
import struct

import numpy

HEADER_BYTES = 96
Header = collections.namedtuple(
    "Header",
    "offset_level0 max_elements count size_data_per_element label_offset offset_data max_level entry_point maxM maxM0 "
    "M mult ef_construction")


class HNSWBytes:
    def __init__(self, data):
        self.header = header = Header(*struct.unpack_from("<6QiI3QdQ", data, 0))
        body = data[HEADER_BYTES:]
        self.records = [
            body[start : start + header.size_data_per_element]
            for start in range(0, header.count * header.size_data_per_element, header.size_data_per_element)
        ]
        place = header.count * header.size_data_per_element
        self.upper = []
        for _ in self.records:
            (size,) = struct.unpack_from("<I", body, place)
            self.upper.append(body[place + 4 : place + 4 + size])
            place += 4 + size
        self.rest = body[place:]

    @property
    def labels(self):
        return [struct.unpack_from("<Q", record, self.header.label_offset)[0] for record in self.records]

    @property
    def deleted(self):
        return sum(record[2] & 1 for record in self.records)

    def vectors(self, kind="<f4"):
        place = slice(self.header.offset_data, self.header.label_offset)
        return [numpy.frombuffer(record[place], kind) for record in self.records]

    @property
    def layers(self):
        """Nodes and links of each layer, from 0 up."""
        list_bytes = 4 + 4 * self.header.maxM
        nodes = [0] * (self.header.max_level + 1)
        links = list(nodes)
        for record, upper in zip(self.records, self.upper):
            lists = [record] + [upper[start:] for start in range(0, len(upper), list_bytes)]
            for level, content in enumerate(lists):
                nodes[level] += 1
                links[level] += struct.unpack_from("<H", content)[0]
        return [{"level": level, "nodes": nodes[level], "links": links[level]} for level in range(len(nodes))]

    def with_vectors(self, vectors):
        """The same file with other bytes for vectors, all of one length."""
        header = self.header
        grown = len(vectors[0]) - (header.label_offset - header.offset_data)
        header = header._replace(
            size_data_per_element=header.size_data_per_element + grown, label_offset=header.label_offset + grown)
        records = [
            record[: header.offset_data] + vector + record[-8:] for record, vector in zip(self.records, vectors)
        ]
        upper = [struct.pack("<I", len(lists)) + lists for lists in self.upper]
        return struct.pack("<6QiI3QdQ", *header) + b"".join(records) + b"".join(upper)

    def report(self):
        return {"count": self.header.count, "deleted": self.deleted, "structure": "hnsw"}
