/* The TLS transport, on OpenSSL: certificates are always verified, and an end
 * without close_notify is not taken for an orderly one. */
#include "net/transport.h"
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

/* OpenSSL's own words for the oldest error in its queue. */
static const char *tls_reason(void)
{
    unsigned long error = ERR_peek_error();
    const char *text = ERR_reason_error_string(error);

    return error == 0     ? "the connection ended"
           : text == NULL ? "an unknown error"
                          : text;
}

static enum fault refuse(const struct transport *transport)
{
    long verdict = SSL_get_verify_result(transport->ssl);

    if (verdict != X509_V_OK)
        return fault_say(FAULT_TLS, "TLS with %.100s: certificate: %s",
                         transport->host,
                         X509_verify_cert_error_string(verdict));
    return fault_say(FAULT_TLS, "TLS with %.100s: %s", transport->host,
                     tls_reason());
}

static bool is_truncation(void)
{
    return ERR_GET_REASON(ERR_peek_error()) ==
           SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

/* What a call that moved nothing means. */
static ssize_t outcome(struct transport *transport, int result, int error)
{
    switch (SSL_get_error(transport->ssl, result)) {
    case SSL_ERROR_WANT_READ: return FAULT_WAIT;
    case SSL_ERROR_WANT_WRITE: transport->wants_write = true; return FAULT_WAIT;
    case SSL_ERROR_ZERO_RETURN:
        transport->ending = "TLS close_notify";
        return 0;
    case SSL_ERROR_SYSCALL: return socket_failure(transport, error);
    default: break;
    }
    if (is_truncation()) {
        transport->ending = "FIN without TLS close_notify";
        return 0;
    }
    transport->ending = "a TLS error";
    return refuse(transport);
}

static enum fault tls_establish(struct transport *transport)
{
    transport->wants_write = false;
    ERR_clear_error();
    int result = SSL_connect(transport->ssl);
    int error = errno;

    if (result == 1)
        return FAULT_NONE;
    ssize_t failure = outcome(transport, result, error);
    if (failure == FAULT_WAIT)
        return FAULT_WAIT;
    if (failure == FAULT_RESET)
        return fault_say(FAULT_TLS, "TLS with %.100s: %s", transport->host,
                         strerror(error));
    return refuse(transport);
}

static int at_most(size_t size)
{
    return size < 1 << 20 ? (int)size : 1 << 20;
}

static ssize_t tls_read(struct transport *transport, void *into, size_t size)
{
    transport->wants_write = false;
    ERR_clear_error();
    int result = SSL_read(transport->ssl, into, at_most(size));
    int error = errno;

    return result > 0 ? result : outcome(transport, result, error);
}

static ssize_t tls_write(struct transport *transport, const void *from,
                         size_t size)
{
    ERR_clear_error();
    int result = SSL_write(transport->ssl, from, at_most(size));
    int error = errno;

    if (result > 0)
        return result;
    ssize_t failure = outcome(transport, result, error);
    return failure == 0 ? FAULT_ENDED : failure;
}

/* OpenSSL forbids a close_notify behind a fatal error. */
static void tls_finish(struct transport *transport)
{
    ERR_clear_error();
    if (SSL_is_init_finished(transport->ssl) &&
        (transport->ending == NULL ||
         strcmp(transport->ending, "TLS close_notify") == 0))
        SSL_shutdown(transport->ssl);
    ERR_clear_error();
    shutdown(transport->fd, SHUT_WR);
}

static const struct transport_ops tls = {
    .name = "tls",
    .establish = tls_establish,
    .read = tls_read,
    .write = tls_write,
    .finish = tls_finish,
};

/* A certificate is valid for a name or for an address, never by half. */
static bool expect_host(SSL *ssl, const struct url *url)
{
    X509_VERIFY_PARAM *wanted = SSL_get0_param(ssl);
    struct in_addr ignored;

    if (url->is_ipv6 || inet_pton(AF_INET, url->host, &ignored) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(wanted, url->host) == 1;
    return SSL_set1_host(ssl, url->host) == 1 &&
           SSL_set_tlsext_host_name(ssl, url->host) == 1;
}

enum fault transport_tls(struct transport *transport, int fd,
                         struct ssl_ctx_st *context, const struct url *url)
{
    transport_plain(transport, fd);
    transport->host = url->host;
    transport->ssl = SSL_new(context);
    if (transport->ssl == NULL)
        return fault_say(FAULT_MEMORY, "TLS: out of memory");
    if (!expect_host(transport->ssl, url) ||
        SSL_set_fd(transport->ssl, fd) != 1)
        return fault_say(FAULT_TLS, "TLS with %.100s: %s", url->host,
                         tls_reason());
    transport->ops = &tls;
    return FAULT_NONE;
}

static bool trust(SSL_CTX *context, const char *ca_file)
{
    return ca_file == NULL
               ? SSL_CTX_set_default_verify_paths(context) == 1
               : SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1;
}

struct ssl_ctx_st *tls_context_new(const char *ca_file)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    ERR_clear_error();
    if (context == NULL || !trust(context, ca_file) ||
        SSL_CTX_set_alpn_protos(context, alpn, sizeof(alpn) - 1) != 0 ||
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
        fault_say(FAULT_TLS, "trusting %.200s: %s",
                  ca_file == NULL ? "the system's authorities" : ca_file,
                  tls_reason());
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}
