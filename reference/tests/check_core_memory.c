/* Each allocation of the core fails in its turn: whatever is missing then, no
 * place, manager or stranger is counted that is not there, nobody comes in or
 * stays out without an event, and nothing is left at the end. The linker puts
 * what stands here between the core and the C library. */
#include "core/snapshot.h"
#include "tests/pos_world.h"

enum { IDS = 4 };

/* --- Memory that fails ---------------------------------------------------- */

static struct {
    unsigned left; /* allocations until one fails; 0: none does */
    bool has_fired;
    bool is_watched; /* between two looks of Check, which allocates as well */
    int held;        /* that were made while watched, and are not freed yet */
} memory;

void *real_calloc(size_t count, size_t size) __asm__("__real_calloc");
void *real_malloc(size_t size) __asm__("__real_malloc");
char *real_strndup(const char *from, size_t size) __asm__("__real_strndup");
void real_free(void *block) __asm__("__real_free");
void *our_calloc(size_t count, size_t size) __asm__("__wrap_calloc");
void *our_malloc(size_t size) __asm__("__wrap_malloc");
char *our_strndup(const char *from, size_t size) __asm__("__wrap_strndup");
void our_free(void *block) __asm__("__wrap_free");

static bool fails_now(void)
{
    bool now = memory.left == 1;

    if (memory.left > 0)
        memory.left--;
    memory.has_fired = memory.has_fired || now;
    return now;
}

static void *counted(void *block)
{
    memory.held += memory.is_watched && block != NULL;
    return block;
}

void *our_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : counted(real_calloc(count, size));
}

void *our_malloc(size_t size)
{
    return fails_now() ? NULL : counted(real_malloc(size));
}

char *our_strndup(const char *from, size_t size)
{
    return fails_now() ? NULL : counted(real_strndup(from, size));
}

void our_free(void *block)
{
    memory.held -= memory.is_watched && block != NULL;
    real_free(block);
}

static void fail_at(unsigned n)
{
    memory.left = n;
    memory.has_fired = false;
    memory.is_watched = true;
    memory.held = 0;
}

/* Was there an allocation to fail? None fails from here on. */
static bool has_failed(void)
{
    memory.left = 0;
    memory.is_watched = false;
    return memory.has_fired;
}

static void set_up(void)
{
    static cJSON_Hooks hooks = { our_malloc, our_free };

    cJSON_InitHooks(&hooks);
}

/* --- What is done meanwhile ----------------------------------------------- */

static void live_in_signals(struct world *world, struct shelf *shelf)
{
    (void)shelf;
    open_as(world, 1, "alice", "publisher");
    open_as(world, 2, "bob", "viewer");
    open_at(world, 3, "/ws", "");
    open_as(world, 4, "carol", "viewer");
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    hear(world, 2, "{\"type\":\"publish\",\"text\":\"a\"}");
    publish(world, "b");
    core_revoke(world->core, text_of("j-bob"));
}

static void open_bearing(struct world *world, int id, const char *user)
{
    char value[TOKEN_BYTES + 8];
    struct header bearer = { text_of("Authorization"), { NULL, 0 } };

    snprintf(value, sizeof(value), "Bearer %s",
             good_token(world, user, "viewer", 600));
    bearer.value = text_of(value);
    open_request(world, id,
                 (struct request){ .path = text_of("/factory"),
                                   .headers = &bearer,
                                   .header_count = 1 });
}

static void live_in_factory(struct world *world, struct shelf *shelf)
{
    (void)shelf;
    open_bearing(world, 1, "alice");
    open_bearing(world, 2, "alice");
    open_bearing(world, 3, "bob");
    open_at(world, 4, "/factory", "");
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    hear(world, 2, "{\"type\":\"whoami\"}");
    hear(world, 3, "{\"type\":\"x\"}");
    core_frame_failed(world->core, 3, 1002);
}

static void live_in_pos(struct world *world, struct shelf *shelf)
{
    static const char *const users[] = { "alice", "bob", "boss", "mallory" };

    for (int id = 1; id <= IDS; id++) {
        enter(world, id, id == 3 ? "management" : "pos", HOME);
        authenticate(world, id, users[id - 1], "");
    }
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    hear(world, 2, "{\"type\":\"get_order\",\"order_id\":\"" ORDER "\"}");
    hear(world, 2,
         "{\"type\":\"order_status\",\"order_id\":\"" ORDER
         "\",\"status\":\"ready\",\"notes\":\"<a>\"}");
    hear(world, 1, "x");
    shelf->users[3].id[0] = 0;
    shelf->version++;
    core_directory_changed(world->core);
}

/* --- What must hold ------------------------------------------------------- */

static void expect_exact(const struct world *world,
                         const struct connection *connection)
{
    const struct settings *settings = &world->core->settings;
    bool is_member = connection->stage == MEMBER;
    bool is_managed = is_member && settings->served == SERVES_FACTORY;

    ck_assert_int_eq(connection->pool_entries, is_member);
    ck_assert_int_eq(connection->has_place,
                     is_member && settings->per_user_max > 0);
    ck_assert_int_eq(connection->is_counted, connection->stage == STRANGER &&
                                                 settings->strangers_max > 0);
    ck_assert_int_eq(connection->member != NULL &&
                         connection->member->manager != NULL,
                     is_managed);
}

static unsigned held_in(const struct counts *counts)
{
    unsigned held = 0;

    for (size_t i = 0; counts->buckets != NULL && i < COUNT_BUCKETS; i++)
        for (const struct count *at = counts->buckets[i]; at != NULL;
             at = at->next)
            held += at->held;
    return held;
}

static void expect_consistent(struct world *world)
{
    const struct core *core = world->core;
    unsigned places = 0;
    unsigned strangers = 0;
    unsigned with_manager = 0;

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next) {
        expect_exact(world, at);
        places += at->has_place;
        strangers += at->is_counted;
        with_manager += at->member != NULL && at->member->manager != NULL;
    }
    for (const struct manager *at = core->managers; at != NULL; at = at->next)
        with_manager--;
    ck_assert_uint_eq(held_in(&core->users), places);
    ck_assert_uint_eq(held_in(&core->addresses), strangers);
    ck_assert_uint_eq(with_manager, 0);
}

/* Each that has come has left its event: it is in, or it was refused. */
static void expect_events(struct world *world)
{
    char peer[32];

    for (int id = 1; id <= IDS; id++) {
        snprintf(peer, sizeof(peer), "127.0.0.1:%d", 50000 + id);
        ck_assert_int_ge(count_of(world, "events", "peer", peer), 1);
    }
}

static void expect_nothing_left(struct world *world)
{
    for (int id = 1; id <= IDS; id++)
        core_closed(world->core, (connection_id)id, DEPARTED_ABRUPTLY);
    ck_assert_ptr_null(world->core->managers);
    ck_assert_ptr_null(world->core->pool);
    ck_assert_ptr_null(world->core->connections);
    ck_assert_uint_eq(world->core->users.entries, 0);
    ck_assert_int_eq(metric_of(world, "managers_active"), 0);
    world_free(world);
}

/* --- In turn -------------------------------------------------------------- */

static const struct {
    enum served served;
    void (*live)(struct world *world, struct shelf *shelf);
} lives[] = {
    { SERVES_SIGNALS, live_in_signals },
    { SERVES_FACTORY, live_in_factory },
    { SERVES_POS, live_in_pos },
};

START_TEST(nothing_is_counted_that_is_not_there)
{
    struct settings settings = settings_for(lives[_i].served);
    bool failed = true;

    for (unsigned n = 1; failed; n++) {
        struct shelf shelf;
        struct world *world = pos_with(&secure_policy, &settings, &shelf);
        fail_at(n);
        lives[_i].live(world, &shelf);
        failed = has_failed();
        expect_consistent(world);
        expect_events(world);
        expect_nothing_left(world);
    }
}
END_TEST

START_TEST(report_is_whole_or_none)
{
    struct settings settings = settings_for(lives[_i].served);
    struct shelf shelf;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    bool failed = true;

    lives[_i].live(world, &shelf);
    for (unsigned n = 1; failed; n++) {
        fail_at(n);
        cJSON *report = core_inspect(world->core, 0);
        bool is_whole = report != NULL;
        cJSON_Delete(report);
        failed = has_failed();
        ck_assert_int_eq(is_whole, !failed);
        ck_assert_int_eq(memory.held, 0);
    }
    expect_nothing_left(world);
}
END_TEST

START_TEST(core_is_whole_or_none)
{
    struct settings settings = settings_for(SERVES_SIGNALS);
    struct world world = { .now_ms = 0 };
    struct port port = port_of(&world);
    bool failed = true;

    for (unsigned n = 1; failed; n++) {
        fail_at(n);
        struct core *core = core_new(&secure_policy, &port, &settings);
        bool is_whole = core != NULL;
        core_free(core);
        failed = has_failed();
        ck_assert_int_eq(is_whole, !failed);
        ck_assert_int_eq(memory.held, 0);
    }
}
END_TEST

static struct world *inhabited_rooms(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);
    struct world *world = world_with(&secure_policy, &settings);
    char query[TOKEN_BYTES];

    for (int id = 1; id <= IDS; id++) {
        snprintf(query, sizeof(query), "room=lobby&token=%s",
                 id == IDS ? "" : good_token(world, "alice", "admin", 600));
        open_at(world, id, "/rooms", query);
    }
    hear(world, 1,
         "{\"type\":\"create_room\",\"room\":\"r\",\"roles\":[\"chef\"],"
         "\"permission\":\"PRIVATE\"}");
    hear(world, 1, "{\"type\":\"invite\",\"room\":\"r\",\"user_id\":\"bob\"}");
    hear(world, 1, "{\"type\":\"join_room\",\"room\":\"r\"}");
    hear(world, 1, "{\"type\":\"room_message\",\"room\":\"r\",\"text\":\"a\"}");
    ck_assert(core_revoke(world->core, text_of("j")));
    return world;
}

START_TEST(snapshot_is_whole_or_none)
{
    struct world *world = inhabited_rooms();
    bool failed = true;

    for (unsigned n = 1; failed; n++) {
        fail_at(n);
        cJSON *state = core_export(world->core);
        bool is_whole = state != NULL;
        cJSON_Delete(state);
        failed = has_failed();
        ck_assert_int_eq(is_whole, !failed);
        ck_assert_int_eq(memory.held, 0);
    }
    expect_nothing_left(world);
}
END_TEST

START_TEST(snapshot_is_read_whole_or_refused)
{
    struct world *world = inhabited_rooms();
    cJSON *state = core_export(world->core);
    bool failed = true;

    ck_assert_ptr_nonnull(state);
    for (unsigned n = 1; failed; n++) {
        fail_at(n);
        struct core *core = core_new(&world->core->policy, &world->core->port,
                                     &world->core->settings);
        bool is_read = core != NULL && core_import(core, state);
        core_free(core);
        failed = has_failed();
        ck_assert_int_eq(is_read, !failed);
        ck_assert_int_eq(memory.held, 0);
    }
    cJSON_Delete(state);
    expect_nothing_left(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_memory", &tcase);

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_loop_test(tcase, nothing_is_counted_that_is_not_there, 0,
                        COUNT_OF(lives));
    tcase_add_loop_test(tcase, report_is_whole_or_none, 0, COUNT_OF(lives));
    tcase_add_test(tcase, core_is_whole_or_none);
    tcase_add_test(tcase, snapshot_is_whole_or_none);
    tcase_add_test(tcase, snapshot_is_read_whole_or_refused);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_memory");
}
