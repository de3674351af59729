/* Reads a line of the child: JSON without surprises, then one table. */
#include "pipe/saying.h"
#include "net/utf8.h"
#include "base/base64.h"
#include "base/names.h"
#include "pipe/saying_values.h"
#include <cJSON.h>

static const struct {
    const char *name;
    enum value_kind kind;
} members[] = {
#define MEMBER(id, name, kind) { name, kind },
#define SAYS(id, name, must, may)
#include "pipe/shapes.def"
#undef MEMBER
#undef SAYS
};

#define M(id) (1u << HAS_##id)
static const struct shape {
    const char *name;
    unsigned must;
    unsigned may;
} shapes[] = {
#define MEMBER(id, name, kind)
#define SAYS(id, name, must, may) { name, must, may },
#include "pipe/shapes.def"
#undef MEMBER
#undef SAYS
};

/* --- Bytes ---------------------------------------------------------------- */

static enum fault say_wrong(const char *what)
{
    return fault_say(FAULT_PROTOCOL, "%s", what);
}

static enum fault check_bytes(struct bytes line)
{
    struct utf8 utf8 = { 0 };
    unsigned char all = 0;
    bool escapes = false;

    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] < ' ')
            return say_wrong("a control character stands in the line");
        all |= line.at[i];
        escapes = escapes || line.at[i] == '\\';
    }
    if (all >= 0x80 && !(utf8_feed(&utf8, line) && utf8_is_whole(&utf8)))
        return say_wrong("the line is no UTF-8");
    if (escapes && nul_is_written(line))
        return say_wrong("U+0000 stands in a string; send base64");
    return FAULT_NONE;
}

static enum fault parse(struct saying *saying, struct bytes line)
{
    const char *text = (const char *)line.at;
    const char *end = text;

    if (line.length == 0)
        return say_wrong("the line is empty");
    saying->tree = cJSON_ParseWithLengthOpts(text, line.length, &end, 0);
    if (saying->tree == NULL)
        return fault_say(FAULT_PROTOCOL,
                         "no JSON from byte %td on, an object is due",
                         end - text + 1);
    while (end < text + line.length && *end == ' ')
        end++;
    if (end != text + line.length)
        return say_wrong("something stands behind the object");
    return cJSON_IsObject(saying->tree)
               ? FAULT_NONE
               : say_wrong("this is no object, and one is due");
}

/* --- Shapes --------------------------------------------------------------- */

static enum fault find_kind(struct saying *saying)
{
    const cJSON *on = cJSON_GetObjectItemCaseSensitive(saying->tree, "on");
    const char *name = cJSON_GetStringValue(on);

    if (name == NULL)
        return say_wrong("\"on\", which says what this is, is missing");
    for (int i = 0; i < SAYING_KINDS; i++) {
        if (strcmp(shapes[i].name, name) == 0) {
            saying->kind = (enum saying_kind)i;
            return FAULT_NONE;
        }
    }
    return fault_say(FAULT_PROTOCOL, "there is no \"on\": \"%.32s\"", name);
}

static int member_of(const struct shape *shape, const char *name)
{
    for (int i = 0; i < SAYING_MEMBERS; i++) {
        if (((shape->must | shape->may) & 1u << i) != 0 &&
            strcmp(members[i].name, name) == 0)
            return i;
    }
    return -1;
}

static enum fault take_member(struct saying *saying, const cJSON *value)
{
    const struct shape *shape = &shapes[saying->kind];
    int member = member_of(shape, value->string);

    if (member < 0)
        return fault_say(FAULT_PROTOCOL, "\"%s\" has no \"%.32s\"", shape->name,
                         value->string);
    if (saying->members[member] != NULL)
        return fault_say(FAULT_PROTOCOL, "\"%s\" has \"%s\" twice", shape->name,
                         value->string);
    if (!value_fits(members[member].kind, value))
        return fault_say(FAULT_PROTOCOL, "\"%s\" of \"%s\": %s is due",
                         value->string, shape->name,
                         value_due(members[member].kind));
    saying->members[member] = value;
    return FAULT_NONE;
}

static enum fault check_whole(const struct saying *saying)
{
    const struct shape *shape = &shapes[saying->kind];

    for (int i = 0; i < SAYING_MEMBERS; i++) {
        if ((shape->must & 1u << i) != 0 && saying->members[i] == NULL)
            return fault_say(FAULT_PROTOCOL, "\"%s\" lacks \"%s\"", shape->name,
                             members[i].name);
    }
    if (saying->kind == SAYS_TEXT &&
        saying_has(saying, HAS_DATA) == saying_has(saying, HAS_BASE64))
        return say_wrong("\"text\" has either \"data\" or \"base64\"");
    return FAULT_NONE;
}

static enum fault take_members(struct saying *saying)
{
    enum fault fault = find_kind(saying);
    bool has_on = false;
    const cJSON *value;

    cJSON_ArrayForEach(value, saying->tree)
    {
        if (fault != FAULT_NONE)
            return fault;
        if (strcmp(value->string, "on") != 0)
            fault = take_member(saying, value);
        else if (has_on)
            fault = say_wrong("\"on\" stands there twice");
        else
            has_on = true;
    }
    return fault == FAULT_NONE ? check_whole(saying) : fault;
}

enum fault saying_read(struct saying *saying, struct bytes line)
{
    enum fault fault;

    memset(saying, 0, sizeof(*saying));
    if (line.length > 0 && line.at[line.length - 1] == '\r')
        line.length--;
    fault = check_bytes(line);
    if (fault == FAULT_NONE)
        fault = parse(saying, line);
    return fault == FAULT_NONE ? take_members(saying) : fault;
}

void saying_deinit(struct saying *saying)
{
    cJSON_Delete(saying->tree);
    memset(saying, 0, sizeof(*saying));
}

/* --- What it holds -------------------------------------------------------- */

const char *saying_name(enum saying_kind kind)
{
    return shapes[kind].name;
}

bool saying_has(const struct saying *saying, enum saying_member member)
{
    return saying->members[member] != NULL;
}

const char *saying_text(const struct saying *saying, enum saying_member member)
{
    return cJSON_GetStringValue(saying->members[member]);
}

int64_t saying_number(const struct saying *saying, enum saying_member member)
{
    const cJSON *value = saying->members[member];

    return value == NULL ? 0 : (int64_t)value->valuedouble;
}

bool saying_flag(const struct saying *saying, enum saying_member member)
{
    return cJSON_IsTrue(saying->members[member]);
}

enum fault saying_content(const struct saying *saying, struct buffer *into)
{
    if (saying_has(saying, HAS_BASE64))
        return base64_decode(saying_text(saying, HAS_BASE64), into);
    return buffer_add_string(into, saying_text(saying, HAS_DATA));
}

uint64_t saying_offers(const struct saying *saying)
{
    return value_offers(saying->members[HAS_OFFERS]);
}

unsigned saying_wire(const struct saying *saying)
{
    return (unsigned)value_wire(saying->members[HAS_WIRE]);
}
