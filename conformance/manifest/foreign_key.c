/* An RSA key that no service trusts: to make one takes longer than a whole
 * criterion. It is public, and good for nothing but being refused. */
#include "manifest/signing.h"

const char foreign_rsa_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCN80tWEB+ZAHnE\n"
    "T6GErJxtOXPoCGCz5s+CIrDwwBKSW/4Glu15XOYKhZoLJ7MgJptB7Ssq1Ot2B0Jd\n"
    "fmaQ6sxIzDhVcDrcZt3F3mQ/T79NiFXxq8MPCWNmQFK874VhyVfE5GzpSDCsDV9N\n"
    "FHA+/8pxUdt8ofUTpWjQHN05+X7Kai22dFvhVWFz2cXcQ80a7xhP3shNHxS74X8m\n"
    "uz1PQg36znvTBQv1CahY87vn2foJFwQHDnyxAPyhLAtErK5IlhWroqlQqGwNlzeP\n"
    "TIvRiqjZSeqzsrtVx+rTXSDikbeWIuNU1Zb87M8a0jrHUnQpzrQnp4maraBXdiik\n"
    "J0mrxqbXAgMBAAECggEAJT2KarJBL+k9iOChTcbhJRCZFWs5P4lSsF/8jrS9SpOC\n"
    "0eS/uYLDQUhqsPmB13H5cnLPy+VfPrBJ23BhZSyMWp7lOpj+gDsmfJZLM4bu997I\n"
    "OWZn/qZmYvmGG1Y1ZoGlmpyY7BzJ1CGP+o9doVGHIXKpxAlTXAuds1eXPHH1rxGH\n"
    "FV1s2CazXED0NqtIpoB87fqpdcjnWl2tJHOduVbOUIF4jMTJlQecvpFyvXHksYWs\n"
    "LTBTJ/GPABmuJL+929mTCAx5zO+uIkWaFzmiyxlMlqI/2ZTXFzkmA9HocYUrG7MO\n"
    "PkpKC/ynHlbCuSYbVpG+1gQNbF6nTY6GhU55gOpKOQKBgQC/bA/VLW0HsN0gh98t\n"
    "Bt0Vn9BT/Wf8ufUGV8j71euLNtXX2giJFtgghjZqR525Q7p1CWb9YfKay5bzd4qi\n"
    "hjH6w//j4coTHOfjBuQ/AU6uaZTGSVdkhJpU5tE3e67wle3lqpaULS7mz9v5401V\n"
    "uhkFO9bajKJ2Lg20K2F51lvAWQKBgQC91qpDyA1fcVBr1SYT7ZvuedXl5yvzZeXW\n"
    "rSattI9ThkArCao0gg4oJiWTsQk3u/+G5oneq8x5rV77QIULKZNBBQy0J8He2SYV\n"
    "Df+sHdvIaL3lvcObTqHUpz7GBp/ikgX8bncFCnCq1lApcPrgDgjKIo65k0mImgxq\n"
    "Udodxgo6rwKBgBCUH1rrMEI2QzCKE/4mVgeFa9maXOM6h8og2DtXb6sC+MpVC+Az\n"
    "pkxK03Oo+DQPdZqlUdIoJYbakxxLAirJTJLXXtYxu/qjykGTWzlJt7LLWiNCPttp\n"
    "0KQByaTwhVo44f2+JIR41VMQNZES6qO+FmSpphYPkBKEMpOkHjEbK58hAoGARGeY\n"
    "nKn2X6DWKLT6bo3c9TaDo78D8EWUZyGnYUpBpwgmERv/b8I5VbBBNBHDz4h3j+V8\n"
    "YncnS+Tz57cc+aO2guRN6pC05Bb9CPMtYJi1vGY5nxIc7NaNq7HEBdkXPa3+aDJp\n"
    "wrA7XuOwqO4kCB4mfqerJCV1hrpzpM/vt3DH+NMCgYAxrzF05dF5ri4kUHEsww9J\n"
    "vfXahCWiiIThjLU8QT4l7aZ5i8f1O7qn8gwquXC/HNIwYMnFoPsL0UKNLZlIcuZu\n"
    "KW6TsScJm4+dZmmNFWeZLwkmcbG5YPni4c6Es0ePmEM6URUyOFS1e/KuCbS5KuHS\n"
    "BW3llx1vKmiZ+FcDEbDXGQ==\n"
    "-----END PRIVATE KEY-----\n";

const char foreign_rsa_jwk[] =
    "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"AQAB\",\"n\":\""
    "jfNLVhAfmQB5xE-hhKycbTlz6Ahgs-bPgiKw8MASklv-BpbteVzmCoWaCyezICab"
    "Qe0rKtTrdgdCXX5mkOrMSMw4VXA63Gbdxd5kP0-_TYhV8avDDwljZkBSvO-FYclX"
    "xORs6UgwrA1fTRRwPv_KcVHbfKH1E6Vo0BzdOfl-ymottnRb4VVhc9nF3EPNGu8Y"
    "T97ITR8Uu-F_Jrs9T0IN-s570wUL9QmoWPO759n6CRcEBw58sQD8oSwLRKyuSJYV"
    "q6KpUKhsDZc3j0yL0Yqo2Unqs7K7Vcfq010g4pG3liLjVNWW_OzPGtI6x1J0Kc60"
    "J6eJmq2gV3YopCdJq8am1w"
    "\"}";
