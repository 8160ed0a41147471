#include <emmintrin.h>

#include "some_bytes.h"

// The words of `row_kernels.h` in SSE2, which every x86-64 processor has.

#define LANES 4
#define IN_SET static inline __attribute__((always_inline))
#define KERNEL_IN_SET static

typedef __m128 lanes;

IN_SET lanes zero(void) { return _mm_setzero_ps(); }
IN_SET lanes subtract(lanes a, lanes b) { return _mm_sub_ps(a, b); }
/// a * b + c.
IN_SET lanes multiply_add(lanes a, lanes b, lanes c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
/// c − a * b.
IN_SET lanes multiply_subtract(lanes a, lanes b, lanes c) { return _mm_sub_ps(c, _mm_mul_ps(a, b)); }
IN_SET lanes add(lanes a, lanes b) { return _mm_add_ps(a, b); }

IN_SET float total(lanes a) {
    __m128 pairs = _mm_add_ps(a, _mm_movehl_ps(a, a));
    return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}

IN_SET lanes floats(const float *numbers) { return _mm_loadu_ps(numbers); }

IN_SET lanes some_floats(const void *numbers, size_t count) {
    const uint8_t *bytes = numbers;
    uint64_t low = load_some(bytes, count < 2 ? 4 * count : 8);
    uint64_t high = count < 3 ? 0 : load_32(bytes + 8);
    return _mm_castsi128_ps(_mm_set_epi64x((int64_t)high, (int64_t)low));
}

IN_SET lanes from_float16(uint64_t halves) {
    __m128i half = _mm_unpacklo_epi16(_mm_cvtsi64_si128((int64_t)halves), _mm_setzero_si128());
    __m128i sign = _mm_slli_epi32(_mm_and_si128(half, _mm_set1_epi32(0x8000)), 16);
    __m128i rest = _mm_and_si128(half, _mm_set1_epi32(0x7fff));
    // The exponents' biases differ by 112; a float's multiplication also makes normal numbers of the subnormal ones.
    __m128 number = _mm_mul_ps(_mm_castsi128_ps(_mm_slli_epi32(rest, 13)), _mm_set1_ps(0x1p112f));
    __m128i endless = _mm_and_si128(_mm_cmpgt_epi32(rest, _mm_set1_epi32(0x7bff)), _mm_set1_epi32(0x7f800000));
    return _mm_or_ps(number, _mm_castsi128_ps(_mm_or_si128(sign, endless)));
}

IN_SET lanes from_bfloat16(uint64_t halves) {
    return _mm_castsi128_ps(_mm_unpacklo_epi16(_mm_setzero_si128(), _mm_cvtsi64_si128((int64_t)halves)));
}

IN_SET lanes from_unsigned8(uint32_t codes) {
    __m128i wide = _mm_unpacklo_epi8(_mm_cvtsi32_si128((int)codes), _mm_setzero_si128());
    return _mm_cvtepi32_ps(_mm_unpacklo_epi16(wide, _mm_setzero_si128()));
}

IN_SET lanes from_signed8(uint32_t codes) {
    __m128i bytes = _mm_cvtsi32_si128((int)codes);
    bytes = _mm_unpacklo_epi8(bytes, bytes);
    return _mm_cvtepi32_ps(_mm_srai_epi32(_mm_unpacklo_epi16(bytes, bytes), 24));
}

/// From the four low codes of `width` bits each.
IN_SET lanes from_packed(uint32_t codes, int width) {
    uint32_t mask = (1u << width) - 1;
    uint32_t bytes = (codes & mask) | (codes >> width & mask) << 8 | (codes >> 2 * width & mask) << 16 |
                     (codes >> 3 * width & mask) << 24;
    return from_unsigned8(bytes);
}

/// The first `count` components, 1…LANES, that start at `codes`.
IN_SET lanes components(annscope_coding coding, const uint8_t *codes, size_t count) {
    switch (coding) {
    case annscope_float32: return count == LANES ? _mm_loadu_ps((const float *)codes) : some_floats(codes, count);
    case annscope_float16: return from_float16(load_some(codes, 2 * count));
    case annscope_bfloat16: return from_bfloat16(load_some(codes, 2 * count));
    case annscope_unsigned8: return from_unsigned8((uint32_t)load_some(codes, count));
    case annscope_signed8: return from_signed8((uint32_t)load_some(codes, count));
    case annscope_unsigned6: return from_packed((uint32_t)load_some(codes, (6 * count + 7) / 8), 6);
    default: return from_packed((uint32_t)load_some(codes, (count + 1) / 2), 4);
    }
}
