/* Other doors, what is widened, and tolerances, one after the other. */
#include "report/beside.h"
#include "base/deviation.h"

void each_beside(const struct record *record, tell_beside *tell, void *self)
{
    const char *text;

    for (size_t i = 0; (text = record_asked_door(record, i)) != NULL; i++)
        tell(self, "asked_door", text);
    for (size_t i = 0; (text = record_door(record, i)) != NULL; i++)
        tell(self, "other_door", text);
    for (size_t i = 0; (text = record_widened(record, i)) != NULL; i++)
        tell(self, "widened", text);
    for (int i = 0; i < DEVIATIONS; i++) {
        text = deviation_word((enum deviation)i);
        if (record_deviating(record, text) > 0)
            tell(self, "tolerated", text);
    }
}
