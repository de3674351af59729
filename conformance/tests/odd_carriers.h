/* A manifest whose credential travels in ways that no profile agrees on. */
#ifndef TESTS_ODD_CARRIERS_H
#define TESTS_ODD_CARRIERS_H

#define ODD_CARRIERS                                                           \
    "{\"extends\":\"signals\",\"endpoint\":{"                                  \
    "\"other_doors\":[{\"what\":\"polling\"}],"                                \
    "\"headers\":{\"X-Api\":\"1\",\"Cookie\":\"lang=en\"},"                    \
    "\"subprotocols\":[\"app.v2\",\"app.v1\"]},\"credential\":{\"carriers\":[" \
    "{\"cookie\":\"sid\"},{\"header\":{\"name\":\"X-Key\","                    \
    "\"value\":\"key {token} end\"}},{\"cookie\":\"token\"},"                  \
    "{\"query\":\"token\"}]}}"

/* One whose users and credentials are its own. */
#define LOG_IN_MANIFEST                                                        \
    "{\"extends\":\"signals\",\"vars\":{\"base\":\"http://127.0.0.1:1\"},"     \
    "\"setup\":[{\"url\":\"{base}/rooms\",\"method\":\"POST\",\"save\":{"      \
    "\"room\":{\"json\":\"/name\"}}}],\"endpoint\":{\"url\":"                  \
    "\"ws://127.0.0.1:1/ws/{room}\",\"paths\":{\"main\":\"/ws/{tenant}\"}},"   \
    "\"credential\":{\"carriers\":[{\"cookie\":\"sid\"}],\"source\":{"         \
    "\"token\":\"{sid}\",\"expired\":\"old-of-{user}\",\"budget\":9,"          \
    "\"steps\":[{\"url\":\"{base}/login\",\"body\":"                           \
    "\"user={user}&word={word}\",\"status\":302,\"save\":{\"sid\":"            \
    "{\"cookie\":\"sid\"}}}]}},\"identities\":{\"alice\":{\"user\":\"al\","    \
    "\"word\":\"a\"},\"bob\":{\"user\":\"bo\",\"word\":\"b\"},"                \
    "\"mallory\":{\"user\":\"ma\"}},"                                          \
    "\"resources\":{\"own\":\"red\",\"forbidden\":\"blue\"},\"hooks\":{"       \
    "\"revoke\":{\"url\":\"{base}/logout?sid={token}\"}}}"

#endif
