#pragma once
#include "Annotations.h"
#include <stddef.h>
#include <stdint.h>

/// Codes lie at this distance from each other, or a multiple of it, and start at an address that it divides.
#define ANNSCOPE_CODE_ALIGNMENT 64

/// The largest number of components whose products with a query fit a 32-bit sum.
#define ANNSCOPE_CODE_MAX_DIMENSION 65536

/// What a code of a vector leaves out. The code stands for `scale * (code[i] - 128)` in each component.
typedef struct {
    float scale;
    /// Squared length of what the code stands for.
    float squared_norm;
    /// Upper bound of the distance between the vector less the centre and what its code stands for. Infinite for a vector
    /// that no code can stand for, as one with NaN.
    float error;
    /// Upper bound of the length of the vector itself.
    float length;
} annscope_code_facts;

/// Writes the code of `row - centre`: a byte a component, 128 standing for 0, and 128 in what is left of `row_bytes`.
annscope_code_facts annscope_encode_row(const void *_Nonnull row, const float *_Nonnull centre, size_t dimension,
                                        size_t row_bytes, uint8_t *_Nonnull code);

/// Sums of `(code[i] - 128) * query[i]` over `row_bytes` for `count` codes, exact but for the last step to a float; `bias`
/// is 128 times the sum of the query.
typedef void (*annscope_code_dots)(const int8_t *_Nonnull query, int32_t bias, const uint8_t *_Nonnull codes,
                                   size_t row_bytes, size_t count, float *_Nonnull dots);

/// The scan of one instruction set. Immutable, so Swift may share it between threads.
typedef struct ANNSCOPE_SENDABLE {
    /// The name for logs and tests: "baseline", "avx2", "avx512vnni".
    const char *_Nonnull name;
    annscope_code_dots _Nonnull dots;
} annscope_code_kernel;

/// The fastest scan that this processor runs.
annscope_code_kernel annscope_best_code_kernel(void);

/// How many scans this processor runs, baseline included.
size_t annscope_code_kernel_count(void);

/// The scan at `index`, slowest first; `index` must be below `annscope_code_kernel_count()`.
annscope_code_kernel annscope_code_kernel_at(size_t index);

/// Facts of codes, an entry a row.
typedef struct {
    const float *_Nonnull scales;
    /// Squared norms for distances, norms for products.
    const float *_Nonnull norms;
    const float *_Nonnull errors;
} annscope_code_columns;

/// Writes the places of those of `count` rows whose distance to the query may be at most `reach` less the row's error:
/// `norms[i] + query_norm - 2 * query_scale * scales[i] * dots[i] <= (reach + errors[i])²`. Returns how many they are.
size_t annscope_rows_within(annscope_code_columns columns, const float *_Nonnull dots, size_t count, float query_scale,
                            float query_norm, float reach, uint32_t *_Nonnull places);

/// Writes the places of those of `count` rows whose product with the query may be at least `least`:
/// `query_scale * scales[i] * dots[i] + query_length * errors[i] + query_error * norms[i] >= least`.
size_t annscope_rows_beyond(annscope_code_columns columns, const float *_Nonnull dots, size_t count, float query_scale,
                            float query_length, float query_error, float least, uint32_t *_Nonnull places);
