#define _GNU_SOURCE
#include "CMappedFile.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature) && __has_feature(address_sanitizer)
// The heap's red zones show a read one byte past the file; the rest of a mapping's last page would hide it.
void *annscope_private_alloc(size_t bytes) { return calloc(1, bytes); }

void annscope_private_free(const void *memory, size_t bytes) {
    (void)bytes;
    free((void *)memory);
}
#else
void *annscope_private_alloc(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    // Advice only: a kernel without huge pages says EINVAL, and small pages do as well.
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void annscope_private_free(const void *memory, size_t bytes) { (void)munmap((void *)memory, bytes); }
#endif

ssize_t annscope_read_at(int fd, void *memory, size_t bytes, size_t offset) {
    size_t done = 0;
    while (done < bytes) {
        ssize_t got = pread(fd, (char *)memory + done, bytes - done, (off_t)(offset + done));
        if (got < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}
