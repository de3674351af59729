/* The table of sockets, by number, and the list of those with unfinished
 * business. Both are O(1), for storms of thousands. */
#include "mock_socket.h"
#include <stdio.h>
#include <stdlib.h>

static enum fault make_room(struct mock_sockets *sockets, unsigned number)
{
    size_t room = sockets->room == 0 ? 64 : sockets->room;

    while (room <= number)
        room *= 2;
    if (room == sockets->room)
        return FAULT_NONE;
    struct mock_socket **at = realloc(sockets->at, room * sizeof(at[0]));
    if (at == NULL)
        return fault_say(FAULT_MEMORY, "no memory for socket %u", number);
    memset(at + sockets->room, 0, (room - sockets->room) * sizeof(at[0]));
    sockets->at = at;
    sockets->room = room;
    return FAULT_NONE;
}

/* A port of its own names it in the server's records. */
static bool write_address(struct mock_socket *socket, const char *source)
{
    bool is_ipv6 = strchr(source, ':') != NULL;
    int length = snprintf(socket->address, sizeof(socket->address),
                          is_ipv6 ? "[%s]:%u" : "%s:%u", source,
                          MOCK_FIRST_PORT + socket->number);

    return length > 0 && (size_t)length < sizeof(socket->address);
}

enum fault mock_socket_open(struct mock_sockets *sockets, unsigned number,
                            const char *source, struct mock_socket **socket)
{
    if (number == 0 || number > MOCK_SOCKETS_MAX)
        return fault_say(FAULT_LIMIT, "socket %u is not within 1 to %d", number,
                         MOCK_SOCKETS_MAX);
    if (mock_socket_find(sockets, number) != NULL)
        return fault_say(FAULT_LIMIT, "socket %u was used before", number);
    enum fault fault = make_room(sockets, number);
    if (fault != FAULT_NONE)
        return fault;

    *socket = calloc(1, sizeof(**socket));
    if (*socket == NULL)
        return fault_say(FAULT_MEMORY, "no memory for socket %u", number);
    (*socket)->number = number;
    (*socket)->answers_closes = true;
    sockets->at[number] = *socket;
    if (!write_address(*socket, source == NULL ? "127.0.0.1" : source))
        return fault_say(FAULT_LIMIT, "the source address is too long");
    return FAULT_NONE;
}

struct mock_socket *mock_socket_find(const struct mock_sockets *sockets,
                                     uint64_t number)
{
    return number < sockets->room ? sockets->at[number] : NULL;
}

void mock_socket_is_due(struct mock_sockets *sockets,
                        struct mock_socket *socket)
{
    if (socket->is_due)
        return;
    socket->is_due = true;
    socket->next_due = NULL;
    if (sockets->last_due == NULL)
        sockets->first_due = socket;
    else
        sockets->last_due->next_due = socket;
    sockets->last_due = socket;
}

struct mock_socket *mock_socket_due(struct mock_sockets *sockets)
{
    struct mock_socket *first = sockets->first_due;

    if (first == NULL)
        return NULL;
    sockets->first_due = first->next_due;
    if (sockets->first_due == NULL)
        sockets->last_due = NULL;
    first->is_due = false;
    return first;
}

void mock_sockets_deinit(struct mock_sockets *sockets)
{
    for (size_t i = 0; i < sockets->room; i++) {
        if (sockets->at[i] != NULL)
            frame_reader_deinit(&sockets->at[i]->reader);
        free(sockets->at[i]);
    }
    free(sockets->at);
    memset(sockets, 0, sizeof(*sockets));
}

bool mock_socket_can_speak(const struct mock_socket *socket)
{
    return socket->accepted && !socket->gone && !socket->client_closed;
}
