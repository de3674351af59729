/* The main of every Check program: runs one suite, writes Check's own TAP and
 * XML logs where CK_LOGS names a folder, and refuses to be green when nothing
 * has run. */
#ifndef CHECK_PROGRAM_H
#define CHECK_PROGRAM_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof(0 [array])))

/* Owns the suite. Returns the exit status of main. */
static inline int check_program(Suite *suite, const char *name)
{
    SRunner *runner = srunner_create(suite);
    const char *logs = getenv("CK_LOGS");
    char tap[4096];
    char xml[4096];

    if (logs != NULL) {
        snprintf(tap, sizeof(tap), "%s/%s.tap", logs, name);
        snprintf(xml, sizeof(xml), "%s/%s.xml", logs, name);
        srunner_set_tap(runner, tap);
        srunner_set_xml(runner, xml);
    }
    srunner_run_all(runner, CK_ENV);

    int ran = srunner_ntests_run(runner);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (ran == 0)
        fprintf(stderr, "%s: no test has run\n", name);
    return ran == 0 || failed != 0;
}

#endif
