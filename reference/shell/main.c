/* wsconform-reference: reads the command line and serves. */
#include "shell/server.h"
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct options options;

    switch (options_read(&options, argc, argv)) {
    case COMMAND_HELP: options_print_help(stdout); return 0;
    case COMMAND_WRONG: return 2;
    case COMMAND_RUN: break;
    }
    if (options.die_with_parent)
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    return server_run(&options, STDOUT_FILENO);
}
