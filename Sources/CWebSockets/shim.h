#pragma once
#include <libwebsockets.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

// LWS_PRE is an expression that Swift does not import: the bytes that lws_write may need before what it sends.
enum { ANNSCOPE_LWS_PRE = LWS_PRE };

// accept4 is hidden without _GNU_SOURCE.
static inline int annscope_accept(int listener, struct sockaddr_storage *peer, socklen_t *length) {
    return (int)syscall(SYS_accept4, listener, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// Composite options that Swift does not import. What is no HTTP falls back to a raw connection, which gets our own
// answer.
static inline uint64_t annscope_lws_options(void) {
    return LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DISABLE_IPV6 |
           LWS_SERVER_OPTION_FALLBACK_TO_APPLY_LISTEN_ACCEPT_CONFIG;
}

static inline uint64_t annscope_lws_tls_options(void) {
    return LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
           LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT;
}

// A timer and whom it belongs to: lws hands the callback nothing but the first member.
struct annscope_timer {
    lws_sorted_usec_list_t list;
    void *owner;
};

static inline int annscope_no_passphrase(char *buffer, int size, int isWriting, void *user) {
    (void)buffer, (void)size, (void)isWriting, (void)user;
    return 0;
}

// A certificate with its chain and key, checked against each other; NULL when one is no good: then `failed` says
// which (1 certificate, 2 key) and `reason` why. A key with a passphrase is refused and never asked for.
static inline SSL_CTX *annscope_tls_load(
    const char *certificate, const char *key, int *failed, const char **reason) {
    SSL_CTX *loaded = SSL_CTX_new(TLS_server_method());
    *failed = 0;
    ERR_clear_error();
    if (loaded) {
        SSL_CTX_set_default_passwd_cb(loaded, annscope_no_passphrase);
        if (SSL_CTX_use_certificate_chain_file(loaded, certificate) != 1)
            *failed = 1;
        else if (SSL_CTX_use_PrivateKey_file(loaded, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(loaded) != 1)
            *failed = 2;
        if (!*failed) return loaded;
    }
    *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    SSL_CTX_free(loaded);
    return NULL;
}

// The kind of a certificate's key, such as EVP_PKEY_RSA.
static inline int annscope_tls_key_kind(SSL_CTX *loaded) {
    EVP_PKEY *key = SSL_CTX_get0_privatekey(loaded);
    return key ? EVP_PKEY_base_id(key) : 0;
}

// From now on handshakes on `live` show what `loaded` has; connections that stand keep what they have.
static inline int annscope_tls_install(SSL_CTX *live, SSL_CTX *loaded) {
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(loaded, &chain);
    SSL_CTX_set_options(live, SSL_OP_NO_RENEGOTIATION);
    return SSL_CTX_set_min_proto_version(live, TLS1_2_VERSION) == 1 &&
           SSL_CTX_use_cert_and_key(
               live, SSL_CTX_get0_certificate(loaded), SSL_CTX_get0_privatekey(loaded), chain, 1) == 1;
}

// What a client's handshakes use: the system's authorities, and those of a file unless it is NULL. lws would make the
// same, and never free it once another context was made meanwhile (4.1.6, `lws_ssl_destroy_client_ctx`).
static inline SSL_CTX *annscope_tls_client(const char *authorities) {
    SSL_CTX *made = SSL_CTX_new(TLS_client_method());
    if (!made) return NULL;
    SSL_CTX_set_mode(made, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) == 1 && SSL_CTX_set_default_verify_paths(made) == 1 &&
        (!authorities || SSL_CTX_load_verify_file(made, authorities) == 1))
        return made;
    SSL_CTX_free(made);
    return NULL;
}

// The bytes as one gzip member (RFC 1952) of at most `capacity` bytes: its length, or 0 when it does not fit.
// deflateInit2 is a macro.
static inline size_t annscope_gzip(const uint8_t *bytes, size_t count, uint8_t *into, size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (count > UINT32_MAX || capacity > UINT32_MAX) return 0;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = into;
    stream.avail_out = (uInt)capacity;
    int result = deflate(&stream, Z_FINISH);
    size_t length = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? length : 0;
}

// A client speaks to any address; it sets up TLS only where it needs it.
static inline uint64_t annscope_lws_client_options(int tls) {
    return LWS_SERVER_OPTION_VALIDATE_UTF8 | (tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0);
}
