/* Writes lines to the child. */
#include "pipe/speech.h"
#include "net/utf8.h"
#include "base/base64.h"

enum { SPEECH_BYTES_MAX = 64 * 1024 * 1024 };

void speech_init(struct speech *speech)
{
    buffer_init(&speech->text, SPEECH_BYTES_MAX);
    speech->fault = FAULT_NONE;
}

void speech_deinit(struct speech *speech)
{
    buffer_deinit(&speech->text);
}

static void add(struct speech *speech, const void *at, size_t length)
{
    enum fault fault = buffer_add(&speech->text, at, length);

    if (fault != FAULT_NONE && speech->fault == FAULT_NONE)
        speech->fault =
            fault_say(fault, "a line to the child: %s", fault_text(fault));
}

void speech_raw(struct speech *speech, const char *json)
{
    add(speech, json, strlen(json));
}

bool is_utf8(struct bytes bytes)
{
    struct utf8 utf8 = { 0 };

    return utf8_feed(&utf8, bytes) && utf8_is_whole(&utf8);
}

static bool is_plain(unsigned char byte)
{
    return byte >= ' ' && byte != '"' && byte != '\\';
}

static void add_escaped(struct speech *speech, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = {
        '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]
    };
    const char pair[] = { '\\', (char)byte };

    if (byte < ' ')
        add(speech, escape, sizeof(escape));
    else
        add(speech, pair, sizeof(pair));
}

void speech_string(struct speech *speech, struct bytes text)
{
    size_t i = 0;

    if (!is_utf8(text) && speech->fault == FAULT_NONE)
        speech->fault = fault_say(FAULT_PROTOCOL,
                                  "a text that is no UTF-8 has no place in a "
                                  "line to the child");
    add(speech, "\"", 1);
    while (i < text.length) {
        size_t from = i;
        while (i < text.length && is_plain(text.at[i]))
            i++;
        add(speech, text.at + from, i - from);
        if (i < text.length)
            add_escaped(speech, text.at[i++]);
    }
    add(speech, "\"", 1);
}

static void name_member(struct speech *speech, const char *name)
{
    speech_raw(speech, ",\"");
    speech_raw(speech, name);
    speech_raw(speech, "\":");
}

void speech_begin(struct speech *speech, const char *verb)
{
    speech_raw(speech, "{\"do\":\"");
    speech_raw(speech, verb);
    speech_raw(speech, "\"");
}

void speech_end(struct speech *speech)
{
    speech_raw(speech, "}\n");
}

void speech_number(struct speech *speech, const char *name, int64_t number)
{
    name_member(speech, name);
    buffer_printf(&speech->text, "%lld", (long long)number);
}

void speech_flag(struct speech *speech, const char *name, bool flag)
{
    speech_json(speech, name, flag ? "true" : "false");
}

void speech_text(struct speech *speech, const char *name, const char *text)
{
    name_member(speech, name);
    speech_string(speech, bytes_of_string(text == NULL ? "" : text));
}

void speech_json(struct speech *speech, const char *name, const char *json)
{
    name_member(speech, name);
    speech_raw(speech, json);
}

void speech_base64(struct speech *speech, const char *name, struct bytes bytes)
{
    name_member(speech, name);
    speech_raw(speech, "\"");
    if (base64_encode(bytes, &speech->text) != FAULT_NONE &&
        speech->fault == FAULT_NONE)
        speech->fault = fault_say(FAULT_MEMORY, "a line to the child");
    speech_raw(speech, "\"");
}

void speech_content(struct speech *speech, struct bytes bytes)
{
    bool has_nul =
        bytes.length > 0 && memchr(bytes.at, 0, bytes.length) != NULL;

    if (has_nul || !is_utf8(bytes)) {
        speech_base64(speech, "base64", bytes);
        return;
    }
    name_member(speech, "data");
    speech_string(speech, bytes);
}
