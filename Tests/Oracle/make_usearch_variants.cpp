// Writes the usearch files that the Python package can't: 40-bit slots, no matrix of vectors, 64-bit sizes of the matrix.
// Built and run by make_usearch_annoy.py with the headers from usearch's source package.
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <usearch/index_dense.hpp>

using namespace unum::usearch;

constexpr std::size_t dimension = 5;
constexpr std::uint64_t count = 40;
constexpr std::uint64_t first_key = 1000;

template <typename slot_at> bool save(std::string const& path, index_dense_serialization_config_t serialization) {
    using index_t = index_dense_gt<std::uint64_t, slot_at>;
    index_dense_config_t config(3, 7);
    auto state = index_t::make(metric_punned_t(dimension, metric_kind_t::l2sq_k, scalar_kind_t::f32_k), config);
    if (!state) return false;
    index_t index = std::move(state.index);
    if (!index.try_reserve(index_limits_t(count, 1))) return false;

    std::mt19937 random(1);
    std::vector<float> vector(dimension);
    for (std::uint64_t key = first_key; key != first_key + count; ++key) {
        for (float& component : vector) component = float(random() % 256) / 64 - 2;
        if (!index.add(key, vector.data())) return false;
    }
    if (!index.remove(first_key + 7)) return false;
    if (!index.save(output_file_t((path + ".usearch").c_str()), serialization)) return false;

    std::FILE* json = std::fopen((path + ".json").c_str(), "w");
    if (!json) return false;
    std::fprintf(json, "{\"metric\":\"l2sq\",\"dtype\":\"f32\",\"ndim\":%zu,\"multi\":false,\"len\":%zu,", dimension, index.size());
    std::fprintf(json, "\"deleted\":1,\"connectivity\":3,\"levels\":[");
    for (std::size_t level = 0; level <= index.max_level(); ++level) {
        auto stats = index.stats(level);
        std::fprintf(json, "%s{\"nodes\":%zu,\"edges\":%zu}", level ? "," : "", stats.nodes, stats.edges);
    }
    std::fprintf(json, "],\"vectors\":{");
    bool is_first = true;
    for (std::uint64_t key = first_key; key != first_key + count; ++key) {
        if (!index.get(key, vector.data())) continue;
        std::fprintf(json, "%s\"%llu\":[[", is_first ? "" : ",", static_cast<unsigned long long>(key));
        for (std::size_t place = 0; place != dimension; ++place)
            std::fprintf(json, "%s%.9g", place ? "," : "", vector[place]);
        std::fprintf(json, "]]");
        is_first = false;
    }
    std::fprintf(json, "}}\n");
    return std::fclose(json) == 0;
}

int main(int argument_count, char** arguments) {
    if (argument_count != 2) return 2;
    std::string folder = arguments[1];
    index_dense_serialization_config_t plain, no_matrix, wide;
    no_matrix.exclude_vectors = true;
    wide.use_64_bit_dimensions = true;
    return save<uint40_t>(folder + "/usearch_u40", plain) && save<std::uint32_t>(folder + "/usearch_nomatrix", no_matrix) &&
                   save<std::uint32_t>(folder + "/usearch_wide", wide)
               ? 0
               : 1;
}
