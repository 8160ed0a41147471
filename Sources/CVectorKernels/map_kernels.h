// The rounds of a layout in one set. The compiler makes the set's instructions of the loops over a group by itself.

#include <math.h>

#define GROUP ANNSCOPE_MAP_GROUP

/// Steps of the SplitMix64 generator (Steele, Lea and Flood 2014).
IN_SET uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/// Draws each place of a group towards another. A step goes no farther than to the other place.
IN_SET void attract(float *restrict x, float *restrict y, const float *restrict to_x, const float *restrict to_y,
                    float rate) {
    for (size_t lane = 0; lane < GROUP; lane++) {
        float dx = to_x[lane] - x[lane];
        float dy = to_y[lane] - y[lane];
        float share = 2 * rate / (1 + dx * dx + dy * dy);
        share = share < 1 ? share : 1;
        x[lane] += share * dx;
        y[lane] += share * dy;
    }
}

/// Pushes each place of a group away from one of a run of others.
IN_SET void repel(float *restrict x, float *restrict y, const float *restrict others, float rate) {
    const float most = 4;
    for (size_t lane = 0; lane < GROUP; lane++) {
        float dx = x[lane] - others[2 * lane];
        float dy = y[lane] - others[2 * lane + 1];
        float squared = dx * dx + dy * dy;
        float force = 2 / ((0.001f + squared) * (1 + squared));
        float along_x = force * dx;
        float along_y = force * dy;
        along_x = along_x < most ? along_x : most;
        along_x = along_x > -most ? along_x : -most;
        along_y = along_y < most ? along_y : most;
        along_y = along_y > -most ? along_y : -most;
        x[lane] += rate * along_x;
        y[lane] += rate * along_y;
    }
}

KERNEL_IN_SET void move_nodes(const annscope_map_round *round, size_t first, size_t last) {
    const float *restrict places = round->places;
    for (size_t group = first; group < last; group += GROUP) {
        size_t count = last - group < GROUP ? last - group : GROUP;
        size_t resting = 0;
        if (round->frozen)
            for (size_t lane = 0; lane < count; lane++) resting += round->frozen[group + lane];
        if (resting == count) {
            for (size_t lane = 0; lane < 2 * count; lane++) round->moved[2 * group + lane] = places[2 * group + lane];
            continue;
        }
        float x[GROUP], y[GROUP], to_x[GROUP], to_y[GROUP];
        for (size_t lane = 0; lane < GROUP; lane++) {
            size_t node = lane < count ? group + lane : group;
            x[lane] = places[2 * node];
            y[lane] = places[2 * node + 1];
        }
        uint64_t state = mixed(round->seed + group * 0x9E3779B97F4A7C15u);
        size_t slot = round->first_slot;
        for (size_t used = 0; used < round->attractions; used++) {
            for (size_t lane = 0; lane < GROUP; lane++) {
                size_t node = lane < count ? group + lane : group;
                size_t other = round->slots[node * round->slots_per_node + slot];
                to_x[lane] = places[2 * other];
                to_y[lane] = places[2 * other + 1];
            }
            attract(x, y, to_x, to_y, round->rate);
            for (size_t pushed = 0; pushed < round->repulsions; pushed++) {
                state += 0x9E3779B97F4A7C15u;
                size_t start = (size_t)(((mixed(state) >> 32) * (uint64_t)round->nodes) >> 32);
                repel(x, y, places + 2 * start, round->rate);
            }
            slot = slot + 1 < round->slots_per_node ? slot + 1 : 0;
        }
        const float kept = 1 - round->pull * round->rate;
        for (size_t lane = 0; lane < GROUP; lane++) {
            x[lane] *= kept;
            y[lane] *= kept;
        }
        for (size_t lane = 0; lane < count; lane++) {
            size_t node = group + lane;
            int stays = round->frozen && round->frozen[node];
            round->moved[2 * node] = stays ? places[2 * node] : x[lane];
            round->moved[2 * node + 1] = stays ? places[2 * node + 1] : y[lane];
        }
    }
}

/// The sum of the weights for one σ, given as −1 / (256 σ). e^x is (1 + x/256)^256, which no library rounds otherwise.
IN_SET float weights_for(const float *restrict beyond, float factor, float *restrict weights) {
    for (size_t place = 0; place < ANNSCOPE_MAP_MAX_NEIGHBOURS; place++) {
        float base = 1 + beyond[place] * factor;
        base = base > 0 ? base : 0;
        for (int squarings = 0; squarings < 8; squarings++) base *= base;
        weights[place] = base;
    }
    float sum = 0;
    for (size_t place = 0; place < ANNSCOPE_MAP_MAX_NEIGHBOURS; place++) sum += weights[place];
    return sum;
}

KERNEL_IN_SET void weigh_neighbours(const float *squared, size_t nodes, size_t width, float *weights) {
    // Far beyond any distance from the nearest: its weight is 0 for every σ.
    const float nowhere = 1e30f;
    for (size_t node = 0; node < nodes; node++, squared += width, weights += width) {
        float beyond[ANNSCOPE_MAP_MAX_NEIGHBOURS], found[ANNSCOPE_MAP_MAX_NEIGHBOURS];
        float sum = 0;
        size_t count = 0;
        float least = sqrtf(squared[0]);
        for (size_t place = 0; place < ANNSCOPE_MAP_MAX_NEIGHBOURS; place++) {
            int is_there = place < width && squared[place] < INFINITY;
            float difference = is_there ? sqrtf(squared[place]) - least : nowhere;
            beyond[place] = difference < nowhere ? difference : nowhere;
            if (is_there) sum += beyond[place];
            count += is_there ? 1 : 0;
        }
        // The bits of log2 are the same everywhere for so few arguments.
        static const float wanted[ANNSCOPE_MAP_MAX_NEIGHBOURS + 1] = {
            0,       0,       1,       1.584963f, 2,        2.321928f, 2.584963f, 2.807355f, 3,
            3.169925f, 3.321928f, 3.459432f, 3.584963f, 3.70044f, 3.807355f, 3.906891f, 4};
        float mean = count > 0 ? sum / (float)count : 0;
        if (!(mean > 0)) {
            for (size_t place = 0; place < width; place++) weights[place] = squared[place] < INFINITY ? 1 : 0;
            continue;
        }
        float low = 0, high = INFINITY, sigma = mean;
        for (int halvings = 0; halvings < 24; halvings++) {
            float total_weight = weights_for(beyond, -1 / (256 * sigma), found);
            float excess = total_weight - wanted[count];
            if (excess < 0.01f && excess > -0.01f) break;
            if (excess > 0) high = sigma;
            else low = sigma;
            float next = high < INFINITY ? (low + high) / 2 : 2 * sigma;
            // Many neighbours as near as the nearest leave no σ; the others still count a little.
            if (next < 0.001f * mean) break;
            sigma = next;
        }
        for (size_t place = 0; place < width; place++) weights[place] = squared[place] < INFINITY ? found[place] : 0;
    }
}

#undef GROUP
