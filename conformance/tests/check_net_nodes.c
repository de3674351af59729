/* The nodes of a cluster on the network, and the listener without TLS. */
#include "net_world.h"
#include "spec.h"

/* Refuses everybody with its own name. */
static void refuse(int listener, const void *name)
{
    char head[REQUEST_SIZE];
    char answer[128];

    for (;;) {
        int fd = accept(listener, NULL, NULL);
        read_head(fd, head);
        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 403 No\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(name), (const char *)name);
        write_all(fd, answer, strlen(answer));
        close(fd);
    }
}

static enum fault try_open(struct adapter *adapter, unsigned socket,
                           struct opening opening)
{
    return adapter->ops->open(adapter->self, socket, &opening);
}

START_TEST(node_is_dialled_by_its_number)
{
    struct server servers[] = { serve(refuse, "first"), serve(refuse, "second"),
                                serve(refuse, "third") };
    char urls[COUNT_OF(servers)][64];
    char story[STORY_SIZE];

    for (size_t i = 0; i < COUNT_OF(servers); i++)
        snprintf(urls[i], sizeof(urls[i]), "ws://127.0.0.1:%u/",
                 servers[i].port);
    struct manifest manifest = target(urls[0]);
    manifest.nodes[manifest.node_count++] = urls[1];
    manifest.nodes[manifest.node_count++] = urls[2];
    struct adapter *adapter = adapter_for(&manifest);
    ck_assert_uint_eq(adapter->nodes, 3);
    ck_assert_uint_ne(adapter->offers & NODES, 0);
    for (unsigned i = 0; i < 3; i++) {
        static const char *const want[] = { "rejected 403 first; *",
                                            "rejected 403 second; *",
                                            "rejected 403 third; *" };
        dial(adapter, i + 1, &(struct opening){ .node = i });
        tell_story(adapter, i + 1, story);
        check_story("node", want[i], story);
    }
    ck_assert_int_eq(try_open(adapter, 4, (struct opening){ .node = 3 }),
                     FAULT_ABSENT);
    adapter_free(adapter);
    for (size_t i = 0; i < COUNT_OF(servers); i++)
        stop(servers[i]);
}
END_TEST

START_TEST(plain_listener_is_dialled_beside)
{
    struct server servers[] = { serve(refuse, "first"),
                                serve(refuse, "plain") };
    char urls[COUNT_OF(servers)][64];
    char story[STORY_SIZE];

    for (size_t i = 0; i < COUNT_OF(servers); i++)
        snprintf(urls[i], sizeof(urls[i]), "ws://127.0.0.1:%u/",
                 servers[i].port);
    struct manifest manifest = target(urls[0]);
    struct adapter *adapter = adapter_for(&manifest);
    ck_assert_int_eq(try_open(adapter, 1, (struct opening){ .plain = true }),
                     FAULT_ABSENT);
    adapter_free(adapter);
    manifest.plain_url = urls[1];
    adapter = adapter_for(&manifest);
    dial(adapter, 1, &(struct opening){ .plain = true });
    tell_story(adapter, 1, story);
    check_story("plain", "rejected 403 plain; *", story);
    dial(adapter, 2, &(struct opening){ .plain = false });
    tell_story(adapter, 2, story);
    check_story("first", "rejected 403 first; *", story);
    adapter_free(adapter);
    for (size_t i = 0; i < COUNT_OF(servers); i++)
        stop(servers[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_nodes");
    TCase *tcase = tcase_create("nodes");

    tcase_add_test(tcase, node_is_dialled_by_its_number);
    tcase_add_test(tcase, plain_listener_is_dialled_beside);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_nodes");
}
