#pragma once

/// Returns how many places and weights are wrong.
unsigned check_map_kernels(void);
