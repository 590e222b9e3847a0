/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as people write them: sizes, times, rates; reading and writing. */
#ifndef FRAGBENCH_BASE_UNITS_H
#define FRAGBENCH_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define FRAG_KIB    1024ULL
#define FRAG_MIB    (1024ULL * 1024)
#define FRAG_GIB    (1024ULL * 1024 * 1024)
#define FRAG_SEC_NS 1000000000ULL
#define FRAG_MS_NS  1000000ULL
#define FRAG_US_NS  1000ULL

/* Each reads the whole of @text; 0, -EINVAL for what is no such number, or
 * -ERANGE for one that does not fit. @value is written on success only. */

/* A plain count: "200000". */
int frag_parse_count(const char *text, uint64_t *value);

/* Bytes: "4096", "64k", "64M", "2G", "1T" (powers of 1024; "MiB", "MB" and
 * "KiB" mean the same), or "50%" of @whole bytes. */
int frag_parse_size(const char *text, uint64_t whole, uint64_t *value);

/* Nanoseconds: "30s", "250ms", "100us", "10ns", "5m", "1h", "1.5s"; a bare
 * number counts seconds. */
int frag_parse_time(const char *text, uint64_t *value);

/* Hertz: "10", "0.5", "100Hz". */
int frag_parse_rate(const char *text, double *value);

/* Thousandths, 0 to 1000: "30%", "12.5%"; "0" is none. */
int frag_parse_share(const char *text, uint64_t *permille);

/* What frag_parse_share() reads back as @permille: "12.5%". */
const char *frag_share_text(uint64_t permille, char *buf, size_t size);

/* The shortest text that frag_parse_size() reads back as @bytes: "2G". */
const char *frag_size_text(uint64_t bytes, char *buf, size_t size);

/* The shortest text that frag_parse_time() reads back as @ns: "250ms". */
const char *frag_time_text(uint64_t ns, char *buf, size_t size);

#endif
