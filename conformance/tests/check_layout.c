/* Messages as bytes and back, by layouts of a manifest. */
#include "bench/layout.h"
#include "check_program.h"
#include <cJSON.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FRAME_MAX = 4096 };

#define PUBLISH "{\"publish\":[{\"hex\":\"00 02\"},{\"sized\":\"text\"}]}"
#define NUMBER  "{\"n\":[{\"leb128\":\"value\"}]}"
#define REST    "{\"say\":[{\"hex\":\"Ca\"},{\"rest\":\"text\"}]}"
#define NESTED                                                                 \
    "{\"update\":[{\"hex\":\"00\"},{\"inside\":[{\"leb128\":\"clock\"},"       \
    "{\"inside\":[{\"sized\":\"user\"},{\"rest\":\"text\"}]}]},"               \
    "{\"hex\":\"7a\"}]}"
#define TWO                                                                    \
    "{\"a\":[{\"hex\":\"01\"},{\"sized\":\"text\"}],"                          \
    "\"b\":[{\"hex\":\"01\"},{\"rest\":\"text\"}]}"

static cJSON *parse(const char *text)
{
    cJSON *value = cJSON_Parse(text);

    ck_assert_msg(value != NULL, "no JSON: %s", text);
    return value;
}

static void write_hex(struct bytes bytes, struct buffer *into)
{
    for (size_t i = 0; i < bytes.length; i++)
        buffer_printf(into, "%02x", bytes.at[i]);
}

static void read_hex(const char *hex, struct buffer *into)
{
    for (; *hex != 0; hex += 2) {
        const char digits[] = { hex[0], hex[1], 0 };
        unsigned char byte = (unsigned char)strtoul(digits, NULL, 16);
        buffer_add(into, &byte, 1);
    }
}

/* --- Both ways ------------------------------------------------------------ */

/* The long numbers are those of DWARF 5, 7.6. */
static const struct {
    const char *layouts;
    const char *message;
    const char *frame;
} pairs[] = {
    { PUBLISH, "{\"type\":\"publish\",\"text\":\"hi\"}", "0002026869" },
    { PUBLISH, "{\"type\":\"publish\",\"text\":\"\"}", "000200" },
    { PUBLISH, "{\"type\":\"publish\",\"text\":\"\\u00e4\"}", "000202c3a4" },
    { NUMBER, "{\"type\":\"n\",\"value\":0}", "00" },
    { NUMBER, "{\"type\":\"n\",\"value\":2}", "02" },
    { NUMBER, "{\"type\":\"n\",\"value\":127}", "7f" },
    { NUMBER, "{\"type\":\"n\",\"value\":128}", "8001" },
    { NUMBER, "{\"type\":\"n\",\"value\":129}", "8101" },
    { NUMBER, "{\"type\":\"n\",\"value\":12857}", "b964" },
    { NUMBER, "{\"type\":\"n\",\"value\":624485}", "e58e26" },
    { NUMBER, "{\"type\":\"n\",\"value\":9007199254740991}",
      "ffffffffffffff0f" },
    { REST, "{\"type\":\"say\",\"text\":\"ab\"}", "ca6162" },
    { REST, "{\"type\":\"say\",\"text\":\"\"}", "ca" },
    { NESTED,
      "{\"type\":\"update\",\"clock\":128,\"user\":\"al\",\"text\":\"x\"}",
      "000780010402616c787a" },
    { TWO, "{\"type\":\"a\",\"text\":\"b\"}", "010162" },
};

START_TEST(message_is_its_frame)
{
    cJSON *layouts = parse(pairs[_i].layouts);
    cJSON *message = parse(pairs[_i].message);
    struct buffer frame;
    struct buffer hex;

    buffer_init(&frame, FRAME_MAX);
    buffer_init(&hex, FRAME_MAX);
    ck_assert_msg(layout_write(layouts, message, &frame) == FAULT_NONE,
                  "%s: %s", pairs[_i].message, fault_reason());
    write_hex(buffer_view(&frame), &hex);
    ck_assert_str_eq(buffer_string(&hex), pairs[_i].frame);
    cJSON *again = layout_read(layouts, buffer_view(&frame));
    ck_assert_msg(cJSON_Compare(again, message, true), "%s: it is read as %s",
                  pairs[_i].message, cJSON_PrintUnformatted(again));
    cJSON_Delete(again);
    buffer_deinit(&hex);
    buffer_deinit(&frame);
    cJSON_Delete(message);
    cJSON_Delete(layouts);
}
END_TEST

/* --- Frames that are none ------------------------------------------------- */

static const struct {
    const char *why;
    const char *layouts;
    const char *frame;
    const char *type; /* NULL: of no layout */
} frames[] = {
    { "other bytes", PUBLISH, "000302", NULL },
    { "cut before its length", PUBLISH, "0002", NULL },
    { "cut in its text", PUBLISH, "00020568", NULL },
    { "more behind it", PUBLISH, "000202686921", NULL },
    { "a length as long as can be", PUBLISH, "0002ffffffffffffff0f", NULL },
    { "a length without an end", PUBLISH, "0002ffffffffffffffffffff", NULL },
    { "a needless byte", PUBLISH, "000282006869", NULL },
    { "a number too large", NUMBER, "ffffffffffffff1f", NULL },
    { "nothing", NUMBER, "", NULL },
    { "no UTF-8", PUBLISH, "000202c328", NULL },
    { "half a character", PUBLISH, "000201c3", NULL },
    { "a NUL in a text", PUBLISH, "00020361005a", NULL },
    { "parts that do not fill what they are inside", NESTED,
      "00088001 0402616c7878 7a", NULL },
    { "the second, where the first fits not", TWO, "010562", "b" },
    { "the second, with a text that looks like a length", TWO, "016162", "b" },
};

START_TEST(frame_is_the_first_that_holds_all_of_it)
{
    cJSON *layouts = parse(frames[_i].layouts);
    struct buffer frame;
    char hex[128];
    size_t length = 0;

    for (const char *at = frames[_i].frame; *at != 0; at++)
        if (*at != ' ')
            hex[length++] = *at;
    hex[length] = 0;
    buffer_init(&frame, FRAME_MAX);
    read_hex(hex, &frame);
    cJSON *message = layout_read(layouts, buffer_view(&frame));
    const char *type =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "type"));
    ck_assert_msg((type == NULL) == (frames[_i].type == NULL), "%s: %s",
                  frames[_i].why, type == NULL ? "none" : type);
    if (type != NULL)
        ck_assert_str_eq(type, frames[_i].type);
    cJSON_Delete(message);
    buffer_deinit(&frame);
    cJSON_Delete(layouts);
}
END_TEST

/* --- Messages that are none ----------------------------------------------- */

static const struct {
    const char *layouts;
    const char *message;
    const char *says;
} messages[] = {
    { PUBLISH, "{\"type\":\"publish\"}", "a text \"text\"" },
    { PUBLISH, "{\"type\":\"publish\",\"text\":7}", "a text \"text\"" },
    { PUBLISH, "{\"type\":\"publish\",\"text\":\"a\",\"room\":\"b\"}",
      "a member that its layout lacks" },
    { NUMBER, "{\"type\":\"n\",\"value\":\"7\"}", "a number \"value\"" },
    { NUMBER, "{\"type\":\"n\",\"value\":-1}", "a number \"value\"" },
    { NUMBER, "{\"type\":\"n\",\"value\":1.5}", "a number \"value\"" },
    { NUMBER, "{\"type\":\"n\",\"value\":1e300}", "a number \"value\"" },
    { NUMBER, "{\"type\":\"n\",\"value\":9007199254740992}",
      "a number \"value\"" },
    { NESTED, "{\"type\":\"update\",\"clock\":1,\"user\":\"a\"}",
      "a text \"text\"" },
};

START_TEST(what_the_layout_does_not_hold_is_told)
{
    cJSON *layouts = parse(messages[_i].layouts);
    cJSON *message = parse(messages[_i].message);
    struct buffer frame;

    buffer_init(&frame, FRAME_MAX);
    ck_assert_int_eq(layout_write(layouts, message, &frame), FAULT_PROTOCOL);
    ck_assert_msg(strstr(fault_reason(), messages[_i].says) != NULL, "%s: %s",
                  messages[_i].message, fault_reason());
    buffer_deinit(&frame);
    cJSON_Delete(message);
    cJSON_Delete(layouts);
}
END_TEST

START_TEST(what_is_inside_may_be_long)
{
    enum { LONG = 2 * 1024 * 1024 };
    cJSON *layouts = parse("{\"a\":[{\"inside\":[{\"rest\":\"text\"}]}]}");
    cJSON *message = parse("{\"type\":\"a\"}");
    char *text = malloc(LONG + 1);
    struct buffer frame;

    memset(text, 'a', LONG);
    text[LONG] = 0;
    cJSON_AddStringToObject(message, "text", text);
    buffer_init(&frame, LAYOUT_FRAME_MAX);
    ck_assert_int_eq(layout_write(layouts, message, &frame), FAULT_NONE);
    ck_assert_uint_eq(frame.length, 4 + LONG);
    cJSON *again = layout_read(layouts, buffer_view(&frame));
    ck_assert(cJSON_Compare(again, message, true));
    cJSON_Delete(again);
    buffer_deinit(&frame);
    free(text);
    cJSON_Delete(message);
    cJSON_Delete(layouts);
}
END_TEST

START_TEST(frame_has_a_ceiling)
{
    cJSON *layouts = parse(NESTED);
    cJSON *message = parse(
        "{\"type\":\"update\",\"clock\":1,\"user\":\"alice\",\"text\":\"b\"}");

    for (size_t limit = 0; limit < 12; limit++) {
        struct buffer frame;
        buffer_init(&frame, limit);
        ck_assert_int_eq(layout_write(layouts, message, &frame), FAULT_LIMIT);
        buffer_deinit(&frame);
    }
    cJSON_Delete(message);
    cJSON_Delete(layouts);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("layout");
    TCase *tcase = tcase_create("layout");

    tcase_add_loop_test(tcase, message_is_its_frame, 0, COUNT_OF(pairs));
    tcase_add_loop_test(tcase, frame_is_the_first_that_holds_all_of_it, 0,
                        COUNT_OF(frames));
    tcase_add_loop_test(tcase, what_the_layout_does_not_hold_is_told, 0,
                        COUNT_OF(messages));
    tcase_add_test(tcase, what_is_inside_may_be_long);
    tcase_add_test(tcase, frame_has_a_ceiling);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_layout");
}
