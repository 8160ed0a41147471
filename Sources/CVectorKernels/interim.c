#include "CVectorKernels.h"
#include <string.h>
static float component(const annscope_query *q, annscope_coding coding, const uint8_t *row, size_t i) {
    switch (coding) {
    case annscope_float16: { _Float16 h; memcpy(&h, row + 2 * i, 2); return (float)h; }
    case annscope_bfloat16: { uint16_t h; memcpy(&h, row + 2 * i, 2); uint32_t w = (uint32_t)h << 16; float f; memcpy(&f, &w, 4); return f; }
    case annscope_unsigned8: return q->least[i] + q->step[i] * row[i];
    case annscope_signed8: return q->least[i] + q->step[i] * (int8_t)row[i];
    case annscope_unsigned4: return q->least[i] + q->step[i] * (i % 2 ? row[i / 2] >> 4 : row[i / 2] & 15);
    case annscope_unsigned6: { size_t bit = 6 * i; unsigned v = row[bit / 8] >> (bit % 8); if (bit % 8 > 2) v |= (unsigned)row[bit / 8 + 1] << (8 - bit % 8); return q->least[i] + q->step[i] * (v & 63); }
    default: { float f; memcpy(&f, row + 4 * i, 4); return f; }
    }
}
static void any(const annscope_query *q, const void *const *rows, size_t count, float *values, annscope_coding coding, int l2) {
    for (size_t r = 0; r < count; r++) {
        float sum = 0;
        for (size_t i = 0; i < q->dimension; i++) { float x = component(q, coding, rows[r], i), d = q->vector[i] - x; sum += l2 ? d * d : q->vector[i] * x; }
        values[r] = q->offset + q->factor * sum;
    }
}
#define PAIR(C) static void C##_l2(const annscope_query *q, const void *const *r, size_t n, float *v) { any(q, r, n, v, annscope_##C, 1); } \
 static void C##_dot(const annscope_query *q, const void *const *r, size_t n, float *v) { any(q, r, n, v, annscope_##C, 0); }
PAIR(float16) PAIR(bfloat16) PAIR(unsigned8) PAIR(signed8) PAIR(unsigned6) PAIR(unsigned4)
static void f32_l2(const annscope_query *q, const void *const *r, size_t n, float *v) { annscope_best_kernels().squared_l2(q->vector, (const void *const *)r, n, q->dimension, v); for (size_t i = 0; i < n; i++) v[i] = q->offset + q->factor * v[i]; }
static void f32_dot(const annscope_query *q, const void *const *r, size_t n, float *v) { annscope_best_kernels().dot(q->vector, (const void *const *)r, n, q->dimension, v); for (size_t i = 0; i < n; i++) v[i] = q->offset + q->factor * v[i]; }
static void product(const annscope_query *q, const void *const *rows, size_t n, float *v) {
    for (size_t r = 0; r < n; r++) { const uint8_t *row = rows[r]; float sum = 0;
        for (size_t m = 0; m < q->parts; m++) { size_t number = 0; for (size_t b = 0; b < q->bits_per_part; b++) { size_t bit = m * q->bits_per_part + b; number |= (size_t)(row[bit / 8] >> bit % 8 & 1) << b; } sum += q->table[(m << q->bits_per_part) + number]; }
        v[r] = q->offset + q->factor * sum; }
}
static void hamming(const annscope_query *q, const void *const *rows, size_t n, float *v) {
    for (size_t r = 0; r < n; r++) { const uint8_t *row = rows[r]; int sum = 0; for (size_t b = 0; b < (q->dimension + 7) / 8; b++) sum += __builtin_popcount(row[b] ^ q->bits[b]); v[r] = q->offset + q->factor * (float)sum; }
}
annscope_kernel annscope_kernel_for(size_t set, annscope_coding coding, annscope_measure measure) {
    (void)set;
    int l2 = measure == annscope_squared_l2;
    if (coding == annscope_bits) return measure == annscope_hamming ? hamming : NULL;
    if (measure == annscope_hamming) return NULL;
    switch (coding) {
    case annscope_float32: return l2 ? f32_l2 : f32_dot;
    case annscope_float16: return l2 ? float16_l2 : float16_dot;
    case annscope_bfloat16: return l2 ? bfloat16_l2 : bfloat16_dot;
    case annscope_unsigned8: return l2 ? unsigned8_l2 : unsigned8_dot;
    case annscope_signed8: return l2 ? signed8_l2 : signed8_dot;
    case annscope_unsigned6: return l2 ? unsigned6_l2 : unsigned6_dot;
    case annscope_unsigned4: return l2 ? unsigned4_l2 : unsigned4_dot;
    default: return product;
    }
}
