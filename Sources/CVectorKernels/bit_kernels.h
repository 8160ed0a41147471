// The Hamming kernel of one set; the compiler takes what the set has to count bits with.

KERNEL_IN_SET void hamming(const annscope_query *query, const void *const *rows, size_t count, float *values) {
    const uint8_t *asked = query->bits;
    const size_t bytes = query->dimension / 8;
    for (size_t row = 0; row < count; row++) {
        const uint8_t *stored = rows[row];
        if (row + 4 < count) __builtin_prefetch(rows[row + 4]);
        uint64_t differing = 0;
        size_t place = 0;
        for (; place + 8 <= bytes; place += 8)
            differing += (uint64_t)__builtin_popcountll(load_64(asked + place) ^ load_64(stored + place));
        if (place < bytes)
            differing += (uint64_t)__builtin_popcountll(load_some(asked + place, bytes - place) ^
                                                        load_some(stored + place, bytes - place));
        values[row] = annscope_value(query, (float)differing);
    }
}
