#define _GNU_SOURCE
#include "CMappedFile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

ssize_t annscope_read_whole(int fd, void *memory, size_t bytes) {
    // Linux transfers at most 0x7ffff000 bytes in one call; smaller pieces keep the page cache warm for the copy.
    const size_t piece = (size_t)64 << 20;
    size_t done = 0;
    while (done < bytes) {
        size_t want = bytes - done < piece ? bytes - done : piece;
        ssize_t got = pread(fd, (char *)memory + done, want, (off_t)done);
        if (got < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

int annscope_open_stepwise(int rootfd, const char *path) {
    char name[256];
    int folder = rootfd;
    for (;;) {
        size_t length = strcspn(path, "/");
        int error = 0;
        if (length == 0 || length >= sizeof name) error = length == 0 ? EINVAL : ENAMETOOLONG;
        if (!error) {
            memcpy(name, path, length);
            name[length] = 0;
            if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) error = EXDEV;
        }
        int is_last = path[length] == 0;
        int next = -1;
        if (!error) {
            int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (is_last ? O_NONBLOCK : O_DIRECTORY);
            do next = openat(folder, name, flags);
            while (next < 0 && errno == EINTR);
            if (next < 0) error = errno;
        }
        if (folder != rootfd) close(folder);
        if (error) return -error;
        if (is_last) return next;
        folder = next;
        path += length + 1;
    }
}

int annscope_open_beneath(int rootfd, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    for (;;) {
        long fd = syscall(SYS_openat2, rootfd, path, &how, sizeof how);
        if (fd >= 0) return (int)fd;
        // EAGAIN: a rename elsewhere raced with the resolution, and the kernel could not tell whether it mattered.
        // Containers may forbid a call that their filter is too old to know.
        if (errno == ENOSYS || errno == EPERM) return annscope_open_stepwise(rootfd, path);
        if (errno != EINTR && errno != EAGAIN) return -errno;
    }
}
