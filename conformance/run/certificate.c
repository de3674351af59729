/* A throw-away TLS certificate for the loopback. */
#include "run/certificate.h"
#include <openssl/pem.h>
#include <openssl/x509v3.h>

enum { DAY_S = 24 * 60 * 60 };

static int add_extension(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int added = extension != NULL && X509_add_ext(certificate, extension, -1);

    X509_EXTENSION_free(extension);
    return added;
}

static int fill(X509 *certificate, EVP_PKEY *key)
{
    X509_NAME *name = X509_get_subject_name(certificate);

    return X509_set_version(certificate, 2) &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -60) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), DAY_S) != NULL &&
           X509_set_pubkey(certificate, key) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"localhost", -1,
                                      -1, 0) &&
           X509_set_issuer_name(certificate, name) &&
           add_extension(certificate, NID_basic_constraints,
                         "critical,CA:TRUE") &&
           add_extension(certificate, NID_subject_alt_name,
                         "DNS:localhost,IP:127.0.0.1,IP:::1") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static int write_both(const char *certificate_path, X509 *certificate,
                      const char *key_path, EVP_PKEY *key)
{
    FILE *to = fopen(certificate_path, "w");
    int written = to != NULL && PEM_write_X509(to, certificate);

    written = to != NULL && fclose(to) == 0 && written;
    to = fopen(key_path, "w");
    written = written && to != NULL &&
              PEM_write_PrivateKey(to, key, NULL, NULL, 0, NULL, NULL);
    return to != NULL && fclose(to) == 0 && written;
}

enum fault certificate_write(const char *certificate_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    int made = key != NULL && certificate != NULL && fill(certificate, key) &&
               write_both(certificate_path, certificate, key_path, key);

    X509_free(certificate);
    EVP_PKEY_free(key);
    return made ? FAULT_NONE
                : fault_say(FAULT_TLS, "no certificate could be made for %s",
                            certificate_path);
}
