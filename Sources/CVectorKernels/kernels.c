#include "CVectorKernels.h"

#include <string.h>

// One body for every instruction set: 16 independent lanes that the compiler maps to the registers at hand. Lane order
// differs from hnswlib's and Faiss's builds in the last bits only, as theirs differ among each other.

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));

#define DEFINE_KERNEL(NAME, ATTRIBUTES, STEP, TAIL)                                                                    \
    ATTRIBUTES static void NAME(const float *query, const void *const *rows, size_t count, size_t dimension,           \
                                float *distances) {                                                                    \
        for (size_t row = 0; row < count; row++) {                                                                     \
            const char *vector = rows[row];                                                                            \
            if (row + 1 < count) __builtin_prefetch(rows[row + 1]);                                                    \
            lanes sum = {0};                                                                                           \
            size_t i = 0;                                                                                              \
            for (; i + 16 <= dimension; i += 16) {                                                                     \
                lanes a, b;                                                                                            \
                memcpy(&a, query + i, sizeof a);                                                                       \
                memcpy(&b, vector + 4 * i, sizeof b);                                                                  \
                STEP;                                                                                                  \
            }                                                                                                          \
            float total = 0;                                                                                           \
            for (int lane = 0; lane < 16; lane++) total += sum[lane];                                                  \
            float tail = 0;                                                                                            \
            for (; i < dimension; i++) {                                                                               \
                float x = query[i], y;                                                                                 \
                memcpy(&y, vector + 4 * i, sizeof y);                                                                  \
                TAIL;                                                                                                  \
            }                                                                                                          \
            distances[row] = total + tail;                                                                             \
        }                                                                                                              \
    }

#define DEFINE_SET(SUFFIX, ATTRIBUTES)                                                                                 \
    DEFINE_KERNEL(squared_l2_##SUFFIX, ATTRIBUTES, lanes d = a - b; sum += d * d, float d = x - y; tail += d * d)      \
    DEFINE_KERNEL(dot_##SUFFIX, ATTRIBUTES, sum += a * b, tail += x * y)

DEFINE_SET(baseline, )
#if defined(__x86_64__)
DEFINE_SET(avx2, __attribute__((target("avx2,fma"))))
DEFINE_SET(avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))))
#endif

size_t annscope_kernel_count(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512bw")
               ? 3
               : 2;
#else
    return 1;
#endif
}

annscope_kernels annscope_kernels_at(size_t index) {
#if defined(__x86_64__)
    if (index == 2) return (annscope_kernels){"avx512", squared_l2_avx512, dot_avx512};
    if (index == 1) return (annscope_kernels){"avx2", squared_l2_avx2, dot_avx2};
#endif
    (void)index;
    return (annscope_kernels){"baseline", squared_l2_baseline, dot_baseline};
}

annscope_kernels annscope_best_kernels(void) { return annscope_kernels_at(annscope_kernel_count() - 1); }
