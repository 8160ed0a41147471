#pragma once

// What Swift wants to know and other compilers than clang do not.
#if defined(__clang__)
#define ANNSCOPE_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define ANNSCOPE_SENDABLE
#define _Nonnull
#define _Nullable
#endif
