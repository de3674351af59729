/* A world that serves `pos`: a directory in memory that fails on demand, with
 * two restaurants and the people of the reviews. */
#ifndef POS_WORLD_H
#define POS_WORLD_H

#include "tests/core_world.h"

#define HOME   "11111111-1111-4111-8111-111111111111"
#define AWAY   "22222222-2222-4222-8222-222222222222"
#define SHUT   "33333333-3333-4333-8333-333333333333"
#define ORDER  "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define THEIRS "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
#define NOW    "\"timestamp\":\"2026-02-22T10:00:00.000Z\"}"

#define WELCOME(user)                                                          \
    "{\"type\":\"auth_success\",\"user_id\":\"" user                           \
    "\",\"restaurant_id\":\"" HOME "\"," NOW
#define AUTH_ERROR                                                             \
    "{\"type\":\"auth_error\",\"error\":\"Authentication failed\"," NOW
#define ERROR "{\"type\":\"error\",\"message\":\"Message processing failed\"}"

struct shelf {
    bool is_broken;   /* nothing can be asked */
    bool is_unsteady; /* the version can, nothing else */
    uint64_t version;
    struct user users[8];
    struct restaurant restaurants[3];
    struct order orders[2];
    char notes[8 * NOTES_CHARS_MAX];
};

static inline enum finding answer_of(const struct shelf *shelf, bool found)
{
    if (shelf->is_broken || shelf->is_unsteady)
        return FAILED;
    return found ? FOUND : ABSENT;
}

static inline enum finding shelf_user(void *self, struct text id,
                                      struct user *user)
{
    const struct shelf *shelf = self;
    const struct user *found = NULL;

    for (int i = 0; i < COUNT_OF(shelf->users); i++)
        if (shelf->users[i].id[0] != 0 && text_is(id, shelf->users[i].id))
            found = &shelf->users[i];
    if (answer_of(shelf, found != NULL) == FOUND)
        *user = *found;
    return answer_of(shelf, found != NULL);
}

static inline enum finding shelf_restaurant(void *self, struct text id,
                                            struct restaurant *restaurant)
{
    const struct shelf *shelf = self;
    const struct restaurant *found = NULL;

    for (int i = 0; i < COUNT_OF(shelf->restaurants); i++)
        if (text_is(id, shelf->restaurants[i].id))
            found = &shelf->restaurants[i];
    if (answer_of(shelf, found != NULL) == FOUND)
        *restaurant = *found;
    return answer_of(shelf, found != NULL);
}

static inline struct order *shelf_at(struct shelf *shelf, struct text id)
{
    for (int i = 0; i < COUNT_OF(shelf->orders); i++)
        if (text_is(id, shelf->orders[i].id))
            return &shelf->orders[i];
    return NULL;
}

static inline enum finding shelf_order(void *self, struct text id,
                                       struct order *order)
{
    struct shelf *shelf = self;
    const struct order *found = shelf_at(shelf, id);

    if (answer_of(shelf, found != NULL) == FOUND)
        *order = *found;
    return answer_of(shelf, found != NULL);
}

static inline enum finding shelf_status(void *self, struct text id,
                                        struct text restaurant,
                                        struct text status, struct text notes)
{
    struct shelf *shelf = self;
    struct order *found = shelf_at(shelf, id);
    bool is_there = found != NULL && text_is(restaurant, found->restaurant);

    if (answer_of(shelf, is_there) == FOUND) {
        snprintf(found->status, sizeof(found->status), "%.*s",
                 (int)status.length, status.at);
        snprintf(shelf->notes, sizeof(shelf->notes), "%.*s", (int)notes.length,
                 notes.at);
        shelf->version++;
    }
    return answer_of(shelf, is_there);
}

static inline uint64_t shelf_version(void *self)
{
    const struct shelf *shelf = self;

    return shelf->is_broken ? 0 : shelf->version;
}

static const struct directory_ops shelf_ops = {
    shelf_user, shelf_restaurant, shelf_order, shelf_status, shelf_version,
};

static const struct shelf full_shelf = {
    .version = 1,
    .users = {
        { "alice", "cashier", HOME },
        { "bob", "cook", HOME },
        { "owner", "restaurant_owner", HOME },
        { "boss", "manager", HOME },
        { "platform", "platform_owner", "" },
        { "newcomer", "restaurant_owner", "" },
        { "mallory", "manager", AWAY },
        { "closed", "manager", SHUT },
    },
    .restaurants = { { HOME, true }, { AWAY, true }, { SHUT, false } },
    .orders = { { ORDER, HOME, "pending" }, { THEIRS, AWAY, "ready" } },
};

static inline struct world *pos_with(const struct policy *policy,
                                     const struct settings *settings,
                                     struct shelf *shelf)
{
    *shelf = full_shelf;
    return world_of(policy, settings, (struct directory){ &shelf_ops, shelf });
}

static inline struct world *pos_new(struct shelf *shelf)
{
    struct settings settings = settings_for(SERVES_POS);

    return pos_with(&secure_policy, &settings, shelf);
}

/* Opens `id` at this endpoint of this restaurant. */
static inline void enter(struct world *world, int id, const char *endpoint,
                         const char *restaurant)
{
    char path[256];

    snprintf(path, sizeof(path), "/ws/%s/%s", endpoint, restaurant);
    open_at(world, id, path, "");
}

/* Sends the first message with a good token of the user; `more` goes behind
 * the token. */
static inline void authenticate(struct world *world, int id, const char *user,
                                const char *more)
{
    char message[TOKEN_BYTES + 512];

    snprintf(message, sizeof(message),
             "{\"type\":\"authenticate\",\"token\":\"%s\"%s}",
             good_token(world, user, "admin", 600), more);
    hear(world, id, message);
}

/* Makes a member of `id`, and forgets the calls. */
static inline void admit(struct world *world, int id, const char *user,
                         const char *endpoint, const char *restaurant)
{
    enter(world, id, endpoint, restaurant);
    authenticate(world, id, user, "");
    ck_assert_ptr_nonnull(strstr(world->calls, "auth_success"));
    world->calls[0] = 0;
}

#endif
