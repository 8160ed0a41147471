#pragma once
#include "Annotations.h"
#include <stdbool.h>

#include "CVectorKernels.h"

// Kernels of distances that one library alone computes, in its own number formats. Where its sums are doubles or integers, so
// are these, so that distances that are equal there are equal here.

/// usearch's metrics (`metric_kind_t` in usearch/index_plugins.hpp, usearch 2.26).
typedef enum annscope_usearch_metric {
    /// Σ (a − b)².
    annscope_usearch_l2sq,
    /// 1 − Σ ab.
    annscope_usearch_ip,
    /// 1 − the cosine, not below 0; 0 between two zero vectors, 1 wherever the product is 0.
    annscope_usearch_cos,
    /// 1 − the correlation; 0 where it is not defined.
    annscope_usearch_pearson,
    /// Σ p ln((p + ε) / m) + q ln((q + ε) / m), halved; m = (p + q) / 2 + ε.
    annscope_usearch_divergence,
    /// The angle between two places on a sphere, in radians; both in degrees, latitude first.
    annscope_usearch_haversine,
    /// The number of bits that differ.
    annscope_usearch_hamming,
    /// 1 − the share of common bits in those of both.
    annscope_usearch_tanimoto,
    /// 1 − twice the common bits, divided by the bits of the one and the other.
    annscope_usearch_sorensen,
} annscope_usearch_metric;

/// The kernel of one of usearch's metrics over rows of floats, halves, upper halves, signed bytes or bits; NULL where
/// usearch has none. A query has `dimension` components: in `vector`, already rounded as the rows are, for bytes and bits
/// in `bits`. Sums of bytes are multiplied by `factor`, which is 1 for usearch. `set` must be below `annscope_kernel_count()`.
annscope_kernel _Nullable annscope_usearch_kernel(size_t set, annscope_coding coding, annscope_usearch_metric metric);

/// The kernel of Voyager's 8-bit floats (voyager/cpp/src/E4M3.h): Σ (a − b)², or 1 − Σ ab where `isProduct`. A query has
/// `dimension` of them in `bits`.
annscope_kernel _Nonnull annscope_e4m3_kernel(bool isProduct);
