#include <math.h>
#include <string.h>

#include "sets.h"

// Faiss's other metrics. Eight lanes, which every compiler maps to the registers at hand, where a step is a few
// instructions; where it is a call of the mathematical library, one lane in Faiss's order.

/// Defines a kernel that runs STEP for each pair of components, `a` the query's and `b` the row's, to change one lane's
/// `sum` and `other`. JOIN makes one sum of two lanes' `x` and `y`; RESULT is made of the last `sum` and `other`.
#define DEFINE_PLAIN(NAME, LANES, STEP, JOIN, RESULT)                                                              \
    static void NAME(const annscope_query *query, const void *const *rows, size_t count, float *values) {          \
        const float *asked = query->vector;                                                                        \
        const size_t dimension = query->dimension;                                                                 \
        for (size_t row = 0; row < count; row++) {                                                                 \
            const uint8_t *stored = rows[row];                                                                     \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                \
            float sums[LANES] = {0}, others[LANES] = {0};                                                          \
            for (size_t place = 0; place < dimension;) {                                                           \
                float loaded[LANES];                                                                               \
                size_t width = dimension - place;                                                                  \
                if (width >= LANES) {                                                                              \
                    memcpy(loaded, stored + 4 * place, sizeof loaded);                                             \
                    width = LANES;                                                                                 \
                    for (size_t lane = 0; lane < LANES; lane++) RUN_STEP(STEP)                                     \
                } else {                                                                                           \
                    memcpy(loaded, stored + 4 * place, 4 * width);                                                 \
                    for (size_t lane = 0; lane < width; lane++) RUN_STEP(STEP)                                     \
                }                                                                                                  \
                place += width;                                                                                    \
            }                                                                                                      \
            for (size_t half = LANES / 2; half; half /= 2)                                                         \
                for (size_t lane = 0; lane < half; lane++) {                                                       \
                    const float x = sums[lane], y = sums[lane + half];                                             \
                    sums[lane] = JOIN;                                                                             \
                    others[lane] += others[lane + half];                                                           \
                }                                                                                                  \
            const float sum = sums[0], other = others[0];                                                          \
            (void)other;                                                                                           \
            values[row] = annscope_value(query, RESULT);                                                           \
        }                                                                                                          \
    }

#define RUN_STEP(STEP)                                                                                             \
    {                                                                                                              \
        const float a = asked[place + lane], b = loaded[lane];                                                     \
        float sum = sums[lane], other = others[lane];                                                              \
        STEP;                                                                                                      \
        sums[lane] = sum, others[lane] = other;                                                                    \
    }

#define BOTH_ARE_NUMBERS ((a == a) & (b == b))

static inline float difference_of_kinds(float a, float b) {
    // Without short cuts, so that the lanes go together.
    const int measured = (a >= 0) & (a <= 1) & (b >= 0) & (b <= 1), named = (a < 0) & (b < 0);
    const float of_names = a != b ? 1.0f : 0.0f, of_others = named ? of_names : NAN;
    return measured ? fabsf(a - b) : of_others;
}

DEFINE_PLAIN(l1, 8, sum += fabsf(a - b), x + y, sum)
DEFINE_PLAIN(linf, 8, const float d = fabsf(a - b); sum = d > sum ? d : sum, x > y ? x : y, sum)
DEFINE_PLAIN(lp, 1, sum += powf(fabsf(a - b), query->argument), x + y, sum)
DEFINE_PLAIN(canberra, 8, sum += fabsf(a - b) / (fabsf(a) + fabsf(b)), x + y, sum)
DEFINE_PLAIN(bray_curtis, 8, sum += fabsf(a - b); other += fabsf(a + b), x + y, sum / other)
// The logarithms cancel nearly, so their rounding must be Faiss's.
DEFINE_PLAIN(jensen_shannon, 1, const float m = 0.5f * (a + b);
             sum += (float)(-a * log((double)(m / a))) + (float)(-b * log((double)(m / b))), x + y, 0.5f * sum)
DEFINE_PLAIN(jaccard, 8, sum += fminf(a, b); other += fmaxf(a, b), x + y, sum / other)
DEFINE_PLAIN(nan_euclidean, 8, const float d = BOTH_ARE_NUMBERS ? a - b : 0; sum += d * d;
             other += BOTH_ARE_NUMBERS ? 1.0f : 0.0f, x + y, other == 0 ? NAN : (float)dimension / other * sum)
DEFINE_PLAIN(gower, 8, sum += BOTH_ARE_NUMBERS ? difference_of_kinds(a, b) : 0;
             other += BOTH_ARE_NUMBERS ? 1.0f : 0.0f, x + y, sum / other)

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
