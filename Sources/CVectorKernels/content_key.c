#include "CContentKey.h"

#include <string.h>

#define LANES 8
/// 2^64 over the golden ratio, and XXH64's second prime: odd, with as many ones as zeros.
static const uint64_t first_odd = 0x9E3779B97F4A7C15, second_odd = 0xC2B2AE3D27D4EB4F;

static inline uint64_t rotated(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

static inline uint64_t finalised(uint64_t value) {
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
    value = (value ^ value >> 27) * 0x94D049BB133111EB;
    return value ^ value >> 31;
}

annscope_key_state annscope_key_begin(void) {
    annscope_key_state state;
    for (size_t lane = 0; lane < LANES; lane++) state.lanes[lane] = first_odd * (lane + 1);
    return state;
}

void annscope_key_add(annscope_key_state *state, const void *bytes, size_t stripes) {
    const unsigned char *place = bytes;
    // A copy of its own: the compiler keeps it in registers.
    annscope_key_state now = *state;
    for (size_t stripe = 0; stripe < stripes; stripe++, place += ANNSCOPE_KEY_STRIPE) {
        for (size_t lane = 0; lane < LANES; lane++) {
            uint64_t word;
            memcpy(&word, place + lane * sizeof word, sizeof word);
            now.lanes[lane] = rotated(now.lanes[lane] + word * second_odd, 31) * first_odd;
        }
    }
    *state = now;
}

annscope_key annscope_key_end(annscope_key_state state, const void *rest, size_t rest_bytes, uint64_t total) {
    if (rest && rest_bytes > 0 && rest_bytes < ANNSCOPE_KEY_STRIPE) {
        unsigned char stripe[ANNSCOPE_KEY_STRIPE] = {0};
        memcpy(stripe, rest, rest_bytes);
        annscope_key_add(&state, stripe, 1);
    }
    annscope_key key = {.high = total * second_odd, .low = total ^ first_odd};
    for (size_t lane = 0; lane < LANES; lane++) {
        key.low = finalised(key.low + state.lanes[lane]) + first_odd;
        key.high = finalised(key.high ^ rotated(state.lanes[LANES - 1 - lane], 29)) * first_odd;
    }
    return key;
}
