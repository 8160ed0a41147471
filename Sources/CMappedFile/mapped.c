#define _GNU_SOURCE
#include "CMappedFile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int annscope_open_beneath(int root, const char *path) {
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

void *annscope_private_memory(size_t size) {
    // mmap refuses a length of 0; an empty file still wants an address.
    void *base = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    // Advice only: without it the memory is the same, with more page faults.
    if (size >= (size_t)2 << 20) madvise(base, size, MADV_HUGEPAGE);
    return base;
}

void annscope_release_memory(void *base, size_t size) { munmap(base, size ? size : 1); }

long annscope_read_whole(int descriptor, void *base, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(descriptor, (char *)base + done, size - done, (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (long)done;
}
