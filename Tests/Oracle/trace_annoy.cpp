// Annoy's own search with every step written down. Built by make_searches.py against a copy of annoylib.h in which a few
// lines call `trace_of_search`.
#include <cstdarg>
#include <cstdio>
#include <string>
#include <thread>
#include <mutex>
#include <shared_mutex>

static std::string steps;

static void trace_of_search(char const* format, ...) {
    char text[64];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    steps += text;
}

#include "annoylib.h"
#include "kissrandom.h"

using namespace Annoy;

template <typename distance_at, typename scalar_at>
static char const* search(char const* path, int f, scalar_at const* query, size_t n, int search_k) {
    static std::string answer;
    AnnoyIndex<int32_t, scalar_at, distance_at, Kiss64Random, AnnoyIndexSingleThreadedBuildPolicy> index(f);
    if (!index.load(path)) return "";
    std::vector<int32_t> items;
    std::vector<scalar_at> distances;
    steps.clear();
    index.get_nns_by_vector(query, n, search_k, &items, &distances);
    answer.clear();
    for (size_t place = 0; place != items.size(); ++place) {
        char text[64];
        std::snprintf(text, sizeof(text), "%d:%.9g ", items[place], (double)distances[place]);
        answer += text;
    }
    answer += "\n" + steps;
    return answer.c_str();
}

/// The results and the steps, a line each; empty when the file can't be loaded.
extern "C" char const* trace_annoy(char const* path, char const* metric, int f, float const* query, size_t n,
                                   int search_k) {
    std::string name = metric;
    if (name == "angular") return search<Angular>(path, f, query, n, search_k);
    if (name == "euclidean") return search<Euclidean>(path, f, query, n, search_k);
    if (name == "manhattan") return search<Manhattan>(path, f, query, n, search_k);
    if (name == "dot") return search<DotProduct>(path, f, query, n, search_k);
    // As the Python module packs bits (`HammingWrapper`).
    std::vector<uint64_t> words((f + 63) / 64, 0);
    for (int bit = 0; bit != f; ++bit) words[bit / 64] |= uint64_t(query[bit] > 0.5) << (bit % 64);
    return search<Hamming>(path, int(words.size()), words.data(), n, search_k);
}
