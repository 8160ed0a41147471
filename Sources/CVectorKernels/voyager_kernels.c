#include <math.h>

#include "CVectorKernels.h"

// Voyager's distances between 8-bit vectors. Voyager adds the components up one after the other in single precision, so that
// its sums can only be had in that order; four rows at a time, as each sum waits for the one before.

/// How many components the first of two sums takes, as Voyager unrolls its loops: it begins a second sum behind them where
/// the dimension is no multiple of 4. All of them where it is.
static size_t first_part(size_t dimension) {
    if (dimension % 4 == 0 || dimension < 4) return dimension;
    size_t part = 4;
    while (part < 128 && dimension > 2 * part) part *= 2;
    return part;
}

static const float one_byte = 1.0f / 127;

// The values of the signed bytes by their bits.
#define FOUR(n) n, n + 1, n + 2, n + 3
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define SIXTY_FOUR(n) SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48)
static const float signed8_values[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(-128), SIXTY_FOUR(-64)};

// The values of the 8-bit floats: sign in the lowest bit, then 4 bits of exponent, bias 7, and 3 of mantissa. Numbers
// without an exponent keep the factor 2⁻⁷.
#define E4M3(m, e) ((e == 0 ? m / 8.0f : 1 + m / 8.0f) * (float)(1 << e) / 128)
#define PAIR(m, e) E4M3(m, e), -E4M3(m, e)
#define PAIRS(m)                                                                                                     \
    PAIR(m, 0), PAIR(m, 1), PAIR(m, 2), PAIR(m, 3), PAIR(m, 4), PAIR(m, 5), PAIR(m, 6), PAIR(m, 7), PAIR(m, 8),      \
        PAIR(m, 9), PAIR(m, 10), PAIR(m, 11), PAIR(m, 12), PAIR(m, 13), PAIR(m, 14)
static const float e4m3_values[256] = {
    PAIRS(0), PAIR(0, 15), PAIRS(1), PAIR(1, 15), PAIRS(2), PAIR(2, 15), PAIRS(3), PAIR(3, 15),
    PAIRS(4), PAIR(4, 15), PAIRS(5), PAIR(5, 15), PAIRS(6), PAIR(6, 15), PAIRS(7), NAN,         NAN,
};

#define DEFINE_RANGE(NAME, VALUES, STEP)                                                                              \
    /* Sums over the components from `start` to `end` of four rows. */                                               \
    static inline void NAME##_range(const uint8_t *asked, const uint8_t *const *rows, size_t start, size_t end,      \
                                    float *sums) {                                                                   \
        for (int row = 0; row < 4; row++) sums[row] = 0;                                                             \
        for (size_t place = start; place < end; place++) {                                                           \
            float a = VALUES[asked[place]];                                                                           \
            for (int row = 0; row < 4; row++) {                                                                      \
                float b = VALUES[rows[row][place]];                                                                   \
                sums[row] += STEP;                                                                                   \
            }                                                                                                        \
        }                                                                                                            \
    }

/// PART is what becomes of each of the two sums, WHOLE of both together.
#define DEFINE_KERNEL(NAME, VALUES, STEP, PART, WHOLE)                                                                \
    DEFINE_RANGE(NAME, VALUES, STEP)                                                                                  \
    static void NAME(const annscope_query *query, const void *const *rows, size_t count, float *values) {            \
        const size_t dimension = query->dimension, part = first_part(dimension);                                     \
        for (size_t first = 0; first < count; first += 4) {                                                          \
            const size_t together = count - first < 4 ? count - first : 4;                                           \
            const uint8_t *four[4];                                                                                  \
            for (size_t row = 0; row < 4; row++) four[row] = rows[first + (row < together ? row : 0)];               \
            float head[4], tail[4] = {0};                                                                            \
            NAME##_range(query->bits, four, 0, part, head);                                                          \
            if (part < dimension) NAME##_range(query->bits, four, part, dimension, tail);                            \
            for (size_t row = 0; row < together; row++) {                                                            \
                float sum = PART(head[row]) + PART(tail[row]);                                                       \
                values[first + row] = WHOLE;                                                                         \
            }                                                                                                        \
        }                                                                                                            \
    }

#define AS_IT_IS(sum) (sum)
#define SCALED(sum) ((sum) * one_byte * one_byte)

DEFINE_KERNEL(signed8_l2, signed8_values, (a - b) * (a - b), SCALED, sum)
DEFINE_KERNEL(signed8_product, signed8_values, a * b, AS_IT_IS, 1 - sum * (one_byte * one_byte))
DEFINE_KERNEL(e4m3_l2, e4m3_values, (a - b) * (a - b), AS_IT_IS, sum)
DEFINE_KERNEL(e4m3_product, e4m3_values, a * b, AS_IT_IS, 1 - sum)

annscope_kernel annscope_voyager_kernel(bool isE4M3, bool isProduct) {
    if (isE4M3) return isProduct ? e4m3_product : e4m3_l2;
    return isProduct ? signed8_product : signed8_l2;
}
