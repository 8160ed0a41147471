#include "sets.h"
#include "some_bytes.h"

// Sums of table entries, loaded one by one, so there is one source for every set.

static void product8(const annscope_query *query, const void *const *rows, size_t count, float *values) {
    const size_t parts = query->parts;
    for (size_t row = 0; row < count; row++) {
        const uint8_t *codes = rows[row];
        if (row + 4 < count) __builtin_prefetch(rows[row + 4]);
        const float *table = query->table;
        float sums[4] = {0};
        size_t part = 0;
        // Eight codes in one load.
        for (; part + 8 <= parts; part += 8, table += 8 * 256) {
            uint64_t eight = load_64(codes + part);
            sums[0] += table[eight & 255];
            sums[1] += table[256 + (eight >> 8 & 255)];
            sums[2] += table[512 + (eight >> 16 & 255)];
            sums[3] += table[768 + (eight >> 24 & 255)];
            sums[0] += table[1024 + (eight >> 32 & 255)];
            sums[1] += table[1280 + (eight >> 40 & 255)];
            sums[2] += table[1536 + (eight >> 48 & 255)];
            sums[3] += table[1792 + (eight >> 56)];
        }
        for (; part < parts; part++, table += 256) sums[part & 3] += table[codes[part]];
        values[row] = annscope_value(query, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
}

static void product(const annscope_query *query, const void *const *rows, size_t count, float *values) {
    const size_t parts = query->parts, width = query->bits_per_part;
    const size_t bytes = (parts * width + 7) / 8;
    // A load of eight bytes may begin with seven bits that are used already.
    const size_t at_once = 57 / width;
    const uint64_t mask = (1u << width) - 1;
    for (size_t row = 0; row < count; row++) {
        const uint8_t *codes = rows[row];
        if (row + 4 < count) __builtin_prefetch(rows[row + 4]);
        const float *table = query->table;
        float sum = 0, other = 0;
        for (size_t part = 0; part < parts;) {
            const size_t byte = part * width / 8, left = bytes - byte;
            uint64_t word = load_some(codes + byte, left < 8 ? left : 8) >> part * width % 8;
            const size_t end = parts - part < at_once ? parts : part + at_once;
            for (; part < end; part++, table += mask + 1, word >>= width) {
                // Two sums take turns.
                const float next = other + table[word & mask];
                other = sum, sum = next;
            }
        }
        values[row] = annscope_value(query, sum + other);
    }
}

annscope_kernel annscope_product_kernel(annscope_coding coding) {
    return coding == annscope_product8 ? product8 : product;
}
