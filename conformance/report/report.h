/* Reports: pure functions of a record. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buffer.h"
#include "run/record.h"
#include <stdbool.h>

enum { REPORT_BYTES_MAX = 128 * 1024 * 1024, REPORT_SCHEMA = 1 };

/* {"summary","schema","selected","exit","wall_ms","longest_wait_ms","cpu_ms",
 * "criteria":[…]}, as spec/report.schema.json has it, and "trouble" where the
 * run as a whole came to grief, "baseline" where it was held against one. A
 * known failure is a failure everywhere: in JSON with "baseline": "known", in
 * JUnit skipped, in TAP a TODO. */
enum fault report_json(const struct record *record, struct buffer *into);
/* As GitLab and Jenkins read it: name, classname, children, text. */
enum fault report_junit(const struct record *record, struct buffer *into);
/* TAP 14: the plan first, diagnostics in YAML. */
enum fault report_tap(const struct record *record, struct buffer *into);

/* SARIF 2.1.0: failures are results, what else is not green a notification. */
enum fault report_sarif(const struct record *record, struct buffer *into);
/* A summary for what shows under a job; at most a few 100 KB. */
enum fault report_markdown(const struct record *record, struct buffer *into);
/* Workflow commands of GitHub Actions, at most ten of a kind. */
enum fault report_annotations(const struct record *record, struct buffer *into);
/* A state, as a picture and as what an endpoint of shields.io answers. */
enum fault report_badge(const struct record *record, struct buffer *into);
enum fault report_badge_json(const struct record *record, struct buffer *into);

/* One file for a browser: verdicts, evidence, exchanges, timeline and, where
 * there is one, the kill matrix. It asks nothing of any network, and nothing
 * that a target has said is more than text in it. */
struct kills;
enum fault report_html(const struct record *record, const struct kills *kills,
                       struct buffer *into);

/* For people: what failed, why, and what to mend first. `repeat` is the
 * command that ran, without `--only`. */
void report_text(const struct record *record, const char *repeat, bool colour,
                 struct buffer *into);

/* `text` with whatever a terminal could take for more than text escaped. */
void add_plain(struct buffer *into, const char *text);

#endif
