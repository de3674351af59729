/* Which wsconform this is. */
#ifndef VERSION_H
#define VERSION_H

#define WSCONFORM_VERSION "0.1.0"

#endif
