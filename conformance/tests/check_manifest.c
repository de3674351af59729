/* The reader of manifests: each mistake is one exact line, and a good one
 * says what it says. */
#include "bench.h"
#include "manifest_world.h"
#include <sys/stat.h>

#define AT(line, path, rest) "t.json:" #line ": " path ": " rest "\n"
#define EXTENDS              "{\"extends\":\"signals\",\n"

/* --- Mistakes in one text ------------------------------------------------- */

static const struct row {
    const char *label;
    const char *text;
    const char *want;
} rows[] = {
    /* not JSON */
    { "empty", "", AT(1, "$", "found the end of the text, expected a value") },
    { "blank", "\n\n // nothing\n",
      AT(4, "$", "found the end of the text, expected a value") },
    { "truncated", "{\"extends\":\n\"signals\"",
      AT(2, "$", "found the end of the text, expected a comma or }") },
    { "truncated in a string", "{\"ext",
      AT(1, "$",
         "found the end of the text, expected a closing \" on the same line") },
    { "two lines of string", "{\"a\":\"x\ny\"}",
      AT(1, "$",
         "found the end of the line, expected a closing \" on the same line") },
    { "not JSON", "{\n\n'a':1}",
      AT(3, "$", "found ', expected a name between quotes") },
    { "NaN", "{\"limits\":{\"answer_ms\":NaN}}",
      AT(1, "$", "found NaN, expected a value") },
    { "infinite", "{\"a\":\n1e999}",
      AT(2, "$",
         "found 1, expected a finite number of at most 32 characters") },
    { "leading zero", "{\"a\":01}",
      AT(1, "$", "found 1, expected a comma or }") },
    { "trailing comma", "{\"a\":1,\n}",
      AT(2, "$", "found }, expected a name between quotes") },
    { "trailing garbage", "{\"extends\":\"signals\"}\n\n{}",
      AT(3, "$", "found {, expected the end of the text") },
    { "an open comment", "{\n/* \"extends\":\"signals\"}\n",
      AT(2, "$", "found a comment without an end, expected */ behind it") },
    { "not UTF-8", "{\"a\":\n\"\xc3\x28\"}",
      AT(2, "$", "found (, expected UTF-8") },
    { "escaped NUL", "{\"a\":\"x\\u0000y\"}",
      AT(1, "$",
         "found \\, expected a character other than NUL or half of a pair") },
    { "half a pair", "{\"a\":\"\\ud800x\"}",
      AT(1, "$",
         "found \\, expected a character other than NUL or half of a pair") },
    { "an odd escape", "{\"a\":\"\\x\"}",
      AT(1, "$", "found x, expected one of \"\\/bfnrtu behind a backslash") },
    { "too deep",
      "{\"a\":\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
      "]"
      "}",
      AT(2, "$", "found [, expected at most 32 levels of nesting") },

    /* the whole */
    { "an array", "[]", AT(1, "$", "found an array, expected an object") },
    { "a number", "\n1", AT(2, "$", "found a number, expected an object") },
    { "nothing extended", "{\"name\":\"x\"}",
      AT(1, "$",
         "found no member \"extends\", expected the profile or the file that "
         "it extends") },
    { "a profile of one's own", EXTENDS "\"profile\":\"signals\"}",
      AT(2, "$.profile",
         "found a member of other manifests, expected \"extends\" in its "
         "place") },
    { "an unknown profile", "{\n\"extends\":\"signal\"}",
      AT(2, "$.extends",
         "found \"signal\", expected a profile (signals) or a file "
         "(./name.json); did you mean \"signals\"?") },
    { "a far profile", "{\"extends\":\"pos\"}",
      AT(1, "$.extends",
         "found \"pos\", expected a profile (signals) or a file "
         "(./name.json)") },
    { "an absent file", "{\n\n\"extends\":\"./none.json\"}",
      AT(3, "$.extends",
         "found \"./none.json\" (No such file or directory), expected a "
         "readable file of at most 1 MiB") },
    { "a folder", "{\"extends\":\"./\"}",
      AT(1, "$.extends",
         "found \"./\" (it is no regular file), expected a readable file of "
         "at most 1 MiB") },
    { "an unknown name", EXTENDS "\"endpoit\":{}}",
      AT(2, "$.endpoit",
         "found an unknown name, expected one of $schema, name, extends, "
         "profile, endpoint, credential, refusals, other_closes, messages, "
         "limits, capabilities, hooks, vars; did you mean \"endpoint\"?") },
    { "a name with a dot", EXTENDS "\"endpoint.url\":\"ws://x\"}",
      AT(2, "$[\"endpoint.url\"]",
         "found an unknown name, expected one of $schema, name, extends, "
         "profile, endpoint, credential, refusals, other_closes, messages, "
         "limits, capabilities, hooks, vars") },
    { "an unknown capability",
      EXTENDS "\"capabilities\":{\n\"brodcast\":true}}",
      AT(3, "$.capabilities.brodcast",
         "found an unknown name, expected one of broadcast, inspect, log, "
         "decoder_fault, timezones, publisher, public_key, max_lifetime, "
         "live_expiry, revocation; did you mean \"broadcast\"?") },
    { "twice", EXTENDS "\"name\":\"a\",\n\"name\":\"b\"}",
      AT(3, "$.name",
         "found this name a second time, expected each name "
         "once") },
    { "twice by escape", EXTENDS "\"vars\":{\"a\":\"\",\n\"\\u0061\":\"\"}}",
      AT(3, "$.vars.a",
         "found this name a second time, expected each name "
         "once") },

    /* kinds and ranges */
    { "another URL", EXTENDS "// where\n\"endpoint\":{\n\"url\":\"http://x\"}}",
      AT(4, "$.endpoint.url",
         "found \"http://x\", expected a URL that begins with ws://, wss:// or "
         "ws+unix://") },
    { "a URL with a token", EXTENDS "\"endpoint\":{\"url\":\"x?token=abc\"}}",
      AT(2, "$.endpoint.url",
         "found another URL, expected a URL that begins with ws://, wss:// or "
         "ws+unix://") },
    { "a malformed URL", EXTENDS "\"endpoint\":{\"url\":\"ws://h:99999/\"}}",
      AT(2, "$.endpoint.url",
         "found a URL with a part that is malformed or too long, expected a "
         "URL that begins with ws://, wss:// or ws+unix://") },
    { "a URL in an instance",
      EXTENDS "\"endpoint\":{\"timezones\":{\n\"Asia/Tokyo\":\"x\"}}}",
      AT(3, "$.endpoint.timezones[\"Asia/Tokyo\"]",
         "found \"x\", expected a URL that begins with ws://, wss:// or "
         "ws+unix://") },
    { "null", EXTENDS "\"endpoint\":null}",
      AT(2, "$.endpoint", "found null, expected an object") },
    { "a text for a number", EXTENDS "\"limits\":{\"answer_ms\":\"5\"}}",
      AT(2, "$.limits.answer_ms",
         "found \"5\", expected a whole number from 1 to 600000") },
    { "too little", EXTENDS "\"limits\":{\"answer_ms\":0}}",
      AT(2, "$.limits.answer_ms",
         "found 0, expected a whole number from 1 to 600000") },
    { "too much", EXTENDS "\"limits\":{\"close_ms\":600001}}",
      AT(2, "$.limits.close_ms",
         "found 600001, expected a whole number from 1 to 600000") },
    { "a fraction", EXTENDS "\"limits\":{\"answer_ms\":1.5}}",
      AT(2, "$.limits.answer_ms",
         "found 1.5, expected a whole number from 1 to 600000") },
    { "a word for a boolean", EXTENDS "\"capabilities\":{\"log\":\"yes\"}}",
      AT(2, "$.capabilities.log", "found \"yes\", expected true or false") },
    { "an empty name", EXTENDS "\"name\":\"\"}",
      AT(2, "$.name",
         "found an empty string, expected a name of 1 to 256 bytes on one "
         "line") },
    { "a name of two lines", EXTENDS "\"name\":\"a\\nb\"}",
      AT(2, "$.name",
         "found a control character, expected a name of 1 to 256 bytes on one "
         "line") },
    { "an odd carrier",
      EXTENDS "\"credential\":{\"carrier\":{\"query\":\"to ken\"}}}",
      AT(2, "$.credential.carrier.query",
         "found \"to ken\", expected 1 to 64 letters, digits or -._~") },

    /* outcomes */
    { "close code 0", EXTENDS "\"other_closes\":[{\"close\":0}]}",
      AT(2, "$.other_closes[0].close",
         "found 0, expected a close code from 1000 to 4999 that a Close frame "
         "can bear, or 1005") },
    { "close code 1006",
      EXTENDS "\"refusals\":{\"missing\":[{\"close\":1008},\n"
              "{\"close\":1006}]}}",
      AT(3, "$.refusals.missing[1].close",
         "found 1006, expected a close code from 1000 to 4999 that a Close "
         "frame can bear, or 1005") },
    { "neither", EXTENDS "\"refusals\":{\"invalid\":[{}]}}",
      AT(2, "$.refusals.invalid[0]",
         "found neither close nor http, expected an outcome: close (and "
         "reason), or http") },
    { "both",
      EXTENDS "\"refusals\":{\"invalid\":[{\"close\":1008,\"http\":403}]}}",
      AT(2, "$.refusals.invalid[0]",
         "found both close and http, expected an outcome: close (and reason), "
         "or http") },
    { "no outcome", EXTENDS "\"refusals\":{\"missing\":[]}}",
      AT(2, "$.refusals.missing",
         "found an array of 0 elements, expected an array of 1 to 8 "
         "elements") },
    { "a reason of 124 bytes",
      EXTENDS "\"other_closes\":[{\"close\":1000,\"reason\":\""
              "0123456789012345678901234567890123456789012345678901234567890123"
              "456789012345678901234567890123456789012345678901234567890123"
              "\"}]}",
      AT(2, "$.other_closes[0].reason",
         "found a string of 124 bytes, expected a reason of at most 123 bytes "
         "(RFC 6455 5.5)") },
    { "a reason without code",
      EXTENDS "\"other_closes\":[{\"close\":1005,\"reason\":\"x\"}]}",
      AT(2, "$.other_closes[0]",
         "found a reason beside 1005, a Close without code, expected an "
         "outcome: close (and reason)") },

    /* templates */
    { "an unknown variable",
      EXTENDS "\"credential\":{\"claims\":{\n\"uid\":[\"{usr}\"]}}}",
      AT(3, "$.credential.claims",
         "found no {user}, expected claims, {user} in one of them, without "
         "iat and exp")
          AT(3, "$.credential.claims.uid[0]",
             "found the unknown variable {usr}, expected {user} or {role} or "
             "{jti}") },
    { "an own exp",
      EXTENDS "\"credential\":{\"claims\":{\"sub\":\"{user}\",\"exp\":1}}}",
      AT(2, "$.credential.claims",
         "found a claim that is made afresh for each token, expected claims, "
         "{user} in one of them, without iat and exp") },
    { "no text", EXTENDS "\"messages\":{\"signal\":{\"a\":\"x{text}\"}}}",
      AT(2, "$.messages.signal",
         "found no \"{text}\", expected a pattern with \"{text}\" as one of "
         "its values") },
    { "another variable",
      EXTENDS "\"messages\":{\"publish\":{\"a\":\"{text}{user}\"}}}",
      AT(2, "$.messages.publish.a",
         "found the unknown variable {user}, expected {text}") },

    /* hooks and variables */
    { "a hook with both",
      EXTENDS "\"hooks\":{\n\"publish\":{\"url\":\"http://x/{text}\","
              "\"command\":[\"x\"]}}}",
      AT(3, "$.hooks.publish",
         "found both url and command, expected one of them") },
    { "a hook with neither", EXTENDS "\"hooks\":{\n\"inspect\":{}}}",
      AT(3, "$.hooks.inspect",
         "found neither url nor command, expected one of them") },
    { "a hook's unknown variable",
      EXTENDS "\"hooks\":{\"revoke\":{\n\"url\":\"http://{hots}/{jti}\"}},"
              "\"vars\":{\"host\":\"h\"}}",
      AT(3, "$.hooks.revoke.url",
         "found the unknown variable {hots}, expected {jti} or a name of "
         "vars") },
    { "a hook that cannot say what",
      EXTENDS "\"hooks\":{\"publish\":{\"url\":\"http://x\"}}}",
      AT(2, "$.hooks.publish",
         "found no {text}, expected it in the url, body or command") },
    { "a hook to elsewhere",
      EXTENDS "\"hooks\":{\"inspect\":{\"url\":\"{base}/x\"}},"
              "\"vars\":{\"base\":\"file:///pw\"}}",
      AT(2, "$.hooks.inspect.url",
         "found another URL, expected one that begins with http:// or "
         "https://, once its variables are filled in") },
    { "a header of two lines",
      EXTENDS "\"hooks\":{\"inspect\":{\"url\":\"http://x\",\"headers\":{"
              "\"A\":\"b\\r\\nC: d\"}}}}",
      AT(2, "$.hooks.inspect.headers.A",
         "found a control character, expected a header's value on one "
         "line") },
    { "a taken variable", EXTENDS "\"vars\":{\"text\":\"x\"}}",
      AT(2, "$.vars",
         "found a name that stands for something else, expected at most 64 "
         "variables, named by letters, digits and _, other than text, since, "
         "jti, what") },

    /* keys */
    { "an unknown algorithm",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"HS512\"}]}}",
      AT(2, "$.credential.keys[0].alg",
         "found \"HS512\", expected HS256, RS256, ES256 or EdDSA") },
    { "no algorithm",
      EXTENDS "\"credential\":{\"keys\":[{\"secret\":\"" SECRET "\"}]}}",
      AT(2, "$.credential.keys[0]",
         "found no member \"alg\", expected HS256, RS256, ES256 or EdDSA") },
    { "no secret", EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"HS256\"}]}}",
      AT(2, "$.credential.keys[0].alg",
         "found no secret, expected one for "
         "HS256") },
    { "no private key",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"ES256\"}]}}",
      AT(2, "$.credential.keys[0].alg",
         "found no private key, expected private_key or private_key_file") },
    { "a secret for a private key",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"ES256\",\n"
              "\"secret\":\"" SECRET "\"}]}}",
      AT(3, "$.credential.keys[0].secret",
         "found a secret, expected none for this algorithm") },
    { "no PEM",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"ES256\","
              "\"private_key\":\"hunter2\"}]}}",
      AT(2, "$.credential.keys[0].private_key",
         "found a text that OpenSSL cannot read (unsupported), expected a "
         "private key in PEM, not encrypted") },
    { "an absent key file",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"RS256\","
              "\"private_key_file\":\"none.pem\"}]}}",
      AT(2, "$.credential.keys[0].private_key_file",
         "found \"none.pem\" (No such file or directory), expected a readable "
         "PEM file of at most 64 KiB") },

    /* secrets stay secret */
    { "a short secret",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"HS256\","
              "\"secret\":\"hunter2\"}]}}",
      AT(2, "$.credential.keys[0].secret",
         "found a string that is too short, expected a string of 32 to 4096 "
         "bytes (RFC 7518 3.2)") },
    { "a secret for keys", EXTENDS "\"credential\":{\"keys\":\"hunter2\"}}",
      AT(2, "$.credential.keys",
         "found a string, expected an array of 1 to 8 elements") },
    { "a number for a secret",
      EXTENDS "\"credential\":{\"keys\":[{\"alg\":\"HS256\","
              "\"secret\":31337}]}}",
      AT(2, "$.credential.keys[0].secret",
         "found a number, expected a string of 32 to 4096 bytes (RFC 7518 "
         "3.2)") },
    { "a list for a variable", EXTENDS "\"vars\":{\"t\":[\"hunter2\"]}}",
      AT(2, "$.vars.t",
         "found an array, expected a string of at most 4096 bytes on one "
         "line") },
    { "a lifetime beyond the longest",
      EXTENDS "\"credential\":{\n\"lifetime_s\":901}}",
      AT(3, "$.credential.lifetime_s",
         "found a lifetime beyond max_lifetime_s, expected at most that") },

    /* all at once */
    { "several", "{\"extends\":\"signals\",\"name\":1,\n\"vars\":1}",
      AT(1, "$.name", "found 1, expected a name of 1 to 256 bytes on one line")
          AT(2, "$.vars",
             "found a number, expected at most 64 variables, named by "
             "letters, digits and _, other than text, since, jti, what") },
};

START_TEST(mistake_is_one_exact_line)
{
    const struct row *row = &rows[_i];
    char *errors = NULL;
    struct manifest *manifest = read_bytes(bytes_of_string(row->text), &errors);

    says(row->label, errors, row->want);
    ck_assert_ptr_null(manifest);
    free(errors);
}
END_TEST

START_TEST(nul_byte_is_a_mistake)
{
    static const char text[] = "{\"extends\":\0\"signals\"}";
    char *errors = NULL;

    ck_assert_ptr_null(read_bytes(bytes_of(text, sizeof(text) - 1), &errors));
    says("NUL", errors, AT(1, "$", "found a NUL byte, expected a value"));
    free(errors);
}
END_TEST

START_TEST(text_beyond_one_mebibyte_is_a_mistake)
{
    size_t size = MANIFEST_BYTES_MAX + 1;
    char *text = malloc(size);
    char *errors = NULL;

    must(text != NULL, "memory");
    memset(text, ' ', size);
    memcpy(text, "{\"extends\":\"signals\"}", 21);
    struct manifest *manifest = read_bytes(bytes_of(text, size - 1), &errors);
    says("1 MiB", errors, "");
    free(errors);
    manifest_free(manifest);
    ck_assert_ptr_null(read_bytes(bytes_of(text, size), &errors));
    says("more", errors,
         AT(1, "$", "found more than 1048576 bytes, expected at most 1 MiB"));
    free(errors);
    free(text);
}
END_TEST

START_TEST(twenty_mistakes_are_told)
{
    struct buffer text;
    char *errors = NULL;
    unsigned lines = 0;

    buffer_init(&text, 65536);
    buffer_add_string(&text, "{\"extends\":\"signals\"");
    for (int i = 0; i < 50; i++)
        buffer_printf(&text, ",\n\"unknown_%d\":0", i);
    buffer_add_string(&text, "}");
    ck_assert_ptr_null(read_bytes(buffer_view(&text), &errors));
    for (const char *at = errors; *at != 0; at++)
        lines += *at == '\n';
    ck_assert_uint_eq(lines, 20);
    free(errors);
    buffer_deinit(&text);
}
END_TEST

START_TEST(overlay_is_checked_as_well)
{
    cJSON *overlay = cJSON_Parse("{\"endpoint\":{\"url\":\"http://x\"}}");
    struct buffer errors;

    buffer_init(&errors, 65536);
    ck_assert_ptr_null(manifest_read_profile("signals", overlay, &errors));
    says("overlay", buffer_string(&errors),
         "command line: $.endpoint.url: found \"http://x\", expected a URL "
         "that begins with ws://, wss:// or ws+unix://\n");
    buffer_clear(&errors);
    ck_assert_ptr_null(manifest_read_profile("none", NULL, &errors));
    says("profile", buffer_string(&errors),
         "command line: $: found the profile \"none\", expected one of: "
         "signals\n");
    buffer_clear(&errors);
    ck_assert_ptr_null(manifest_read_file("/nowhere/t.json", NULL, &errors));
    says("file", buffer_string(&errors),
         "/nowhere/t.json:1: $: found no manifest (No such file or "
         "directory), expected a readable file of at most 1 MiB\n");
    buffer_deinit(&errors);
    cJSON_Delete(overlay);
}
END_TEST

/* Whatever is cut off, what is left is refused, and nothing breaks. */
START_TEST(every_prefix_is_refused)
{
    static const char text[] =
        EXTENDS "\"endpoint\":{\"url\":\"ws://h/\"}, // c\n"
                "\"other_closes\":[{\"close\":1000}],/* d */"
                "\"name\":\"\\u00e9\"}";
    char *errors = NULL;

    for (size_t length = 0; length < sizeof(text) - 1; length++) {
        ck_assert_ptr_null(read_bytes(bytes_of(text, length), &errors));
        ck_assert_int_eq(strncmp(errors, "t.json:", 7), 0);
        free(errors);
    }
    manifest_free(good_text(text));
}
END_TEST

/* --- The built-in profile ------------------------------------------------- */

START_TEST(profile_signals_is_whole)
{
    struct manifest *manifest = good_file(NULL, NULL);

    ck_assert_str_eq(manifest->name, "signals");
    ck_assert_str_eq(manifest->source, "profile signals");
    ck_assert_uint_eq(manifest->profile, SIGNALS);
    ck_assert_ptr_null(manifest->url);
    ck_assert_str_eq(manifest->query_name, "token");
    ck_assert_uint_eq(manifest->key_count, 4);
    ck_assert_str_eq(manifest->keys[0].alg, "HS256");
    ck_assert_ptr_nonnull(manifest->keys[3].public_key);
    ck_assert_int_eq(manifest->lifetime_s, 600);
    ck_assert_int_eq(manifest->max_lifetime_s, 900);
    ck_assert_str_eq(manifest->roles[ALICE], "viewer");
    ck_assert_str_eq(manifest->roles[PUBLISHER_PAUL], "publisher");
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].close, 1008);
    ck_assert_str_eq(manifest->refusals[CAUSE_MISSING].at[0].reason,
                     "Authentication required");
    ck_assert_uint_eq(manifest->other_closes.count, 2);
    ck_assert_ptr_null(manifest->other_closes.at[0].reason);
    ck_assert_uint_eq(manifest->offers, 2 * REVOCATION - 1);
    ck_assert_int_eq(manifest->answer_ms, 5000);
    ck_assert_int_eq(manifest->close_ms, 10000);
    ck_assert(!manifest->publish_hook.present);
    manifest_free(manifest);
}
END_TEST

/* --- A good one ----------------------------------------------------------- */

static const char full[] =
    "\xef\xbb\xbf{ /* a target */ \"extends\": \"signals\", \"name\": "
    "\"t//\",\n"
    "\"endpoint\": {\"url\": \"ws://127.0.0.1:8000/ws\", \"origin\": "
    "\"https://o\", \"ca_file\": \"ca.pem\",\n"
    "  \"timezones\": {\"Asia/Tokyo\": \"wss://[::1]/ws\", \"UTC\": "
    "\"ws+unix:///s:/ws\"}},\n"
    "\"credential\": {\"keys\": [{\"alg\": \"HS256\", \"secret\": \"" SECRET
    "\"}], \"max_lifetime_s\": 0, \"roles\": {\"default\": \"guest\"},\n"
    "  \"claims\": {\"aud\": [\"{role}\"]}},\n"
    "\"refusals\": {\"missing\": [{\"http\": 401}, {\"close\": 1005}]},\n"
    "\"other_closes\": [],\n"
    "\"messages\": {\"signal\": {\"event\": {\"t\": \"{text}\"}}},\n"
    "\"capabilities\": {\"log\": false},\n"
    "\"hooks\": {\"publish\": {\"url\": \"{control}/p\", \"headers\": "
    "{\"A\": \"B {pw}\", \"C\": \"\"}, \"body\": \"{\\\"text\\\":"
    "\\\"{text}\\\"}\"},\n"
    "  \"break_decoder\": {\"command\": [\"mv\", \"{pw}\", \"{what}\"]},\n"
    "  \"log_file\": \"{pw}.log\"},\n"
    "\"vars\": {\"control\": \"http://c\", \"pw\": \"s3\"} } // end";

START_TEST(full_manifest_is_read)
{
    struct manifest *manifest = good_text(full);
    const struct hook *hook = &manifest->publish_hook;

    ck_assert_str_eq(manifest->name, "t//");
    ck_assert_str_eq(manifest->source, "t.json");
    ck_assert_str_eq(manifest->url, "ws://127.0.0.1:8000/ws");
    ck_assert_uint_eq(manifest->instance_count, 2);
    ck_assert_str_eq(manifest->instances[0].timezone, "Asia/Tokyo");
    ck_assert_str_eq(manifest->instances[1].url, "ws+unix:///s:/ws");
    ck_assert_str_eq(manifest->ca_file, "ca.pem");
    ck_assert_str_eq(manifest->origin, "https://o");
    ck_assert_uint_eq(manifest->key_count, 1);
    ck_assert_str_eq(manifest->keys[0].secret, SECRET);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->claims), 4);
    ck_assert_str_eq(manifest->roles[DAVE], "guest");
    ck_assert_str_eq(manifest->roles[PUBLISHER_PAUL], "publisher");
    ck_assert_uint_eq(manifest->refusals[CAUSE_MISSING].count, 2);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].status, 401);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].close, 0);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[1].close, 1005);
    ck_assert_int_eq(manifest->refusals[CAUSE_INVALID].at[0].close, 1008);
    ck_assert_uint_eq(manifest->other_closes.count, 0);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->signal), 1);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->publish), 2);
    ck_assert_uint_eq(manifest->offers, (2 * REVOCATION - 1) & ~(unsigned)LOG &
                                            ~(unsigned)PUBLIC_KEY &
                                            ~(unsigned)MAX_LIFETIME);
    ck_assert(hook->present && hook->method == NULL && hook->command == NULL);
    ck_assert_str_eq(hook->url, "http://c/p");
    ck_assert_str_eq(hook->headers[0], "A: B s3");
    ck_assert_str_eq(hook->headers[1], "C: ");
    ck_assert_ptr_null(hook->headers[2]);
    ck_assert_str_eq(hook->body, "{\"text\":\"{text}\"}");
    ck_assert_str_eq(manifest->break_decoder_hook.command[1], "s3");
    ck_assert_str_eq(manifest->break_decoder_hook.command[2], "{what}");
    ck_assert_ptr_null(manifest->break_decoder_hook.command[3]);
    ck_assert_str_eq(manifest->log_file, "s3.log");
    manifest_free(manifest);
}
END_TEST

START_TEST(overlay_overrides)
{
    struct manifest *manifest = good_file(
        NULL, "{\"endpoint\":{\"url\":\"ws://h:1/\"},\"limits\":{"
              "\"close_ms\":7},\"hooks\":{\"revoke\":{\"command\":[\"r\","
              "\"{jti}\"]},\"log_file\":\"a/l\"}}");

    ck_assert_str_eq(manifest->url, "ws://h:1/");
    ck_assert_int_eq(manifest->close_ms, 7);
    ck_assert_int_eq(manifest->answer_ms, 5000);
    ck_assert_str_eq(manifest->revoke_hook.command[0], "r");
    ck_assert_str_eq(manifest->log_file, "a/l");
    ck_assert_str_eq(manifest->source, "profile signals");
    manifest_free(manifest);
}
END_TEST

/* --- Files ---------------------------------------------------------------- */

static char folder[] = "/tmp/check_manifest.XXXXXX";
static char path[256];

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "we");

    must(file != NULL && fputs(text, file) >= 0, name);
    fclose(file);
}

/* What is said of a file, without the folder's name. */
static char *errors_of(const char *name)
{
    struct buffer errors;
    char *at;

    buffer_init(&errors, 65536);
    manifest_free(manifest_read_file(in_folder(name), NULL, &errors));
    char *text = buffer_take(&errors);
    while ((at = strstr(text, folder)) != NULL)
        memmove(at, at + sizeof(folder), strlen(at + sizeof(folder)) + 1);
    return text;
}

static const char *const names[] = { "a.json",  "b.json",     "c.json",
                                     "d.json",  "e.json",     "f.json",
                                     "key.pem", "sub/b.json", "sub/key.pem" };

static void open_folder(void)
{
    must(mkdtemp(folder) != NULL, "a folder");
    must(mkdir(in_folder("sub"), 0700) == 0, "a folder in it");
}

static void close_folder(void)
{
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(in_folder(names[i]));
    rmdir(in_folder("sub"));
    rmdir(folder);
}

START_TEST(chain_of_files_is_merged)
{
    struct manifest *signals = good_file(NULL, NULL);

    write_file("sub/b.json",
               "{\"extends\":\"signals\",\"name\":\"b\",\"endpoint\":{"
               "\"url\":\"ws://b/\",\"ca_file\":\"b.pem\"},\"credential\":{"
               "\"keys\":[{\"alg\":\"EdDSA\",\"private_key_file\":\"key.pem\"}"
               "]},\"hooks\":{\"log_file\":\"b.log\"}}");
    write_file("sub/key.pem", signals->keys[3].private_key);
    write_file("a.json", "{\"extends\":\"sub/b.json\",\"name\":\"a\","
                         "\"hooks\":{\"log_file\":\"/a.log\"}}");
    struct manifest *manifest = good_file(in_folder("a.json"), NULL);
    ck_assert_str_eq(manifest->name, "a");
    ck_assert_str_eq(manifest->source, in_folder("a.json"));
    ck_assert_str_eq(manifest->url, "ws://b/");
    ck_assert_str_eq(manifest->ca_file, in_folder("sub/b.pem"));
    ck_assert_str_eq(manifest->log_file, "/a.log");
    ck_assert_uint_eq(manifest->key_count, 1);
    ck_assert_str_eq(manifest->keys[0].public_key, signals->keys[3].public_key);
    ck_assert(manifest->offers & PUBLIC_KEY);
    manifest_free(manifest);
    manifest_free(signals);
}
END_TEST

START_TEST(loops_are_found)
{
    write_file("a.json", "{\n\"extends\":\"./a.json\"}");
    char *errors = errors_of("a.json");
    says("itself", errors,
         "a.json:2: $.extends: found \"./a.json\" (read already: it extends "
         "itself), expected a chain without a loop\n");
    free(errors);
    write_file("a.json", "{\"extends\":\"b.json\"}");
    write_file("b.json", "{\"extends\":\"sub/../a.json\"}");
    errors = errors_of("a.json");
    says("through another", errors,
         "b.json:1: $.extends: found \"sub/../a.json\" (read already: it "
         "extends itself), expected a chain without a loop\n");
    free(errors);
}
END_TEST

START_TEST(chain_has_an_end)
{
    write_file("f.json", "{\"extends\":\"signals\"}");
    write_file("e.json", "{\"extends\":\"signals\"}");
    write_file("d.json", "{\"extends\":\"e.json\"}");
    write_file("c.json", "{\"extends\":\"d.json\"}");
    write_file("b.json", "{\"extends\":\"c.json\"}");
    write_file("a.json", "{\"extends\":\"b.json\"}");
    char *errors = errors_of("b.json");
    says("four", errors, "");
    free(errors);
    errors = errors_of("a.json");
    says("five", errors,
         "e.json:1: $.extends: found \"signals\" (the fifth extension), "
         "expected a chain of at most 4\n");
    free(errors);
}
END_TEST

/* A mistake is told of the file in which it was made. */
START_TEST(mistake_names_its_file)
{
    write_file("b.json", "{\"extends\":\"signals\",\n\"hooks\":{\"revoke\":{"
                         "\"url\":\"{c}/{jti}\"}}}");
    write_file("a.json", "{\"extends\":\"b.json\",\n\n\"vars\":{\"d\":\"\"}}");
    char *errors = errors_of("a.json");
    says("of the other", errors,
         "b.json:2: $.hooks.revoke.url: found the unknown variable {c}, "
         "expected {jti} or a name of vars\n"
         "b.json:2: $.hooks.revoke.url: found another URL, expected one that "
         "begins with http:// or https://, once its variables are filled "
         "in\n");
    free(errors);
}
END_TEST

START_TEST(wrong_key_files_are_told)
{
    static const char manifest[] =
        "{\"extends\":\"signals\",\"credential\":{\"keys\":[{\"alg\":\"RS256\","
        "\n\"private_key_file\":\"key.pem\"}]}}";
    struct manifest *signals = good_file(NULL, NULL);

    write_file("a.json", manifest);
    write_file("key.pem", signals->keys[2].private_key);
    char *errors = errors_of("a.json");
    says("another kind", errors,
         "a.json:2: $.credential.keys[0].private_key_file: found another kind "
         "of key, expected an RSA key of at least 2048 bits for RS256\n");
    free(errors);
    write_file("key.pem", "-----BEGIN PRIVATE KEY-----\n!!\n"
                          "-----END PRIVATE KEY-----\n");
    errors = errors_of("a.json");
    ck_assert_ptr_nonnull(
        strstr(errors, "found a text that OpenSSL cannot read ("));
    free(errors);
    manifest_free(signals);
}
END_TEST

/* --- What is made of it --------------------------------------------------- */

START_TEST(digest_tells_manifests_apart)
{
    struct manifest *one = good_text("{\"extends\":\"signals\",\"limits\":{"
                                     "\"answer_ms\":1,\"close_ms\":2}}");
    struct manifest *same =
        good_text("{ // alike\n\"limits\":{\"close_ms\":2.0,\"answer_ms\":1},"
                  "\"extends\":\"signals\"}");
    struct manifest *other = good_text("{\"extends\":\"signals\",\"limits\":{"
                                       "\"answer_ms\":1,\"close_ms\":3}}");
    char a[65];
    char b[65];
    char c[65];

    manifest_digest(one, a);
    manifest_digest(same, b);
    manifest_digest(other, c);
    ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 64);
    ck_assert_str_eq(a, b);
    ck_assert_str_ne(a, c);
    manifest_free(one);
    manifest_free(same);
    manifest_free(other);
}
END_TEST

START_TEST(keyring_holds_no_private_key)
{
    struct manifest *manifest = good_file(NULL, NULL);
    char *text = manifest_keyring(manifest);
    cJSON *keys = cJSON_Parse(text);

    ck_assert_int_eq(cJSON_GetArraySize(keys), 4);
    ck_assert_ptr_nonnull(
        cJSON_GetObjectItem(cJSON_GetArrayItem(keys, 0), "secret"));
    ck_assert_ptr_nonnull(
        cJSON_GetObjectItem(cJSON_GetArrayItem(keys, 1), "public_key"));
    ck_assert_ptr_null(strstr(text, "PRIVATE"));
    cJSON_Delete(keys);
    free(text);
    manifest_free(manifest);
}
END_TEST

static const struct {
    const char *template;
    const char *want;
} fills[] = {
    { "", "" },
    { "{a}", "1" },
    { "{a}{b}{a}", "1{a}1" },
    { "{\"a\":\"{a}\"}", "{\"a\":\"1\"}" },
    { "{{a}}", "{1}" },
    { "{c} {} {a {1} {", "{c} {} {a {1} {" },
    { "{none}", "" },
};

START_TEST(template_is_filled_once)
{
    const struct pair values[] = {
        { "a", "1" }, { "b", "{a}" }, { "none", NULL }, { NULL, NULL }
    };
    char *filled = template_fill(fills[_i].template, values);

    ck_assert_str_eq(filled, fills[_i].want);
    free(filled);
}
END_TEST

/* --- The JSON Schema ------------------------------------------------------ */

/* Takes JSON Lines: [should it hold, manifest]. */
static const char judge[] =
    "import json, sys, jsonschema\n"
    "schema = json.load(open('spec/manifest.schema.json'))\n"
    "jsonschema.Draft202012Validator.check_schema(schema)\n"
    "judge = jsonschema.Draft202012Validator(schema)\n"
    "bad = [line for line in sys.stdin\n"
    "       for good, manifest in [json.loads(line)]\n"
    "       if judge.is_valid(manifest) != good]\n"
    "print(*bad)\n"
    "sys.exit(len(bad) != 0)\n";

static const char *const refused_by_schema[] = {
    "[]",
    "{}",
    "{\"extends\":\"signal\"}",
    "{\"extends\":\"signals\",\"endpoit\":{}}",
    "{\"extends\":\"signals\",\"endpoint\":{\"url\":\"http://x\"}}",
    "{\"extends\":\"signals\",\"limits\":{\"answer_ms\":0}}",
    "{\"extends\":\"signals\",\"limits\":{\"answer_ms\":1.5}}",
    "{\"extends\":\"signals\",\"capabilities\":{\"brodcast\":true}}",
    "{\"extends\":\"signals\",\"other_closes\":[{\"close\":1006}]}",
    "{\"extends\":\"signals\",\"other_closes\":[{\"close\":1005,"
    "\"reason\":\"\"}]}",
    "{\"extends\":\"signals\",\"refusals\":{\"missing\":[]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"missing\":[{\"close\":1008,"
    "\"http\":401}]}}",
    "{\"extends\":\"signals\",\"credential\":{\"keys\":[{\"alg\":\"HS256\"}]}}",
    "{\"extends\":\"signals\",\"credential\":{\"claims\":{\"exp\":1}}}",
    "{\"extends\":\"signals\",\"hooks\":{\"publish\":{\"url\":\"x\","
    "\"command\":[\"x\"]}}}",
    "{\"extends\":\"signals\",\"vars\":{\"text\":\"x\"}}",
};

/* The whole of signals.json as the tool sees it, and a good one of ours. */
START_TEST(schema_agrees)
{
    struct manifest *signals = good_file(NULL, NULL);
    struct manifest *manifest = good_text(full);
    char *profile = cJSON_PrintUnformatted(signals->tree);
    char *text = cJSON_PrintUnformatted(manifest->tree);
    struct buffer lines;

    buffer_init(&lines, 1024 * 1024);
    buffer_printf(&lines, "[true,%s]\n[true,%s]\n", profile, text);
    buffer_add_string(&lines, "[true,{\"extends\":\"./a.json\"}]\n");
    for (size_t i = 0; i < COUNT(refused_by_schema); i++)
        buffer_printf(&lines, "[false,%s]\n", refused_by_schema[i]);
    ck_assert_int_eq(run_python(judge, buffer_string(&lines)), 0);
    for (size_t i = 0; i < COUNT(refused_by_schema); i++) {
        char *errors = NULL;
        ck_assert_ptr_null(
            read_bytes(bytes_of_string(refused_by_schema[i]), &errors));
        free(errors);
    }
    buffer_deinit(&lines);
    cJSON_free(profile);
    cJSON_free(text);
    manifest_free(signals);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest");
    TCase *texts = tcase_create("texts");
    TCase *files = tcase_create("files");

    tcase_add_loop_test(texts, mistake_is_one_exact_line, 0, COUNT_OF(rows));
    tcase_add_test(texts, nul_byte_is_a_mistake);
    tcase_add_test(texts, text_beyond_one_mebibyte_is_a_mistake);
    tcase_add_test(texts, twenty_mistakes_are_told);
    tcase_add_test(texts, overlay_is_checked_as_well);
    tcase_add_test(texts, every_prefix_is_refused);
    tcase_add_test(texts, profile_signals_is_whole);
    tcase_add_test(texts, full_manifest_is_read);
    tcase_add_test(texts, overlay_overrides);
    tcase_add_test(texts, digest_tells_manifests_apart);
    tcase_add_test(texts, keyring_holds_no_private_key);
    tcase_add_loop_test(texts, template_is_filled_once, 0, COUNT_OF(fills));
    tcase_add_test(texts, schema_agrees);
    tcase_set_timeout(texts, 60);
    suite_add_tcase(suite, texts);
    tcase_add_unchecked_fixture(files, open_folder, close_folder);
    tcase_add_test(files, chain_of_files_is_merged);
    tcase_add_test(files, loops_are_found);
    tcase_add_test(files, chain_has_an_end);
    tcase_add_test(files, mistake_names_its_file);
    tcase_add_test(files, wrong_key_files_are_told);
    suite_add_tcase(suite, files);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest");
}
