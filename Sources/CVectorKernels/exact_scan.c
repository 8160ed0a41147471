#include "CExactScan.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Rows in a file need no alignment.
typedef float loose_float __attribute__((aligned(1), may_alias));

static const float rounding = 0x1p-24f;

// The loops add up in lanes of their own, so that the compiler may use whatever registers there are.
#define LANES 16

typedef struct {
    float largest[LANES], squares[LANES], lengths[LANES];
} row_sums;

static inline void add_to_sums(const loose_float *vector, const float *centre, size_t width, row_sums *sums) {
    for (size_t i = 0; i < width; i++) {
        float x = vector[i], y = x - centre[i], size = y < 0 ? -y : y;
        sums->lengths[i] += x * x;
        sums->squares[i] += y * y;
        sums->largest[i] = size > sums->largest[i] ? size : sums->largest[i];
    }
}

typedef struct {
    float errors[LANES];
    int32_t squares[LANES];
} code_sums;

static inline void add_code(const loose_float *vector, const float *centre, size_t width, float scale, float factor,
                            uint8_t *code, code_sums *sums) {
    for (size_t i = 0; i < width; i++) {
        float y = vector[i] - centre[i], place = y * factor + 128.5f;
        // False for NaN, which no integer stands for.
        place = place > 1 ? place : 1;
        place = place < 255 ? place : 255;
        int32_t value = (int32_t)place;
        code[i] = (uint8_t)value;
        value -= 128;
        sums->squares[i] += value * value;
        float rest = y - scale * (float)value;
        sums->errors[i] += rest * rest;
    }
}

annscope_code_facts annscope_encode_row(const void *row, const float *centre, size_t dimension, size_t row_bytes,
                                        uint8_t *code) {
    const loose_float *vector = row;
    size_t whole = dimension / LANES * LANES, rest = dimension - whole;
    row_sums sums = {0};
    for (size_t i = 0; i < whole; i += LANES) add_to_sums(vector + i, centre + i, LANES, &sums);
    add_to_sums(vector + whole, centre + whole, rest, &sums);
    float largest = 0;
    double length = 0, square = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        largest = sums.largest[lane] > largest ? sums.largest[lane] : largest;
        length += sums.lengths[lane];
        square += sums.squares[lane];
    }
    // The products of scales below this could be too small for a float: such a row is coded as the centre.
    int is_finite = length < INFINITY && square < INFINITY;
    float scale = is_finite && largest > 1e-15f ? largest / 127 : 0, factor = scale > 0 ? 1 / scale : 0;

    code_sums coded = {0};
    for (size_t i = 0; i < whole; i += LANES) add_code(vector + i, centre + i, LANES, scale, factor, code + i, &coded);
    add_code(vector + whole, centre + whole, rest, scale, factor, code + whole, &coded);
    for (size_t i = dimension; i < row_bytes; i++) code[i] = 128;
    if (!is_finite) return (annscope_code_facts){0, 0, INFINITY, INFINITY};
    double error = 0, integer = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        error += coded.errors[lane];
        integer += coded.squares[lane];
    }
    // `slack` is above the rounding of a sum of squares, `tiny` above what squares too small for a float add up to. The
    // differences themselves were rounded, by at most a few units in the last place of the components.
    double slack = 1 + 2 * rounding * (double)(dimension + 4), tiny = 1e-18 * sqrt((double)dimension);
    error = sqrt(error * slack) + 4 * rounding * sqrt(square * slack) + tiny;
    length = sqrt(length * slack) + tiny;
    return (annscope_code_facts){scale, (float)((double)scale * scale * integer), (float)(error * (1 + 4 * rounding)),
                                 (float)(length * (1 + 4 * rounding))};
}

static void dots_baseline(const int8_t *query, int32_t bias, const uint8_t *codes, size_t row_bytes, size_t count,
                          float *dots) {
    for (size_t row = 0; row < count; row++) {
        const uint8_t *code = codes + row * row_bytes;
        int32_t sum = -bias;
        for (size_t i = 0; i < row_bytes; i++) sum += (int16_t)code[i] * (int16_t)query[i];
        dots[row] = (float)sum;
    }
}

#if defined(__x86_64__)

// Four rows at a time: the query is loaded once for them, and their sums come out of one tree of additions.

// Between four long rows the processor's own prefetching loses its way. The next four are fetched while these are read, in
// the order in which they lie.
static inline void fetch_lines(const uint8_t *bytes) {
    for (size_t line = 0; line < 4; line++) __builtin_prefetch(bytes + 64 * line);
}

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m128 sums_of_four(__m256i a, __m256i b, __m256i c, __m256i d, int32_t bias) {
    __m256i sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    __m128i folded = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return _mm_cvtepi32_ps(_mm_sub_epi32(folded, _mm_set1_epi32(bias)));
}

AVX2 static inline __m256i products_avx2(__m256i sum, const uint8_t *code, __m256i query) {
    __m256i wide = _mm256_cvtepu8_epi16(_mm_load_si128((const __m128i *)code));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(wide, query));
}

AVX2 static inline __m256i query_avx2(const int8_t *query) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)query));
}

AVX2 static void dots_avx2(const int8_t *query, int32_t bias, const uint8_t *codes, size_t row_bytes, size_t count,
                           float *dots) {
    const __m256i zero = _mm256_setzero_si256();
    size_t row = 0;
    for (; row + 4 <= count; row += 4) {
        const uint8_t *code = codes + row * row_bytes;
        __m256i a = zero, b = zero, c = zero, d = zero;
        for (size_t i = 0; i < row_bytes; i += 16) {
            __m256i part = query_avx2(query + i);
            if (i % 64 == 0) fetch_lines(code + 4 * (row_bytes + i));
            a = products_avx2(a, code + i, part);
            b = products_avx2(b, code + i + row_bytes, part);
            c = products_avx2(c, code + i + 2 * row_bytes, part);
            d = products_avx2(d, code + i + 3 * row_bytes, part);
        }
        _mm_storeu_ps(dots + row, sums_of_four(a, b, c, d, bias));
    }
    for (; row < count; row++) {
        __m256i sum = zero;
        for (size_t i = 0; i < row_bytes; i += 16)
            sum = products_avx2(sum, codes + row * row_bytes + i, query_avx2(query + i));
        _mm_store_ss(dots + row, sums_of_four(sum, zero, zero, zero, bias));
    }
}

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2")))

VNNI static inline __m256i folded(__m512i sum) {
    return _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
}

VNNI static void dots_vnni(const int8_t *query, int32_t bias, const uint8_t *codes, size_t row_bytes, size_t count,
                           float *dots) {
    const __m512i zero = _mm512_setzero_si512();
    size_t row = 0;
    for (; row + 4 <= count; row += 4) {
        const uint8_t *code = codes + row * row_bytes;
        __m512i a = zero, b = zero, c = zero, d = zero;
        for (size_t i = 0; i < row_bytes; i += 64) {
            __m512i part = _mm512_loadu_si512(query + i);
            fetch_lines(code + 4 * (row_bytes + i));
            a = _mm512_dpbusd_epi32(a, _mm512_load_si512(code + i), part);
            b = _mm512_dpbusd_epi32(b, _mm512_load_si512(code + i + row_bytes), part);
            c = _mm512_dpbusd_epi32(c, _mm512_load_si512(code + i + 2 * row_bytes), part);
            d = _mm512_dpbusd_epi32(d, _mm512_load_si512(code + i + 3 * row_bytes), part);
        }
        _mm_storeu_ps(dots + row, sums_of_four(folded(a), folded(b), folded(c), folded(d), bias));
    }
    for (; row < count; row++) {
        __m512i sum = zero;
        for (size_t i = 0; i < row_bytes; i += 64)
            sum = _mm512_dpbusd_epi32(
                sum, _mm512_load_si512(codes + row * row_bytes + i), _mm512_loadu_si512(query + i));
        dots[row] = (float)(_mm512_reduce_add_epi32(sum) - bias);
    }
}

#endif

size_t annscope_code_kernel_count(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512vnni")
               ? 3
               : 2;
#else
    return 1;
#endif
}

annscope_code_kernel annscope_code_kernel_at(size_t index) {
#if defined(__x86_64__)
    if (index == 2) return (annscope_code_kernel){"avx512vnni", dots_vnni};
    if (index == 1) return (annscope_code_kernel){"avx2", dots_avx2};
#endif
    (void)index;
    return (annscope_code_kernel){"baseline", dots_baseline};
}

annscope_code_kernel annscope_best_code_kernel(void) { return annscope_code_kernel_at(annscope_code_kernel_count() - 1); }

// Most groups of rows have none that is near enough: they are passed over with one look at all of them. What is not a
// number counts as near.
#define GROUP 16
#define COLLECT(IS_OUT)                                                                                                \
    size_t found = 0, row = 0;                                                                                         \
    for (; row + GROUP <= count; row += GROUP) {                                                                       \
        int32_t in = 0;                                                                                                \
        for (size_t i = row; i < row + GROUP; i++) in |= !(IS_OUT);                                                    \
        if (!in) continue;                                                                                             \
        for (size_t i = row; i < row + GROUP; i++) {                                                                   \
            places[found] = (uint32_t)i;                                                                               \
            found += !(IS_OUT);                                                                                        \
        }                                                                                                              \
    }                                                                                                                  \
    for (size_t i = row; i < count; i++) {                                                                             \
        places[found] = (uint32_t)i;                                                                                   \
        found += !(IS_OUT);                                                                                            \
    }                                                                                                                  \
    return found

size_t annscope_rows_within(annscope_code_columns columns, const float *dots, size_t count, float query_scale,
                            float query_norm, float reach, uint32_t *places) {
    const float *scales = columns.scales, *norms = columns.norms, *errors = columns.errors;
    float factor = 2 * query_scale;
    COLLECT(norms[i] + query_norm - factor * scales[i] * dots[i] > (reach + errors[i]) * (reach + errors[i]));
}

size_t annscope_rows_beyond(annscope_code_columns columns, const float *dots, size_t count, float query_scale,
                            float query_length, float query_error, float least, uint32_t *places) {
    const float *scales = columns.scales, *norms = columns.norms, *errors = columns.errors;
    COLLECT(query_scale * scales[i] * dots[i] + query_length * errors[i] + query_error * norms[i] < least);
}
