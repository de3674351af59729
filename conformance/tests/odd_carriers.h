/* A manifest whose credential travels in ways that no profile agrees on. */
#ifndef TESTS_ODD_CARRIERS_H
#define TESTS_ODD_CARRIERS_H

#define ODD_CARRIERS                                                           \
    "{\"extends\":\"signals\",\"endpoint\":{"                                  \
    "\"headers\":{\"X-Api\":\"1\",\"Cookie\":\"lang=en\"},"                    \
    "\"subprotocols\":[\"app.v2\",\"app.v1\"]},\"credential\":{\"carriers\":[" \
    "{\"cookie\":\"sid\"},{\"header\":{\"name\":\"X-Key\","                    \
    "\"value\":\"key {token} end\"}},{\"cookie\":\"token\"},"                  \
    "{\"query\":\"token\"}]}}"

#endif
