/* Envelopes: the bytes that are signed, and what is no envelope. */
#include "certificate/envelope.h"
#include "certificate_world.h"

#define TYPE "\"payloadType\":\"application/vnd.in-toto+json\""
#define SIG                                                                    \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"   \
    "AAAAAAAAAAAAAAAA=="
#define SIGNED "\"signatures\":[{\"sig\":\"" SIG "\"}]"
#define NAMED  "{\"keyid\":\"k\",\"sig\":\"" SIG "\"}"
#define TWO    "{\"sig\":\"" SIG "\"},{\"sig\":\"" SIG "\"}"
#define FOUR   TWO "," TWO

static const struct {
    const char *label;
    const char *text;
    const char *want; /* NULL: it is one */
} rows[] = {
    { "sound", "{" TYPE ",\"payload\":\"e30=\"," SIGNED "}", NULL },
    { "with white space", "{ " TYPE ",\n \"payload\": \"e30=\", " SIGNED "}",
      NULL },
    { "two that name nobody",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[" TWO "]}", NULL },
    { "nothing", "", "from end to end" },
    { "a list", "[]", "from end to end" },
    { "a byte behind", "{" TYPE ",\"payload\":\"e30=\"," SIGNED "}\n",
      "from end to end" },
    { "a blank before", " {" TYPE ",\"payload\":\"e30=\"," SIGNED "}",
      "from end to end" },
    { "two", "{}{}", "expected the end of the text" },
    { "a comment", "{/**/}", "no JSON" },
    { "no UTF-8", "{\"\xff\":1}", "no JSON" },
    { "a name twice", "{" TYPE "," TYPE ",\"payload\":\"e30=\"," SIGNED "}",
      "a name twice" },
    { "a name twice, deeper",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"" SIG
      "\",\"sig\":\"" SIG "\"}]}",
      "a name twice" },
    { "another member", "{" TYPE ",\"payload\":\"e30=\"," SIGNED ",\"x\":1}",
      "a member besides" },
    { "another type",
      "{\"payloadType\":\"text/plain\",\"payload\":\"e30=\"," SIGNED "}",
      "something else than" },
    { "a type in capitals",
      "{\"payloadType\":\"application/"
      "vnd.in-toto+JSON\",\"payload\":\"e30=\"," SIGNED "}",
      "something else than" },
    { "no payload", "{" TYPE "," SIGNED "}", "no payload" },
    { "an empty payload", "{" TYPE ",\"payload\":\"\"," SIGNED "}",
      "no payload" },
    { "a payload without padding", "{" TYPE ",\"payload\":\"e30\"," SIGNED "}",
      "no payload" },
    { "spare bits in the payload", "{" TYPE ",\"payload\":\"e31=\"," SIGNED "}",
      "no payload" },
    { "the other alphabet", "{" TYPE ",\"payload\":\"e-_=\"," SIGNED "}",
      "no payload" },
    { "a line in the payload", "{" TYPE ",\"payload\":\"e3\\n0\"," SIGNED "}",
      "no payload" },
    { "a number for a payload", "{" TYPE ",\"payload\":1," SIGNED "}",
      "no payload" },
    { "no signatures", "{" TYPE ",\"payload\":\"e30=\"}", "no signature" },
    { "an empty list", "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[]}",
      "no signature" },
    { "a short signature",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"AAAA\"}]}",
      "not 64 bytes" },
    { "a signature of nothing",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{}]}", "not 64 bytes" },
    { "a certificate in a signature",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{\"cert\":\"x\"}]}",
      "more than keyid and sig" },
    { "a text for a signature",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[\"" SIG "\"]}",
      "more than keyid and sig" },
    { "a number for a key",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{\"keyid\":1,\"sig\":"
      "\"" SIG "\"}]}",
      "a keyid" },
    { "a key with a quote in it",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[{\"keyid\":\"\\\"\","
      "\"sig\":\"" SIG "\"}]}",
      "a keyid" },
    { "one key twice",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[" NAMED "," NAMED "]}",
      "two signatures of one key" },
    { "nine signatures",
      "{" TYPE ",\"payload\":\"e30=\",\"signatures\":[" FOUR "," FOUR "," NAMED
      "]}",
      "more than 8" },
};

START_TEST(only_an_envelope_is_one)
{
    struct envelope envelope;

    envelope_init(&envelope);
    enum fault fault = envelope_read(&envelope, bytes_of_string(rows[_i].text));
    ck_assert_msg((fault == FAULT_NONE) == (rows[_i].want == NULL), "%s: %s",
                  rows[_i].label, fault_reason());
    if (rows[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", rows[_i].label,
                      rows[_i].want, fault_reason());
    envelope_deinit(&envelope);
}
END_TEST

/* The example of the protocol's own text. */
START_TEST(signed_bytes_are_those_of_dsse)
{
    struct buffer text;

    buffer_init(&text, 1024);
    ck_assert_int_eq(envelope_signed_text("http://example.com/HelloWorld",
                                          bytes_of_string("hello world"),
                                          &text),
                     FAULT_NONE);
    ck_assert_str_eq(buffer_string(&text),
                     "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    buffer_deinit(&text);
}
END_TEST

START_TEST(signatures_come_back)
{
    struct seal *seals[3] = { fresh_seal(), fresh_seal(), fresh_seal() };
    struct envelope envelope;
    struct envelope back;
    struct buffer text;

    envelope_init(&envelope);
    envelope_init(&back);
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    buffer_add_string(&envelope.payload, "{}");
    ck_assert_int_eq(envelope_sign(&envelope, seals[0]), FAULT_NONE);
    ck_assert_int_eq(envelope_sign(&envelope, seals[1]), FAULT_NONE);
    ck_assert_int_eq(envelope_sign(&envelope, seals[0]), FAULT_KEY);
    ck_assert_int_eq(envelope_write(&envelope, &text), FAULT_NONE);
    ck_assert_int_eq(envelope_read(&back, buffer_view(&text)), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&back.payload), "{}");
    ck_assert_int_eq(envelope_signing(&back, seals[0]), SIGNATURE_HOLDS);
    ck_assert_int_eq(envelope_signing(&back, seals[1]), SIGNATURE_HOLDS);
    ck_assert_int_eq(envelope_signing(&back, seals[2]), SIGNATURE_ABSENT);
    back.signatures[0].at[5] ^= 1;
    ck_assert_int_eq(envelope_signing(&back, seals[0]), SIGNATURE_BROKEN);
    back.signatures[0].id[0] = 0; /* it names nobody now */
    ck_assert_int_eq(envelope_signing(&back, seals[0]), SIGNATURE_ABSENT);
    back.signatures[0].at[5] ^= 1;
    ck_assert_int_eq(envelope_signing(&back, seals[0]), SIGNATURE_HOLDS);
    for (size_t i = 0; i < COUNT(seals); i++)
        seal_free(seals[i]);
    buffer_deinit(&text);
    envelope_deinit(&back);
    envelope_deinit(&envelope);
}
END_TEST

START_TEST(there_is_a_last_signature)
{
    struct envelope envelope;
    struct seal *seals[ENVELOPE_SIGNATURES_MAX + 1];

    envelope_init(&envelope);
    for (size_t i = 0; i < COUNT(seals); i++) {
        seals[i] = fresh_seal();
        ck_assert_int_eq(envelope_sign(&envelope, seals[i]),
                         i < ENVELOPE_SIGNATURES_MAX ? FAULT_NONE : FAULT_KEY);
    }
    for (size_t i = 0; i < COUNT(seals); i++)
        seal_free(seals[i]);
    envelope_deinit(&envelope);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("envelope");
    TCase *tcase = tcase_create("envelope");

    tcase_add_loop_test(tcase, only_an_envelope_is_one, 0, COUNT_OF(rows));
    tcase_add_test(tcase, signed_bytes_are_those_of_dsse);
    tcase_add_test(tcase, signatures_come_back);
    tcase_add_test(tcase, there_is_a_last_signature);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_envelope");
}
