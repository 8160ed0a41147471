// Checks the rounds of a layout, and the weights of neighbours, of every set against double precision.

#include "check_map_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CVectorKernels.h"

enum { GROUP = ANNSCOPE_MAP_GROUP, SLOTS = 16, WIDTH = 15 };

static uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double limited(double value) { return fmin(fmax(value, -4), 4); }

/// Where a round takes a node, in double precision.
static void expected_place(const annscope_map_round *round, size_t node, double place[2]) {
    place[0] = round->places[2 * node], place[1] = round->places[2 * node + 1];
    if (round->frozen && round->frozen[node]) return;
    const size_t group = node / GROUP * GROUP;
    uint64_t state = mixed(round->seed + group * 0x9E3779B97F4A7C15u);
    size_t slot = round->first_slot;
    for (size_t used = 0; used < round->attractions; used++, slot = (slot + 1) % round->slots_per_node) {
        size_t near = round->slots[node * round->slots_per_node + slot];
        double dx = round->places[2 * near] - place[0], dy = round->places[2 * near + 1] - place[1];
        double share = fmin(2.0 * round->rate / (1 + dx * dx + dy * dy), 1);
        place[0] += share * dx, place[1] += share * dy;
        for (size_t pushed = 0; pushed < round->repulsions; pushed++) {
            state += 0x9E3779B97F4A7C15u;
            size_t far = (size_t)(((mixed(state) >> 32) * (uint64_t)round->nodes) >> 32) + (node - group);
            far %= round->nodes;
            dx = place[0] - round->places[2 * far], dy = place[1] - round->places[2 * far + 1];
            double squared = dx * dx + dy * dy, force = 2 / ((0.001 + squared) * (1 + squared));
            place[0] += round->rate * limited(force * dx), place[1] += round->rate * limited(force * dy);
        }
    }
    place[0] *= 1 - round->pull * round->rate, place[1] *= 1 - round->pull * round->rate;
}

static unsigned check_round(size_t set, size_t nodes, int has_frozen, uint64_t seed) {
    float *places = malloc(2 * (nodes + GROUP) * sizeof *places), *moved = malloc(2 * nodes * sizeof *moved);
    uint32_t *slots = malloc(nodes * SLOTS * sizeof *slots);
    uint8_t *frozen = malloc(nodes);
    for (size_t node = 0; node < nodes; node++) {
        // Farther apart than where a step would hang on the last digits.
        places[2 * node] = (float)(mixed(seed + node) >> 40) * 0x1p-20f;
        places[2 * node + 1] = (float)(mixed(seed - node) >> 40) * 0x1p-20f;
        frozen[node] = node / GROUP == 1 || node % 7 == 0;
        for (size_t slot = 0; slot < SLOTS; slot++)
            slots[node * SLOTS + slot] = (uint32_t)(mixed(node * SLOTS + slot) % nodes);
    }
    for (size_t extra = 0; extra < 2 * GROUP; extra++) places[2 * nodes + extra] = places[extra % (2 * nodes)];
    annscope_map_round round = {.nodes = nodes, .places = places, .moved = moved, .slots = slots,
                                .slots_per_node = SLOTS, .first_slot = 12, .attractions = 6, .repulsions = 2,
                                .rate = 0.02f, .pull = 0.01f, .seed = seed, .frozen = has_frozen ? frozen : NULL};
    size_t middle = nodes / 2 / GROUP * GROUP;
    annscope_move_nodes(set, &round, middle, nodes);
    annscope_move_nodes(set, &round, 0, middle);
    unsigned wrong = 0;
    for (size_t node = 0; node < nodes; node++) {
        double place[2];
        expected_place(&round, node, place);
        int is_right = has_frozen && frozen[node]
                           ? memcmp(moved + 2 * node, places + 2 * node, 2 * sizeof *moved) == 0
                           : fabs(moved[2 * node] - place[0]) < 1e-3 && fabs(moved[2 * node + 1] - place[1]) < 1e-3;
        if (!is_right && ++wrong < 5)
            fprintf(stderr, "%s: node %zu of %zu is at %g, %g instead of %g, %g\n", annscope_set_name(set), node, nodes,
                    moved[2 * node], moved[2 * node + 1], place[0], place[1]);
    }
    free(places), free(moved), free(slots), free(frozen);
    return wrong;
}

/// The weights sum to log2 of the neighbours, fall with the distance, and the nearest weighs 1.
static unsigned check_weights(size_t set, size_t neighbours) {
    float squared[WIDTH], weights[WIDTH];
    for (size_t place = 0; place < WIDTH; place++)
        squared[place] = place < neighbours ? powf(1 + 0.3f * (float)place, 2) : INFINITY;
    annscope_weigh_neighbours(set, squared, 1, WIDTH, weights);
    double sum = 0;
    unsigned wrong = weights[0] != 1 && neighbours > 0;
    for (size_t place = 0; place < WIDTH; place++) {
        sum += weights[place];
        if (place >= neighbours ? weights[place] != 0 : place > 0 && !(weights[place] <= weights[place - 1])) wrong++;
    }
    if (neighbours > 2 && fabs(sum - log2((double)neighbours)) > 0.02) wrong++;
    if (wrong)
        fprintf(stderr, "%s: the weights of %zu neighbours sum to %g\n", annscope_set_name(set), neighbours, sum);
    return wrong;
}

unsigned check_map_kernels(void) {
    static const size_t counts[] = {2, 5, 16, 17, 100, 1000};
    unsigned wrong = 0;
    for (size_t set = 0; set < annscope_kernel_count(); set++) {
        for (size_t place = 0; place < sizeof counts / sizeof *counts; place++)
            for (int has_frozen = 0; has_frozen < 2; has_frozen++)
                wrong += check_round(set, counts[place], has_frozen, 77 + place);
        for (size_t neighbours = 0; neighbours <= WIDTH; neighbours++) wrong += check_weights(set, neighbours);
    }
    return wrong;
}
