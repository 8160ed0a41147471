"""hnswlib's search, written down once more from its source (hnswalg.h, 0.8.0: searchKnn, searchBaseLayerST) to tell
which nodes it measures: the library itself does not say."""
import heapq
import struct

import numpy


class Graph:
    """An hnswlib file of float32 vectors, without deleted elements."""

    def __init__(self, path):
        data = path.read_bytes()
        (_, _, self.count, record, label, vector, self.top, self.entry, max_m, _, _, _, _) = struct.unpack_from(
            "<6QiI3QdQ", data, 0)
        dimension = (label - vector) // 4
        self.links = []
        self.vectors = numpy.empty((self.count, dimension), dtype=numpy.float32)
        place = 96
        for node in range(self.count):
            size = struct.unpack_from("<H", data, place)[0]
            self.links.append([struct.unpack_from(f"<{size}I", data, place + 4)])
            self.vectors[node] = numpy.frombuffer(data, numpy.float32, dimension, place + vector)
            place += record
        for node in range(self.count):
            size = struct.unpack_from("<I", data, place)[0]
            place += 4
            for start in range(place, place + size, 4 + 4 * max_m):
                number = struct.unpack_from("<H", data, start)[0]
                self.links[node].append(struct.unpack_from(f"<{number}I", data, start + 4))
            place += size
        assert place == len(data)

    def visited(self, query, ef):
        """For each layer, from 0 up, the nodes whose squared L2 distance is computed there."""
        measured = [set() for _ in range(self.top + 1)]

        def distance(layer, node):
            measured[layer].add(node)
            return float(((self.vectors[node] - query) ** 2).sum(dtype=numpy.float32))

        current, best = self.entry, distance(self.top, self.entry)
        for layer in range(self.top, 0, -1):
            changed = True
            while changed:
                changed = False
                for node in self.links[current][layer]:
                    here = distance(layer, node)
                    if here < best:
                        best, next_node, changed = here, node, True
                if changed:
                    current = next_node
        candidates, top, seen = [(best, current)], [(-best, current)], {current}
        distance(0, current)
        while candidates:
            near, node = heapq.heappop(candidates)
            if near > -top[0][0]:
                break
            for other in self.links[node][0]:
                if other in seen:
                    continue
                seen.add(other)
                here = distance(0, other)
                if len(top) < ef or here < -top[0][0]:
                    heapq.heappush(candidates, (here, other))
                    heapq.heappush(top, (-here, other))
                    if len(top) > ef:
                        heapq.heappop(top)
        return [sorted(nodes) for nodes in measured]
