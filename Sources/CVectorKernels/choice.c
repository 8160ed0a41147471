#include "sets.h"

typedef struct {
    const char *name;
    annscope_kernel (*kernel)(annscope_coding coding, annscope_measure measure);
    annscope_table_filler *fill_table;
    annscope_node_mover *move_nodes;
    annscope_neighbour_weigher *weigh_neighbours;
} instruction_set;

// Slowest first.
static const instruction_set sets[] = {
#if defined(__x86_64__)
    {"sse2", annscope_sse2_kernel, annscope_sse2_fill_table, annscope_sse2_move_nodes, annscope_sse2_weigh_neighbours},
    {"avx2", annscope_avx2_kernel, annscope_avx2_fill_table, annscope_avx2_move_nodes, annscope_avx2_weigh_neighbours},
    {"avx512", annscope_avx512_kernel, annscope_avx512_fill_table, annscope_avx512_move_nodes, annscope_avx512_weigh_neighbours},
#else
    {"neon", annscope_neon_kernel, annscope_neon_fill_table, annscope_neon_move_nodes, annscope_neon_weigh_neighbours},
#endif
};

size_t annscope_kernel_count(void) {
#if defined(__x86_64__)
    // Also asks whether the system saves the wide registers.
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
          __builtin_cpu_supports("popcnt")))
        return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
               ? 3
               : 2;
#else
    return 1;
#endif
}

const char *annscope_set_name(size_t set) { return sets[set].name; }

annscope_kernel annscope_kernel_for(size_t set, annscope_coding coding, annscope_measure measure) {
    if ((coding == annscope_bits) != (measure == annscope_hamming)) return NULL;
    if (coding == annscope_product8 || coding == annscope_product) return annscope_product_kernel(coding);
    return sets[set].kernel(coding, measure);
}

void annscope_fill_table(size_t set, const float *vector, const float *columns, size_t parts, size_t part_dimension,
                         size_t entries, annscope_measure measure, float *table) {
    sets[set].fill_table(vector, columns, parts, part_dimension, entries, measure, table);
}

void annscope_move_nodes(size_t set, const annscope_map_round *round, size_t first, size_t last) {
    sets[set].move_nodes(round, first, last);
}

void annscope_weigh_neighbours(size_t set, const float *squared, size_t nodes, size_t width, float *weights) {
    sets[set].weigh_neighbours(squared, nodes, width, weights);
}

// The older form of the kernels over floats.

static void measure_floats(size_t set, annscope_measure measure, const float *query, const void *const *rows,
                           size_t count, size_t dimension, float *distances) {
    annscope_query ready = {.vector = query, .dimension = dimension, .factor = 1};
    sets[set].kernel(annscope_float32, measure)(&ready, rows, count, distances);
}

#define DEFINE_FORMS(SET)                                                                                            \
    static void squared_l2_##SET(const float *query, const void *const *rows, size_t count, size_t dimension,        \
                                 float *distances) {                                                                 \
        measure_floats(SET, annscope_squared_l2, query, rows, count, dimension, distances);                          \
    }                                                                                                                \
    static void dot_##SET(const float *query, const void *const *rows, size_t count, size_t dimension,               \
                          float *distances) {                                                                        \
        measure_floats(SET, annscope_dot, query, rows, count, dimension, distances);                                 \
    }

DEFINE_FORMS(0)
#if defined(__x86_64__)
DEFINE_FORMS(1)
DEFINE_FORMS(2)
#endif

annscope_kernels annscope_kernels_at(size_t index) {
#if defined(__x86_64__)
    if (index == 2) return (annscope_kernels){sets[2].name, squared_l2_2, dot_2};
    if (index == 1) return (annscope_kernels){sets[1].name, squared_l2_1, dot_1};
#endif
    (void)index;
    return (annscope_kernels){sets[0].name, squared_l2_0, dot_0};
}

annscope_kernels annscope_best_kernels(void) { return annscope_kernels_at(annscope_kernel_count() - 1); }
