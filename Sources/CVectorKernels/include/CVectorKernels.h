#pragma once
#include "CExactScan.h"

#include <stddef.h>
#include <stdint.h>

/// How the components of a stored row are coded.
typedef enum annscope_coding {
    annscope_float32, annscope_float16, annscope_bfloat16, annscope_unsigned8, annscope_signed8, annscope_unsigned6,
    annscope_unsigned4, annscope_product8, annscope_product, annscope_bits,
} annscope_coding;
typedef enum annscope_measure { annscope_squared_l2, annscope_dot, annscope_hamming } annscope_measure;

/// A query made ready for a kernel.
typedef struct annscope_query {
    const float *_Nullable vector;
    const uint8_t *_Nullable bits;
    size_t dimension;
    const float *_Nullable least, *_Nullable step;
    const float *_Nullable table;
    size_t parts, bits_per_part;
    float offset, factor;
} annscope_query;
typedef void (*annscope_kernel)(const annscope_query *_Nonnull query, const void *_Nullable const *_Nonnull rows, size_t count,
                                float *_Nonnull values);
annscope_kernel _Nullable annscope_kernel_for(size_t set, annscope_coding coding, annscope_measure measure);

/// Distances from one query to `count` rows of `dimension` floats. Rows need no alignment.
typedef void (*annscope_rows_kernel)(const float *_Nonnull query, const void *_Nonnull const *_Nonnull rows,
                                     size_t count, size_t dimension, float *_Nonnull distances);

/// The kernels of one instruction set. Immutable, so Swift may share it between threads.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    const char *_Nonnull name;
    annscope_rows_kernel _Nonnull squared_l2;
    annscope_rows_kernel _Nonnull dot;
} annscope_kernels;
annscope_kernels annscope_best_kernels(void);
size_t annscope_kernel_count(void);
annscope_kernels annscope_kernels_at(size_t index);

/// Asks the processor to fetch the cache lines at `address` soon.
static inline void annscope_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }
