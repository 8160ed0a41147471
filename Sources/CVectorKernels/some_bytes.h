#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Unaligned loads that read not a byte more than asked for.

static inline uint16_t load_16(const uint8_t *bytes) {
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint32_t load_32(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint64_t load_64(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/// The first `count` bytes, 0…8, the others zero: two loads that overlap instead of a loop.
static inline uint64_t load_some(const uint8_t *bytes, size_t count) {
    if (count == 8) return load_64(bytes);
    if (count >= 4) return load_32(bytes) | (uint64_t)load_32(bytes + count - 4) << 8 * (count - 4);
    if (count >= 2) return load_16(bytes) | (uint64_t)load_16(bytes + count - 2) << 8 * (count - 2);
    return count ? *bytes : 0;
}
