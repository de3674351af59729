/* Who has a lane in a sequence chart, and where it is. */
#include "report/html/lanes.h"
#include <cJSON.h>

enum { LEFT = 136, RIGHT = 76, STRIDE_MAX = 310, STRIDES_WIDTH = 860 };

/* The peers of one side, in the order of their lanes. */
struct side {
    const char *names[CLIENTS_MAX];
    size_t count;
    size_t most;
};

static bool is_on(const struct side *side, const char *name)
{
    for (size_t i = 0; i < side->count; i++)
        if (strcmp(side->names[i], name) == 0)
            return true;
    return false;
}

static void add_to(struct side *side, const char *name)
{
    if (side->count < side->most && !is_on(side, name))
        side->names[side->count++] = name;
}

static bool is_witness(const char *name)
{
    return strstr(name, "witness") != NULL; /* "late-witness-5" */
}

/* Does the text name this peer, as a word? */
static bool names(const char *text, const char *peer)
{
    size_t length = strlen(peer);

    for (const char *at = strstr(text, peer); at != NULL;
         at = strstr(at + 1, peer))
        if ((at == text || at[-1] == ' ') &&
            strchr(" ,:;.", at[length]) != NULL)
            return true;
    return false;
}

/* Those that are named come first. Returns whether the tool acts, too. */
static bool fill_sides(struct side *clients, struct side *witnesses,
                       const struct cJSON *steps, const char *seen)
{
    const struct cJSON *step;
    bool has_tool = false;

    for (int is_named = 1; is_named >= 0; is_named--)
        cJSON_ArrayForEach(step, steps)
        {
            const char *peer = member_text(step, "peer");
            has_tool = has_tool || peer[0] == 0;
            if (peer[0] != 0 && names(seen, peer) == (is_named == 1))
                add_to(is_witness(peer) ? witnesses : clients, peer);
        }
    return has_tool;
}

static void add_lane(struct lanes *lanes, const char *name, const char *peer,
                     const char *class)
{
    lanes->at[lanes->count++] =
        (struct lane){ .name = name, .peer = peer, .class = class };
}

static void place(struct lanes *lanes)
{
    int stride = lanes->count < 2 ? 0 : STRIDES_WIDTH / (int)(lanes->count - 1);

    if (stride > STRIDE_MAX)
        stride = STRIDE_MAX;
    for (size_t i = 0; i < lanes->count; i++) {
        lanes->at[i].x = LEFT + (int)i * stride;
        if (lanes->at[i].peer == NULL)
            lanes->server = lanes->at[i].x;
    }
    lanes->width = LEFT + (int)(lanes->count - 1) * stride + RIGHT;
}

void lanes_choose(struct lanes *lanes, const struct cJSON *steps,
                  const char *seen)
{
    struct side clients = { .most = CLIENTS_MAX };
    struct side witnesses = { .most = WITNESSES_MAX };
    const struct cJSON *step;
    bool has_tool = fill_sides(&clients, &witnesses, steps, seen);

    *lanes = (struct lanes){ .count = 0 };
    for (size_t i = 0; i < clients.count; i++)
        add_lane(lanes, clients.names[i], clients.names[i], "client");
    add_lane(lanes, "server", NULL, "server");
    for (size_t i = 0; i < witnesses.count; i++)
        add_lane(lanes, witnesses.names[i], witnesses.names[i], "witness");
    if (has_tool)
        add_lane(lanes, "tool", "", "tool");
    place(lanes);
    cJSON_ArrayForEach(step, steps)
    {
        lanes->steps += lanes_place(lanes, member_text(step, "peer")) >= 0;
    }
}

int lanes_place(const struct lanes *lanes, const char *peer)
{
    for (size_t i = 0; i < lanes->count; i++)
        if (lanes->at[i].peer != NULL && strcmp(lanes->at[i].peer, peer) == 0)
            return lanes->at[i].x;
    return -1;
}
