// Tells ThreadSanitizer what Swift's `Mutex` does when two threads want it. Its quick path is compiled into the program,
// where the sanitizer sees it; these two are in the runtime's library, and end in the kernel, where it sees nothing and
// takes what the lock protects for a race. Linked into the program, they come before the library's.
//
// https://github.com/swiftlang/swift/blob/main/stdlib/public/Synchronization/Mutex/LinuxImpl.swift
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *address);
void __tsan_release(void *address);

METHOD void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
METHOD void unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

static METHOD void (*library_lock)(uint32_t, SELF void *);
static METHOD void (*library_unlock)(SELF void *);

static void *in_library(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) {
        fprintf(stderr, "Swift's library has no %s: mutex.c is for another version\n", name);
        abort();
    }
    return function;
}

__attribute__((constructor)) static void find(void) {
    *(void **)&library_lock = in_library(LOCK_SLOW);
    *(void **)&library_unlock = in_library(UNLOCK_SLOW);
}

METHOD void lock_slow(uint32_t thread, SELF void *mutex) {
    library_lock(thread, mutex);
    __tsan_acquire(mutex);
}

METHOD void unlock_slow(SELF void *mutex) {
    __tsan_release(mutex);
    library_unlock(mutex);
}
