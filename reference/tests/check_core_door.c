/* Before the first word: origins, paths, whose address it is, and how many of
 * it may come. */
#include "core/system.h"
#include "tests/pos_world.h"

static const char *const listed[] = { "https://till.example",
                                      "http://[::1]:8080", NULL };

#define ORIGIN(value)                                                          \
    {                                                                          \
        {                                                                      \
            { "Origin", 6 },                                                   \
            {                                                                  \
                value, sizeof(value) - 1                                       \
            }                                                                  \
        }                                                                      \
    }

static const struct {
    const char *label;
    struct header headers[2];
    size_t count;
    bool is_allowed;
} origins[] = {
    { "listed", ORIGIN("https://till.example"), 1, true },
    { "listed, with a port", ORIGIN("http://[::1]:8080"), 1, true },
    { "none", { { { NULL, 0 }, { NULL, 0 } } }, 0, true },
    { "another", ORIGIN("https://evil.example"), 1, false },
    { "another scheme", ORIGIN("http://till.example"), 1, false },
    { "another port", ORIGIN("https://till.example:443"), 1, false },
    { "longer", ORIGIN("https://till.example.evil"), 1, false },
    { "shorter", ORIGIN("https://till.exampl"), 1, false },
    { "below", ORIGIN("https://a.till.example"), 1, false },
    { "in upper case", ORIGIN("https://TILL.example"), 1, false },
    { "with a slash", ORIGIN("https://till.example/"), 1, false },
    { "with a user", ORIGIN("https://till.example@evil"), 1, false },
    { "with a space", ORIGIN("https://till.example "), 1, false },
    { "with a NUL", ORIGIN("https://till.example\0"), 1, false },
    { "two in one", ORIGIN("https://till.example https://till.example"), 1,
      false },
    { "null", ORIGIN("null"), 1, false },
    { "empty", ORIGIN(""), 1, false },
    { "a star", ORIGIN("*"), 1, false },
    { "twice",
      { { { "Origin", 6 }, { "https://till.example", 20 } },
        { { "ORIGIN", 6 }, { "https://till.example", 20 } } },
      2,
      false },
};

START_TEST(origin_is_allowed_or_not)
{
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;
    struct request request = { .path = text_of("/ws/kitchen/" HOME),
                               .headers = origins[_i].headers,
                               .header_count = origins[_i].count };

    settings.origins = listed;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    open_request(world, 1, request);
    expect_calls(world, origins[_i].label,
                 origins[_i].is_allowed ? "accept 1; " : "reject 1 403; ");
    ck_assert_int_eq(count_of(world, "events", "cause", "origin"),
                     !origins[_i].is_allowed);
    ck_assert_int_eq(count_of(world, "events", "endpoint", "kitchen"),
                     !origins[_i].is_allowed);
    ck_assert_int_eq(count_of(world, "events", "restaurant", HOME),
                     !origins[_i].is_allowed);
    ck_assert_int_eq(gauge_of(world, "connections"), origins[_i].is_allowed);
    world_free(world);
}
END_TEST

/* --- Paths ---------------------------------------------------------------- */

static const char *const near_uuids[] = {
    "1",
    "11111111-1111-4111-8111-11111111111",
    "11111111-1111-4111-8111-1111111111111",
    "11111111111141118111111111111111",
    "1111111-11111-4111-8111-111111111111",
    "11111111_1111_4111_8111_111111111111",
    "{1111111-1111-4111-8111-11111111111}",
    "g1111111-1111-4111-8111-111111111111",
    "A1111111-1111-4111-8111-111111111111",
    "%31111111-1111-4111-8111-11111111111",
    " 1111111-1111-4111-8111-111111111111",
    "..",
    "1' OR '1'='1",
};

START_TEST(no_uuid_is_denied)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "kitchen", near_uuids[_i]);
    expect_calls(world, near_uuids[_i],
                 "accept 1; close 1 4003 Access denied; ");
    authenticate(world, 1, "platform", "");
    expect_calls(world, "not heard", "");
    ck_assert_int_eq(count_of(world, "events", "event", "ACCESS_DENIED"), 1);
    ck_assert_int_eq(count_of(world, "events", "endpoint", "kitchen"), 1);
    ck_assert_int_eq(count_of(world, "events", "restaurant", ""), 1);
    world_free(world);
}
END_TEST

static const char *const elsewhere[] = {
    "/",
    "",
    "/ws",
    "/ws/",
    "/ws/pos",
    "/ws/pos/",
    "/ws/bar/" HOME,
    "/WS/pos/" HOME,
    "/ws/Pos/" HOME,
    "/ws/pos/" HOME "/",
    "/ws/pos/" HOME "/x",
    "/ws//pos/" HOME,
    "/factory",
};

START_TEST(other_path_is_not_found)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    open_at(world, 1, elsewhere[_i], "");
    expect_calls(world, elsewhere[_i], "reject 1 404; ");
    world_free(world);
}
END_TEST

/* --- Whose address it is -------------------------------------------------- */

static const struct {
    const char *label;
    const char *proxy;
    const char *peer;
    const char *forwarded[2];
    const char *want;
    const char *name; /* NULL: as the peer of the socket */
} addresses[] = {
    { "a socket's", NULL, "10.0.0.1:50001", { NULL, NULL }, "10.0.0.1", NULL },
    { "IPv6", NULL, "[::1]:50001", { NULL, NULL }, "[::1]", NULL },
    { "a unix socket", NULL, "unix:7", { NULL, NULL }, "unix", NULL },
    { "claimed",
      NULL,
      "10.0.0.1:50001",
      { "6.6.6.6", NULL },
      "10.0.0.1",
      NULL },
    { "claimed, another proxy",
      "10.0.0.9",
      "10.0.0.1:50001",
      { "6.6.6.6", NULL },
      "10.0.0.1",
      NULL },
    { "forwarded",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "1.2.3.4", NULL },
      "1.2.3.4",
      "1.2.3.4" },
    { "forwarded with its port",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "6.6.6.6:6, 1.2.3.4:50", NULL },
      "1.2.3.4",
      "1.2.3.4:50" },
    { "IPv6 forwarded",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "2001:db8::17", NULL },
      "2001:db8::17",
      "2001:db8::17" },
    { "IPv6 forwarded with its port",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "[2001:db8::17]:50", NULL },
      "[2001:db8::17]",
      "[2001:db8::17]:50" },
    { "words forwarded",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "al, GET /x", NULL },
      "GET /x",
      NULL },
    { "forwarded behind a claim",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "6.6.6.6, 7.7.7.7 ,\t1.2.3.4 ", NULL },
      "1.2.3.4",
      "1.2.3.4" },
    { "forwarded in two headers",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "6.6.6.6", "1.2.3.4" },
      "1.2.3.4",
      "1.2.3.4" },
    { "nothing forwarded",
      "10.0.0.9",
      "10.0.0.9:50001",
      { NULL, NULL },
      "10.0.0.9",
      NULL },
    { "forwarded empty",
      "10.0.0.9",
      "10.0.0.9:50001",
      { "1.2.3.4,", NULL },
      "10.0.0.9",
      NULL },
    { "a longer address is another",
      "10.0.0.9",
      "10.0.0.90:50001",
      { "1.2.3.4", NULL },
      "10.0.0.90",
      NULL },
};

START_TEST(address_is_that_of_the_socket_or_the_proxy)
{
    struct settings settings = { .trusted_proxy = addresses[_i].proxy };
    struct header headers[2] = { { { NULL, 0 }, { NULL, 0 } } };
    struct request request = { .peer = addresses[_i].peer, .headers = headers };
    char got[PEER_BYTES_MAX + 1];

    for (int i = 0; i < 2 && addresses[_i].forwarded[i] != NULL; i++)
        headers[request.header_count++] =
            (struct header){ text_of("x-forwarded-for"),
                             text_of(addresses[_i].forwarded[i]) };
    secure_address_of(&settings, &request, got);
    ck_assert_msg(strcmp(got, addresses[_i].want) == 0, "%s: %s",
                  addresses[_i].label, got);
    peer_of(&settings, &request, got);
    ck_assert_msg(strcmp(got, addresses[_i].name == NULL
                                  ? request.peer
                                  : addresses[_i].name) == 0,
                  "%s: called %s", addresses[_i].label, got);
}
END_TEST

/* --- Credentials of a handshake ------------------------------------------- */

#define OFFER(value)                                                           \
    {                                                                          \
        { "Sec-WebSocket-Protocol", 22 },                                      \
        {                                                                      \
            value, sizeof(value) - 1                                           \
        }                                                                      \
    }
#define AUTHORIZATION(value)                                                   \
    {                                                                          \
        { "authorization", 13 },                                               \
        {                                                                      \
            value, sizeof(value) - 1                                           \
        }                                                                      \
    }

static const struct {
    const char *label;
    struct header headers[2];
    size_t count;
    const char *token;  /* "-": missing, "!": in conflict */
    const char *chosen; /* sub-protocol */
} carriers[] = {
    { "none", { AUTHORIZATION("") }, 0, "-", "" },
    { "a bearer", { AUTHORIZATION("Bearer abc") }, 1, "abc", "" },
    { "a bearer in lower case", { AUTHORIZATION("bearer abc") }, 1, "abc", "" },
    { "a bearer of nothing", { AUTHORIZATION("Bearer ") }, 1, "-", "" },
    { "the scheme alone", { AUTHORIZATION("Bearer") }, 1, "-", "" },
    { "another scheme", { AUTHORIZATION("Basic abc") }, 1, "-", "" },
    { "a longer scheme", { AUTHORIZATION("Bearers abc") }, 1, "-", "" },
    { "two bearers",
      { AUTHORIZATION("Bearer abc"), AUTHORIZATION("Bearer abc") },
      2,
      "!",
      "" },
    { "a sub-protocol", { OFFER("jwt.abc") }, 1, "abc", "jwt.abc" },
    { "with another", { OFFER("chat, jwt.abc") }, 1, "abc", "chat" },
    { "before another", { OFFER("jwt.abc,chat ,v2") }, 1, "abc", "chat" },
    { "in two headers", { OFFER("jwt.abc"), OFFER("chat") }, 2, "abc", "chat" },
    { "two of them", { OFFER("jwt.abc, jwt.abc") }, 1, "!", "jwt.abc" },
    { "both carriers",
      { AUTHORIZATION("Bearer abc"), OFFER("jwt.abc") },
      2,
      "!",
      "jwt.abc" },
    { "none of them", { OFFER("chat") }, 1, "-", "chat" },
    { "an empty one", { OFFER("jwt.") }, 1, "-", "jwt." },
    { "in upper case", { OFFER("JWT.abc") }, 1, "-", "JWT.abc" },
};

START_TEST(credential_is_found)
{
    struct core core = { .system = system_for(SERVES_FACTORY) };
    struct request request = { .query = text_of("token=abc"),
                               .headers = carriers[_i].headers,
                               .header_count = carriers[_i].count };
    struct presented presented;
    char chosen[SUBPROTOCOL_SIZE];

    secure_find_token(&core, &request, &presented);
    const char *got = secure_is_missing(&presented) ? "-"
                      : secure_credentials_conflict(&presented)
                          ? "!"
                          : presented.token;
    ck_assert_msg(strcmp(got, carriers[_i].token) == 0, "%s: %s",
                  carriers[_i].label, got);
    secure_choose_subprotocol(&request, chosen, sizeof(chosen));
    ck_assert_msg(strcmp(chosen, carriers[_i].chosen) == 0, "%s: chose %s",
                  carriers[_i].label, chosen);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_door", &tcase);

    tcase_add_loop_test(tcase, origin_is_allowed_or_not, 0, COUNT_OF(origins));
    tcase_add_loop_test(tcase, no_uuid_is_denied, 0, COUNT_OF(near_uuids));
    tcase_add_loop_test(tcase, other_path_is_not_found, 0, COUNT_OF(elsewhere));
    tcase_add_loop_test(tcase, address_is_that_of_the_socket_or_the_proxy, 0,
                        COUNT_OF(addresses));
    tcase_add_loop_test(tcase, credential_is_found, 0, COUNT_OF(carriers));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_door");
}
