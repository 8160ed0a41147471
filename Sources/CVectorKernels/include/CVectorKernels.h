#pragma once
#include "CExactScan.h"

#include <stddef.h>
#include <stdint.h>

/// Distances from one query to `count` rows of `dimension` floats. Rows need no alignment.
typedef void (*annscope_rows_kernel)(const float *_Nonnull query, const void *_Nonnull const *_Nonnull rows,
                                     size_t count, size_t dimension, float *_Nonnull distances);

/// The kernels of one instruction set. Immutable, so Swift may share it between threads.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    /// The name for logs and tests: "baseline", "avx2", "avx512".
    const char *_Nonnull name;
    /// Sum of squared differences, no root.
    annscope_rows_kernel _Nonnull squared_l2;
    /// Dot product.
    annscope_rows_kernel _Nonnull dot;
} annscope_kernels;

/// The fastest kernels that this processor runs.
annscope_kernels annscope_best_kernels(void);

/// How many sets this processor runs, baseline included.
size_t annscope_kernel_count(void);

/// The set at `index`, slowest first; `index` must be below `annscope_kernel_count()`.
annscope_kernels annscope_kernels_at(size_t index);

/// Asks the processor to fetch the cache lines at `address` soon.
static inline void annscope_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }
