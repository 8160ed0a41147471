// A product quantizer's distance tables in one set. The compiler makes the set's instructions of the loops by itself.

KERNEL_IN_SET void fill_table(const float *restrict vector, const float *restrict columns, size_t parts,
                              size_t part_dimension, size_t entries, annscope_measure measure, float *restrict table) {
    for (size_t part = 0; part < parts; part++, table += entries) {
        for (size_t entry = 0; entry < entries; entry++) table[entry] = 0;
        for (size_t place = 0; place < part_dimension; place++, vector++, columns += entries) {
            const float asked = *vector;
            if (measure == annscope_squared_l2) {
                for (size_t entry = 0; entry < entries; entry++) {
                    float difference = asked - columns[entry];
                    table[entry] += difference * difference;
                }
            } else {
                for (size_t entry = 0; entry < entries; entry++) table[entry] += asked * columns[entry];
            }
        }
    }
}
