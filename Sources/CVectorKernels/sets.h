#pragma once
#include "CVectorKernels.h"

// What one source gives another.

typedef void annscope_table_filler(const float *vector, const float *columns, size_t parts, size_t part_dimension,
                                   size_t entries, annscope_measure measure, float *table);

typedef void annscope_node_mover(const annscope_map_round *round, size_t first, size_t last);
typedef void annscope_neighbour_weigher(const float *squared, size_t nodes, size_t width, float *weights);

#if defined(__x86_64__)
annscope_kernel annscope_sse2_kernel(annscope_coding coding, annscope_measure measure);
annscope_kernel annscope_avx2_kernel(annscope_coding coding, annscope_measure measure);
annscope_kernel annscope_avx512_kernel(annscope_coding coding, annscope_measure measure);
annscope_table_filler annscope_sse2_fill_table, annscope_avx2_fill_table, annscope_avx512_fill_table;
annscope_node_mover annscope_sse2_move_nodes, annscope_avx2_move_nodes, annscope_avx512_move_nodes;
annscope_neighbour_weigher annscope_sse2_weigh_neighbours, annscope_avx2_weigh_neighbours,
    annscope_avx512_weigh_neighbours;
#elif defined(__aarch64__)
annscope_kernel annscope_neon_kernel(annscope_coding coding, annscope_measure measure);
annscope_table_filler annscope_neon_fill_table;
annscope_node_mover annscope_neon_move_nodes;
annscope_neighbour_weigher annscope_neon_weigh_neighbours;
#else
#error "there are kernels for x86-64 and arm64 only"
#endif

// Table lookups, the same in every set.
annscope_kernel annscope_product_kernel(annscope_coding coding);

static inline float annscope_value(const annscope_query *query, float sum) {
    return query->offset + query->factor * sum;
}
