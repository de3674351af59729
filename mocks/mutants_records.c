/* Mutants that write down too much, too little, or what a stranger dictates. */
#include "mutants.h"
#include "mutants_common.h"
#include <stdio.h>
#include <stdlib.h>

/* Past the journal and its mask, as a library's own logger would. */
static void log_raw(struct core *core, const char *line)
{
    core->port.log(core->port.self, line);
}

void logs_the_request_line_as_it_came(struct core *core,
                                      struct connection *stranger,
                                      const struct request *request)
{
    char line[QUERY_BYTES_MAX + PATH_BYTES_MAX];

    snprintf(line, sizeof(line), "INFO %s - \"WebSocket %.*s?%.*s\" [accepted]",
             stranger->peer, (int)request->path.length, request->path.at,
             (int)request->query.length, request->query.at);
    log_raw(core, line);
    secure_admit(core, stranger, request);
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

void logs_the_token_with_the_decoder_error(struct core *core,
                                           struct connection *stranger,
                                           enum refusal_cause cause,
                                           enum token_fault fault,
                                           struct text token)
{
    char line[TOKEN_BYTES_MAX + 64];
    int length = snprintf(line, sizeof(line), "JWTError: %s in %.*s",
                          token_fault_name(fault), (int)token.length, token.at);

    for (int i = 0; i < length && i < (int)sizeof(line); i++)
        if (is_control(line[i]) && line[i] != 0)
            line[i] = '?';
    log_raw(core, line);
    secure_turn_away(core, stranger, cause, fault, token);
}

void logs_no_requests(const struct request *request, char *into, size_t size)
{
    (void)request;
    copy_text(into, size, "a connection");
}

void writes_log_lines_as_they_come(const char *line, char *into, size_t size)
{
    copy_text(into, size, line);
}

/* line.replace("\r", …).replace("\n", …), and every other character that was
 * made harmless is as it came. */
void escapes_line_breaks_alone(const char *line, char *into, size_t size)
{
    char *to = into;
    const char *at = into;

    secure_clean_line(line, into, size);
    for (; size > 0 && *at != 0; to++) {
        char digits[3] = "";
        long byte = 0;

        if (at[0] == '\\' && at[1] == 'x') {
            copy_text(digits, sizeof(digits), at + 2);
            byte = strtol(digits, NULL, 16);
        }
        bool is_kept = byte == 0 || byte == '\r' || byte == '\n';
        *to = is_kept ? *at : (char)byte;
        at += is_kept ? 1 : strlen("\\x00");
    }
    if (size > 0)
        *to = 0;
}

void audits_nothing(struct core *core, const struct connection *stranger,
                    enum refusal_cause cause, enum token_fault fault)
{
    (void)core, (void)stranger, (void)cause, (void)fault;
}

void audits_twice(struct core *core, const struct connection *stranger,
                  enum refusal_cause cause, enum token_fault fault)
{
    secure_audit_refusal(core, stranger, cause, fault);
    secure_audit_refusal(core, stranger, cause, fault);
}
