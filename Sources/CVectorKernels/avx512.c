#include "sets.h"

#if defined(__x86_64__)
#include "lanes_avx512.h"
// In this order: the kernels are written in the words of the lanes.
#include "row_kernels.h"
#include "bit_kernels.h"

annscope_kernel annscope_avx512_kernel(annscope_coding coding, annscope_measure measure) {
    if (coding == annscope_bits) return hamming;
    return row_kernel(coding, measure);
}
#endif
