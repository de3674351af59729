/* The reading of manifests from the inside, for the files of this folder
 * alone.
 *
 *     text --comments--> blanked --scan--> strict JSON --cJSON--> tree
 *     tree --check--> a layer without mistakes
 *     layers (overlay, file, what it extends, …) --merge--> effective tree
 *     effective tree --build--> struct manifest
 *
 * Mistakes are collected on the way, each told in terms of the layer in which
 * it was made. */
#ifndef MANIFEST_INTERNAL_H
#define MANIFEST_INTERNAL_H

#include "base/buffer.h"
#include "base/nearest.h"
#include "manifest/manifest.h"
#include "manifest/scan.h"
#include <cJSON.h>
#include <sys/types.h>

enum limits_of_readings {
    MISTAKES_MAX = 20,
    NUMBER_BYTES_MAX = 32, /* cJSON reads no more than 63 */
    SHOWN_BYTES_MAX = 80,  /* of a name or value in an error */
    FOUND_BYTES = 256,     /* of what is found, or expected, in words */
    RULE_NAMES_MAX = 80,   /* members of one object */
    RSA_BITS_MIN = 2048,   /* RFC 7518 3.3 */
    KEY_FILE_BYTES_MAX = 64 * 1024,
    FILLED_BYTES_MAX = 4 * 1024 * 1024, /* of one filled template */
    /* and the file, the overlay, and what a profile extends */
    LAYERS_MAX = MANIFEST_EXTENDS_MAX + 3,
};

/* The way from a tree's root to a node: which child at each step. */
struct trail {
    unsigned depth;
    unsigned step[MANIFEST_DEPTH_MAX];
};

/* One of the texts that a manifest is made of. */
struct layer {
    char *name;         /* in errors: a file, "profile signals", … */
    char *folder;       /* its relative paths begin here */
    struct buffer text; /* its comments blanked; empty: it has no lines */
    cJSON *tree;
    bool is_overlay;
    bool is_built_in;
    dev_t device; /* both 0 where it is no file */
    ino_t inode;
};

/* All zero but for `errors` to begin with. */
struct reading {
    struct buffer *errors;
    unsigned mistakes;
    struct layer layers[LAYERS_MAX]; /* the first overrides the second, … */
    size_t count;
};

/* --- mistake.c ------------------------------------------------------------ */

/* Adds "name:line: $.path: found <found>, expected <expected>". Beyond
 * MISTAKES_MAX they are counted and not told. */
void mistake_add(struct reading *reading, const struct layer *layer,
                 const struct trail *trail, const char *found,
                 const char *expected);
/* The same where the line is known and there is no tree yet. */
void mistake_at_line(struct reading *reading, const struct layer *layer,
                     unsigned line, const char *found, const char *expected);
void mistake_no_memory(struct reading *reading);

/* A value in words: `"text"`, `42`, `an object`, …; of a secret one its type
 * alone. */
void describe_value(const cJSON *value, bool is_secret, char into[FOUND_BYTES]);

/* --- trail.c -------------------------------------------------------------- */

/* The trail to child number `step`; at MANIFEST_DEPTH_MAX the trail itself. */
struct trail trail_down(const struct trail *trail, unsigned step);
/* The member of this name. NULL: absent, and the trail is as it was. */
cJSON *trail_member(const cJSON *object, const char *name, struct trail *trail);
/* Follows a path like "hooks.publish" or "setup[1].url". NULL: absent, and the
 * trail leads to the nearest that there is. */
cJSON *trail_find(const cJSON *tree, const char *path, struct trail *trail);
/* Appends "$.credential.keys[0].alg". */
void trail_write(const cJSON *tree, const struct trail *trail,
                 struct buffer *into);
/* Appends at most SHOWN_BYTES_MAX bytes of a text, between quotes. */
void quote_write(const char *text, struct buffer *into);

/* --- comments.c, scan.c --------------------------------------------------- */

/* Makes blanks of a byte order mark and of comments outside strings; every
 * line keeps its number. Returns 0, or the line where a comment begins that
 * does not end. */
unsigned comments_blank(unsigned char *at, size_t length);

/* The line of a node in a text without flaw: that of its name, where it has
 * one. */
unsigned scan_line(struct bytes text, const struct trail *trail);
/* Where a node's value begins and ends; false: there is none. */
bool scan_span(struct bytes text, const struct trail *trail, size_t *from,
               size_t *to);

/* --- schema.c ------------------------------------------------------------- */

enum kind {
    KIND_OBJECT,
    KIND_ARRAY,
    KIND_STRING,
    KIND_INTEGER,
    KIND_BOOLEAN,
    KIND_TEMPLATE, /* an object of the target's own making, or an event: an
                      array that begins with its name; or a text */
};

enum rule_flags {
    OPEN = 1 << 0,     /* its value may be shown in an error */
    REQUIRED = 1 << 1, /* in every object of its kind */
    BASE = 1 << 2,     /* required in a built-in profile */
    WHOLE = 1 << 3,    /* is one value: replaced, not merged */
    PLAIN = 1 << 4,    /* a template that is no message: always an object */
    TEXT = 1 << 5,     /* a template that is a text where messages are texts */
    PATTERN = 1 << 6, /* of what is received: it may have {any}, and matchers */
    LATE = 1 << 7,    /* its variables are looked at when all is read */
};

/* Looks closer at a value of the right kind and range. NULL: it is good; else
 * what is found instead of what the rule expects, LOOK_SHOW for the value
 * itself. */
#define LOOK_SHOW ""
typedef const char *closer_look(const cJSON *value);

/* One row of schema.def. */
struct rule {
    const char *path; /* "endpoint.timezones.*", "credential.keys[]" */
    enum kind kind;
    long min; /* of an integer; else of bytes, elements or members */
    long max; /* 0: no ceiling but the text's own */
    unsigned flags;
    closer_look *look;
    const char *like;     /* of an object: where the rules of its members
                             stand, if not below its own path; of a template
                             or a text: its variables */
    const char *expected; /* NULL: as kind and range say */
};

const struct rule *rule_of_root(void);
const struct rule *rule_of_baseline(void); /* the root of such a file */
/* NULL: there is no such member. */
const struct rule *rule_of_member(const struct rule *parent, const char *name);
const struct rule *rule_of_element(const struct rule *parent);
/* The names of all members, NULL-ended. */
void rule_names(const struct rule *parent,
                const char *names[RULE_NAMES_MAX + 1]);
/* All of them, in the order of schema.def. */
const struct rule *rule_at(size_t index); /* NULL behind the last */
/* What a rule expects, in words. */
void rule_expected(const struct rule *rule, char into[FOUND_BYTES]);

/* look.c: the closer looks of schema.def. */
closer_look look_expression, look_end, look_denial, look_pings, look_rejection;
closer_look look_url, look_plain_url, look_path, look_proxy, look_query_name,
    look_token, look_header_value, look_true, look_line, look_headers, look_alg,
    look_carrier, look_close, look_outcome, look_refusal, look_vars,
    look_claims, look_signal, look_publish, look_authenticate, look_identity,
    look_set_status, look_get_order, look_order, look_room, look_codec,
    look_frame, look_ends, look_deviation, look_namespace, look_event,
    look_set_presence, look_presence, look_coming, look_timeout_status,
    look_origin_policy, look_enforcement, look_saves, look_capture,
    look_pointer, look_regex, look_alice, look_day, look_frames, look_layout,
    look_hex, look_member;

/* Letters, digits and _, no digit first. */
bool is_variable_name(const char *name);

/* draft.c: a value on one line, with blanks as a person sets them. */
void value_write(const cJSON *value, struct buffer *into);

/* --- check.c, duplicates.c ------------------------------------------------ */

/* Every mistake that a layer shows by itself. */
void check_layer(struct reading *reading, const struct layer *layer);
/* The same of a tree that follows the rules below another root. */
void check_tree(struct reading *reading, const struct layer *layer,
                const struct rule *root);
/* The first {name} of a text that the space-separated `names` do not name, in
 * words; false: there is none. */
bool foreign_variable(const char *text, const char *names,
                      char into[FOUND_BYTES]);
/* "{text} or {tenant}"; "none", where there are no names. */
void write_variables(const char *names, char into[FOUND_BYTES]);
/* Every name that an object of the layer has twice. */
void check_duplicates(struct reading *reading, const struct layer *layer);

/* --- layers.c, merge.c, file.c -------------------------------------------- */

/* Where the first layer comes from. */
struct origin {
    const char *source;       /* a path, "signals", or a name in errors */
    const struct bytes *text; /* NULL: read from the path */
    bool is_built_in;
};

/* Reads the overlay (may be NULL), the first layer and all that it extends. */
void layers_read(struct reading *reading, const struct origin *origin,
                 const cJSON *overlay);
void layers_free(struct reading *reading);
/* A layer without text; its folder is where its relative paths begin. NULL
 * without memory. */
struct layer *layer_push(struct reading *reading, const char *name,
                         const char *folder);
/* From its text to its tree; false: that is no JSON, which has been told. */
bool layer_parse(struct reading *reading, struct layer *layer);
/* The layer whose word counts for this path, and the trail there in it; the
 * file itself where no layer says anything. Never NULL. */
const struct layer *layers_origin(const struct reading *reading,
                                  const char *path, struct trail *trail);

/* The effective tree; cJSON_Delete() it. NULL without memory. */
cJSON *layers_merge(const struct reading *reading);

/* Reads a regular file of at most `max` bytes. Returns NULL, or why not (a
 * text until the next call); device and inode may be NULL. */
const char *file_load(const char *path, size_t max, struct buffer *into,
                      dev_t *device, ino_t *inode);
/* Both: free() it. "." where there is no slash. */
char *path_folder(const char *path);
char *path_join(const char *folder, const char *path);

/* --- texts.c, template.c -------------------------------------------------- */

/* What a manifest owns beside its tree. */
struct texts *texts_new(void);
void texts_free(struct texts *texts); /* NULL is fine */
/* Takes what malloc gave and returns it; NULL, and it is freed, without
 * memory. */
void *texts_keep(struct texts *texts, void *at);

/* --- matchers.c ----------------------------------------------------------- */

/* What is wrong with {"$regex": …} or its like; NULL: nothing. `expected` is
 * filled, `found` may be. */
const char *matcher_mistake(const cJSON *matcher, char found[FOUND_BYTES],
                            char expected[FOUND_BYTES]);
/* "a pattern that matches everything"; "a pattern that matches" where it does
 * the `other` (a template or a pattern, may be NULL) as well; else NULL. */
const char *pattern_mistake(const cJSON *pattern, const cJSON *other);

/* --- build.c, keys.c, hook.c, offers.c ----------------------------------- */

struct vars {
    struct pair *pairs;  /* NULL-named at the end */
    struct buffer names; /* of these and of what a set-up saves, a space
                            behind each */
};

struct building {
    struct reading *reading;
    struct manifest *manifest;
    struct vars vars;
};

/* --- vars.c --------------------------------------------------------------- */

/* False without memory; free it in any case. */
bool vars_read(const cJSON *tree, struct vars *vars);
void vars_free(struct vars *vars);
/* The text that stands at this path (NULL: none) with the manifest's variables
 * in their places, and a mistake where it has others than those and the
 * space-separated `variables`. */
const char *build_text(struct building *building, const char *path,
                       const char *variables, const char *text);

/* --- hook.c --------------------------------------------------------------- */

struct hook_form {
    const char *path;
    const char *variables; /* that it is called with, space-separated */
    bool must_mention;     /* is it of no use without them? */
};
/* `base`: put before a URL that begins with a slash; NULL: none may. */
void build_hook(struct building *building, const struct hook_form *form,
                const char *base, struct hook *into);

/* --- build_….c ------------------------------------------------------------ */

/* Fills the manifest from its tree, which the checks have passed. */
void build_manifest(struct building *building);
void build_keys(struct building *building);
void build_credential(struct building *building);
/* The set-up, where credentials come from, and the users and resources that
 * there are. */
void build_source(struct building *building);
/* The steps that stand at this path; `base` as that of a hook. `variables`:
 * that are known before the first; those that are saved are added. */
void build_steps(struct building *building, const char *path, const char *base,
                 struct buffer *variables, struct steps *into);
/* Behind endpoint.url and its nodes. */
void build_doors(struct building *building);
/* What goes with every handshake. */
void build_greeting(struct building *building);
/* Before all else: the form of messages. */
void build_codec(struct building *building);
void build_hooks(struct building *building);
void build_rooms(struct building *building);
void build_presence(struct building *building);
void build_history(struct building *building);
void build_bounds(struct building *building);
void build_refusals(struct building *building);
/* Behind the vocabulary and the refusals. */
void build_dialogue(struct building *building);
/* Where the outcomes of each cause stand: "refusals.missing", … */
extern const char *const cause_paths[CAUSES];
extern const char *const denial_paths[DENIALS];
/* Behind all else: what is claimed, and a mistake for each thing that a claim
 * lacks. */
void build_offers(struct building *building);
/* What the effective tree has at a path, or NULL. */
cJSON *build_at(const struct building *building, const char *path);
/* Keeps a text; counts a mistake when there is no memory for it. */
const char *build_keep(struct building *building, char *text);
/* A mistake at a path, in the layer whose word counts there; where that is a
 * profile's, in the manifest that extends it. */
void build_mistake(struct building *building, const char *path,
                   const char *found, const char *expected);

#endif
