/* TLS, IPv6, a port in use, and peers without a name. */
#include "shell_world.h"
#include "shell/peer.h"
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* Writes a key and a certificate for it, signed with itself. */
static void write_certificate(const char *certificate, const char *private_key)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    FILE *key_file = fopen(private_key, "we");
    FILE *file = fopen(certificate, "we");
    X509_NAME *name = X509_get_subject_name(x509);

    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, key);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    ck_assert_int_gt(X509_sign(x509, key, EVP_sha256()), 0);
    ck_assert_int_eq(PEM_write_X509(file, x509), 1);
    ck_assert_int_eq(
        PEM_write_PrivateKey(key_file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    fclose(key_file);
    X509_free(x509);
    EVP_PKEY_free(key);
}

static void start_tls(struct client *client, SSL_CTX *context)
{
    client->tls = SSL_new(context);
    SSL_set_fd(client->tls, client->fd);
    ck_assert_int_eq(SSL_connect(client->tls), 1);
}

/* Starts the world with TLS; the files are of no more use then. */
static void start_tls_world(struct world *world, struct options *options)
{
    static char certificate[128];
    static char private_key[128];

    snprintf(certificate, sizeof(certificate), "%s/cert", world->folder);
    snprintf(private_key, sizeof(private_key), "%s/key", world->folder);
    write_certificate(certificate, private_key);
    options->certificate = certificate;
    options->private_key = private_key;
    world_start(world, options);
    unlink(certificate);
    unlink(private_key);
}

START_TEST(tls_serves_members_and_refuses_strangers)
{
    struct world world;
    struct options options = world_prepare(&world);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    char payload[HEARD_SIZE];
    size_t length;

    start_tls_world(&world, &options);

    struct client member = dial(world.port);
    start_tls(&member, context);
    enter(member);
    ck_assert_int_eq(
        call(&world, "POST", "/publish", "{\"text\":\"up\"}", payload), 204);
    ck_assert_uint_eq(hear_frame(member, payload, &length), 0x81);

    struct client stranger = dial(world.port);
    start_tls(&stranger, context);
    ask(stranger, "/ws");
    hear_head(stranger, payload, sizeof(payload));
    ck_assert_uint_eq(hear_frame(stranger, payload, &length), 0x88);
    say_frame(stranger, 0x88, "\x03\xf0", 2);
    ck_assert_uint_eq(hear(stranger, payload, sizeof(payload)), 0);
    hang_up(stranger);
    hang_up(member);
    SSL_CTX_free(context);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

/* No deadline of the handshake outlives it: silence for longer than that is
 * no reason to be cut off. */
START_TEST(a_tls_member_may_be_silent)
{
    struct world world;
    struct options options = world_prepare(&world);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    options.handshake_ms = 1000;
    start_tls_world(&world, &options);

    struct client member = dial(world.port);
    struct pollfd end = { .fd = member.fd, .events = POLLIN };
    start_tls(&member, context);
    enter(member);
    ck_assert_int_eq(poll(&end, 1, 1500), 0);
    hang_up(member);
    SSL_CTX_free(context);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

START_TEST(beside_tls_nobody_is_served_in_the_clear)
{
    struct world world;
    struct options options = world_prepare(&world);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    char target[1100] = "/ws?token=";
    char head[HEARD_SIZE];

    mint(60, target + strlen(target));
    options.plain_port = 0;
    start_tls_world(&world, &options);
    for (int i = 0; i < 2; i++) {
        struct client plain = dial(world.plain_port);
        ask(plain, target);
        hear_head(plain, head, sizeof(head));
        ck_assert_msg(strncmp(head, "HTTP/1.1 403 ", 13) == 0, "%s", head);
        ck_assert_uint_eq(hear(plain, head, sizeof(head)), 0);
        hang_up(plain);
    }
    struct client member = dial(world.port);
    start_tls(&member, context);
    enter(member);
    hang_up(member);
    SSL_CTX_free(context);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

START_TEST(ipv6_is_served_and_named)
{
    struct world world;
    struct options options = world_prepare(&world);
    struct sockaddr_in6 address = { .sin6_family = AF_INET6,
                                    .sin6_addr = in6addr_loopback };

    options.host = "::1";
    world_start(&world, &options);
    struct client client = { .fd = socket(AF_INET6, SOCK_STREAM, 0) };
    address.sin6_port = htons((uint16_t)world.port);
    ck_assert_int_eq(
        connect(client.fd, (const struct sockaddr *)&address, sizeof(address)),
        0);
    enter(client);
    ck_assert(inspect_comes_to(&world, "\"peer\":\"[::1]:"));
    hang_up(client);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

/* What goes wrong is said on stderr: not on this one. */
static void silence(void)
{
    int nowhere = open("/dev/null", O_WRONLY);

    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

START_TEST(a_port_in_use_is_status_1)
{
    struct world world;
    struct options options = world_prepare(&world);

    world_start(&world, &options);
    silence();
    options.port = world.port;
    ck_assert_int_eq(server_run(&options, STDERR_FILENO), 1);
    options.port = 0;
    options.plain_port = world.port;
    ck_assert_int_eq(server_run(&options, STDERR_FILENO), 1);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

START_TEST(a_control_token_that_is_too_short_is_status_2)
{
    struct world world;
    struct options options = world_prepare(&world);

    silence();
    write_file(world.token_file, "short\n");
    ck_assert_int_eq(server_run(&options, STDERR_FILENO), 2);
    options.control_token_file = "/nonexistent/token";
    ck_assert_int_eq(server_run(&options, STDERR_FILENO), 2);
    unlink(world.keys);
    unlink(world.token_file);
    unlink(world.log);
    rmdir(world.folder);
}
END_TEST

/* In a process of its own, whose limit it lowers. */
START_TEST(too_few_descriptors_are_status_1)
{
    struct world world;
    struct options options = world_prepare(&world);
    int status = 0;

    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        silence();
        limit_descriptors(40);
        exit(server_run(&options, STDERR_FILENO));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    unlink(world.keys);
    unlink(world.token_file);
    rmdir(world.folder);
}
END_TEST

START_TEST(a_name_for_one_who_has_none)
{
    int ends[2];
    char name[PEER_BYTES_MAX + 1];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    peer_name(ends[0], 7, name);
    ck_assert_str_eq(name, "unix:#7");
    close(ends[0]);
    peer_name(ends[0], 8, name);
    ck_assert_str_eq(name, "unknown:#8");
    close(ends[1]);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: listeners");
    TCase *tcase = tcase_create("where it listens");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, tls_serves_members_and_refuses_strangers);
    tcase_add_test(tcase, a_tls_member_may_be_silent);
    tcase_add_test(tcase, beside_tls_nobody_is_served_in_the_clear);
    tcase_add_test(tcase, ipv6_is_served_and_named);
    tcase_add_test(tcase, a_port_in_use_is_status_1);
    tcase_add_test(tcase, a_control_token_that_is_too_short_is_status_2);
    tcase_add_test(tcase, too_few_descriptors_are_status_1);
    tcase_add_test(tcase, a_name_for_one_who_has_none);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_listeners");
}
