/* What is expected of tokens that the target issues itself. Part of bench.h. */
#ifndef ISSUER_H
#define ISSUER_H

struct peer;

/* The token that this peer dialled with lives as long as the manifest says, a
 * second aside: from its `iat`, and where its clock is ours, from when it was
 * asked for. */
void expect_issued_lifetime(struct peer *peer);

#endif
