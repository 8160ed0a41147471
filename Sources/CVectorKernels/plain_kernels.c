#include <math.h>
#include <string.h>

#include "sets.h"

// Faiss's other metrics, in the order of its sums.

static float component(const uint8_t *row, size_t place) {
    float value;
    memcpy(&value, row + 4 * place, sizeof value);
    return value;
}

/// Runs STEP for each pair of components `a` (the query's) and `b`; RESULT is made of the two sums.
#define DEFINE_PLAIN(NAME, STEP, RESULT)                                                                           \
    static void NAME(const annscope_query *query, const void *const *rows, size_t count, float *values) {          \
        const size_t dimension = query->dimension;                                                                 \
        for (size_t row = 0; row < count; row++) {                                                                 \
            const uint8_t *stored = rows[row];                                                                     \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                \
            float sum = 0, other = 0;                                                                              \
            for (size_t place = 0; place < dimension; place++) {                                                   \
                float a = query->vector[place], b = component(stored, place);                                      \
                STEP;                                                                                              \
            }                                                                                                      \
            (void)other;                                                                                           \
            values[row] = annscope_value(query, RESULT);                                                           \
        }                                                                                                          \
    }

static float gower_part(float a, float b) {
    if (a >= 0 && a <= 1 && b >= 0 && b <= 1) return fabsf(a - b);
    if (a < 0 && b < 0) return a != b;
    return NAN;
}

DEFINE_PLAIN(l1, sum += fabsf(a - b), sum)
DEFINE_PLAIN(linf, sum = fmaxf(sum, fabsf(a - b)), sum)
DEFINE_PLAIN(lp, sum += powf(fabsf(a - b), query->argument), sum)
DEFINE_PLAIN(canberra, sum += fabsf(a - b) / (fabsf(a) + fabsf(b)), sum)
DEFINE_PLAIN(bray_curtis, sum += fabsf(a - b); other += fabsf(a + b), sum / other)
DEFINE_PLAIN(jensen_shannon, float m = 0.5f * (a + b); sum += -a * logf(m / a) - b * logf(m / b), 0.5f * sum)
DEFINE_PLAIN(jaccard, sum += fminf(a, b); other += fmaxf(a, b), sum / other)
// Where nothing is a number in both, 0 / 0.
DEFINE_PLAIN(nan_euclidean, if (!isnan(a) && !isnan(b)) { sum += (a - b) * (a - b); other++; },
             other == 0 ? NAN : (float)dimension / other * sum)
DEFINE_PLAIN(gower, if (!isnan(a) && !isnan(b)) { sum += gower_part(a, b); other++; }, sum / other)

annscope_kernel annscope_plain_kernel(annscope_plain_metric metric) {
    switch (metric) {
    case annscope_l1: return l1;
    case annscope_linf: return linf;
    case annscope_lp: return lp;
    case annscope_canberra: return canberra;
    case annscope_bray_curtis: return bray_curtis;
    case annscope_jensen_shannon: return jensen_shannon;
    case annscope_jaccard: return jaccard;
    case annscope_nan_euclidean: return nan_euclidean;
    case annscope_gower: return gower;
    }
    return gower;
}
