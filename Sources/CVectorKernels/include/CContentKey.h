#pragma once
#include "Annotations.h"

#include <stddef.h>
#include <stdint.h>

// A 128-bit key of a content, to tell one from the other by chance, not by ill will: it is not cryptographic.
//
// Eight lanes of 64 bits take a stripe of 64 bytes, a little-endian word each. A lane's step is that of XXH64 (Collet
// 2012): state = rotate(state + word * odd, 31) * odd. It can be undone for any word and for any state, so contents that
// differ in one word never share the state of its lane; and the lanes wait for nobody, so that their multiplications
// overlap and memory is the limit. At the end each half of the key runs through all lanes with SplitMix64's finaliser
// (Steele, Lea and Flood 2014), which can be undone too: forwards for one half, backwards for the other.

/// The state of a key in the making.
typedef struct {
    uint64_t lanes[8];
} annscope_key_state;

/// The halves of a key.
typedef struct {
    uint64_t high, low;
} annscope_key;

/// Bytes that are taken at a time.
#define ANNSCOPE_KEY_STRIPE 64

annscope_key_state annscope_key_begin(void);

/// Takes `stripes` stripes. The bytes need no alignment.
void annscope_key_add(annscope_key_state *_Nonnull state, const void *_Nonnull bytes, size_t stripes);

/// Takes what is left, less than a stripe, and gives the key; `total` is the number of bytes in all.
annscope_key annscope_key_end(annscope_key_state state, const void *_Nullable rest, size_t rest_bytes, uint64_t total);
