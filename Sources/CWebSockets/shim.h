#pragma once
#include <libwebsockets.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// LWS_PRE is an expression that Swift does not import: the bytes that lws_write needs before a message.
enum { ANNSCOPE_LWS_PRE = LWS_PRE };

// accept4 is hidden without _GNU_SOURCE.
static inline int annscope_accept(int listener) {
    return (int)syscall(SYS_accept4, listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// A composite option that Swift does not import.
static inline uint64_t annscope_lws_options(void) { return LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DISABLE_IPV6; }

// A client speaks to any address; it sets up TLS only where it needs it.
static inline uint64_t annscope_lws_client_options(int tls) {
    return LWS_SERVER_OPTION_VALIDATE_UTF8 | (tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0);
}
