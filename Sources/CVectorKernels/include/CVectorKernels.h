#pragma once
// Placeholder until the kernels land.
int annscope_kernels_abi(void);
