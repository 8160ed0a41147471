#include "sets.h"

#if defined(__x86_64__)
#include "lanes_avx512.h"
// In this order: the kernels are written in the words of the lanes.
#include "row_kernels.h"
#include "bit_kernels.h"
#include "table_kernels.h"
#include "map_kernels.h"

void annscope_avx512_fill_table(const float *vector, const float *columns, size_t parts, size_t part_dimension, size_t entries,
                              annscope_measure measure, float *table) {
    fill_table(vector, columns, parts, part_dimension, entries, measure, table);
}

annscope_kernel annscope_avx512_kernel(annscope_coding coding, annscope_measure measure) {
    if (coding == annscope_bits) return hamming;
    return row_kernel(coding, measure);
}

void annscope_avx512_move_nodes(const annscope_map_round *round, size_t first, size_t last) {
    move_nodes(round, first, last);
}

void annscope_avx512_weigh_neighbours(const float *squared, size_t nodes, size_t width, float *weights) {
    weigh_neighbours(squared, nodes, width, weights);
}
#endif
