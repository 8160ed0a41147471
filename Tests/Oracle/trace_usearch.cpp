// usearch's own search with every step written down. Built by make_searches.py against a copy of usearch's headers in
// which a few lines call `trace_of_search`.
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

static std::string steps;

static void trace_of_search(char const* format, ...) {
    char text[64];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    steps += text;
}

#include <usearch/index_dense.hpp>

using namespace unum::usearch;

template <typename slot_at>
static char const* search(char const* path, float const* query, std::size_t k, std::size_t expansion) {
    using index_t = index_dense_gt<std::uint64_t, slot_at>;
    static std::string answer;
    index_t index;
    if (!index.load(input_file_t(path))) return "";
    index.change_expansion_search(expansion);
    // As the Python package hands bits over. usearch's own cast from floats leaves a last byte that isn't full unclean.
    std::vector<unsigned char> bits((index.dimensions() + 7) / 8, 0);
    for (std::size_t place = 0; place != index.dimensions(); ++place)
        if (query[place] > 0) bits[place / 8] |= 128 >> (place % 8);
    steps.clear();
    auto result = index.scalar_kind() == scalar_kind_t::b1x8_k
                      ? index.search(reinterpret_cast<b1x8_t const*>(bits.data()), k)
                      : index.search(query, k);
    answer = std::to_string(result.visited_members) + " " + std::to_string(result.computed_distances) + "\n";
    for (std::size_t place = 0; place != result.size(); ++place) {
        char text[64];
        std::snprintf(text, sizeof(text), "%llu:%.9g ", (unsigned long long)result[place].member.key,
                      (double)result[place].distance);
        answer += text;
    }
    answer += "\n" + steps;
    return answer.c_str();
}

/// Visited members and computed distances, the results and the steps, a line each; empty when the file can't be loaded.
extern "C" char const* trace_usearch(char const* path, int has_wide_slots, float const* query, std::size_t k,
                                     std::size_t expansion) {
    return has_wide_slots ? search<uint40_t>(path, query, k, expansion)
                          : search<std::uint32_t>(path, query, k, expansion);
}
