#include "CVectorKernels.h"
int annscope_kernels_abi(void) { return 1; }
