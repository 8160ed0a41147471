#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// `bytes` (at least 1) of zeroed private anonymous memory, with the kernel advised to use huge pages; NULL when there
/// is none. Anonymous, not file-backed: no writer can reach it.
void *annscope_private_alloc(size_t bytes);

/// Gives back what `annscope_private_alloc` gave, with the same size.
void annscope_private_free(const void *memory, size_t bytes);

/// Reads `bytes` at `offset` of the file into `memory`. Returns how many there were (fewer when the file ends
/// earlier) or −errno.
ssize_t annscope_read_at(int fd, void *memory, size_t bytes, size_t offset);

/// A file mapped for reading. Its writer may cut it short meanwhile, which raises SIGBUS in whoever reads the lost part:
/// here the reader then finds zeros, and the mapping counts as torn.
typedef struct annscope_mapping annscope_mapping;

/// Maps the first `bytes` (at least 1) of the file. NULL when the kernel refuses, or when 4096 files are mapped already.
/// The first call installs a handler for SIGBUS; faults elsewhere still go where they went before.
annscope_mapping *annscope_map_file(int fd, size_t bytes);

const void *annscope_mapping_start(const annscope_mapping *mapping);

/// True once a read has met a part that the file no longer has.
bool annscope_mapping_is_torn(const annscope_mapping *mapping);

/// Nobody may read the mapping any more.
void annscope_unmap(annscope_mapping *mapping);

/// How many of these bytes are in memory now, in whole pages (mincore).
size_t annscope_resident_bytes(const void *start, size_t bytes);

/// Opens `path` for reading, beneath the folder `rootfd`: no "..", absolute path or link leads out of it (openat2 with
/// RESOLVE_BENEATH, Linux 5.6). Never blocks on a pipe. Returns a descriptor, closed on exec, or −errno.
int annscope_open_beneath(int rootfd, const char *path);

/// The same where openat2 is not to be had: step by step, and links are not followed at all.
int annscope_open_stepwise(int rootfd, const char *path);
