/* Socket.IO as the bench sees it: a script plays the service, frame by frame,
 * and each row says what comes of it on both sides. */
#include "check_program.h"
#include "net/codec.h"

enum { STEPS_MAX = 12, SOCKET = 7 };

/* What a script does next. */
enum act {
    DONE,
    COMES,    /* a text frame of the service */
    UPGRADES, /* its 101 */
    CLOSES,   /* its Close, 4001 */
    ENDS,     /* the end of TCP */
    SAYS,     /* a text of the bench */
    BEGINS,   /* parts of one */
    GOES_ON,
    FINISHES,
    HANGS_UP,
    PINGS,
    NEVER_CLOSES,
};

struct step {
    enum act act;
    const char *text;
};

struct scene {
    const char *name;
    bool awaits_first;
    bool stays_open;
    const char *namespace; /* NULL: "/" */
    struct step steps[STEPS_MAX];
    const char *sent; /* to the service, a blank behind each */
    const char *told; /* to the bench, likewise */
};

#define OPEN                                                                   \
    { UPGRADES, NULL },                                                        \
    {                                                                          \
        COMES, "0{\"sid\":\"s\"}"                                              \
    }
#define JOINED                                                                 \
    OPEN,                                                                      \
    {                                                                          \
        COMES, "40{\"sid\":\"j\"}"                                             \
    }

static const struct scene scenes[] = {
#include "codec_scenes.def"
};

/* --- The service ---------------------------------------------------------- */

struct play {
    struct codec *codec;
    struct event event; /* that comes next */
    bool waits;         /* does one? */
    struct buffer sent;
    struct buffer told;
};

static enum fault play_send(void *self, unsigned socket, enum message_kind kind,
                            int code, struct bytes data)
{
    static const char *const marks[] = {
        [SEND_TEXT] = "",
        [SEND_BINARY] = "binary:",
        [SEND_PING] = "ping",
        [SEND_CLOSE] = "close-",
        [SEND_FIRST_PART] = "first:",
        [SEND_NEXT_PART] = "next:",
        [SEND_LAST_PART] = "last:",
    };
    struct play *play = self;

    ck_assert_uint_eq(socket, SOCKET);
    buffer_add_string(&play->sent, marks[kind]);
    if (kind == SEND_CLOSE)
        buffer_printf(&play->sent, "%d", code);
    else if (kind != SEND_PING)
        buffer_add(&play->sent, data.at, data.length);
    return buffer_add_string(&play->sent, " ");
}

static int play_next(void *self, struct event *event, int wait_ms)
{
    struct play *play = self;

    (void)wait_ms;
    if (!play->waits)
        return 0;
    *event = play->event;
    play->waits = false;
    return 1;
}

static void play_drop(void *self, unsigned socket)
{
    ck_assert_uint_eq(socket, SOCKET);
    buffer_add_string(&((struct play *)self)->sent, "dropped ");
}

/* --- The bench ------------------------------------------------------------ */

static void write_told(struct play *play, const struct event *event)
{
    const char *data = (const char *)event->data.at;
    int length = (int)event->data.length;

    ck_assert_uint_eq(event->socket, SOCKET);
    switch (event->kind) {
    case EVENT_ACCEPTED: buffer_add_string(&play->told, "accepted "); break;
    case EVENT_TEXT: buffer_printf(&play->told, "%.*s ", length, data); break;
    case EVENT_CLOSED:
        buffer_printf(&play->told, "closed-%d ", event->code);
        break;
    case EVENT_GONE:
        buffer_add_string(&play->told,
                          event->ending == ENDING_UNREAD ? "unread " : "gone ");
        break;
    case EVENT_VIOLATION:
        buffer_printf(&play->told, "violation:%.*s ", length, data);
        break;
    default: ck_abort_msg("event %d", event->kind);
    }
}

static void bring(struct play *play, enum event_kind kind, int code,
                  const char *text)
{
    struct event event;

    play->event = (struct event){ .kind = kind,
                                  .socket = SOCKET,
                                  .at_ms = 1000,
                                  .code = code,
                                  .data = bytes_of_string(text) };
    play->waits = true;
    while (codec_next(play->codec, &event, 0) == 1)
        write_told(play, &event);
}

static void say(struct play *play, enum message_kind kind, const char *text)
{
    ck_assert_int_eq(
        codec_send(play->codec, SOCKET, kind, 1000, bytes_of_string(text)),
        FAULT_NONE);
}

static void act(struct play *play, const struct step *step)
{
    switch (step->act) {
    case COMES: bring(play, EVENT_TEXT, 0, step->text); break;
    case UPGRADES: bring(play, EVENT_ACCEPTED, 0, NULL); break;
    case CLOSES: bring(play, EVENT_CLOSED, 4001, NULL); break;
    case ENDS: bring(play, EVENT_GONE, 0, NULL); break;
    case SAYS: say(play, SEND_TEXT, step->text); break;
    case BEGINS: say(play, SEND_FIRST_PART, step->text); break;
    case GOES_ON: say(play, SEND_NEXT_PART, step->text); break;
    case FINISHES: say(play, SEND_LAST_PART, step->text); break;
    case HANGS_UP: say(play, SEND_CLOSE, NULL); break;
    case PINGS: say(play, SEND_PING, step->text); break;
    case NEVER_CLOSES: codec_answer_closes(play->codec, SOCKET, false); break;
    case DONE: break;
    }
}

static void play_open(struct play *play, const struct scene *scene)
{
    const struct codec_terms terms = {
        .namespace = scene->namespace == NULL ? "/" : scene->namespace,
        .event = "message",
        .awaits_first = scene->awaits_first,
        .stays_open = scene->stays_open,
    };
    const struct line line = { play, play_send, play_next, play_drop };

    memset(play, 0, sizeof(*play));
    buffer_init(&play->sent, 4096);
    buffer_init(&play->told, 4096);
    play->codec = codec_new(&terms, &line);
    ck_assert_ptr_nonnull(play->codec);
}

static void play_close(struct play *play)
{
    codec_free(play->codec);
    buffer_deinit(&play->sent);
    buffer_deinit(&play->told);
}

START_TEST(scene_comes_out_as_written)
{
    const struct scene *scene = &scenes[_i];
    struct play play;

    play_open(&play, scene);
    for (int i = 0; i < STEPS_MAX; i++)
        act(&play, &scene->steps[i]);
    ck_assert_msg(strcmp(buffer_string(&play.sent), scene->sent) == 0,
                  "%s: sent \"%s\"", scene->name, buffer_string(&play.sent));
    ck_assert_msg(strcmp(buffer_string(&play.told), scene->told) == 0,
                  "%s: told \"%s\"", scene->name, buffer_string(&play.told));
    play_close(&play);
}
END_TEST

START_TEST(what_goes_out_with_the_handshake_is_packets)
{
    static const char *const texts[] = { "{\"token\":1}", "[\"a\"]" };
    const struct opening opening = { .early = texts, .early_count = 2 };
    struct play play;
    char **early;

    play_open(&play, &(struct scene){ .awaits_first = true });
    early = codec_early(play.codec, SOCKET, &opening);
    ck_assert_str_eq(early[0], "40{\"token\":1}");
    ck_assert_str_eq(early[1], "42[\"a\"]");
    codec_free_early(early, 2);
    bring(&play, EVENT_ACCEPTED, 0, NULL);
    bring(&play, EVENT_TEXT, 0, "0{\"sid\":\"s\"}");
    bring(&play, EVENT_TEXT, 0, "40{\"sid\":\"j\"}");
    ck_assert_str_eq(buffer_string(&play.sent), "");
    ck_assert_str_eq(buffer_string(&play.told),
                     "accepted [\"connect\",{\"sid\":\"j\"}] ");
    play_close(&play);
}
END_TEST

/* What the frame was on the wire is told of the message. */
START_TEST(compression_is_told_through)
{
    struct play play;
    struct event event;

    play_open(&play, &(struct scene){ .name = "compression" });
    play.event = (struct event){ .kind = EVENT_ACCEPTED,
                                 .socket = SOCKET,
                                 .deflates = true };
    play.waits = true;
    ck_assert_int_eq(codec_next(play.codec, &event, 0), 0);
    play.event = (struct event){ .kind = EVENT_TEXT,
                                 .socket = SOCKET,
                                 .compressed = true,
                                 .wire = 3,
                                 .data = bytes_of_string("42[\"a\"]") };
    play.waits = true;
    ck_assert_int_eq(codec_next(play.codec, &event, 0), 1);
    ck_assert_int_eq(event.kind, EVENT_ACCEPTED);
    ck_assert(event.deflates);
    ck_assert_int_eq(codec_next(play.codec, &event, 0), 1);
    ck_assert_int_eq(event.kind, EVENT_TEXT);
    ck_assert(event.compressed);
    ck_assert_uint_eq(event.wire, 3);
    play_close(&play);
}
END_TEST

/* Heartbeats without end are no reason to stay. */
static int beat_for_ever(void *self, struct event *event, int wait_ms)
{
    (void)self;
    (void)wait_ms;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .socket = SOCKET,
                             .data = bytes_of_string("6") };
    return 1;
}

START_TEST(what_tells_nothing_for_ever_is_left)
{
    const struct codec_terms terms = { .namespace = "/", .event = "message" };
    const struct line line = { NULL, play_send, beat_for_ever, play_drop };
    struct codec *codec = codec_new(&terms, &line);
    struct event event;

    ck_assert_int_eq(codec_next(codec, &event, 1), 0);
    codec_free(codec);
}
END_TEST

/* A clock that stands still, to the next heartbeat and no further. */
static const struct {
    const char *open;
    struct step more[2];
    int64_t want_ms; /* from 1000 on */
} calms[] = {
    { "0{\"sid\":\"s\"}", { { DONE, NULL } }, INT64_MAX },
    { "0{\"sid\":\"s\",\"pingInterval\":900}", { { DONE, NULL } }, 900 },
    { "0{\"sid\":\"s\",\"pingInterval\":9}", { { DONE, NULL } }, 100 },
    { "0{\"sid\":\"s\",\"pingInterval\":900,\"pingTimeout\":700}",
      { { DONE, NULL } },
      350 },
    { "0{\"sid\":\"s\",\"pingInterval\":900}", { { ENDS, NULL } }, INT64_MAX },
    { "0{\"sid\":\"s\",\"pingInterval\":900}",
      { { CLOSES, NULL } },
      INT64_MAX },
    { "0{\"sid\":\"s\",\"pingInterval\":900}", { { COMES, "41" } }, INT64_MAX },
};

START_TEST(clock_stands_for_a_heartbeat)
{
    struct play play;

    play_open(&play, &(struct scene){ .name = "calm" });
    ck_assert(codec_calm_ms(play.codec, 1000) == INT64_MAX);
    bring(&play, EVENT_ACCEPTED, 0, NULL);
    ck_assert(codec_calm_ms(play.codec, 1000) == INT64_MAX);
    bring(&play, EVENT_TEXT, 0, calms[_i].open);
    for (size_t i = 0; i < COUNT_OF(calms[_i].more); i++)
        act(&play, &calms[_i].more[i]);
    ck_assert_int_eq(codec_calm_ms(play.codec, 1000), calms[_i].want_ms);
    play_close(&play);
}
END_TEST

START_TEST(what_waits_has_a_ceiling)
{
    struct play play;

    play_open(&play, &(struct scene){ .name = "patience" });
    for (int i = 0; i < CODEC_HELD_MAX; i++)
        say(&play, SEND_TEXT, "[\"a\"]");
    ck_assert_int_ne(codec_send(play.codec, SOCKET, SEND_TEXT, 0,
                                bytes_of_string("[\"a\"]")),
                     FAULT_NONE);
    ck_assert_int_ne(codec_send(play.codec, CODEC_SOCKETS_MAX, SEND_TEXT, 0,
                                bytes_of_string("[\"a\"]")),
                     FAULT_NONE);
    play_close(&play);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_codec");
    TCase *tcase = tcase_create("codec");

    tcase_add_loop_test(tcase, scene_comes_out_as_written, 0, COUNT_OF(scenes));
    tcase_add_test(tcase, what_goes_out_with_the_handshake_is_packets);
    tcase_add_test(tcase, compression_is_told_through);
    tcase_add_test(tcase, what_waits_has_a_ceiling);
    tcase_add_test(tcase, what_tells_nothing_for_ever_is_left);
    tcase_add_loop_test(tcase, clock_stands_for_a_heartbeat, 0,
                        COUNT_OF(calms));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_codec");
}
