/* A DSSE envelope. */
#include "certificate/envelope.h"
#include "certificate/strict.h"
#include "base/base64.h"
#include "run/record.h"
#include <cJSON.h>

void envelope_init(struct envelope *envelope)
{
    memset(envelope, 0, sizeof(*envelope));
    buffer_init(&envelope->payload, ENVELOPE_BYTES_MAX);
}

void envelope_deinit(struct envelope *envelope)
{
    buffer_deinit(&envelope->payload);
    memset(envelope, 0, sizeof(*envelope));
}

/* --- Reading -------------------------------------------------------------- */

static enum fault refuse(const char *why)
{
    return fault_say(FAULT_PROTOCOL, "the envelope %s", why);
}

/* Base64 has spellings that stand for the same bytes; one of them counts. */
static bool decode(const char *text, struct buffer *into)
{
    struct buffer back;

    buffer_init(&back, ENVELOPE_BYTES_MAX);
    bool is_good = text[0] != 0 && is_base64(text) &&
                   base64_decode(text, into) == FAULT_NONE &&
                   base64_encode(buffer_view(into), &back) == FAULT_NONE &&
                   strcmp(buffer_string(&back), text) == 0;
    buffer_deinit(&back);
    return is_good;
}

static const struct cJSON *member(const struct cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static enum fault take_id(struct signature *into, const struct cJSON *id)
{
    const char *text = id == NULL ? "" : cJSON_GetStringValue(id);
    size_t length = text == NULL ? sizeof(into->id) : strlen(text);

    if (length >= sizeof(into->id) ||
        strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"
                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ._:+/=-") != length)
        return refuse("has a keyid that is none of ours");
    memcpy(into->id, text, length + 1);
    return FAULT_NONE;
}

static enum fault take_signature(struct envelope *envelope,
                                 const struct cJSON *from)
{
    static const char *const names[] = { "keyid", "sig" };
    struct signature *into = &envelope->signatures[envelope->count];
    struct buffer bytes;

    if (!strict_members(from, names, COUNT(names)))
        return refuse("has a signature with more than keyid and sig");
    enum fault fault = take_id(into, member(from, "keyid"));
    if (fault != FAULT_NONE)
        return fault;
    buffer_init(&bytes, ENVELOPE_BYTES_MAX);
    bool is_good = decode(member_text(from, "sig"), &bytes) &&
                   bytes.length == sizeof(into->at);
    if (is_good)
        memcpy(into->at, bytes.at, sizeof(into->at));
    buffer_deinit(&bytes);
    envelope->count += is_good;
    return is_good ? FAULT_NONE
                   : refuse("has a signature that is not 64 bytes in base64");
}

static bool has_id(const struct envelope *envelope, const char *id,
                   size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (id[0] != 0 && strcmp(envelope->signatures[i].id, id) == 0)
            return true;
    return false;
}

static enum fault take_signatures(struct envelope *envelope,
                                  const struct cJSON *from)
{
    const struct cJSON *one;
    enum fault fault = FAULT_NONE;

    if (!cJSON_IsArray(from) || cJSON_GetArraySize(from) == 0)
        return refuse("has no signature");
    if (cJSON_GetArraySize(from) > ENVELOPE_SIGNATURES_MAX)
        return refuse("has more than 8 signatures");
    cJSON_ArrayForEach(one, from)
    {
        if (fault == FAULT_NONE)
            fault = take_signature(envelope, one);
    }
    for (size_t i = 1; i < envelope->count && fault == FAULT_NONE; i++)
        if (has_id(envelope, envelope->signatures[i].id, i))
            fault = refuse("has two signatures of one key");
    return fault;
}

static enum fault take(struct envelope *envelope, const struct cJSON *from)
{
    static const char *const names[] = { "payloadType", "payload",
                                         "signatures" };

    if (!strict_members(from, names, COUNT(names)))
        return refuse("has a member besides payloadType, payload and "
                      "signatures");
    if (strcmp(member_text(from, "payloadType"), ENVELOPE_TYPE) != 0)
        return refuse("holds something else than " ENVELOPE_TYPE);
    if (!decode(member_text(from, "payload"), &envelope->payload))
        return refuse("has no payload in base64");
    return take_signatures(envelope, member(from, "signatures"));
}

enum fault envelope_read(struct envelope *envelope, struct bytes text)
{
    if (text.length > ENVELOPE_BYTES_MAX)
        return refuse("is larger than 8 MiB");
    struct cJSON *from = strict_object("the envelope", text);
    enum fault fault = from == NULL ? FAULT_PROTOCOL : take(envelope, from);

    cJSON_Delete(from);
    return fault;
}

/* --- Writing -------------------------------------------------------------- */

enum fault envelope_write(const struct envelope *envelope, struct buffer *into)
{
    enum fault fault = buffer_add_string(
        into, "{\"payloadType\":\"" ENVELOPE_TYPE "\",\"payload\":\"");

    if (fault == FAULT_NONE)
        fault = base64_encode(buffer_view(&envelope->payload), into);
    for (size_t i = 0; i < envelope->count && fault == FAULT_NONE; i++) {
        const struct signature *one = &envelope->signatures[i];
        buffer_printf(into, "%s{\"keyid\":\"%s\",\"sig\":\"",
                      i == 0 ? "\",\"signatures\":[" : ",", one->id);
        fault = base64_encode(bytes_of(one->at, sizeof(one->at)), into);
        if (fault == FAULT_NONE)
            fault = buffer_add_string(into, "\"}");
    }
    return fault == FAULT_NONE ? buffer_add_string(into, "]}") : fault;
}

/* --- Signatures ----------------------------------------------------------- */

enum fault envelope_signed_text(const char *type, struct bytes payload,
                                struct buffer *into)
{
    enum fault fault = buffer_printf(into, "DSSEv1 %zu %s %zu ", strlen(type),
                                     type, payload.length);

    return fault == FAULT_NONE ? buffer_add(into, payload.at, payload.length)
                               : fault;
}

enum fault envelope_sign(struct envelope *envelope, const struct seal *seal)
{
    struct signature *into = &envelope->signatures[envelope->count];
    struct buffer text;

    if (envelope->count == ENVELOPE_SIGNATURES_MAX)
        return fault_say(FAULT_KEY, "a certificate has room for %d signatures",
                         ENVELOPE_SIGNATURES_MAX);
    if (has_id(envelope, seal_id(seal), envelope->count))
        return fault_say(FAULT_KEY, "key %s has signed already", seal_id(seal));
    buffer_init(&text, ENVELOPE_BYTES_MAX + 256);
    enum fault fault = envelope_signed_text(
        ENVELOPE_TYPE, buffer_view(&envelope->payload), &text);
    if (fault == FAULT_NONE)
        fault = seal_sign(seal, buffer_view(&text), into->at);
    buffer_deinit(&text);
    if (fault == FAULT_NONE) {
        memcpy(into->id, seal_id(seal), sizeof(into->id));
        envelope->count++;
    }
    return fault;
}

enum signing envelope_signing(const struct envelope *envelope,
                              const struct seal *seal)
{
    enum signing found = SIGNATURE_ABSENT;
    struct buffer text;

    buffer_init(&text, ENVELOPE_BYTES_MAX + 256);
    if (envelope_signed_text(ENVELOPE_TYPE, buffer_view(&envelope->payload),
                             &text) != FAULT_NONE)
        found = SIGNATURE_BROKEN;
    for (size_t i = 0; i < envelope->count && found != SIGNATURE_BROKEN; i++) {
        const struct signature *one = &envelope->signatures[i];
        bool names_it = strcmp(one->id, seal_id(seal)) == 0;
        if (!names_it && one->id[0] != 0)
            continue;
        if (seal_holds(seal, buffer_view(&text), one->at))
            found = SIGNATURE_HOLDS;
        else if (names_it)
            found = SIGNATURE_BROKEN;
    }
    buffer_deinit(&text);
    return found;
}
