/* The manual of manifests: nothing is left out of it, nothing in it rots, and
 * what `init` writes is a manifest. */
#include "manifest_world.h"
#include "manifest/internal.h"
#include "manifest/manual.h"

enum { MANUAL_BYTES_MAX = 4 * 1024 * 1024 };

/* --- Sentences ------------------------------------------------------------ */

static const char *const told[] = {
#define TELL(path, sentence) path,
#include "manifest/manual.def"
#undef TELL
};

static bool is_element(const char *path)
{
    size_t length = strlen(path);

    return length > 2 && strcmp(path + length - 2, "[]") == 0;
}

START_TEST(every_member_has_its_sentence)
{
    for (size_t i = 0; rule_at(i) != NULL; i++)
        ck_assert_msg(is_element(rule_at(i)->path) ||
                          manual_sentence(rule_at(i)->path) != NULL,
                      "\"%s\" has no row in manifest/manual.def: write one, "
                      "then make manual",
                      rule_at(i)->path);
}
END_TEST

START_TEST(every_sentence_has_its_member)
{
    for (int i = 0; i < COUNT_OF(told); i++) {
        bool known = false;
        for (size_t j = 0; rule_at(j) != NULL; j++)
            known = known || strcmp(rule_at(j)->path, told[i]) == 0;
        ck_assert_msg(known,
                      "manifest/manual.def tells of \"%s\", which "
                      "manifest/schema.def has not",
                      told[i]);
    }
}
END_TEST

/* `explain` prints one alone: what stood before it is not there. */
START_TEST(every_sentence_is_whole)
{
    static const char *const halves[] = { "…", "That ", "One ", "And ", "Or " };

    for (int i = 0; i < COUNT_OF(told); i++) {
        const char *sentence = manual_sentence(told[i]);
        size_t length = strlen(sentence);
        for (int j = 0; j < COUNT_OF(halves); j++)
            ck_assert_msg(strncmp(sentence, halves[j], strlen(halves[j])) != 0,
                          "%s begins in the midst: %s", told[i], sentence);
        ck_assert_msg(length > 0 && sentence[length - 1] == '.',
                      "%s ends in the midst: %s", told[i], sentence);
    }
}
END_TEST

static const struct {
    const char *path;
    const char *says; /* NULL: there is no such */
    const char *near;
} members[] = {
    { "endpoint.url", "begins with ws://", "" },
    { "$.endpoint.url", "What is dialled", "" },
    { "credential.keys[0].alg", "HS256", "" },
    { "credential.keys[0]", "  private_key_file", "" },
    { "credential.carriers", "  subprotocol ", "" },
    { "refusals.missing", "pos      [{ \"message\"", "" },
    { "hooks.publish.url", "What is asked", "" },
    { "endpoint.timezones.UTC", "that time zone", "" },
    { "limits.answer_ms", "signals  5000", "" },
    { "$", "  capabilities", "" },
    { "room_rights", "capabilities.room_rights\n", "" },
    { "readers", "capabilities.readers\n", "" },
    { "rooms", "  create ", "" },
    { "room_right", NULL, "" },
    { "endpoint.ulr", NULL, "endpoint.url" },
    { "$.limit", NULL, "$.limits" },
    { "nonsense", NULL, "" },
    { "endpoint..url", NULL, "" },
    { "endpoint.url.more", NULL, "" },
};

START_TEST(members_are_explained)
{
    char near[MANUAL_PATH_SIZE];
    struct buffer text;

    buffer_init(&text, MANUAL_BYTES_MAX);
    bool known = manual_explain(members[_i].path, &text, near);
    ck_assert_msg(known == (members[_i].says != NULL), "%s", members[_i].path);
    ck_assert_msg(!known ||
                      strstr(buffer_string(&text), members[_i].says) != NULL,
                  "%s: \"%s\" is not in:\n%s", members[_i].path,
                  members[_i].says, buffer_string(&text));
    if (!known)
        ck_assert_str_eq(near, members[_i].near);
    buffer_deinit(&text);
}
END_TEST

/* A key of a profile is public, one of yours would not be. */
START_TEST(keys_are_not_shown)
{
    static const char *const paths[] = { "credential.keys",
                                         "credential.keys[0].secret" };
    char near[MANUAL_PATH_SIZE];
    struct buffer text;

    buffer_init(&text, MANUAL_BYTES_MAX);
    for (int i = 0; i < COUNT_OF(paths); i++)
        ck_assert(manual_explain(paths[i], &text, near));
    ck_assert_ptr_null(strstr(buffer_string(&text), "wsconform-public"));
    buffer_deinit(&text);
}
END_TEST

/* --- spec/MANIFEST.md ----------------------------------------------------- */

static void read_document(struct buffer *into)
{
    const char *why;

    buffer_init(into, MANUAL_BYTES_MAX);
    why = file_load("spec/MANIFEST.md", MANUAL_BYTES_MAX, into, NULL, NULL);
    ck_assert_msg(why == NULL, "spec/MANIFEST.md: %s", why);
}

START_TEST(document_tells_of_all_members)
{
    struct buffer document;
    struct buffer manual;

    read_document(&document);
    buffer_init(&manual, MANUAL_BYTES_MAX);
    manual_write(&manual);
    const char *from = strstr(buffer_string(&document), "\n### ");
    ck_assert_msg(from != NULL && strcmp(from, buffer_string(&manual)) == 0,
                  "spec/MANIFEST.md is stale: make manual");
    buffer_deinit(&manual);
    buffer_deinit(&document);
}
END_TEST

/* Each example in it is a manifest. */
START_TEST(examples_hold)
{
    static const char opening[] = "```jsonc\n";
    struct buffer document;
    struct buffer errors;
    int count = 0;

    read_document(&document);
    buffer_init(&errors, MANUAL_BYTES_MAX);
    for (const char *at = buffer_string(&document);
         (at = strstr(at, opening)) != NULL; count++) {
        at += strlen(opening);
        size_t length = (size_t)(strstr(at, "```") - at);
        struct manifest *manifest =
            manifest_read("example", bytes_of(at, length), NULL, &errors);
        ck_assert_msg(manifest != NULL, "%.*s\n%s", (int)length, at,
                      buffer_string(&errors));
        manifest_free(manifest);
    }
    ck_assert_int_gt(count, 3);
    buffer_deinit(&errors);
    buffer_deinit(&document);
}
END_TEST

/* --- What `init` writes --------------------------------------------------- */

static struct manifest *read_profile(int index, const cJSON *overlay)
{
    struct buffer errors;

    buffer_init(&errors, MANUAL_BYTES_MAX);
    struct manifest *manifest =
        manifest_read_profile(profile_name(1u << index), overlay, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    return manifest;
}

static cJSON *address(void)
{
    return cJSON_Parse("{\"endpoint\":{\"url\":\"ws://127.0.0.1:8000/ws\"}}");
}

static struct manifest *read_text(const char *text)
{
    struct buffer errors;

    buffer_init(&errors, MANUAL_BYTES_MAX);
    struct manifest *manifest =
        manifest_read("draft", bytes_of_string(text), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%.800s\nin\n%.800s",
                  buffer_string(&errors), text);
    buffer_deinit(&errors);
    return manifest;
}

/* It is the profile, with an address, and nothing else. */
START_TEST(draft_is_the_profile)
{
    cJSON *said = address();
    struct manifest *profile = read_profile(_i, NULL);
    struct manifest *want = read_profile(_i, said);
    struct buffer text;
    char digests[2][DIGEST_BYTES];

    buffer_init(&text, MANUAL_BYTES_MAX);
    draft_write(profile, said, &text);
    struct manifest *draft = read_text(buffer_string(&text));
    manifest_digest(want, digests[0]);
    manifest_digest(draft, digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
    manifest_free(draft);
    manifest_free(want);
    manifest_free(profile);
    buffer_deinit(&text);
    cJSON_Delete(said);
}
END_TEST

/* A member, an element, or the end of what holds them. */
static bool is_json(const char *line)
{
    size_t name;

    line += strspn(line, " ");
    name = *line == '"' ? 1 + strcspn(line + 1, "\"") : 0;
    return strchr("}]", *line) != NULL || strncmp(line, "{ ", 2) == 0 ||
           strncmp(line, "{\n", 2) == 0 ||
           (name > 0 && strncmp(line + name, "\": ", 3) == 0);
}

/* Every line as it would be with the mark of a comment taken away, where that
 * stands before a piece of JSON and not before a sentence. */
static void uncomment(const char *text, struct buffer *into)
{
    for (const char *line = text; *line != 0;) {
        size_t length = strcspn(line, "\n") + 1;
        size_t blanks = strspn(line, " ");
        const char *rest = line + blanks;
        if (strncmp(rest, "// ", 3) == 0 && is_json(rest + 3)) {
            length -= blanks + 3;
            line = rest + 3;
        }
        buffer_add(into, line, length);
        line += length;
    }
}

/* Whatever a team uncomments, there is a comma behind it. */
START_TEST(draft_may_be_uncommented)
{
    cJSON *said = address();
    struct manifest *profile = read_profile(_i, NULL);
    struct buffer text;
    struct buffer bare;

    buffer_init(&text, MANUAL_BYTES_MAX);
    buffer_init(&bare, MANUAL_BYTES_MAX);
    draft_write(profile, said, &text);
    uncomment(buffer_string(&text), &bare);
    struct manifest *draft = read_text(buffer_string(&bare));
    ck_assert(draft->publish_hook.present);
    ck_assert(draft->key_count == 1);
    ck_assert_int_eq(draft->close_ms, profile->close_ms);
    manifest_free(draft);
    manifest_free(profile);
    buffer_deinit(&bare);
    buffer_deinit(&text);
    cJSON_Delete(said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest manual");
    TCase *tcase = tcase_create("manual");

    tcase_add_test(tcase, every_member_has_its_sentence);
    tcase_add_test(tcase, every_sentence_has_its_member);
    tcase_add_test(tcase, every_sentence_is_whole);
    tcase_add_loop_test(tcase, members_are_explained, 0, COUNT_OF(members));
    tcase_add_test(tcase, keys_are_not_shown);
    tcase_add_test(tcase, document_tells_of_all_members);
    tcase_add_test(tcase, examples_hold);
    tcase_add_loop_test(tcase, draft_is_the_profile, 0, 4);
    tcase_add_loop_test(tcase, draft_may_be_uncommented, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_manual");
}
