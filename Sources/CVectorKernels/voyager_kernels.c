#include <math.h>

#include "CVectorKernels.h"

// Voyager's distances between 8-bit floats. All sums that 24 bits hold are the same in any order, and Voyager's compiler was
// free to choose one; doubles hold those of any vectors.

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

#define DEFINE_E4M3(NAME, STEP, RESULT)                                                                              \
    static void NAME(const annscope_query *query, const void *const *rows, size_t count, float *values) {            \
        const size_t dimension = query->dimension;                                                                   \
        const uint8_t *asked = query->bits;                                                                          \
        for (size_t row = 0; row < count; row++) {                                                                   \
            const uint8_t *stored = rows[row];                                                                       \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                  \
            double sums[4] = {0};                                                                                    \
            for (size_t place = 0; place < dimension; place++) {                                                     \
                float a = e4m3_values[asked[place]], b = e4m3_values[stored[place]];                                 \
                sums[place % 4] += STEP;                                                                             \
            }                                                                                                        \
            float sum = (float)(sums[0] + sums[1] + sums[2] + sums[3]);                                              \
            values[row] = RESULT;                                                                                    \
        }                                                                                                            \
    }
DEFINE_E4M3(squared_l2, (a - b) * (a - b), sum)
DEFINE_E4M3(product, a * b, 1 - sum)

annscope_kernel annscope_e4m3_kernel(bool isProduct) { return isProduct ? product : squared_l2; }
