/* A small certificate, in memory: three criteria of one profile, of a catalogue
 * and a requirement set that are not this tool's. */
#ifndef TESTS_CERTIFICATE_WORLD_H
#define TESTS_CERTIFICATE_WORLD_H

#include "certificate/claim.h"
#include "certificate/envelope.h"
#include "certificate/statement.h"
#include "certificate/verify.h"
#include "check_program.h"
#include <cJSON.h>
#include <string.h>
#include <unistd.h>

#define SET_2030_1                                                             \
    "{\"set\":\"2030.1\",\"frozen\":\"2030-01-01\",\"profiles\":{"             \
    "\"signals\":{\"A\":[\"a\"],\"AA\":[\"b\"],\"AAA\":[\"c\"]},"              \
    "\"pos\":{\"A\":[\"z\"]}}}"
#define STARTED "2030-02-01T12:00:00Z"
#define EXPIRES "2030-07-31T12:00:00Z"
#define NOW_MS  INT64_C(1896350400000) /* 2030-02-03T12:00:00Z */

#define VERDICT_OF(id, verdict, place, more)                                   \
    "{\"type\":\"verdict\",\"id\":\"" id "\",\"profile\":\"signals\","         \
    "\"verdict\":\"" verdict "\",\"seen\":\"so\",\"place\":" place more "}\n"
#define VERDICT_A VERDICT_OF("a", "pass", "0", "")
#define VERDICT_B VERDICT_OF("b", "pass", "1", "")
#define VERDICT_C VERDICT_OF("c", "not-applicable", "2", "")
#define COUNTS_ARE(pass, fail, unsure, not_asked, exit, more)                  \
    "{\"type\":\"end\",\"counts\":{\"pass\":" pass ",\"fail\":" fail           \
    ",\"inconclusive\":" unsure ",\"not_applicable\":" not_asked               \
    "},\"exit\":" exit more "}\n"

/* What is NULL is as in a run that can be certified. */
struct scene {
    const char *selection; /* {"only":…,…} */
    const char *criteria;  /* of the plan */
    const char *tree;
    const char *adapter;
    const char *doors; /* of its target: ",…" */
    const char *more;  /* of its plan: "…," */
    const char *a, *b, *c, *end;
};

static inline const char *or_else(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

/* The stream of a scene. */
static inline void write_stream(const struct scene *scene, struct buffer *into)
{
    buffer_printf(
        into,
        "{\"type\":\"plan\",\"schema\":2,\"tool\":{\"name\":\"wsconform\","
        "\"version\":\"9\",\"commit\":\"c0ffee\",\"tree\":\"%s\"},"
        "\"profile\":\"signals\",\"targets\":[{\"profile\":\"signals\","
        "\"target\":\"mine\",\"url\":\"ws://h/"
        "\",\"manifest_sha256\":\"ab\"%s}],"
        "%s\"adapter\":\"%s\",\"seed\":\"7\",\"started\":\"" STARTED "\","
        "\"selection\":%s,\"catalogue_sha256\":\"0123456789abcdef0123456789"
        "abcdef0123456789abcdef0123456789abcdef\",\"catalogue_criteria\":3,"
        "\"profile_criteria\":3,\"criteria\":%s}\n",
        or_else(scene->tree, "clean"), or_else(scene->doors, ""),
        or_else(scene->more, ""), or_else(scene->adapter, "net"),
        or_else(scene->selection,
                "{\"only\":\"\",\"level\":\"\",\"shard\":1,\"shards\":1,"
                "\"max_wait_ms\":-1,\"repeat\":1}"),
        or_else(scene->criteria, "3"));
    buffer_printf(into, "%s%s%s%s", or_else(scene->a, VERDICT_A),
                  or_else(scene->b, VERDICT_B), or_else(scene->c, VERDICT_C),
                  or_else(scene->end, COUNTS_ARE("2", "0", "0", "1", "0", "")));
}

/* With the one set, and these errata. */
static inline struct book *small_book(const char *errata)
{
    struct book *book = book_new();

    ck_assert_ptr_nonnull(book);
    ck_assert_int_eq(book_add_set(book, bytes_of_string(SET_2030_1)),
                     FAULT_NONE);
    if (errata != NULL)
        ck_assert_int_eq(book_add_errata(book, bytes_of_string(errata)),
                         FAULT_NONE);
    return book;
}

static inline enum fault try_scene(const struct scene *scene,
                                   struct record *record)
{
    struct buffer stream;
    enum fault fault;

    buffer_init(&stream, 1024 * 1024);
    write_stream(scene, &stream);
    record_init(record);
    fault = record_read(record, buffer_view(&stream));
    buffer_deinit(&stream);
    return fault;
}

/* Of a stream that nobody reads, what is claimed is that of another. */
static inline void read_scene(const struct scene *scene, struct record *record)
{
    struct scene other = *scene;

    if (try_scene(scene, record) == FAULT_NONE)
        return;
    record_deinit(record);
    other.b = NULL;
    ck_assert_msg(try_scene(&other, record) == FAULT_NONE, "%s",
                  fault_reason());
}

static inline void claim_scene(const struct scene *scene, struct record *record,
                               const struct book *book, struct claim *claim)
{
    read_scene(scene, record);
    *claim = (struct claim){ .record = record,
                             .book = book,
                             .set = book_set(book, NULL),
                             .level = LEVEL_AAA,
                             .issued = STARTED,
                             .expires = EXPIRES };
}

/* Two keys, and nothing left of them on disk. */
static inline struct seal *fresh_seal(void)
{
    char path[] = "/tmp/wsconform-seal-XXXXXX";
    char beside[sizeof(path) + 4];
    char id[SEAL_ID_BYTES];
    int file = mkstemp(path);

    ck_assert_int_ge(file, 0);
    close(file);
    unlink(path);
    ck_assert_int_eq(seal_make(path, id), FAULT_NONE);
    struct seal *seal = seal_open_private(path);
    snprintf(beside, sizeof(beside), "%s.pub", path);
    unlink(path);
    unlink(beside);
    ck_assert_ptr_nonnull(seal);
    return seal;
}

/* Signs what stands in the folder; the certificate is put into it. */
static inline void seal_folder(struct folder *folder,
                               const struct cJSON *predicate,
                               struct seal *const *seals, size_t count)
{
    struct envelope envelope;
    struct buffer text;

    envelope_init(&envelope);
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    ck_assert_int_eq(statement_write(folder, predicate, &envelope.payload),
                     FAULT_NONE);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(envelope_sign(&envelope, seals[i]), FAULT_NONE);
    ck_assert_int_eq(envelope_write(&envelope, &text), FAULT_NONE);
    ck_assert_int_eq(folder_add(folder, FOLDER_CERTIFICATE, buffer_view(&text)),
                     FAULT_NONE);
    buffer_deinit(&text);
    envelope_deinit(&envelope);
}

/* A stream and one report. */
static inline void fill_folder(struct folder *folder, const struct scene *scene)
{
    struct buffer stream;

    buffer_init(&stream, 1024 * 1024);
    write_stream(scene, &stream);
    folder_init(folder);
    ck_assert_int_eq(folder_add(folder, FOLDER_STREAM, buffer_view(&stream)),
                     FAULT_NONE);
    ck_assert_int_eq(
        folder_add(folder, "report.txt", bytes_of_string("all is well\n")),
        FAULT_NONE);
    buffer_deinit(&stream);
}

#endif
