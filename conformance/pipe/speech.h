/* Lines to the child: JSON, one object each. A text that JSON cannot carry
 * without doubt travels as base64. */
#ifndef PIPE_SPEECH_H
#define PIPE_SPEECH_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

struct speech {
    struct buffer text;
    enum fault fault; /* the first; what follows is lost */
};

void speech_init(struct speech *speech); /* pair: deinit */
void speech_deinit(struct speech *speech);

/* {"do":"settle" … and what follows up to speech_end, which adds the '\n'. */
void speech_begin(struct speech *speech, const char *verb);
void speech_end(struct speech *speech);

void speech_number(struct speech *speech, const char *name, int64_t number);
void speech_flag(struct speech *speech, const char *name, bool flag);
/* FAULT_PROTOCOL for a text that is no UTF-8. NULL is "". */
void speech_text(struct speech *speech, const char *name, const char *text);
void speech_base64(struct speech *speech, const char *name, struct bytes bytes);
/* `data`, or `base64` where it holds U+0000 or is no UTF-8. */
void speech_content(struct speech *speech, struct bytes bytes);
/* JSON as it is. */
void speech_json(struct speech *speech, const char *name, const char *json);
/* One string alone, for lists. */
void speech_string(struct speech *speech, struct bytes text);
void speech_raw(struct speech *speech, const char *json);

bool is_utf8(struct bytes bytes);

#endif
