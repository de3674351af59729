/* Feeds arbitrary bytes to the reader of certificates: as an envelope; as the
 * payload of one, under a signature that nobody looks at; and as the stream
 * beside a certificate. */
#include "certificate/envelope.h"
#include "certificate/statement.h"
#include "certificate/verify.h"
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

/* What was read is written so that it is read as the same. */
static void check_round(const struct envelope *envelope)
{
    struct envelope back;
    struct buffer text;

    envelope_init(&back);
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    if (envelope_write(envelope, &text) == FAULT_NONE) {
        MUST(envelope_read(&back, buffer_view(&text)) == FAULT_NONE);
        MUST(back.count == envelope->count);
        MUST(back.payload.length == envelope->payload.length);
        MUST(memcmp(back.payload.at, envelope->payload.at,
                    back.payload.length) == 0);
    }
    buffer_deinit(&text);
    envelope_deinit(&back);
}

static void read_envelope(struct bytes text)
{
    struct envelope envelope;

    envelope_init(&envelope);
    if (envelope_read(&envelope, text) == FAULT_NONE)
        check_round(&envelope);
    envelope_deinit(&envelope);
}

/* Nothing that a stranger makes up holds where signatures are looked at; where
 * they are not, it is judged all the same. */
static void verify(const struct book *book, struct bytes certificate,
                   struct bytes stream)
{
    const struct verifying by = { .book = book,
                                  .now_ms = INT64_C(1896350400000) };
    struct findings findings;
    struct folder folder;

    folder_init(&folder);
    MUST(folder_add(&folder, FOLDER_STREAM, stream) == FAULT_NONE);
    if (folder_add(&folder, FOLDER_CERTIFICATE, certificate) == FAULT_NONE) {
        certificate_verify(&folder, &by, &findings);
        MUST(findings.count > 0);
        findings_deinit(&findings);
    }
    folder_deinit(&folder);
}

/* Of the first line, up to its end: the statement; of the rest: the stream,
 * whose digest the statement is given. */
static void verify_parts(const struct book *book, const char *at, size_t size)
{
    const char *end = size == 0 ? NULL : memchr(at, '\n', size);
    size_t head = end == NULL ? size : (size_t)(end - at);
    struct bytes stream =
        end == NULL ? bytes_of("", 0) : bytes_of(end + 1, size - head - 1);
    struct cJSON *predicate = cJSON_ParseWithLength(at, head);
    struct envelope envelope;
    struct folder folder;
    struct buffer text;

    envelope_init(&envelope);
    folder_init(&folder);
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    envelope.count = 1; /* a signature of nobody */
    MUST(folder_add(&folder, FOLDER_STREAM, stream) == FAULT_NONE);
    if (cJSON_IsObject(predicate) &&
        statement_write(&folder, predicate, &envelope.payload) == FAULT_NONE &&
        envelope_write(&envelope, &text) == FAULT_NONE)
        verify(book, buffer_view(&text), stream);
    cJSON_Delete(predicate);
    buffer_deinit(&text);
    folder_deinit(&folder);
    envelope_deinit(&envelope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct book *book;
    struct cJSON *statement = statement_read(bytes_of(data, size));

    if (book == NULL)
        book = book_open();
    MUST(book != NULL);
    cJSON_Delete(statement);
    read_envelope(bytes_of(data, size));
    verify(book, bytes_of(data, size), bytes_of(data, size));
    verify_parts(book, (const char *)data, size);
    return 0;
}
