/* TLS: whom we trust, what we tell the server, and how an end is named. */
#include "net_world.h"
#include "net/loop.h"
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* --- Certificates --------------------------------------------------------- */

static X509 *certificate_for(EVP_PKEY *key, const char *names)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

    X509_set_version(certificate, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    must(X509_sign(certificate, key, EVP_sha256()) != 0, "a certificate");
    return certificate;
}

static SSL_CTX *server_context(const char *names, const char *ca_file)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = certificate_for(key, names);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    FILE *file = fopen(ca_file, "w");

    must(file != NULL && PEM_write_X509(file, certificate) == 1, "a CA file");
    fclose(file);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}

/* --- Servers -------------------------------------------------------------- */

enum manner {
    ENDS_IN_ORDER, /* close_notify, then FIN */
    TRUNCATES,     /* FIN alone */
    RESETS,
    SPEAKS_NO_TLS,
    SAYS_NOTHING,
};

struct secret_server {
    SSL_CTX *context;
    enum manner manner;
};

/* The name that the client asked for, and the protocol, as a message. */
static void tell_what_was_asked(SSL *ssl, char head[REQUEST_SIZE])
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    char answer[512];
    int length = SSL_read(ssl, head, REQUEST_SIZE - 1);

    head[length < 0 ? 0 : length] = 0;
    write_switch(head, answer, sizeof(answer));
    SSL_write(ssl, answer, (int)strlen(answer));
    snprintf(answer + 2, sizeof(answer) - 2, "SNI %s",
             name == NULL ? "-" : name);
    answer[0] = (char)0x81;
    answer[1] = (char)strlen(answer + 2);
    SSL_write(ssl, answer, answer[1] + 2);
}

static int choose_http_1_1(SSL *ssl, const unsigned char **out,
                           unsigned char *length, const unsigned char *in,
                           unsigned in_length, void *ignored)
{
    (void)ssl;
    (void)ignored;
    *out = in + 1;
    *length = in[0];
    return in_length == 9 && memcmp(in, "\x08http/1.1", 9) == 0
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void serve_secretly(int listener, const void *with)
{
    const struct secret_server *server = with;
    char head[REQUEST_SIZE];
    int fd = accept(listener, NULL, NULL);

    if (server->manner == SAYS_NOTHING)
        pause();
    if (server->manner == SPEAKS_NO_TLS) {
        write_all(fd, "HTTP/1.1 400 No\r\n\r\n", 19);
        read_to_end(fd);
        return;
    }
    SSL_CTX_set_alpn_select_cb(server->context, choose_http_1_1, NULL);
    SSL *ssl = SSL_new(server->context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1) {
        close(fd);
        return;
    }
    tell_what_was_asked(ssl, head);
    if (server->manner == ENDS_IN_ORDER)
        SSL_shutdown(ssl);
    if (server->manner == RESETS)
        reset(fd);
    else
        close(fd);
}

/* --- The table ------------------------------------------------------------ */

static const struct {
    const char *label;
    const char *names; /* of the certificate */
    bool trusted;
    const char *host;
    enum manner manner;
    const char *want;
} cases[] = {
    { "by address", "IP:127.0.0.1", true, "127.0.0.1", ENDS_IN_ORDER,
      "accepted -; text SNI -; gone FIN (TLS close_notify)" },
    { "by name", "DNS:localhost", true, "localhost", ENDS_IN_ORDER,
      "accepted -; text SNI localhost; gone FIN (TLS close_notify)" },
    { "truncated", "IP:127.0.0.1", true, "127.0.0.1", TRUNCATES,
      "accepted -; text SNI -; gone FIN (FIN without TLS close_notify)" },
    { "reset", "IP:127.0.0.1", true, "127.0.0.1", RESETS, "*gone RST (RST)" },
    { "another authority", "IP:127.0.0.1", false, "127.0.0.1", ENDS_IN_ORDER,
      "gone unreached (TLS with 127.0.0.1: certificate: self-signed "
      "certificate)" },
    { "another address", "IP:127.0.0.2", true, "127.0.0.1", ENDS_IN_ORDER,
      "gone unreached (TLS with 127.0.0.1: certificate: IP address mismatch)" },
    { "another name", "DNS:example.org", true, "localhost", ENDS_IN_ORDER,
      "gone unreached (TLS with localhost: certificate: hostname mismatch)" },
    { "a name where an address is dialled", "DNS:127.0.0.1", true, "127.0.0.1",
      ENDS_IN_ORDER,
      "gone unreached (TLS with 127.0.0.1: certificate: IP address mismatch)" },
    { "no TLS", "IP:127.0.0.1", true, "127.0.0.1", SPEAKS_NO_TLS,
      "gone unreached (TLS with 127.0.0.1: wrong version number)" },
    { "silence", "IP:127.0.0.1", true, "127.0.0.1", SAYS_NOTHING,
      "gone unreached (no TLS handshake within 500 ms)" },
};

START_TEST(tls_is_verified_and_its_end_named)
{
    char ca_file[64];
    char other_file[80];
    char story[STORY_SIZE];
    char url[64];
    snprintf(ca_file, sizeof(ca_file), "/tmp/check-net-%ld.pem",
             (long)getpid());
    snprintf(other_file, sizeof(other_file), "%s.other", ca_file);
    SSL_CTX_free(server_context("IP:127.0.0.1", other_file));
    struct secret_server secret = { server_context(cases[_i].names, ca_file),
                                    cases[_i].manner };
    int before = open_files();
    struct server server = serve(serve_secretly, &secret);
    snprintf(url, sizeof(url), "wss://%s:%u/", cases[_i].host, server.port);
    struct manifest manifest = target(url);
    manifest.ca_file = cases[_i].trusted ? ca_file : other_file;
    manifest.answer_ms = cases[_i].manner == SAYS_NOTHING ? 500 : 5000;
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    adapter_free(adapter);
    stop(server);
    SSL_CTX_free(secret.context);
    unlink(ca_file);
    unlink(other_file);
    check_story(cases[_i].label, cases[_i].want, story);
    ck_assert_int_eq(open_files(), before);
}
END_TEST

START_TEST(missing_ca_file_is_said_before_anything_is_dialled)
{
    struct manifest manifest = target("wss://127.0.0.1:1/");

    manifest.ca_file = "/nowhere/ca.pem";
    ck_assert_ptr_null(adapter_net_new(&manifest));
    ck_assert_ptr_nonnull(strstr(fault_reason(), "/nowhere/ca.pem"));
    manifest.ca_file = NULL;
    adapter_free(adapter_for(&manifest)); /* the system's own authorities */
}
END_TEST

/* TLS takes turns, so the request cannot have gone out with the connect. */
START_TEST(handshakes_can_be_waited_for)
{
    struct secret_server secret = { .manner = ENDS_IN_ORDER };
    struct loop loop = { .shared = { .answer_ms = 2000, .close_ms = 2000 } };
    struct opening opening = { .query = NULL };
    struct endpoint endpoint;
    char ca_file[64];
    char url[64];

    snprintf(ca_file, sizeof(ca_file), "/tmp/check-net-%ld.pem",
             (long)getpid());
    secret.context = server_context("DNS:localhost,IP:127.0.0.1", ca_file);
    struct server server = serve(serve_secretly, &secret);
    snprintf(url, sizeof(url), "wss://127.0.0.1:%u/", server.port);
    ck_assert_int_eq(endpoint_init(&endpoint, url), FAULT_NONE);
    loop.shared.tls = tls_context_new(ca_file);
    ck_assert_int_eq(loop_open(&loop, &endpoint, 1, &opening, NULL),
                     FAULT_NONE);
    loop_send_handshakes(&loop);
    ck_assert_int_ge(loop_connection(&loop, 1)->stage, SHAKING);
    ck_assert_int_ne(loop_connection(&loop, 1)->stage, GONE);
    loop_deinit(&loop);
    SSL_CTX_free(loop.shared.tls);
    SSL_CTX_free(secret.context);
    stop(server);
    unlink(ca_file);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_tls");
    TCase *tcase = tcase_create("tls");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, tls_is_verified_and_its_end_named, 0,
                        COUNT_OF(cases));
    tcase_add_test(tcase, handshakes_can_be_waited_for);
    tcase_add_test(tcase, missing_ca_file_is_said_before_anything_is_dialled);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_tls");
}
