#pragma once
#include <stddef.h>

/// Opens a regular path beneath the folder `root` for reading. Absolute paths, `..` and links that lead out of the
/// folder fail with EXDEV (openat2(2), RESOLVE_BENEATH). Returns the descriptor, or -1 with errno set.
int annscope_open_beneath(int root, const char *_Nonnull path);

/// Private zeroed memory of `size` bytes, on huge pages where the kernel has them; NULL with errno set when there is none.
void *_Nullable annscope_private_memory(size_t size);

/// Gives memory from `annscope_private_memory` back.
void annscope_release_memory(void *_Nonnull base, size_t size);

/// Fills `base` with the first `size` bytes of `descriptor`. Returns how many there were (fewer when the file is
/// shorter), or -1 with errno set.
long annscope_read_whole(int descriptor, void *_Nonnull base, size_t size);
