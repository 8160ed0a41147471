#pragma once
#include "Annotations.h"
#include "CContentKey.h"
#include "CExactScan.h"

#include <stddef.h>
#include <stdint.h>

// Distances from one query to a batch of stored rows, for every way in which the libraries code a row. A kernel is
// chosen once, for the fastest instruction set of the processor at hand, and then called for each batch.
//
// Rows need no alignment, and no kernel reads past the last byte of a row. A row's value is the same bits in any batch.
// Sums run in several lanes, so the last bits differ between the sets, as they do between builds of the libraries.

/// How the components of a stored row are coded. All numbers are little-endian.
typedef enum annscope_coding {
    /// `dimension` floats.
    annscope_float32,
    /// IEEE halves: Faiss QT_fp16 (faiss/utils/fp16.h), usearch f16.
    annscope_float16,
    /// The upper halves of floats: Faiss QT_bf16 (faiss/utils/bf16.h), usearch bf16.
    annscope_bfloat16,
    /// A byte a component, least[i] + step[i] * code: Faiss QT_8bit, QT_8bit_uniform and QT_8bit_direct
    /// (faiss/impl/ScalarQuantizer.cpp, Codec8bit), hnswlib's L2SpaceI (hnswlib/space_l2.h).
    annscope_unsigned8,
    /// A signed byte a component, least[i] + step[i] * code: usearch i8 (usearch/index_plugins.hpp, cast_to_i8_gt),
    /// Voyager's Float8 (voyager/cpp/src/TypedIndex.h, int8_t over 127).
    annscope_signed8,
    /// Four components in three bytes, the first in the lowest bits: Faiss QT_6bit (Codec6bit in the same file).
    annscope_unsigned6,
    /// Two components a byte, the low half first: Faiss QT_4bit and QT_4bit_uniform (Codec4bit in the same file).
    annscope_unsigned4,
    /// A byte a part: the sum over the parts of table[part * 256 + code] (faiss/impl/ProductQuantizer.h, PQDecoder8;
    /// Jégou et al., Product Quantization for Nearest Neighbor Search, 2011).
    annscope_product8,
    /// `bits_per_part` bits a part, packed from the lowest bit of the first byte on: the sum over the parts of
    /// table[(part << bits_per_part) + code] (the same file, PQDecoderGeneric).
    annscope_product,
    /// Bits, dimension / 8 bytes: Faiss's IndexBinary (faiss/utils/hamming.h), usearch b1, Annoy's hamming.
    annscope_bits,
} annscope_coding;

/// What a kernel measures.
typedef enum annscope_measure {
    /// Σ (a − b)², no root.
    annscope_squared_l2,
    /// Σ ab.
    annscope_dot,
    /// The number of bits that differ.
    annscope_hamming,
} annscope_measure;

/// The metrics of Faiss beyond L2 and the inner product, over float rows, each as
/// faiss/utils/extra_distances-inl.h of 1.15 has it.
typedef enum annscope_plain_metric {
    /// Σ |a − b|.
    annscope_l1,
    /// max |a − b|; components that are no numbers are passed over.
    annscope_linf,
    /// Σ |a − b|^argument, no root.
    annscope_lp,
    /// Σ |a − b| / (|a| + |b|).
    annscope_canberra,
    /// Σ |a − b| / Σ |a + b|.
    annscope_bray_curtis,
    /// ½ Σ a ln(a/m) + b ln(b/m) with m = (a + b) / 2.
    annscope_jensen_shannon,
    /// Σ min(a, b) / Σ max(a, b): a likeness, larger is nearer.
    annscope_jaccard,
    /// Squared L2 over the components that are numbers in both, times dimension / their number.
    annscope_nan_euclidean,
    /// The mean of |a − b| where both are in 0…1 and of a ≠ b where both are negative (categories), over the components
    /// that are numbers in both; not a number where a component is of neither kind.
    annscope_gower,
} annscope_plain_metric;

/// A query made ready for a kernel. A kernel reads only the fields that its coding needs; the memory stays the
/// caller's.
typedef struct annscope_query {
    /// `dimension` floats: the query, or what is left of it after a centroid is taken away. Not for products and bits.
    const float *_Nullable vector;
    /// dimension / 8 bytes, for `annscope_bits`.
    const uint8_t *_Nullable bits;
    /// Components in a row; for `annscope_bits` the bits in a row, a multiple of 8. Not for products.
    size_t dimension;
    /// `dimension` floats: the value of code 0 for each component, for the coded integers.
    const float *_Nullable least;
    /// `dimension` floats: how far apart neighbouring codes are for each component, for the coded integers.
    const float *_Nullable step;
    /// parts × 2^bits floats, for the products: what each code of each part adds to the sum.
    const float *_Nullable table;
    /// Parts in a row, for the products.
    size_t parts;
    /// 1…24, for `annscope_product`.
    size_t bits_per_part;
    /// The exponent, for `annscope_lp`.
    float argument;
    /// Every value is offset + factor * sum: 0 and 1 for the sum itself, 1 and −1 for hnswlib's 1 − Σ ab.
    float offset, factor;
} annscope_query;

/// Puts the value of each of the `count` rows into `values`.
typedef void (*annscope_kernel)(const annscope_query *_Nonnull query, const void *_Nonnull const *_Nonnull rows,
                                size_t count, float *_Nonnull values);

/// How many instruction sets this processor runs, the baseline included; the last is the fastest.
size_t annscope_kernel_count(void);

/// The name of a set for logs and tests: "sse2", "avx2", "avx512", "neon"; `set` must be below
/// `annscope_kernel_count()`.
const char *_Nonnull annscope_set_name(size_t set);

/// The kernel of a set, or NULL for a pair without meaning, such as a product's Hamming distance. What a product's
/// table holds decides the measure, so its kernel is the same for L2 and dot; `set` must be below
/// `annscope_kernel_count()`.
annscope_kernel _Nullable annscope_kernel_for(size_t set, annscope_coding coding, annscope_measure measure);

/// Writes a product quantizer's table for one vector: for each of the `parts`, for each of its `entries` centroids what it
/// adds to the sum (Jégou et al. 2011, section III). Made for tables that are filled again and again, one an inverted list.
///
/// `vector` has parts × part_dimension floats, `table` parts × entries; `columns` are the centroids of each part by columns,
/// part_dimension × entries floats; `set` must be below `annscope_kernel_count()`.
void annscope_fill_table(size_t set, const float *_Nonnull vector, const float *_Nonnull columns, size_t parts,
                         size_t part_dimension, size_t entries, annscope_measure measure, float *_Nonnull table);

/// The kernel of a metric over float rows, in the baseline set alone.
annscope_kernel _Nonnull annscope_plain_kernel(annscope_plain_metric metric);

/// Distances from one query to `count` rows of `dimension` floats. Rows need no alignment.
typedef void (*annscope_rows_kernel)(const float *_Nonnull query, const void *_Nonnull const *_Nonnull rows,
                                     size_t count, size_t dimension, float *_Nonnull distances);

/// The kernels of one instruction set. Immutable, so Swift may share it between threads.
typedef struct ANNSCOPE_SENDABLE {
    /// The name for logs and tests, as `annscope_set_name` has it.
    const char *_Nonnull name;
    /// Sum of squared differences, no root.
    annscope_rows_kernel _Nonnull squared_l2;
    /// Dot product.
    annscope_rows_kernel _Nonnull dot;
} annscope_kernels;

/// The fastest kernels that this processor runs.
annscope_kernels annscope_best_kernels(void);

/// The set at `index`, slowest first; `index` must be below `annscope_kernel_count()`.
annscope_kernels annscope_kernels_at(size_t index);

/// Asks the processor to fetch the cache lines at `address` soon.
static inline void annscope_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }

#include "LibraryKernels.h"
