#include <float.h>
#include <math.h>
#include <string.h>

#include "CVectorKernels.h"
#include "some_bytes.h"

// usearch's own metrics (usearch/index_plugins.hpp of 2.26, and NumKong's spatial and set kernels).

// The functions that pass wide registers are all put into their callers.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef double wide __attribute__((vector_size(64), aligned(8)));
typedef float narrow __attribute__((vector_size(32), aligned(4)));
typedef int32_t words __attribute__((vector_size(32), aligned(4)));
typedef uint16_t halves __attribute__((vector_size(16), aligned(2)));

/// 1 − product / √(squares · squares), as NumKong's `nk_angular` ends.
static inline float cosine_distance(double product, double asked_squares, double squares) {
    if (asked_squares == 0 && squares == 0) return 0;
    if (product == 0) return 1;
    double distance = 1 - product / (sqrt(asked_squares) * sqrt(squares));
    return distance < 0 ? 0 : (float)distance;
}

/// In a step of its own, so that the product before it is rounded, too.
static inline float one_minus(float product) { return 1 - product; }

static inline int32_t signed_byte(const uint8_t *bytes, size_t place, size_t dimension) {
    (void)dimension;
    return (int8_t)bytes[place];
}

/// 64 bits of a row; those behind the last byte are 0.
static inline uint64_t bit_word(const uint8_t *bytes, size_t place, size_t dimension) {
    size_t left = (dimension + 7) / 8 - 8 * place;
    return left >= 8 ? load_64(bytes + 8 * place) : load_some(bytes + 8 * place, left);
}

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)
#define IN(name) JOIN(name, SET)

#define SET baseline
#define SET_TARGET
#include "usearch_rows.h"
#undef SET
#undef SET_TARGET

#if defined(__x86_64__)
#define SET avx2
#define SET_TARGET __attribute__((target("avx2,fma,f16c,popcnt")))
#define CONVERTS_HALVES
#include "usearch_rows.h"
#undef SET
#undef SET_TARGET

#define SET avx512
#define SET_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma,f16c,popcnt")))
#include "usearch_rows.h"
#undef SET
#undef SET_TARGET
#endif

// MARK: Metrics that usearch leaves to the compiler, in single precision

static float component(const uint8_t *row, annscope_coding coding, size_t place) {
    float value;
    uint16_t half;
    switch (coding) {
    case annscope_signed8: return (int8_t)row[place];
    case annscope_bfloat16: {
        memcpy(&half, row + 2 * place, sizeof half);
        uint32_t bits = (uint32_t)half << 16;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    case annscope_float16: {
        memcpy(&half, row + 2 * place, sizeof half);
        uint32_t bits = (uint32_t)(half & 0x7FFF) << 13;
        memcpy(&value, &bits, sizeof value);
        value *= 0x1p112f;
        if (value >= 65536) value = INFINITY;
        return half & 0x8000 ? -value : value;
    }
    default: memcpy(&value, row + 4 * place, sizeof value); return value;
    }
}

/// The query's component, which for bytes is the byte.
static float asked_component(const annscope_query *query, annscope_coding coding, size_t place) {
    return coding == annscope_signed8 ? (float)(int8_t)query->bits[place] : query->vector[place];
}

static float pearson(const annscope_query *query, annscope_coding coding, const uint8_t *row) {
    const float dimension = (float)query->dimension;
    if (query->dimension <= 1) return 0;
    float a_sum = 0, b_sum = 0, products = 0, a_squares = 0, b_squares = 0;
    for (size_t place = 0; place < query->dimension; place++) {
        float a = asked_component(query, coding, place), b = component(row, coding, place);
        a_sum += a;
        b_sum += b;
        products += a * b;
        a_squares += a * a;
        b_squares += b * b;
    }
    float spread = (dimension * a_squares - a_sum * a_sum) * (dimension * b_squares - b_sum * b_sum);
    if (spread <= 0) return 0;
    return 1 - (dimension * products - a_sum * b_sum) / sqrtf(spread);
}

static float divergence(const annscope_query *query, annscope_coding coding, const uint8_t *row) {
    float first = 0, second = 0;
    for (size_t place = 0; place < query->dimension; place++) {
        float p = query->vector[place], q = component(row, coding, place);
        float mean = (p + q) / 2 + FLT_EPSILON;
        first += p * logf((p + FLT_EPSILON) / mean);
        second += q * logf((q + FLT_EPSILON) / mean);
    }
    return (first + second) / 2;
}

static float radians(float degrees) { return degrees * 3.14159265358979323846f / 180; }

static float haversine(const annscope_query *query, annscope_coding coding, const uint8_t *row) {
    float latitude = query->vector[0], other = component(row, coding, 0);
    float north = sinf(radians(other - latitude) / 2);
    float east = sinf(radians(component(row, coding, 1) - query->vector[1]) / 2);
    return 2 * asinf(sqrtf(north * north + cosf(radians(latitude)) * cosf(radians(other)) * (east * east)));
}

#define DEFINE_PLAIN(METRIC, CODING)                                                                                  \
    static void METRIC##_##CODING(const annscope_query *query, const void *const *rows, size_t count, float *values) { \
        for (size_t row = 0; row < count; row++) {                                                                    \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                   \
            values[row] = METRIC(query, annscope_##CODING, rows[row]);                                                \
        }                                                                                                             \
    }
DEFINE_PLAIN(pearson, float32)
DEFINE_PLAIN(pearson, float16)
DEFINE_PLAIN(pearson, bfloat16)
DEFINE_PLAIN(pearson, signed8)
DEFINE_PLAIN(divergence, float32)
DEFINE_PLAIN(divergence, float16)
DEFINE_PLAIN(divergence, bfloat16)
DEFINE_PLAIN(haversine, float32)

static annscope_kernel plain_kernel(annscope_coding coding, annscope_usearch_metric metric) {
    switch (metric) {
    case annscope_usearch_pearson:
        switch (coding) {
        case annscope_float32: return pearson_float32;
        case annscope_float16: return pearson_float16;
        case annscope_bfloat16: return pearson_bfloat16;
        case annscope_signed8: return pearson_signed8;
        default: return NULL;
        }
    case annscope_usearch_divergence:
        switch (coding) {
        case annscope_float32: return divergence_float32;
        case annscope_float16: return divergence_float16;
        case annscope_bfloat16: return divergence_bfloat16;
        default: return NULL;
        }
    case annscope_usearch_haversine: return coding == annscope_float32 ? haversine_float32 : NULL;
    default: return NULL;
    }
}

annscope_kernel annscope_usearch_kernel(size_t set, annscope_coding coding, annscope_usearch_metric metric) {
    annscope_kernel plain = plain_kernel(coding, metric);
    if (plain) return plain;
#if defined(__x86_64__)
    if (set == 2) return kernel_avx512(coding, metric);
    if (set == 1) return kernel_avx2(coding, metric);
#endif
    (void)set;
    return kernel_baseline(coding, metric);
}
