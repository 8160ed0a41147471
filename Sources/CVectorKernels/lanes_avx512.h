#include <immintrin.h>

#include "some_bytes.h"

// The words of `row_kernels.h` in AVX-512 (F, VL, DQ, BW): Intel's servers since Skylake, AMD since Zen 4. A masked
// load does not touch what its mask leaves out.

#define LANES 16
#define SET_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c,popcnt")))
#define IN_SET SET_TARGET static inline __attribute__((always_inline))
#define KERNEL_IN_SET SET_TARGET static

typedef __m512 lanes;

IN_SET lanes zero(void) { return _mm512_setzero_ps(); }
IN_SET lanes subtract(lanes a, lanes b) { return _mm512_sub_ps(a, b); }
/// a * b + c.
IN_SET lanes multiply_add(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }
/// c − a * b.
IN_SET lanes multiply_subtract(lanes a, lanes b, lanes c) { return _mm512_fnmadd_ps(a, b, c); }
IN_SET lanes add(lanes a, lanes b) { return _mm512_add_ps(a, b); }

IN_SET float total(lanes a) {
    __m256 eights = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    __m128 fours = _mm_add_ps(_mm256_castps256_ps128(eights), _mm256_extractf128_ps(eights, 1));
    __m128 pairs = _mm_add_ps(fours, _mm_movehl_ps(fours, fours));
    return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehdup_ps(pairs)));
}

IN_SET lanes floats(const float *numbers) { return _mm512_loadu_ps(numbers); }

/// The lowest `count` bits.
IN_SET __mmask16 lowest(size_t count) { return (__mmask16)((1u << count) - 1); }

IN_SET lanes some_floats(const void *numbers, size_t count) {
    return _mm512_maskz_loadu_ps(lowest(count), numbers);
}

IN_SET __m128i bytes_of(const uint8_t *bytes, size_t count) {
    return count == 16 ? _mm_loadu_si128((const __m128i *)bytes) : _mm_maskz_loadu_epi8(lowest(count), bytes);
}

IN_SET __m256i halves_of(const uint8_t *bytes, size_t count) {
    return count == 16 ? _mm256_loadu_si256((const __m256i *)bytes) : _mm256_maskz_loadu_epi16(lowest(count), bytes);
}

IN_SET lanes from_unsigned8(__m128i codes) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(codes)); }

IN_SET lanes from_unsigned6(__m128i codes) {
    // To each lane the two bytes that its bits are in.
    const __m256i places = _mm256_setr_epi8(0, 1, 0, 1, 1, 2, 2, -1, 3, 4, 3, 4, 4, 5, 5, -1,  //
                                            6, 7, 6, 7, 7, 8, 8, -1, 9, 10, 9, 10, 10, 11, 11, -1);
    const __m256i shifts = _mm256_setr_epi16(0, 6, 4, 2, 0, 6, 4, 2, 0, 6, 4, 2, 0, 6, 4, 2);
    __m256i pairs = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(codes), places);
    __m256i shifted = _mm256_and_si256(_mm256_srlv_epi16(pairs, shifts), _mm256_set1_epi16(63));
    return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(shifted));
}

IN_SET lanes from_unsigned4(__m128i codes) {
    __m128i halves = _mm_unpacklo_epi8(codes, _mm_srli_epi16(codes, 4));
    return from_unsigned8(_mm_and_si128(halves, _mm_set1_epi8(15)));
}

/// The first `count` components, 1…LANES, that start at `codes`.
IN_SET lanes components(annscope_coding coding, const uint8_t *codes, size_t count) {
    switch (coding) {
    case annscope_float32:
        return count == LANES ? _mm512_loadu_ps((const float *)codes) : some_floats(codes, count);
    case annscope_float16: return _mm512_cvtph_ps(halves_of(codes, count));
    case annscope_bfloat16:
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves_of(codes, count)), 16));
    case annscope_unsigned8: return from_unsigned8(bytes_of(codes, count));
    case annscope_signed8: return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes_of(codes, count)));
    case annscope_unsigned6: return from_unsigned6(bytes_of(codes, (6 * count + 7) / 8));
    default: return from_unsigned4(bytes_of(codes, (count + 1) / 2));
    }
}
