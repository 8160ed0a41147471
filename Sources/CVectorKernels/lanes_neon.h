#include <arm_neon.h>

#include "some_bytes.h"

// The words of `row_kernels.h` in NEON, which every arm64 processor has.

#define LANES 4
#define IN_SET static inline __attribute__((always_inline))
#define KERNEL_IN_SET static

typedef float32x4_t lanes;

IN_SET lanes zero(void) { return vdupq_n_f32(0); }
IN_SET lanes subtract(lanes a, lanes b) { return vsubq_f32(a, b); }
/// a * b + c.
IN_SET lanes multiply_add(lanes a, lanes b, lanes c) { return vfmaq_f32(c, a, b); }
/// c − a * b.
IN_SET lanes multiply_subtract(lanes a, lanes b, lanes c) { return vfmsq_f32(c, a, b); }
IN_SET lanes add(lanes a, lanes b) { return vaddq_f32(a, b); }
IN_SET float total(lanes a) { return vaddvq_f32(a); }

IN_SET lanes floats(const float *numbers) { return vld1q_f32(numbers); }

IN_SET lanes some_floats(const void *numbers, size_t count) {
    const uint8_t *bytes = numbers;
    uint64_t low = load_some(bytes, count < 2 ? 4 * count : 8);
    uint64_t high = count < 3 ? 0 : load_32(bytes + 8);
    return vreinterpretq_f32_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)));
}

IN_SET lanes from_unsigned8(uint32_t codes) {
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8(codes)))));
}

IN_SET lanes from_signed8(uint32_t codes) {
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8(codes)))));
}

/// From the four low codes of `width` bits each.
IN_SET lanes from_packed(uint32_t codes, int width) {
    const int32_t shifts[4] = {0, -width, -2 * width, -3 * width};
    uint32x4_t shifted = vshlq_u32(vdupq_n_u32(codes), vld1q_s32(shifts));
    return vcvtq_f32_u32(vandq_u32(shifted, vdupq_n_u32((1u << width) - 1)));
}

/// The first `count` components, 1…LANES, that start at `codes`.
IN_SET lanes components(annscope_coding coding, const uint8_t *codes, size_t count) {
    switch (coding) {
    case annscope_float32:
        return count == LANES ? vreinterpretq_f32_u8(vld1q_u8(codes)) : some_floats(codes, count);
    case annscope_float16: return vcvt_f32_f16(vreinterpret_f16_u64(vcreate_u64(load_some(codes, 2 * count))));
    case annscope_bfloat16:
        return vreinterpretq_f32_u32(vshll_n_u16(vcreate_u16(load_some(codes, 2 * count)), 16));
    case annscope_unsigned8: return from_unsigned8((uint32_t)load_some(codes, count));
    case annscope_signed8: return from_signed8((uint32_t)load_some(codes, count));
    case annscope_unsigned6: return from_packed((uint32_t)load_some(codes, (6 * count + 7) / 8), 6);
    default: return from_packed((uint32_t)load_some(codes, (count + 1) / 2), 4);
    }
}
