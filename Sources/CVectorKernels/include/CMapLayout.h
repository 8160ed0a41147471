#pragma once
#include "Annotations.h"

#include <stddef.h>
#include <stdint.h>

// The inner loops of a force layout on the plane, after UMAP (McInnes, Healy and Melville, UMAP: Uniform Manifold
// Approximation and Projection for Dimension Reduction, 2018).

/// Nodes that a step moves side by side. Their number is part of the result: the repulsions of a group share a draw.
#define ANNSCOPE_MAP_GROUP 16

/// Neighbours of a node that can be weighed.
#define ANNSCOPE_MAP_MAX_NEIGHBOURS 16

/// One round of a layout: every node moves, and meets the others where they stood before the round. So the result is
/// the same however the nodes are divided among threads.
typedef struct {
    size_t nodes;
    /// x and y of each node before the round. `ANNSCOPE_MAP_GROUP` more pairs follow, which repeat the first ones from
    /// node 0 on, as often as there is room.
    const float *_Nonnull places;
    /// x and y of each node after the round.
    float *_Nonnull moved;
    /// For each node `slots_per_node` nodes that draw it near; itself where nothing does.
    const uint32_t *_Nonnull slots;
    size_t slots_per_node;
    /// The slot that is used first; the others follow in a circle.
    size_t first_slot;
    /// Slots used in this round.
    size_t attractions;
    /// Chance nodes that push a node away, for each slot used.
    size_t repulsions;
    /// The length of a step, above 0, at most 1.
    float rate;
    /// The part of its way to the middle, 0, that a node is drawn in a round, at a rate of 1. Parts without a link between
    /// them would drift apart for ever.
    float pull;
    /// Of the chance nodes in this round.
    uint64_t seed;
    /// For each node 1 if it stays where it is; NULL where all move.
    const uint8_t *_Nullable frozen;
} annscope_map_round;

/// Moves the nodes from `first` to before `last`, by gradient steps on UMAP's objective with a = b = 1. `first` is a
/// multiple of the group, and so is `last` unless it is the number of nodes; `set` is below `annscope_kernel_count()`.
void annscope_move_nodes(size_t set, const annscope_map_round *_Nonnull round, size_t first, size_t last);

/// UMAP's weights of each node's neighbours, from 0 to 1: exp(−(d − ρ) / σ) with ρ the least distance of the node and σ
/// such that the weights sum to log2 of their number (section 3.1 of the paper, "smooth kNN distances").
///
/// `squared` and `weights` have `width` numbers a node, at most `ANNSCOPE_MAP_MAX_NEIGHBOURS`, the nearest first. An
/// infinite distance stands for no neighbour and gets 0.
void annscope_weigh_neighbours(size_t set, const float *_Nonnull squared, size_t nodes, size_t width,
                               float *_Nonnull weights);
