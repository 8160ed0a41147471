// usearch's metrics for one instruction set: included once for each, with SET as the end of every name and SET_TARGET as the
// attribute that asks for it. NumKong, which usearch calls, sums 32-bit floats in eight 64-bit lanes; so do we, and halves
// too, which it sums in 32 bits.

#define IN_SET SET_TARGET static inline __attribute__((always_inline))

/// Adds the halves, the quarters and the last two, as `_mm512_reduce_add_pd` does.
IN_SET double IN(total)(wide sum) {
    double a = sum[0] + sum[4], b = sum[1] + sum[5], c = sum[2] + sum[6], d = sum[3] + sum[7];
    return (a + c) + (b + d);
}

IN_SET wide IN(float32)(const uint8_t *row) {
    narrow floats;
    memcpy(&floats, row, sizeof floats);
    return __builtin_convertvector(floats, wide);
}

IN_SET wide IN(bfloat16)(const uint8_t *row) {
    halves upper;
    memcpy(&upper, row, sizeof upper);
    return __builtin_convertvector((narrow)(__builtin_convertvector(upper, words) << 16), wide);
}

#if defined(CONVERTS_HALVES)
IN_SET wide IN(float16)(const uint8_t *row) {
    _Float16 numbers __attribute__((vector_size(16)));
    memcpy(&numbers, row, sizeof numbers);
    return __builtin_convertvector(__builtin_convertvector(numbers, narrow), wide);
}
#else
/// Moves exponent and mantissa to a float's places and multiplies by 2¹¹², by which the exponents' biases differ; that is
/// right for the smallest numbers too. What is 65536 or more then was infinite or no number.
IN_SET wide IN(float16)(const uint8_t *row) {
    halves codes;
    memcpy(&codes, row, sizeof codes);
    words bits = __builtin_convertvector(codes, words);
    narrow size = (narrow)((bits & 0x7FFF) << 13) * 0x1p112f;
    words infinite = (words)(size >= 65536.0f) & 0x7F800000;
    return __builtin_convertvector((narrow)((words)size | infinite | (bits & 0x8000) << 16), wide);
}
#endif

#define DEFINE_SOME(LOAD, SIZE)                                                                                       \
    IN_SET wide IN(LOAD##_some)(const uint8_t *row, size_t count) {                                                   \
        uint8_t some[8 * SIZE] = {0};                                                                                 \
        memcpy(some, row, count * SIZE);                                                                              \
        return IN(LOAD)(some);                                                                                        \
    }
DEFINE_SOME(float32, 4)
DEFINE_SOME(float16, 2)
DEFINE_SOME(bfloat16, 2)

/// Runs STEP for each eight components `a` of the query and `b` of the row; RESULT is made of the sums.
#define DEFINE_SUM(LOAD, SIZE, METRIC, STEP, RESULT)                                                                  \
    SET_TARGET static void IN(LOAD##_##METRIC)(const annscope_query *query, const void *const *rows, size_t count,    \
                                               float *values) {                                                       \
        const size_t dimension = query->dimension;                                                                    \
        const uint8_t *asked = (const uint8_t *)query->vector;                                                        \
        for (size_t row = 0; row < count; row++) {                                                                    \
            const uint8_t *stored = rows[row];                                                                        \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                   \
            wide sum = {0}, asked_squares = {0}, squares = {0};                                                       \
            size_t place = 0;                                                                                         \
            for (; place + 8 <= dimension; place += 8) {                                                              \
                wide a = IN(float32)(asked + 4 * place), b = IN(LOAD)(stored + SIZE * place);                         \
                STEP;                                                                                                 \
            }                                                                                                         \
            if (place < dimension) {                                                                                  \
                wide a = IN(float32_some)(asked + 4 * place, dimension - place);                                      \
                wide b = IN(LOAD##_some)(stored + SIZE * place, dimension - place);                                   \
                STEP;                                                                                                 \
            }                                                                                                         \
            (void)asked_squares, (void)squares;                                                                       \
            values[row] = RESULT;                                                                                     \
        }                                                                                                             \
    }

#define DEFINE_SUMS(LOAD, SIZE)                                                                                       \
    DEFINE_SUM(LOAD, SIZE, l2sq, wide difference = a - b; sum += difference * difference, (float)IN(total)(sum))      \
    DEFINE_SUM(LOAD, SIZE, ip, sum += a * b, 1 - (float)IN(total)(sum))                                               \
    DEFINE_SUM(LOAD, SIZE, cos, sum += a * b; asked_squares += a * a; squares += b * b,                               \
               cosine_distance(IN(total)(sum), IN(total)(asked_squares), IN(total)(squares)))
DEFINE_SUMS(float32, 4)
DEFINE_SUMS(float16, 2)
DEFINE_SUMS(bfloat16, 2)

/// Runs STEP for each pair of integers `a` of the query and `b` of the row, `UNITS` of them; RESULT is made of the sums.
#define DEFINE_COUNT(NAME, TYPE, LOAD, UNITS, STEP, RESULT)                                                           \
    SET_TARGET static void IN(NAME)(const annscope_query *query, const void *const *rows, size_t count,               \
                                    float *values) {                                                                  \
        const size_t dimension = query->dimension, units = UNITS;                                                     \
        for (size_t row = 0; row < count; row++) {                                                                    \
            if (row + 4 < count) __builtin_prefetch(rows[row + 4]);                                                   \
            int32_t sum = 0, first = 0, second = 0;                                                                   \
            for (size_t place = 0; place < units; place++) {                                                          \
                TYPE a = LOAD(query->bits, place, dimension), b = LOAD(rows[row], place, dimension);                  \
                STEP;                                                                                                 \
            }                                                                                                         \
            (void)first, (void)second;                                                                                \
            values[row] = RESULT;                                                                                     \
        }                                                                                                             \
    }
DEFINE_COUNT(signed8_l2sq, int32_t, signed_byte, dimension, sum += (a - b) * (a - b), query->factor * (float)sum)
DEFINE_COUNT(signed8_ip, int32_t, signed_byte, dimension, sum += a * b, one_minus(query->factor * (float)sum))
DEFINE_COUNT(signed8_cos, int32_t, signed_byte, dimension, sum += a * b; first += a * a; second += b * b,
             cosine_distance(sum, first, second))
DEFINE_COUNT(bits_hamming, uint64_t, bit_word, (dimension + 63) / 64, sum += __builtin_popcountll(a ^ b), (float)sum)
DEFINE_COUNT(bits_ip, uint64_t, bit_word, (dimension + 63) / 64, sum += __builtin_popcountll(a & b), 1 - (float)sum)
DEFINE_COUNT(bits_tanimoto, uint64_t, bit_word, (dimension + 63) / 64,
             sum += __builtin_popcountll(a & b); first += __builtin_popcountll(a | b),
             first == 0 ? 0 : 1 - (float)sum / (float)first)
DEFINE_COUNT(bits_sorensen, uint64_t, bit_word, (dimension + 63) / 64,
             sum += __builtin_popcountll(a & b); first += __builtin_popcountll(a) + __builtin_popcountll(b),
             1 - 2 * (float)sum / (float)first)

#define IN_TABLE(METRIC)                                                                                              \
    [annscope_usearch_##METRIC] = {                                                                                   \
        [annscope_float32] = IN(float32_##METRIC), [annscope_float16] = IN(float16_##METRIC),                         \
        [annscope_bfloat16] = IN(bfloat16_##METRIC), [annscope_signed8] = IN(signed8_##METRIC),                       \
    }

static annscope_kernel IN(kernel)(annscope_coding coding, annscope_usearch_metric metric) {
    if (coding == annscope_bits) {
        switch (metric) {
        case annscope_usearch_hamming: return IN(bits_hamming);
        case annscope_usearch_tanimoto: return IN(bits_tanimoto);
        case annscope_usearch_sorensen: return IN(bits_sorensen);
        case annscope_usearch_ip: return IN(bits_ip);
        default: return NULL;
        }
    }
    static const annscope_kernel table[][annscope_bits] = {IN_TABLE(l2sq), IN_TABLE(ip), IN_TABLE(cos)};
    return metric <= annscope_usearch_cos ? table[metric][coding] : NULL;
}

#undef DEFINE_SOME
#undef DEFINE_SUM
#undef DEFINE_SUMS
#undef DEFINE_COUNT
#undef IN_TABLE
#undef IN_SET
