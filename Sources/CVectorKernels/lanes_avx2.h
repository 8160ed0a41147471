#include <immintrin.h>

#include "some_bytes.h"

// The words of `row_kernels.h` in AVX2 with FMA and F16C: Intel since Haswell, AMD since Zen.

#define LANES 8
#define SET_TARGET __attribute__((target("avx2,fma,f16c,popcnt")))
#define IN_SET SET_TARGET static inline __attribute__((always_inline))
#define KERNEL_IN_SET SET_TARGET static

typedef __m256 lanes;

IN_SET lanes zero(void) { return _mm256_setzero_ps(); }
IN_SET lanes subtract(lanes a, lanes b) { return _mm256_sub_ps(a, b); }
/// a * b + c.
IN_SET lanes multiply_add(lanes a, lanes b, lanes c) { return _mm256_fmadd_ps(a, b, c); }
/// c − a * b.
IN_SET lanes multiply_subtract(lanes a, lanes b, lanes c) { return _mm256_fnmadd_ps(a, b, c); }
IN_SET lanes add(lanes a, lanes b) { return _mm256_add_ps(a, b); }

IN_SET float total(lanes a) {
    __m128 fours = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    __m128 pairs = _mm_add_ps(fours, _mm_movehl_ps(fours, fours));
    return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehdup_ps(pairs)));
}

IN_SET lanes floats(const float *numbers) { return _mm256_loadu_ps(numbers); }

IN_SET lanes some_floats(const void *numbers, size_t count) {
    static const int32_t masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_maskload_ps(numbers, _mm256_loadu_si256((const __m256i *)(masks + 8 - count)));
}

/// The first `count` bytes, 0…16, the others zero.
IN_SET __m128i bytes_of(const uint8_t *bytes, size_t count) {
    uint64_t low = load_some(bytes, count < 8 ? count : 8);
    uint64_t high = count <= 8 ? 0 : load_some(bytes + 8, count - 8);
    return _mm_set_epi64x((int64_t)high, (int64_t)low);
}

IN_SET lanes from_unsigned8(__m128i codes) { return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(codes)); }

IN_SET lanes from_unsigned6(__m128i codes) {
    // To each lane the two bytes that its bits are in.
    __m128i pairs = _mm_shuffle_epi8(codes, _mm_setr_epi8(0, 1, 0, 1, 1, 2, 2, -1, 3, 4, 3, 4, 4, 5, 5, -1));
    __m256i shifted =
        _mm256_srlv_epi32(_mm256_cvtepu16_epi32(pairs), _mm256_setr_epi32(0, 6, 4, 2, 0, 6, 4, 2));
    return _mm256_cvtepi32_ps(_mm256_and_si256(shifted, _mm256_set1_epi32(63)));
}

IN_SET lanes from_unsigned4(__m128i codes) {
    __m128i halves = _mm_unpacklo_epi8(codes, _mm_srli_epi16(codes, 4));
    return from_unsigned8(_mm_and_si128(halves, _mm_set1_epi8(15)));
}

/// The first `count` components, 1…LANES, that start at `codes`.
IN_SET lanes components(annscope_coding coding, const uint8_t *codes, size_t count) {
    switch (coding) {
    case annscope_float32:
        return count == LANES ? _mm256_loadu_ps((const float *)codes) : some_floats(codes, count);
    case annscope_float16: return _mm256_cvtph_ps(bytes_of(codes, 2 * count));
    case annscope_bfloat16:
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bytes_of(codes, 2 * count)), 16));
    case annscope_unsigned8: return from_unsigned8(bytes_of(codes, count));
    case annscope_signed8: return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes_of(codes, count)));
    case annscope_unsigned6: return from_unsigned6(bytes_of(codes, (6 * count + 7) / 8));
    default: return from_unsigned4(bytes_of(codes, (count + 1) / 2));
    }
}
