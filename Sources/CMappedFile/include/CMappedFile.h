#pragma once
#include <stddef.h>
#include <sys/types.h>

/// `bytes` (at least 1) of zeroed private anonymous memory, with the kernel advised to use huge pages; NULL when there
/// is none. Anonymous, not file-backed: a file cut short by its writer would raise SIGBUS in every reader of a mapping.
void *annscope_private_alloc(size_t bytes);

/// Gives back what `annscope_private_alloc` gave, with the same size.
void annscope_private_free(const void *memory, size_t bytes);

/// Reads `bytes` from the start of the file into `memory`. Returns how many there were (fewer when the file ends
/// earlier) or −errno.
ssize_t annscope_read_whole(int fd, void *memory, size_t bytes);

/// Opens `path` for reading, beneath the folder `rootfd`: no "..", absolute path or link leads out of it (openat2 with
/// RESOLVE_BENEATH, Linux 5.6). Never blocks on a pipe. Returns a descriptor, closed on exec, or −errno.
int annscope_open_beneath(int rootfd, const char *path);

/// The same where openat2 is not to be had: step by step, and links are not followed at all.
int annscope_open_stepwise(int rootfd, const char *path);
