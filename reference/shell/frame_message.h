/* The message under way; part of frame_reader.c. */
#ifndef SHELL_FRAME_MESSAGE_H
#define SHELL_FRAME_MESSAGE_H

#include "shell/frame.h"

/* Of the first frame, whose opcode and bits are known. False without memory. */
bool message_begin(struct frame_reader *reader);
/* Bytes that may still come. */
uint64_t message_room_left(const struct frame_reader *reader);
/* Takes in so many masked bytes of the payload. Returns 0, or the code that the
 * peer is owed; of one that is too big, message_length says how big. */
uint16_t message_take(struct frame_reader *reader, const uint8_t *bytes,
                      size_t length);
/* The last has come: the same. */
uint16_t message_finish(struct frame_reader *reader);

#endif
