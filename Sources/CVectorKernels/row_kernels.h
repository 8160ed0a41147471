// The kernels of one set over rows of components, in the words of the `lanes_….h` included before. Rows from all over
// go four together: they share the loads of the query, and more of their cache misses overlap.

/// Bytes that `count` components take.
IN_SET size_t width_of(annscope_coding coding, size_t count) {
    switch (coding) {
    case annscope_float32: return 4 * count;
    case annscope_float16:
    case annscope_bfloat16: return 2 * count;
    case annscope_unsigned6: return (6 * count + 7) / 8;
    case annscope_unsigned4: return (count + 1) / 2;
    default: return count;
    }
}

/// Adds `count` components from `place` on to the sums.
IN_SET void add_block(const annscope_query *query, const uint8_t *const *rows, size_t size, size_t place, size_t count,
                      annscope_coding coding, annscope_measure measure, lanes *sums) {
    const _Bool whole = count == LANES, coded = coding > annscope_bfloat16, l2 = measure == annscope_squared_l2;
    lanes asked = whole ? floats(query->vector + place) : some_floats(query->vector + place, count);
    lanes least = zero(), step = zero();
    if (coded) {
        least = whole ? floats(query->least + place) : some_floats(query->least + place, count);
        step = whole ? floats(query->step + place) : some_floats(query->step + place, count);
        if (l2) asked = subtract(asked, least);
    }
    for (size_t row = 0; row < size; row++) {
        lanes stored = components(coding, rows[row] + width_of(coding, place), count);
        if (l2) {
            lanes difference = coded ? multiply_subtract(step, stored, asked) : subtract(asked, stored);
            sums[row] = multiply_add(difference, difference, sums[row]);
        } else {
            if (coded) stored = multiply_add(step, stored, least);
            sums[row] = multiply_add(asked, stored, sums[row]);
        }
    }
}

#define MOST_ROWS 4
// How far ahead rows are fetched, and how much of each: the processor goes on by itself once it sees a row being read.
#define ROWS_AHEAD 8
#define BYTES_AHEAD 128

/// The values of `size` rows, 1…MOST_ROWS. The order of the additions does not depend on `size`.
IN_SET void measure_together(const annscope_query *query, const void *const *rows, size_t size, float *values,
                             annscope_coding coding, annscope_measure measure) {
    const uint8_t *codes[MOST_ROWS];
    lanes even[MOST_ROWS], odd[MOST_ROWS];
    for (size_t row = 0; row < size; row++) {
        codes[row] = rows[row];
        even[row] = odd[row] = zero();
    }
    size_t place = 0;
    const size_t dimension = query->dimension;
    for (; place + 2 * LANES <= dimension; place += 2 * LANES) {
        add_block(query, codes, size, place, LANES, coding, measure, even);
        add_block(query, codes, size, place + LANES, LANES, coding, measure, odd);
    }
    if (place + LANES <= dimension) {
        add_block(query, codes, size, place, LANES, coding, measure, even);
        place += LANES;
    }
    if (place < dimension) add_block(query, codes, size, place, dimension - place, coding, measure, odd);
    for (size_t row = 0; row < size; row++) values[row] = annscope_value(query, total(add(even[row], odd[row])));
}

/// How far apart rows are that lie one behind the other, as in a list that is scanned, labels between them or not; 0 for
/// rows that lie otherwise.
IN_SET size_t regular_step(const void *const *rows, size_t count, size_t width) {
    const size_t step = (size_t)((uintptr_t)rows[1] - (uintptr_t)rows[0]);
    if (step < width || step > 2 * width) return 0;
    for (size_t row = 2; row < count; row++)
        if ((uintptr_t)rows[row] - (uintptr_t)rows[row - 1] != step) return 0;
    return step;
}

/// Rows that lie one behind the other, one at a time: the processor then fetches what comes next by itself, which it does not
/// when places far apart are read in turn. Fetching ahead and reading the places from `rows` both make it slower (128 floats:
/// 15 ns a row, 17 and 25 ns with these, 36 ns four at a time).
IN_SET void measure_in_order(const annscope_query *query, const uint8_t *row, size_t step, size_t count, float *values,
                             annscope_coding coding, annscope_measure measure) {
    for (size_t number = 0; number < count; number++, row += step) {
        const void *one = row;
        measure_together(query, &one, 1, values + number, coding, measure);
    }
}

IN_SET void measure_rows(const annscope_query *query, const void *const *rows, size_t count, float *values,
                         annscope_coding coding, annscope_measure measure) {
    const size_t width = width_of(coding, query->dimension), ahead = width < BYTES_AHEAD ? width : BYTES_AHEAD;
    const size_t step = width > BYTES_AHEAD && count > MOST_ROWS ? regular_step(rows, count, width) : 0;
    if (step > 0) return measure_in_order(query, rows[0], step, count, values, coding, measure);
    size_t row = 0, fetched = MOST_ROWS;
    for (; row + MOST_ROWS <= count; row += MOST_ROWS) {
        for (; fetched < count && fetched < row + MOST_ROWS + ROWS_AHEAD; fetched++)
            for (size_t byte = 0; byte < ahead; byte += 64) __builtin_prefetch((const uint8_t *)rows[fetched] + byte);
        measure_together(query, rows + row, MOST_ROWS, values + row, coding, measure);
    }
    switch (count - row) {
    case 3: measure_together(query, rows + row, 3, values + row, coding, measure); break;
    case 2: measure_together(query, rows + row, 2, values + row, coding, measure); break;
    case 1: measure_together(query, rows + row, 1, values + row, coding, measure); break;
    }
}

#define CODINGS(DO) \
    DO(float32) DO(float16) DO(bfloat16) DO(unsigned8) DO(signed8) DO(unsigned6) DO(unsigned4)

#define DEFINE_KERNELS(CODING)                                                                                     \
    KERNEL_IN_SET void CODING##_l2(const annscope_query *query, const void *const *rows, size_t count,             \
                                   float *values) {                                                                \
        measure_rows(query, rows, count, values, annscope_##CODING, annscope_squared_l2);                          \
    }                                                                                                              \
    KERNEL_IN_SET void CODING##_dot(const annscope_query *query, const void *const *rows, size_t count,            \
                                    float *values) {                                                               \
        measure_rows(query, rows, count, values, annscope_##CODING, annscope_dot);                                 \
    }

CODINGS(DEFINE_KERNELS)

static annscope_kernel row_kernel(annscope_coding coding, annscope_measure measure) {
    switch (coding) {
#define CHOOSE_KERNEL(CODING) \
    case annscope_##CODING: return measure == annscope_squared_l2 ? CODING##_l2 : CODING##_dot;
        CODINGS(CHOOSE_KERNEL)
    default: return NULL;
    }
}
