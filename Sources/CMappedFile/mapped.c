#define _GNU_SOURCE
#include "CMappedFile.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The signal handler finds the mapping of a faulting address here. Slots are claimed and given back with atomics alone,
// since a handler may take no lock. A mapping that finds no slot is refused by `annscope_map_file`.
enum { slot_count = 4096 };

struct annscope_mapping {
    _Atomic(uintptr_t) start;
    _Atomic(size_t) bytes;
    atomic_bool is_torn;
    atomic_bool is_taken;
};

static struct annscope_mapping slots[slot_count];
static struct sigaction previous;
static long page_bytes;

static void file_was_cut(int number, siginfo_t *info, void *context) {
    (void)context;
    uintptr_t address = (uintptr_t)info->si_addr;
    for (int place = 0; place < slot_count; place++) {
        uintptr_t start = atomic_load_explicit(&slots[place].start, memory_order_acquire);
        size_t bytes = atomic_load_explicit(&slots[place].bytes, memory_order_acquire);
        if (start == 0 || address < start || address - start >= bytes) continue;
        // All behind the fault is gone as well. Zeros take its place, so that the interrupted load succeeds; the flag
        // says that what it loaded means nothing. mmap is a bare system call and thus safe here.
        uintptr_t page = address & ~(uintptr_t)(page_bytes - 1);
        void *zeros = mmap((void *)page, start + bytes - page, PROT_READ,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
        if (zeros == MAP_FAILED) break;
        atomic_store_explicit(&slots[place].is_torn, true, memory_order_release);
        return;
    }
    // Not ours: the fault happens again under whatever was there before.
    (void)sigaction(number, &previous, NULL);
}

static void catch_faults(void) {
    page_bytes = sysconf(_SC_PAGESIZE);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = file_was_cut;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGBUS, &action, &previous);
}

annscope_mapping *annscope_map_file(int fd, size_t bytes) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, catch_faults);
    for (int place = 0; place < slot_count; place++) {
        bool free_slot = false;
        if (!atomic_compare_exchange_strong(&slots[place].is_taken, &free_slot, true)) continue;
        void *start = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
        if (start == MAP_FAILED) {
            atomic_store(&slots[place].is_taken, false);
            return NULL;
        }
        atomic_store(&slots[place].is_torn, false);
        atomic_store_explicit(&slots[place].bytes, bytes, memory_order_release);
        atomic_store_explicit(&slots[place].start, (uintptr_t)start, memory_order_release);
        return &slots[place];
    }
    return NULL;
}

const void *annscope_mapping_start(const annscope_mapping *mapping) {
    return (const void *)atomic_load_explicit(&mapping->start, memory_order_relaxed);
}

bool annscope_mapping_is_torn(const annscope_mapping *mapping) {
    return atomic_load_explicit(&mapping->is_torn, memory_order_acquire);
}

void annscope_unmap(annscope_mapping *mapping) {
    void *start = (void *)atomic_load(&mapping->start);
    size_t bytes = atomic_load(&mapping->bytes);
    atomic_store(&mapping->start, 0);
    (void)munmap(start, bytes);
    atomic_store(&mapping->is_taken, false);
}

size_t annscope_resident_bytes(const void *start, size_t bytes) {
    // The kernel fills one byte a page; a megabyte of address space at a time needs little stack.
    unsigned char pages[256];
    uintptr_t page = (uintptr_t)start & ~(uintptr_t)(sysconf(_SC_PAGESIZE) - 1);
    uintptr_t end = (uintptr_t)start + bytes;
    size_t unit = (size_t)sysconf(_SC_PAGESIZE), resident = 0;
    while (page < end) {
        size_t count = (end - page + unit - 1) / unit;
        if (count > sizeof pages) count = sizeof pages;
        if (mincore((void *)page, count * unit, pages) != 0) return 0;
        for (size_t place = 0; place < count; place++) resident += (pages[place] & 1) ? unit : 0;
        page += count * unit;
    }
    return resident;
}
