/* A certificate holds, and no longer once a byte of its folder is another. */
#include "certificate_made.h"

/* --- Files ---------------------------------------------------------------- */

START_TEST(a_file_more_is_seen)
{
    const struct verifying by = demands();

    certify(&(const struct scene){ 0 }, NULL, 1);
    ck_assert_int_eq(folder_add(&folder, "more.txt", bytes_of_string("")),
                     FAULT_NONE);
    expect("one more", &by, CHECK_FAILS, "files",
           "more.txt is in the folder, and nobody has signed it");
}
END_TEST

START_TEST(a_file_less_is_seen)
{
    const struct verifying by = demands();

    certify(&(const struct scene){ 0 }, NULL, 1);
    folder.count--;
    expect("one less", &by, CHECK_FAILS, "files", "report.txt is not there");
    buffer_clear(&folder.certificate);
    expect("no certificate", &by, CHECK_FAILS, "envelope", "there is no");
}
END_TEST

static const struct {
    const char *name;
    const char *want;
} odd_names[] = { { "../run.ndjson", "no certificate gives" },
                  { ".hidden", "no certificate gives" },
                  { "a b", "no certificate gives" },
                  { "", "no certificate gives" },
                  { "run.ndjson", "is there twice" } };

START_TEST(odd_names_are_refused)
{
    certify(&(const struct scene){ 0 }, NULL, 1);
    ck_assert_int_eq(
        folder_add(&folder, odd_names[_i].name, bytes_of_string("x")),
        FAULT_PROTOCOL);
    ck_assert_ptr_nonnull(strstr(fault_reason(), odd_names[_i].want));
}
END_TEST

/* --- Every byte ----------------------------------------------------------- */

static bool holds(const struct folder *changed)
{
    const struct verifying by = demands();
    struct findings findings;
    bool it_holds = certificate_verify(changed, &by, &findings) == CHECK_HOLDS;

    findings_deinit(&findings);
    return it_holds;
}

/* The folder, with one of its files as this text. */
static void replace(struct folder *into, const char *name, struct bytes text)
{
    folder_init(into);
    for (size_t i = 0; i < folder.count; i++) {
        const char *other = folder.files[i].name;
        struct bytes as_it_was = strcmp(other, FOLDER_STREAM) == 0
                                     ? buffer_view(&folder.stream)
                                     : bytes_of_string("all is well\n");
        ck_assert_int_eq(
            folder_add(into, other,
                       strcmp(other, name) == 0 ? text : as_it_was),
            FAULT_NONE);
    }
    ck_assert_int_eq(folder_add(into, FOLDER_CERTIFICATE,
                                strcmp(name, FOLDER_CERTIFICATE) == 0
                                    ? text
                                    : buffer_view(&folder.certificate)),
                     FAULT_NONE);
}

/* Each bit that tells letters, digits, blanks and alphabets apart. */
static void sweep(const char *name, struct bytes text)
{
    static const unsigned char flips[] = { 0x01, 0x20 };
    unsigned char *copy = malloc(text.length);
    struct folder changed;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text.at, text.length);
    for (size_t i = 0; i < 2 * text.length; i++) {
        copy[i / 2] ^= flips[i % 2];
        replace(&changed, name, bytes_of(copy, text.length));
        ck_assert_msg(!holds(&changed), "byte %zu of %s may be 0x%02x", i / 2,
                      name, copy[i / 2]);
        folder_deinit(&changed);
        copy[i / 2] ^= flips[i % 2];
    }
    replace(&changed, name, bytes_of(copy, text.length));
    ck_assert_msg(holds(&changed), "%s as it was does not hold", name);
    folder_deinit(&changed);
    free(copy);
}

START_TEST(every_byte_counts)
{
    certify(&(const struct scene){ 0 }, NULL, 1);
    sweep(FOLDER_CERTIFICATE, buffer_view(&folder.certificate));
    sweep(FOLDER_STREAM, buffer_view(&folder.stream));
    sweep("report.txt", bytes_of_string("all is well\n"));
}
END_TEST

/* Cut anywhere, or with anything behind. */
START_TEST(every_length_counts)
{
    struct folder changed;
    struct buffer text;

    certify(&(const struct scene){ 0 }, NULL, 1);
    for (size_t i = 0; i < folder.certificate.length; i++) {
        replace(&changed, FOLDER_CERTIFICATE,
                bytes_of(folder.certificate.at, i));
        ck_assert_msg(!holds(&changed), "it holds when cut at %zu", i);
        folder_deinit(&changed);
    }
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    for (int byte = 0; byte < 256; byte++) {
        const unsigned char more = (unsigned char)byte;
        buffer_clear(&text);
        buffer_add(&text, folder.certificate.at, folder.certificate.length);
        buffer_add(&text, &more, 1);
        replace(&changed, FOLDER_CERTIFICATE, buffer_view(&text));
        ck_assert_msg(!holds(&changed), "it holds with 0x%02x behind", byte);
        folder_deinit(&changed);
    }
    buffer_deinit(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate_bytes");
    TCase *tcase = tcase_create("certificate_bytes");

    tcase_set_timeout(tcase, 60); /* under sanitizers */

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_file_more_is_seen);
    tcase_add_test(tcase, a_file_less_is_seen);
    tcase_add_loop_test(tcase, odd_names_are_refused, 0, COUNT_OF(odd_names));
    tcase_add_test(tcase, every_byte_counts);
    tcase_add_test(tcase, every_length_counts);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_certificate_bytes");
}
