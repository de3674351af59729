#include "hostile.h"

#define SAID(texts)                                                            \
    {                                                                          \
        texts, sizeof(texts) / sizeof(*(texts))                                \
    }

static const char *const of_markup[] = {
    "<script>alert(1)</script>{}",
    "{}<img src=x onerror=alert(1)>",
    "{}<svg/onload=alert(1)>",
    "\"><b>{}</b>",
    "<scr<script>ipt>{}",
    "&lt;script&gt;{}<script>",
    "'{}<a href='javascript:alert(1)'>",
};
const struct said_texts markup = SAID(of_markup);

static const char *const of_control[] = { "\x1b[2J{}", "{}\x07\x08",
                                          "\x01{}\x1f", "{}\x7f", "a\r{}" };
const struct said_texts control_characters = SAID(of_control);

static const char *const in_peace[] = {
    "Tisch 7: 2 \xc3\x97 K\xc3\xa4sesp\xc3\xa4tzle {}",
    "Caf\xc3\xa9 O'Brien & S\xc3\xb6hne 3 < 5 {}",
    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e {}",
    "\xd7\xa2\xd7\x91\xd7\xa8\xd7\x99\xd7\xaa {}",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 {}",
    "Fish & Chips {}",
    "O'Brien said \"2 < 3\" {}",
    "{} SELECT a table for two; DROP by at 8",
};
const struct said_texts ordinary_text = SAID(in_peace);

static const char *const of_no_object[] = {
    "hello",
    "",
    "[]",
    "[{\"a\":1}]",
    "1",
    "null",
    "\"x\"",
    "true",
    "{\"type\":",
    "{} {}",
    "{'a':1}",
    "{\"type\":NaN}",
    "{\"type\":\"join_room\",}",
    "\xef\xbb\xbf{}",
};
const struct said_texts no_objects = SAID(of_no_object);
