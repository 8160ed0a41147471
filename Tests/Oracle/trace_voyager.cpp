// Voyager's own search with every step written down. Built by make_searches.py against a copy of its headers in which a
// few lines call `trace_of_search`.
#include <cstdarg>
#include <cstdio>
#include <string>

static std::string steps;

static void trace_of_search(char const* format, ...) {
    char text[64];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    steps += text;
}

#include "TypedIndex.h"

/// The results and the steps, a line each; Voyager's own words behind a "!" where it refuses.
extern "C" char const* trace_voyager(char const* path, float const* query, int k, long query_ef) {
    static std::string answer;
    steps.clear();
    try {
        auto index = loadTypedIndexFromStream(std::make_shared<FileInputStream>(path));
        std::vector<float> components(query, query + index->getNumDimensions());
        auto [labels, distances] = index->query(components, k, query_ef);
        answer.clear();
        for (size_t place = 0; place != labels.size(); ++place) {
            char text[64];
            std::snprintf(text, sizeof(text), "%zu:%.9g ", labels[place], (double)distances[place]);
            answer += text;
        }
        answer += "\n" + steps;
    } catch (std::exception const& error) {
        answer = "!" + std::string(error.what()) + "\n" + steps;
    }
    return answer.c_str();
}
