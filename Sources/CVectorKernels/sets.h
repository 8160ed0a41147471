#pragma once
#include "CVectorKernels.h"

// What one source gives another.

#if defined(__x86_64__)
annscope_kernel annscope_sse2_kernel(annscope_coding coding, annscope_measure measure);
annscope_kernel annscope_avx2_kernel(annscope_coding coding, annscope_measure measure);
annscope_kernel annscope_avx512_kernel(annscope_coding coding, annscope_measure measure);
#elif defined(__aarch64__)
annscope_kernel annscope_neon_kernel(annscope_coding coding, annscope_measure measure);
#else
#error "there are kernels for x86-64 and arm64 only"
#endif

// Table lookups, the same in every set.
annscope_kernel annscope_product_kernel(annscope_coding coding);

static inline float annscope_value(const annscope_query *query, float sum) {
    return query->offset + query->factor * sum;
}
