"""Traces replayed once more, from the libraries' sources and with plain lists, to test the replays of Swift and JavaScript.

What a checkpoint says of a stage: its queues as nodes (nearest first, by number among equals), the route, counts by layer and
by cell. Equal distances are ordered by node, as a trace holds no ids.
"""
import bisect
import math

ENTER, KEEP, REJECT, EXPAND, DESCEND, RANK, OPEN, RESCORE, SPLIT, STOP, TALLY = range(11)
NONE = 0xFFFFFFFF
REASONS = ["exhausted", "bound", "complete", "empty", "cancelled", "relative", "budget"]


def events(columns):
    """(kind, stage, may be a result, layer, from, to, distance) of each step."""
    names = ("kind", "flags", "layer", "from", "to", "distance")
    for kind, flags, layer, source, node, distance in zip(*(columns[name] for name in names)):
        yield kind, flags & 15, flags < 128, layer, source, node, math.nan if distance is None else distance


class StandardHeap:
    """`std::priority_queue` of libstdc++ (bits/stl_heap.h), which compares distances alone."""

    def __init__(self):
        self.rows = []

    def push(self, row):
        self.rows.append(row)
        self._rise(len(self.rows) - 1, row)

    def pop(self):
        top, last = self.rows[0], self.rows.pop()
        if self.rows:
            hole, size = 0, len(self.rows)
            child = 2
            while child < size:
                if self.rows[child][0] < self.rows[child - 1][0]:
                    child -= 1
                self.rows[hole] = self.rows[child]
                hole, child = child, 2 * child + 2
            if child == size:
                self.rows[hole] = self.rows[child - 1]
                hole = child - 1
            self._rise(hole, last)
        return top

    def _rise(self, hole, row):
        while hole and self.rows[(hole - 1) // 2][0] < row[0]:
            self.rows[hole] = self.rows[(hole - 1) // 2]
            hole = (hole - 1) // 2
        self.rows[hole] = row


class FaissHeap:
    """The slots of `MinimaxHeap` as `heap_push` and `heap_pop` of faiss/utils/Heap.h move them, numbered from 1."""

    def __init__(self, size, turned):
        self.size, self.rows, self.turned = size, [None], turned

    def above(self, a, b):
        if a[0] != b[0]:
            return a[0] > b[0]
        return a[1] < b[1] if self.turned else a[1] > b[1]

    def push(self, row):
        """False when refused; otherwise what went out, or None."""
        out = None
        if len(self.rows) - 1 == self.size:
            if row[0] >= self.rows[1][0]:
                return False
            out = self.rows[1][1]
            k, value, i = self.size, self.rows[self.size], 1
            while 2 * i <= k:
                a, b = 2 * i, 2 * i + 1
                best = a if b == k + 1 or self.above(self.rows[a], self.rows[b]) else b
                if self.above(value, self.rows[best]):
                    break
                self.rows[i], i = self.rows[best], best
            self.rows[i] = value
            self.rows.pop()
        self.rows.append(row)
        i = len(self.rows) - 1
        while i > 1 and self.above(row, self.rows[i // 2]):
            self.rows[i], i = self.rows[i // 2], i // 2
        self.rows[i] = row
        return None if out in (None, -1) else out

    def take(self, node):
        for place, row in enumerate(self.rows):
            if row and row[1] == node:
                self.rows[place] = (row[0], -1)
                return True
        return False


class Stage:
    def __init__(self, stage):
        self.rules = stage
        self.turned = stage["largerIsNearer"]
        self.algorithm = stage["algorithm"]
        self.k, self.ef = stage["k"], max(stage.get("efSearch", 0), stage["k"])
        self.layer, self.best, self.computed, self.rescored, self.left_out, self.stop = -1, None, 0, 0, 0, None
        self.layers, self.met, self.cells, self.ranks, self.upper = [], [], [], set(), []
        self.parents, self.tip, self.carried, self.summarised = {}, None, math.nan, False
        self.forget()

    def forget(self):
        self.waiting, self.kept, self.pool = [], [], []
        self.heap = StandardHeap() if self.algorithm == "hnswlib" else FaissHeap(self.ef, self.turned)

    def bounded(self):
        return self.algorithm == "faissHNSW" and self.rules["bounded"]

    def key(self, distance):
        return -distance if self.turned else distance

    def worst(self, row):
        """The one that goes out first has the largest of these."""
        return (row[0], -row[1]) if self.turned else row

    def keep(self, node, distance, may_be_result):
        """[queue, node] of what it put out."""
        row, out = (self.key(distance), node), []
        if self.algorithm == "faissNSG":
            if len(self.pool) == self.ef:
                out.append(["pool", self.pool.pop()[1]])
            place = bisect.bisect_right([member[0] for member in self.pool], row[0])
            self.pool.insert(place, [row[0], node, False])
            return out
        if self.algorithm == "hnswlib":
            self.waiting.append(row)
            if may_be_result:
                self.heap.push(row)
                if len(self.heap.rows) > self.ef:
                    out.append(["results", self.heap.pop()[1]])
            return out
        if self.algorithm == "usearch":
            self.waiting.append(row)
            if may_be_result:
                # Of equals the last to come is first.
                self.kept.insert(bisect.bisect_left([kept[0] for kept in self.kept], row[0]), row)
                out += [["results", gone[1]] for gone in self.kept[self.ef:]]
                del self.kept[self.ef:]
            return out
        if self.algorithm in ("annoy", "hnswlibFlat"):
            self.kept.append(row)
            return [gone for gone in self._cut(self.k) if gone[1] != node]
        if self.algorithm == "faissHNSW" and not self.bounded():
            self.waiting.append(row)
            self.kept.append(row)
            return out + self._cut(self.ef)
        full = len(self.kept) >= self.k
        if may_be_result and (not full or row[0] < max(self.kept)[0]):
            self.kept.append(row)
            out += self._cut(self.k)
        if self.bounded():
            gone = self.heap.push(row)
            if gone not in (False, None):
                out.append(["candidates", gone])
        return out

    def _cut(self, most):
        if len(self.kept) <= most:
            return []
        gone = max(self.kept, key=self.worst)
        self.kept.remove(gone)
        return [["results", gone[1]]]

    def take(self, node):
        if self.algorithm == "faissNSG":
            for member in self.pool:
                if member[1] == node and not member[2]:
                    member[2] = True
                    return True
            return False
        if self.bounded():
            return self.heap.take(node)
        for row in self.waiting:
            if row[1] == node:
                self.waiting.remove(row)
                return True
        return False

    def apply(self, kind, may_be_result, layer, source, node, distance):
        """[queue, node, cause] of what left a queue."""
        known = not math.isnan(distance)
        if known and self.rules["nodes"] == "centroids" and kind in (ENTER, KEEP, REJECT, RANK):
            self.ranks.add(node)
        if kind == ENTER:
            self.layer = layer
            if layer >= 0 and node != NONE:
                # These compute the entry point's distance twice when there is one layer.
                computed = int(known) + int(self.algorithm in ("hnswlib", "usearch") and layer == 0 and not self.layers)
                self.layers.append([layer, computed, 0, self.key(distance) if known else math.inf])
                self.met.append({node})
                self.computed += computed
                if known and may_be_result:
                    self._note(distance)
                if layer:
                    self.upper.append([layer, node])
                else:
                    self._enter_base(node, distance if known else self.carried, may_be_result)
        elif kind == EXPAND:
            if self.layers:
                self.layers[-1][2] += 1
                self.met[-1].add(node)
            if layer == 0:
                return [["candidates", node, "expanded"]] if self.take(node) else []
            if self.upper[-1:] != [[layer, node]]:
                self.upper.append([layer, node])
        elif kind in (KEEP, REJECT):
            return self._measure(kind == KEEP, may_be_result, layer, source, node, distance)
        elif kind == DESCEND:
            self.carried = distance
        elif kind in (RANK, RESCORE):
            self.computed += 1
            if kind == RESCORE:
                self.rescored += 1
                self._note(distance)
            return [[*gone, "displaced"] for gone in self.keep(node, distance, True)]
        elif kind == OPEN and self.rules["nodes"] != "tree":
            self.cells.append([node, 0, 0, 0])
        elif kind == STOP:
            self.stop = REASONS[node]
            if self.stop == "relative" and self.take(source):
                return [["candidates", source, "stopped"]]
        elif kind == TALLY:
            self.computed += node
            self.summarised, self.tip = True, None
            if self.algorithm == "faissRefine":
                self.rescored += node
            if self.cells:
                self.cells[-1][1:] = [self.cells[-1][1] + node, self.cells[-1][2] + node, self.cells[-1][3] + source]
            if self.layers:
                self.layers[-1][1] += node
            self.forget()
        return []

    def _enter_base(self, node, distance, may_be_result):
        known = not math.isnan(distance)
        self.parents[node] = NONE
        self.tip = (self.key(distance) if known else math.inf, node)
        if self.algorithm == "hnswlib":
            # A base entry that may not be a result is queued as the farthest there is.
            self.waiting.append((distance if may_be_result else 3.4028234663852886e38, node))
            if may_be_result:
                self.heap.push((distance, node))
        elif self.algorithm in ("faissHNSW", "usearch"):
            self.keep(node, distance, may_be_result)

    def _measure(self, kept, may_be_result, layer, source, node, distance):
        computed = may_be_result or not math.isnan(distance)
        if self.cells:
            self.cells[-1][1:] = [self.cells[-1][1] + 1, self.cells[-1][2] + computed, self.cells[-1][3] + kept]
        if not computed:
            self.left_out += 1
            return []
        self.computed += 1
        if may_be_result:
            self._note(distance)
        key = self.key(distance)
        if self.layers:
            self.layers[-1][1] += 1
            self.layers[-1][3] = min(self.layers[-1][3], key)
            self.met[-1].add(node)
        if not kept or layer > 0:
            return []
        if layer == 0:
            self.parents.setdefault(node, source)
            if self.tip and key < self.tip[0] or not self.tip and not self.summarised:
                self.tip = (key, node)
        return [[*gone, "displaced"] for gone in self.keep(node, distance, may_be_result)]

    def _note(self, distance):
        if self.best is None or self.key(distance) < self.key(self.best):
            self.best = distance

    def results(self):
        if self.algorithm == "faissNSG":
            return [member[1] for member in self.pool]
        if self.algorithm == "usearch":
            return [row[1] for row in self.kept]
        if self.algorithm == "hnswlib":
            copy, beyond = StandardHeap(), []
            copy.rows = list(self.heap.rows)
            while len(copy.rows) > self.k:
                beyond.append(copy.pop())
            return [row[1] for row in sorted(copy.rows) + sorted(beyond)]
        return [row[1] for row in sorted(self.kept, key=self.worst)]

    def candidates(self):
        if self.algorithm == "faissNSG":
            return [member[1] for member in self.pool if not member[2]]
        waiting = [row for row in self.heap.rows[1:] if row[1] >= 0] if self.bounded() else self.waiting
        return [row[1] for row in sorted(waiting)]

    def route(self):
        chain, node = [], self.tip and self.tip[1]
        while node is not None and node != NONE:
            chain.append([0, node])
            node = self.parents.get(node)
        return self.upper + chain[::-1]

    def picture(self):
        """A row a layer: layer, nodes, distances, hops, best; a cell: cell, vectors, distances, kept."""
        layers = [[layer, len(met), computed, hops, None if math.isinf(best) else self.key(best)]
                  for (layer, computed, hops, best), met in zip(self.layers, self.met)]
        return {
            "layer": self.layer, "best": self.best, "distances": self.computed, "rescored": self.rescored,
            "leftOut": self.left_out, "stop": self.stop, "candidates": self.candidates(), "results": self.results(),
            "route": self.route(), "layers": layers, "cells": [list(row) for row in self.cells], "ranks": len(self.ranks),
            "summarised": self.summarised,
        }


def checkpoints(trace, spread=5, most_departures=3):
    """The state after some cursors: spread over the trace, the last ones, and some at which a full queue let go."""
    steps = list(events(trace["columns"]))
    length = len(steps)
    wanted = {length * part // spread for part in range(1, spread)} | {1, max(0, length - 1), length}
    stages = [Stage(stage) for stage in trace["stages"]]
    found, departures = [], 0
    for cursor, (kind, number, *rest) in enumerate(steps, 1):
        left = stages[number].apply(kind, *rest)
        displaces = any(cause == "displaced" for _, _, cause in left)
        if cursor not in wanted and not (displaces and departures < most_departures):
            continue
        departures += displaces
        found.append({"cursor": cursor, "stage": number, "left": left, "stages": [stage.picture() for stage in stages]})
    return found
