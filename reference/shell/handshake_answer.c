/* The two answers to an opening handshake: the 101, and an HTTP refusal that
 * says nothing beyond its status. */
#include "shell/handshake.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* RFC 6455 4.2.2: base64 of the SHA-1 of the key and this text. */
static bool write_accept_key(const char *key, char into[ACCEPT_KEY_SIZE])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char together[24 + sizeof(guid)];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    memcpy(together, key, 24);
    memcpy(together + 24, guid, sizeof(guid));
    if (EVP_Digest(together, sizeof(together) - 1, digest, &length, EVP_sha1(),
                   NULL) != 1)
        return false;
    return EVP_EncodeBlock((unsigned char *)into, digest, (int)length) == 28;
}

static bool is_token(const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i < length; i++)
        if (!is_token_character(word[i]))
            return false;
    return length > 0 && length <= SUBPROTOCOL_BYTES_MAX;
}

size_t handshake_write_accept(const struct handshake *handshake,
                              const char *subprotocol, char into[ANSWER_SIZE])
{
    char accept[ACCEPT_KEY_SIZE];
    char extensions[DEFLATE_ANSWER_SIZE] = "";
    size_t length;
    size_t count;
    const char *key =
        handshake_line(handshake, "Sec-WebSocket-Key", &length, &count);

    if (key == NULL || !write_accept_key(key, accept) ||
        (subprotocol != NULL && !is_token(subprotocol)))
        return 0;
    if (handshake->deflate.window_bits != 0)
        deflate_write_answer(&handshake->deflate, extensions);
    return (size_t)snprintf(
        into, ANSWER_SIZE,
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n"
        "%s%s%s"
        "%s%s%s"
        "\r\n",
        accept, subprotocol == NULL ? "" : "Sec-WebSocket-Protocol: ",
        subprotocol == NULL ? "" : subprotocol,
        subprotocol == NULL ? "" : "\r\n",
        extensions[0] == 0 ? "" : "Sec-WebSocket-Extensions: ", extensions,
        extensions[0] == 0 ? "" : "\r\n");
}

struct phrase {
    int status;
    const char *says;
    const char *lines; /* that RFC 9110 asks for with this status */
};

static const struct phrase phrases[] = {
    { 400, "Bad Request", "" },
    { 401, "Unauthorized", "" },
    { 403, "Forbidden", "" },
    { 404, "Not Found", "" },
    { 405, "Method Not Allowed", "Allow: GET\r\n" },
    { 408, "Request Timeout", "" },
    { 414, "URI Too Long", "" },
    { 426, "Upgrade Required",
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" },
    { 429, "Too Many Requests", "" },
    { 431, "Request Header Fields Too Large", "" },
    { 500, "Internal Server Error", "" },
    { 503, "Service Unavailable", "" },
    { 505, "HTTP Version Not Supported", "" },
};

static struct phrase phrase_of(int status)
{
    for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
        if (phrases[i].status == status)
            return phrases[i];
    return (struct phrase){ status, "Refused", "" };
}

size_t handshake_write_refusal(int status, char into[ANSWER_SIZE])
{
    struct phrase phrase = phrase_of(status);

    return (size_t)snprintf(into, ANSWER_SIZE,
                            "HTTP/1.1 %d %s\r\n"
                            "%s"
                            "Connection: %s\r\n"
                            "Content-Length: 0\r\n"
                            "\r\n",
                            phrase.status, phrase.says, phrase.lines,
                            status == 426 ? "Upgrade, close" : "close");
}
