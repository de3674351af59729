/* The two lists hold together: no orphan in either direction, every
 * requirement of the reviews present, every sentence a sentence. */
#include "check_program.h"
#include "spec.h"

#include <ctype.h>
#include <string.h>

enum { SENTENCE_CHARS_MAX = 240, WAIT_MS_MAX = 60 * 1000 };

/* What the five reviews come to, counted by hand. */
static const struct reviewed_theme {
    const char *name;
    int stated, implied, derived; /* kinds X, I, D */
    int must, should, may;
} reviewed[] = {
    { "AUTH", 28, 1, 11, 35, 3, 2 }, { "CLOSE", 8, 1, 3, 12, 0, 0 },
    { "POOL", 5, 3, 1, 8, 1, 0 },    { "DATA", 2, 0, 2, 4, 0, 0 },
    { "ISO", 9, 2, 1, 11, 1, 0 },    { "AUTHZ", 6, 5, 1, 12, 0, 0 },
    { "ROOM", 15, 3, 5, 22, 0, 1 },  { "PRES", 9, 1, 3, 13, 0, 0 },
    { "RATE", 7, 3, 2, 10, 1, 1 },   { "CONN", 5, 1, 2, 8, 0, 0 },
    { "LIFE", 6, 0, 3, 9, 0, 0 },    { "ORIG", 4, 1, 2, 7, 0, 0 },
    { "SIZE", 13, 0, 4, 16, 1, 0 },  { "FRAME", 2, 0, 0, 0, 2, 0 },
    { "VAL", 8, 1, 2, 11, 0, 0 },    { "ERR", 6, 3, 0, 8, 1, 0 },
    { "LOG", 8, 1, 1, 9, 1, 0 },     { "SESS", 5, 1, 1, 7, 0, 0 },
    { "CFG", 4, 1, 0, 4, 1, 0 },     { "CLI", 3, 3, 0, 3, 3, 0 },
    { "OPS", 6, 0, 0, 1, 5, 0 },     { "QUAL", 3, 0, 0, 0, 3, 0 },
};

/* What the manifest says of itself: no review knows of that. */
#define OUR_OWN_THEME "ICS"

static bool is_of(const char *theme, const struct requirement *row)
{
    size_t length = strlen(theme);

    return strncmp(row->id, theme, length) == 0 && row->id[length] == '-';
}

/* Does the row come from a review, and not from a standard? */
static bool is_reviewed(const struct requirement *row)
{
    for (int i = 0; i < COUNT_OF(reviewed); i++)
        if (is_of(reviewed[i].name, row))
            return true;
    return false;
}

static int citations(const struct requirement *row)
{
    int count = 0;

    for (size_t i = 0; i < catalogue_size; i++)
        count += cites(catalogue[i].spec->requirements, row->id);
    return count;
}

/* The profiles whose criteria cite the row; those of all criteria for NULL. */
static unsigned asked_by(const struct requirement *row)
{
    unsigned profiles = 0;

    for (size_t i = 0; i < catalogue_size; i++)
        if (row == NULL || cites(catalogue[i].spec->requirements, row->id))
            profiles |= catalogue[i].profiles;
    return profiles;
}

static void assert_sentence(const char *id, const char *text)
{
    size_t length = strlen(text);

    ck_assert_msg(length > 0 && length <= SENTENCE_CHARS_MAX,
                  "%s: a sentence of %zu characters", id, length);
    ck_assert_msg(isupper((unsigned char)text[0]), "%s: no capital", id);
    ck_assert_msg(text[length - 1] == '.', "%s: no full stop", id);
}

START_TEST(theme_is_complete)
{
    const struct reviewed_theme *want = &reviewed[_i];
    int kinds[128] = { 0 };
    int keywords[3] = { 0 };
    int count = 0;

    for (size_t i = 0; i < requirements_size; i++) {
        if (!is_of(want->name, &requirements[i]))
            continue;
        kinds[requirements[i].kind & 127]++;
        keywords[requirements[i].keyword]++;
        count++;
    }
    ck_assert_msg(kinds['X'] == want->stated && kinds['I'] == want->implied &&
                      kinds['D'] == want->derived,
                  "%s: kinds %d %d %d, want %d %d %d", want->name, kinds['X'],
                  kinds['I'], kinds['D'], want->stated, want->implied,
                  want->derived);
    ck_assert_int_eq(keywords[MUST], want->must);
    ck_assert_int_eq(keywords[SHOULD], want->should);
    ck_assert_int_eq(keywords[MAY], want->may);
    for (int number = 1; number <= count; number++) {
        char id[32];
        snprintf(id, sizeof(id), "%s-%02d", want->name, number);
        ck_assert_msg(requirement_named(id) != NULL, "%s is missing", id);
    }
}
END_TEST

static const struct {
    unsigned profile;
    int reviewed;
} shares[] = { { SIGNALS, 48 }, { FACTORY, 46 }, { POS, 114 }, { ROOMS, 111 } };

START_TEST(profile_has_its_share)
{
    int count = 0;

    for (size_t i = 0; i < requirements_size; i++)
        count += is_reviewed(&requirements[i]) &&
                 (requirements[i].profiles & shares[_i].profile) != 0;
    ck_assert_msg(count == shares[_i].reviewed, "%s: %d, want %d",
                  profile_name(shares[_i].profile), count, shares[_i].reviewed);
}
END_TEST

START_TEST(totals_are_right)
{
    int count = 0;

    for (size_t i = 0; i < requirements_size; i++)
        count += is_reviewed(&requirements[i]);
    ck_assert_int_eq(count, 237);
    ck_assert_int_eq((int)requirements_size - count, 61);
}
END_TEST

START_TEST(requirement_is_well_formed)
{
    const struct requirement *row = &requirements[_i];
    const char *number = strchr(row->id, '-');

    ck_assert_msg(requirement_named(row->id) == row, "%s stands twice",
                  row->id);
    ck_assert_msg(number != NULL && strspn(number + 1, "0123456789") == 2 &&
                      strlen(number) == 3,
                  "%s: no id", row->id);
    ck_assert_msg(
        cites("wire inspect log clock client static process", row->evidence),
        "%s: evidence %s", row->id, row->evidence);
    ck_assert_msg(row->profiles != 0 && row->profiles <= EVERY_PROFILE,
                  "%s: no profile", row->id);
    ck_assert_msg(row->source[0] != '\0', "%s: no source", row->id);
    ck_assert_msg(row->keyword == MUST || row->level == LEVEL_AAA ||
                      row->state == PROVEN,
                  "%s: an option at level %s", row->id, level_name(row->level));
    assert_sentence(row->id, row->sentence);
}
END_TEST

/* "pos, rooms" or "signals: why". */
static bool names_systems(const char *note)
{
    for (const char *at = note;; at += strspn(at, ", ")) {
        char word[16];
        size_t length = strcspn(at, ",:");
        if (length >= sizeof(word))
            return false;
        snprintf(word, sizeof(word), "%.*s", (int)length, at);
        if (profile_named(word) == 0 && strcmp(word, "client") != 0)
            return false;
        at += length;
        if (*at != ',')
            return true;
    }
}

/* Proven in the other profiles that the row names. */
static const char waits_for_rooms[] = "Waits for rooms.";

/* Rooms have nothing that it could be about. */
static const char not_of_rooms[] = "Not of rooms: ";

static bool is_elsewhere(const struct requirement *row)
{
    return strcmp(row->note, waits_for_rooms) == 0 ||
           strncmp(row->note, not_of_rooms, strlen(not_of_rooms)) == 0;
}

/* A profile that no criterion asks is not built yet. */
START_TEST(proven_requirement_is_asked_of_each_profile)
{
    const struct requirement *row = &requirements[_i];
    unsigned waits = is_elsewhere(row) ? ROOMS : 0;
    unsigned missed = row->profiles & asked_by(NULL) & ~asked_by(row) & ~waits;

    for (unsigned one = SIGNALS; one <= ROOMS && row->state == PROVEN;
         one <<= 1)
        ck_assert_msg((missed & one) == 0,
                      "%s is said to be proven, and no criterion of %s asks it",
                      row->id, profile_name(one));
}
END_TEST

START_TEST(requirement_is_no_orphan)
{
    const struct requirement *row = &requirements[_i];
    bool proven = row->state == PROVEN;

    ck_assert_msg((citations(row) > 0) == proven, "%s: %d criteria, but %s",
                  row->id, citations(row),
                  proven ? "said to be proven" : "not said to be proven");
    ck_assert_msg(!proven || row->note[0] == '\0' ||
                      strncmp(row->note, "Not shown: ", 11) == 0 ||
                      is_elsewhere(row),
                  "%s: note \"%s\"", row->id, row->note);
    ck_assert_msg(proven || row->note[0] != '\0', "%s: no note", row->id);
    if (row->state == PLANNED)
        ck_assert_msg(names_systems(row->note), "%s waits for \"%s\"", row->id,
                      row->note);
    if (row->state == EXCLUDED || (proven && row->note[0] != '\0'))
        assert_sentence(row->id, row->note);
}
END_TEST

/* Takes the first word off `ids`; false at the end. */
static bool next_id(const char **ids, char *into, size_t size)
{
    size_t length = strcspn(*ids, " ");

    snprintf(into, size, "%.*s", (int)length, *ids);
    *ids += length + strspn(*ids + length, " ");
    return length > 0;
}

START_TEST(criterion_is_no_orphan)
{
    const struct criterion *line = &catalogue[_i];
    const char *ids = line->spec->requirements;
    enum level level = LEVEL_AAA;
    unsigned profiles = 0;
    char id[32];

    ck_assert_msg(*ids != '\0', "%s cites nothing", line->spec->id);
    while (next_id(&ids, id, sizeof(id))) {
        const struct requirement *row = requirement_named(id);
        ck_assert_msg(row != NULL, "%s cites %s, which is not there",
                      line->spec->id, id);
        level = row->level < level ? row->level : level;
        profiles |= row->profiles;
    }
    ck_assert_msg(line->level == level, "%s: level %s, its requirements %s",
                  line->spec->id, level_name(line->level), level_name(level));
    ck_assert_msg(line->profiles != 0 && (line->profiles & ~profiles) == 0,
                  "%s asks profiles that no requirement names", line->spec->id);
}
END_TEST

START_TEST(criterion_is_well_formed)
{
    const struct criterion *line = &catalogue[_i];

    ck_assert_msg(criterion_named(line->spec->id) == line, "%s stands twice",
                  line->spec->id);
    ck_assert_msg(theme_named(line->theme) != NULL ||
                      strcmp(line->theme, OUR_OWN_THEME) == 0,
                  "%s: theme %s", line->spec->id, line->theme);
    ck_assert_msg(line->wait_ms >= 0 && line->wait_ms <= WAIT_MS_MAX,
                  "%s: waits %d ms", line->spec->id, line->wait_ms);
    ck_assert(line->spec->run != NULL);
    assert_sentence(line->spec->id, line->spec->statement);
    assert_sentence(line->spec->id, line->spec->mend);
}
END_TEST

START_TEST(unknown_names_are_nobody)
{
    ck_assert_ptr_null(criterion_named("no_such_criterion"));
    ck_assert_ptr_null(requirement_named("AUTH-99"));
    ck_assert_ptr_null(profile_name(0));
    ck_assert_ptr_null(profile_name(SIGNALS | POS));
    ck_assert_ptr_null(need_name(NOTHING));
    ck_assert_ptr_null(need_name(UINT64_C(1) << 63));
    ck_assert_uint_eq(profile_named(""), 0);
    ck_assert_uint_eq(profile_named("signal"), 0);
}
END_TEST

START_TEST(names_are_those_of_the_manifest)
{
    ck_assert_str_eq(keyword_name(SHOULD), "SHOULD");
    ck_assert_str_eq(level_name(LEVEL_AA), "AA");
    ck_assert_str_eq(need_name(DECODER_FAULT), "decoder_fault");
    for (unsigned one = SIGNALS; one <= ROOMS; one <<= 1)
        ck_assert_uint_eq(profile_named(profile_name(one)), one);
    for (unsigned one = INSPECT; one <= MESSAGE_SIZE; one <<= 1)
        ck_assert_ptr_nonnull(need_name(one));
}
END_TEST

static const struct {
    const char *label;
    const char *ids, *id;
    bool want;
} lists[] = {
    { "alone", "AUTH-01", "AUTH-01", true },
    { "first", "AUTH-01 JW-02", "AUTH-01", true },
    { "last", "AUTH-01 JW-02", "JW-02", true },
    { "beginning of another", "AUTH-01", "AUTH-0", false },
    { "end of another", "AUTHZ-01", "Z-01", false },
    { "longer than the list", "AUTH-01", "AUTH-012", false },
    { "two blanks", "AUTH-01  JW-02", "JW-02", true },
    { "empty list", "", "AUTH-01", false },
    { "empty id", "AUTH-01 ", "", false },
};

START_TEST(citation_is_a_whole_word)
{
    ck_assert_msg(cites(lists[_i].ids, lists[_i].id) == lists[_i].want, "%s",
                  lists[_i].label);
}
END_TEST

static const struct {
    uint64_t needs;
    const char *want;
} evidence[] = {
    { NOTHING, "wire" },
    { BROADCAST | SAME_CLOCK, "wire" },
    { INSPECT | BROADCAST, "inspect" },
    { DECODER_FAULT, "inspect" },
    { LOG, "log" },
    { LOG | INSPECT, "log" },
};

START_TEST(evidence_is_the_strongest)
{
    struct criterion line = { .needs = evidence[_i].needs };

    ck_assert_str_eq(criterion_evidence(&line), evidence[_i].want);
}
END_TEST

static Suite *suite(void)
{
    Suite *registry = suite_create("registry");
    TCase *reviews = tcase_create("reviews");
    TCase *rows = tcase_create("rows");
    TCase *names = tcase_create("names");

    tcase_add_loop_test(reviews, theme_is_complete, 0, COUNT_OF(reviewed));
    tcase_add_loop_test(reviews, profile_has_its_share, 0, COUNT_OF(shares));
    tcase_add_test(reviews, totals_are_right);
    tcase_add_loop_test(rows, requirement_is_well_formed, 0,
                        (int)requirements_size);
    tcase_add_loop_test(rows, requirement_is_no_orphan, 0,
                        (int)requirements_size);
    tcase_add_loop_test(rows, proven_requirement_is_asked_of_each_profile, 0,
                        (int)requirements_size);
    tcase_add_loop_test(rows, criterion_is_well_formed, 0, (int)catalogue_size);
    tcase_add_loop_test(rows, criterion_is_no_orphan, 0, (int)catalogue_size);
    tcase_add_test(names, unknown_names_are_nobody);
    tcase_add_test(names, names_are_those_of_the_manifest);
    tcase_add_loop_test(names, citation_is_a_whole_word, 0, COUNT_OF(lists));
    tcase_add_loop_test(names, evidence_is_the_strongest, 0,
                        COUNT_OF(evidence));
    suite_add_tcase(registry, reviews);
    suite_add_tcase(registry, rows);
    suite_add_tcase(registry, names);
    return registry;
}

int main(void)
{
    setenv("CK_FORK", "no", 1); /* rows of tables: no process is needed */
    return check_program(suite(), "check_registry");
}
