/* sha256.h — the hash SHA-256 of FIPS 180-4, by which a config file is known. Not for secrets. */
#ifndef OUTPUT_SHA256_H
#define OUTPUT_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT_MAX = 65 };

/* The hash of `size` bytes as 64 hexadecimal digits. */
void sha256_text(const void *bytes, size_t size, char text[SHA256_TEXT_MAX]);

#endif
