/* Base64url, there and back. */
#include "manifest_world.h"
#include "manifest/minter.h"

static const struct {
    const char *from;
    const char *want;
} base64[] = { /* RFC 4648 10, and the two digits that are our own */
               { "", "" },
               { "f", "Zg" },
               { "fo", "Zm8" },
               { "foo", "Zm9v" },
               { "foob", "Zm9vYg" },
               { "fooba", "Zm9vYmE" },
               { "foobar", "Zm9vYmFy" },
               { "\xfb\xff\xbf", "-_-_" }
};

START_TEST(base64url_is_written_and_read)
{
    char *text = base64url_write(bytes_of_string(base64[_i].from));

    ck_assert_str_eq(text, base64[_i].want);
    free(text);
    text = base64url_text(base64[_i].want, strlen(base64[_i].want));
    ck_assert_str_eq(text, base64[_i].from);
    free(text);
}
END_TEST

START_TEST(no_base64url_is_no_text)
{
    ck_assert_ptr_null(base64url_text("Zg==", 4));
    ck_assert_ptr_null(base64url_text("Zm+v", 4));
    ck_assert_ptr_null(base64url_text("Zm\0v", 4));
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("base64url");
    TCase *tcase = tcase_create("base64url");

    tcase_add_loop_test(tcase, base64url_is_written_and_read, 0,
                        COUNT_OF(base64));
    tcase_add_test(tcase, no_base64url_is_no_text);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_base64url");
}
