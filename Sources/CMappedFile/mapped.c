#include "CMappedFile.h"
int annscope_mapped_abi(void) { return 1; }
