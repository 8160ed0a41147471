// Checks every kernel of every set that the processor runs against double precision. `make test-neon` runs it for
// arm64 in QEMU, and for this machine under the address and undefined-behaviour sanitizers. Rows lie unaligned and
// end at a page that may not be touched.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CVectorKernels.h"
#include "check_map_kernels.h"

enum { MOST_DIMENSION = 513, ROWS = 17, MOST_BYTES = 4 * MOST_DIMENSION };

static const size_t counts[] = {0, 1, 2, 3, 5, 8, 17};
static uint8_t *fence;  // rows end here
static unsigned failures;

static uint32_t random_bits(void) {
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

static float random_number(void) { return (float)(random_bits() >> 8) * 0x1p-23f - 1; }

static void fail(size_t set, int coding, int measure, size_t dimension, size_t count, double value, double exact) {
    if (++failures > 20) return;
    fprintf(stderr, "%s, coding %d, measure %d, dimension %zu, %zu rows: %.9g instead of %.9g\n",
            annscope_set_name(set), coding, measure, dimension, count, value, exact);
}

/// Places row `number` of `count` so that the last one ends at the fence, and fills it with random bytes.
static void place_rows(const void **rows, size_t bytes) {
    for (size_t row = 0; row < ROWS; row++) {
        uint8_t *place = fence - (ROWS - row) * bytes;
        for (size_t byte = 0; byte < bytes; byte++) place[byte] = (uint8_t)(random_bits() >> 24);
        rows[row] = place;
    }
}

static size_t row_bytes(annscope_coding coding, size_t dimension) {
    switch (coding) {
    case annscope_float32: return 4 * dimension;
    case annscope_float16:
    case annscope_bfloat16: return 2 * dimension;
    case annscope_unsigned6: return (6 * dimension + 7) / 8;
    case annscope_unsigned4: return (dimension + 1) / 2;
    default: return dimension;
    }
}

/// Makes a component of a row of floats, halves or their like a number of −2…2.
static void calm(annscope_coding coding, uint8_t *row, size_t place) {
    if (coding == annscope_float32) {
        float number = random_number();
        memcpy(row + 4 * place, &number, 4);
    } else if (coding == annscope_float16) {
        row[2 * place + 1] &= 0xbf;
    } else if (coding == annscope_bfloat16) {
        row[2 * place + 1] = (row[2 * place + 1] & 0x80) | 0x3f;
    }
}

static unsigned bits_at(const uint8_t *row, size_t bit, size_t width) {
    unsigned value = 0;
    for (size_t i = 0; i < width; i++) value |= (unsigned)(row[(bit + i) / 8] >> (bit + i) % 8 & 1) << i;
    return value;
}

static double half(unsigned bits) {
    int exponent = bits >> 10 & 31;
    double fraction = bits & 1023, sign = bits & 0x8000 ? -1 : 1;
    if (exponent == 31) return fraction ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent ? ldexp(1 + fraction / 1024, exponent - 15) : ldexp(fraction, -24));
}

/// The stored number or code at `place`.
static double stored(annscope_coding coding, const uint8_t *row, size_t place) {
    float number;
    uint32_t bits;
    switch (coding) {
    case annscope_float32: memcpy(&number, row + 4 * place, 4); return number;
    case annscope_float16: return half(bits_at(row, 16 * place, 16));
    case annscope_bfloat16:
        bits = bits_at(row, 16 * place, 16) << 16;
        memcpy(&number, &bits, 4);
        return number;
    case annscope_signed8: return (int8_t)row[place];
    case annscope_unsigned6: return bits_at(row, 6 * place, 6);
    case annscope_unsigned4: return bits_at(row, 4 * place, 4);
    default: return row[place];
    }
}

/// The exact value of a row, and how far rounding may take a kernel from it.
static double exact_value(const annscope_query *query, annscope_coding coding, annscope_measure measure,
                          const uint8_t *row, double *tolerance) {
    double sum = 0, size = 0, steps = (double)query->dimension / 8 + 16;
    int coded = coding > annscope_bfloat16;
    for (size_t place = 0; place < query->dimension; place++) {
        double asked = query->vector[place], number = stored(coding, row, place), largest = fabs(asked);
        if (coded) {
            double least = query->least[place], above = (double)query->step[place] * number;
            number = least + above;
            largest += fabs(least) + fabs(above);
        } else {
            largest += fabs(number);
        }
        double difference = asked - number;
        sum += measure == annscope_dot ? asked * number : difference * difference;
        size += measure == annscope_dot ? fabs(asked) * largest
                                        : difference * difference + 6 * fabs(difference) * largest / steps;
    }
    *tolerance = steps * 0x1p-24 * size + 1e-37;
    return sum;
}

static void check_components(annscope_coding coding, annscope_measure measure) {
    static float vector[MOST_DIMENSION], least[MOST_DIMENSION], step[MOST_DIMENSION];
    for (size_t dimension = 1; dimension <= MOST_DIMENSION; dimension++) {
        // The query's floats end with their arrays, so that a sanitizer sees what reads on.
        const size_t start = MOST_DIMENSION - dimension;
        for (size_t place = start; place < MOST_DIMENSION; place++) {
            vector[place] = random_number();
            least[place] = random_number();
            step[place] = random_number() / 16;
        }
        annscope_query query = {.vector = vector + start, .least = least + start, .step = step + start,
                                .dimension = dimension, .factor = 1};
        const void *rows[ROWS];
        place_rows(rows, row_bytes(coding, dimension));
        for (size_t row = 0; row < ROWS; row++)
            for (size_t place = 0; place < dimension; place++) calm(coding, (uint8_t *)rows[row], place);
        double exact[ROWS], tolerances[ROWS];
        for (size_t row = 0; row < ROWS; row++)
            exact[row] = exact_value(&query, coding, measure, rows[row], &tolerances[row]);
        for (size_t set = 0; set < annscope_kernel_count(); set++) {
            annscope_kernel kernel = annscope_kernel_for(set, coding, measure);
            float all[ROWS];
            query.offset = 0, query.factor = 1;
            kernel(&query, rows, ROWS, all);
            for (size_t row = 0; row < ROWS; row++)
                if (!(fabs(all[row] - exact[row]) <= tolerances[row]))
                    fail(set, coding, measure, dimension, ROWS, all[row], exact[row]);
            // The same bits in any batch, and one minus them where that is asked for.
            query.offset = 1, query.factor = -1;
            for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
                float some[ROWS + 1];
                const size_t count = counts[i];
                some[count] = 42;
                kernel(&query, rows + ROWS - count, count, some);
                for (size_t row = 0; row < count; row++)
                    if (some[row] != 1 - all[ROWS - count + row])
                        fail(set, coding, measure, dimension, count, some[row], 1 - all[ROWS - count + row]);
                if (some[count] != 42) fail(set, coding, measure, dimension, count, some[count], 42);
            }
        }
    }
}

/// Every half there is, against its definition, through the dot product with 1.
static void check_halves(annscope_coding coding) {
    for (size_t set = 0; set < annscope_kernel_count(); set++) {
        annscope_kernel kernel = annscope_kernel_for(set, coding, annscope_dot);
        const float one = 1;
        annscope_query query = {.vector = &one, .dimension = 1, .factor = 1};
        for (unsigned bits = 0; bits < 65536; bits++) {
            const uint8_t bytes[2] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
            const void *rows[1] = {bytes};
            float value;
            kernel(&query, rows, 1, &value);
            double exact = stored(coding, bytes, 0);
            if (value != exact && !(isnan(value) && isnan(exact))) fail(set, coding, 1, 1, 1, value, exact);
        }
    }
}

static void check_products(void) {
    for (size_t width = 1; width <= 16; width++) {
        for (size_t parts = 1; parts <= (width > 12 ? 9 : 40); parts++) {
            float *table = malloc(sizeof(float) * parts << width);
            for (size_t entry = 0; entry < parts << width; entry++) table[entry] = random_number();
            annscope_query query = {.table = table, .parts = parts, .bits_per_part = width, .factor = 1};
            const void *rows[ROWS];
            place_rows(rows, (parts * width + 7) / 8);
            for (int coding = annscope_product8; coding <= annscope_product; coding++) {
                if (coding == annscope_product8 && width != 8) continue;
                for (size_t set = 0; set < annscope_kernel_count(); set++) {
                    float values[ROWS];
                    annscope_kernel_for(set, coding, annscope_squared_l2)(&query, rows, ROWS, values);
                    for (size_t row = 0; row < ROWS; row++) {
                        double exact = 0;
                        for (size_t part = 0; part < parts; part++)
                            exact += (double)table[(part << width) + bits_at(rows[row], part * width, width)];
                        if (!(fabs(values[row] - exact) <= 1e-6 * (double)parts))
                            fail(set, coding, 0, parts, ROWS, values[row], exact);
                    }
                }
            }
            free(table);
        }
    }
}

static void check_bits(void) {
    for (size_t bytes = 1; bytes <= 200; bytes++) {
        const void *rows[ROWS];
        place_rows(rows, bytes);
        uint8_t *asked = malloc(bytes);
        for (size_t byte = 0; byte < bytes; byte++) asked[byte] = (uint8_t)(random_bits() >> 24);
        annscope_query query = {.bits = asked, .dimension = 8 * bytes, .factor = 1};
        for (size_t set = 0; set < annscope_kernel_count(); set++) {
            float values[ROWS];
            annscope_kernel_for(set, annscope_bits, annscope_hamming)(&query, rows, ROWS, values);
            for (size_t row = 0; row < ROWS; row++) {
                unsigned exact = 0;
                for (size_t bit = 0; bit < 8 * bytes; bit++)
                    exact += bits_at(asked, bit, 1) != bits_at(rows[row], bit, 1);
                if (values[row] != (float)exact) fail(set, annscope_bits, 2, 8 * bytes, ROWS, values[row], exact);
            }
        }
        free(asked);
    }
}

/// The parts of Faiss's other metrics that are sums over the components, and what is made of the two sums.
static double plain_value(annscope_plain_metric metric, const float *asked, const uint8_t *row, size_t dimension) {
    double sum = 0, other = 0;
    for (size_t place = 0; place < dimension; place++) {
        double a = asked[place], b = stored(annscope_float32, row, place), d = fabs(a - b), m = (a + b) / 2;
        switch (metric) {
        case annscope_linf: sum = fmax(sum, d); break;
        case annscope_lp: sum += pow(d, 2.5); break;
        case annscope_canberra: sum += d / (a + b); break;
        case annscope_jensen_shannon: sum -= (a * log(m / a) + b * log(m / b)) / 2; break;
        case annscope_jaccard: sum += fmin(a, b), other += fmax(a, b); break;
        case annscope_nan_euclidean: sum += d * d; break;
        default: sum += d, other += a + b; break;
        }
    }
    if (metric == annscope_gower) return sum / (double)dimension;
    return metric == annscope_bray_curtis || metric == annscope_jaccard ? sum / other : sum;
}

static void check_plain(annscope_plain_metric metric) {
    for (size_t dimension = 1; dimension <= 130; dimension++) {
        float *asked = malloc(4 * dimension);
        for (size_t place = 0; place < dimension; place++) asked[place] = fabsf(random_number());
        annscope_query query = {.vector = asked, .dimension = dimension, .argument = 2.5f, .factor = 1};
        const void *rows[ROWS];
        place_rows(rows, 4 * dimension);
        for (size_t row = 0; row < ROWS; row++)
            for (size_t place = 0; place < dimension; place++) {
                float number = fabsf(random_number());
                memcpy((uint8_t *)rows[row] + 4 * place, &number, 4);
            }
        float values[ROWS];
        annscope_plain_kernel(metric)(&query, rows, ROWS, values);
        for (size_t row = 0; row < ROWS; row++) {
            double exact = plain_value(metric, asked, rows[row], dimension);
            if (!(fabs(values[row] - exact) <= 4e-6 * exact + 1e-7 * (double)dimension))
                fail(0, -1, metric, dimension, ROWS, values[row], exact);
        }
        free(asked);
    }
}

int main(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (ROWS * MOST_BYTES / page + 1) * page;
    uint8_t *memory = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + size, page, PROT_NONE)) return perror("mmap"), 2;
    fence = memory + size;
    for (annscope_coding coding = annscope_float32; coding <= annscope_unsigned4; coding++) {
        check_components(coding, annscope_squared_l2);
        check_components(coding, annscope_dot);
    }
    check_halves(annscope_float16);
    check_halves(annscope_bfloat16);
    check_products();
    check_bits();
    for (annscope_plain_metric metric = annscope_l1; metric <= annscope_gower; metric++) check_plain(metric);
    failures += check_map_kernels();
    printf("%zu sets up to %s: %u values are wrong\n", annscope_kernel_count(),
           annscope_set_name(annscope_kernel_count() - 1), failures);
    return failures != 0;
}
