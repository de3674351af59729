/* Base64, by OpenSSL; whether it is any, is for us to say. */
#include "base/base64.h"
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static size_t padding_of(const char *text, size_t length)
{
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    return padding;
}

bool is_base64(const char *text)
{
    size_t length = strlen(text);

    return length % 4 == 0 &&
           strspn(text, alphabet) + padding_of(text, length) == length;
}

enum fault base64_decode(const char *text, struct buffer *into)
{
    size_t length = strlen(text);
    unsigned char *bytes = malloc(length / 4 * 3 + 1);
    enum fault fault = FAULT_MEMORY;
    int size = -1;

    if (bytes != NULL && length < INT_MAX)
        size = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    if (size >= 0)
        fault =
            buffer_add(into, bytes, (size_t)size - padding_of(text, length));
    free(bytes);
    return fault;
}

enum fault base64_encode(struct bytes bytes, struct buffer *into)
{
    unsigned char *text = malloc(bytes.length / 3 * 4 + 5);
    enum fault fault = FAULT_MEMORY;

    if (text != NULL && bytes.length < INT_MAX / 2) {
        int size = EVP_EncodeBlock(text, bytes.at, (int)bytes.length);
        fault = buffer_add(into, text, (size_t)size);
    }
    free(text);
    return fault;
}
