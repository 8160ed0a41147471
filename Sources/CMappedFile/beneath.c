#define _GNU_SOURCE
#include "CMappedFile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <string.h>
#include <unistd.h>

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
