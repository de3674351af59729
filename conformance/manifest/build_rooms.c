/* What the manifest says of rooms. */
#include "manifest/internal.h"
#include <stdio.h>

static const char *text_at(const struct building *building, const char *path)
{
    return cJSON_GetStringValue(build_at(building, path));
}

static int number_at(const struct building *building, const char *path)
{
    const cJSON *number = build_at(building, path);

    return number == NULL ? 0 : (int)number->valuedouble;
}

const char *const denial_paths[DENIALS] = {
    [DENIED_REFUSED] = "rooms.errors.refused",
    [DENIED_READING] = "rooms.errors.refused_read",
    [DENIED_WRITING] = "rooms.errors.refused_write",
    [DENIED_MALFORMED] = "rooms.errors.malformed",
    [DENIED_TOO_LARGE] = "rooms.errors.too_large",
    [DENIED_RATE_LIMITED] = "rooms.errors.rate_limited",
};

static void build_denials(struct building *building)
{
    for (int i = 0; i < DENIALS; i++)
        building->manifest->denials[i] = build_at(building, denial_paths[i]);
}

static void build_deeds(struct building *building)
{
    static const char *const paths[DEEDS] = {
        [DEED_CONNECT] = "rooms.logged.connect",
        [DEED_DISCONNECT] = "rooms.logged.disconnect",
        [DEED_JOIN] = "rooms.logged.join",
        [DEED_LEAVE] = "rooms.logged.leave",
        [DEED_SAY] = "rooms.logged.publish",
        [DEED_CREATE] = "rooms.logged.create",
        [DEED_UPDATE] = "rooms.logged.update",
        [DEED_DELETE] = "rooms.logged.delete",
        [DEED_INVITE] = "rooms.logged.invite",
        [DEED_KICK] = "rooms.logged.kick",
    };

    for (int i = 0; i < DEEDS; i++)
        building->manifest->deeds[i] = text_at(building, paths[i]);
}

void build_rooms(struct building *building)
{
    static const char *const verbs[ROOM_VERBS] = {
        [ROOM_CREATE] = "create",   [ROOM_JOIN] = "join",
        [ROOM_LEAVE] = "leave",     [ROOM_UPDATE] = "update",
        [ROOM_DELETE] = "delete",   [ROOM_GET] = "get",
        [ROOM_INVITE] = "invite",   [ROOM_UNINVITE] = "uninvite",
        [ROOM_KICK] = "kick",       [ROOM_PUBLISH] = "publish",
        [ROOM_DATA] = "data",       [ROOM_BINARY] = "binary",
        [ROOM_HISTORY] = "history",
    };
    struct manifest *manifest = building->manifest;
    char path[64];

    for (int i = 0; i < ROOM_VERBS; i++) {
        snprintf(path, sizeof(path), "rooms.%s.send", verbs[i]);
        manifest->rooms[i].send = build_at(building, path);
        snprintf(path, sizeof(path), "rooms.%s.answer", verbs[i]);
        manifest->rooms[i].answer = build_at(building, path);
    }
    build_denials(building);
    build_deeds(building);
    manifest->open_room = text_at(building, "rooms.open");
    manifest->role_room = text_at(building, "rooms.role");
    manifest->read_only_room = text_at(building, "rooms.read_only");
    manifest->room_query = text_at(building, "rooms.query");
    manifest->room_size_max = (unsigned)number_at(building, "rooms.size_max");
    manifest->rooms_per_user = (unsigned)number_at(building, "rooms.per_user");
    manifest->room_grace_ms = number_at(building, "rooms.grace_ms");
}
