// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes numbers with units; independent of the locale. */
#include "units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "text.h"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit size_units[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "k", FRAG_KIB },
	{ "kB", FRAG_KIB },
	{ "KiB", FRAG_KIB },
	{ "M", FRAG_MIB },
	{ "MB", FRAG_MIB },
	{ "MiB", FRAG_MIB },
	{ "G", FRAG_GIB },
	{ "GB", FRAG_GIB },
	{ "GiB", FRAG_GIB },
	{ "T", 1024 * FRAG_GIB },
	{ "TB", 1024 * FRAG_GIB },
	{ "TiB", 1024 * FRAG_GIB },
	{ NULL, 0 },
};

static const struct unit time_units[] = {
	{ "", FRAG_SEC_NS },
	{ "ns", 1 },
	{ "us", FRAG_US_NS },
	{ "ms", FRAG_MS_NS },
	{ "s", FRAG_SEC_NS },
	{ "m", 60 * FRAG_SEC_NS },
	{ "min", 60 * FRAG_SEC_NS },
	{ "h", 3600 * FRAG_SEC_NS },
	{ NULL, 0 },
};

static const struct unit *unit_find(const struct unit *u, const char *name)
{
	for (; u->name; u++)
		if (!strcasecmp(u->name, name))
			return u;
	return NULL;
}

/* "12.345" into millionths, so that no floating point rounds it. */
static int decimal_parse(const char *text, unsigned __int128 *millionths,
			 const char **rest)
{
	struct frag_text t = frag_text_of(text, strlen(text));
	uint64_t whole;
	uint64_t part = 0;
	uint64_t scale = 1000000;

	if (!frag_text_u64(&t, &whole))
		return -EINVAL;
	if (t.at < t.end && *t.at == '.') {
		for (t.at++; t.at < t.end && *t.at >= '0' && *t.at <= '9';
		     t.at++) {
			scale /= 10;
			part += (uint64_t)(*t.at - '0') * scale;
		}
		if (t.at[-1] == '.')
			return -EINVAL;
	}
	frag_text_blanks(&t);
	*millionths = (unsigned __int128)whole * 1000000 + part;
	*rest = t.at;
	return 0;
}

static int scaled_parse(const char *text, const struct unit *units,
			uint64_t *value)
{
	unsigned __int128 v;
	const struct unit *u;
	const char *rest;

	if (decimal_parse(text, &v, &rest))
		return -EINVAL;
	u = unit_find(units, rest);
	if (!u)
		return -EINVAL;
	if (v > (unsigned __int128)UINT64_MAX * 1000000 / u->factor)
		return -ERANGE;
	*value = (uint64_t)(v * u->factor / 1000000);
	return 0;
}

int frag_parse_count(const char *text, uint64_t *value)
{
	struct frag_text t = frag_text_of(text, strlen(text));
	uint64_t v;

	if (!frag_text_u64(&t, &v) || !frag_text_done(&t))
		return -EINVAL;
	*value = v;
	return 0;
}

int frag_parse_size(const char *text, uint64_t whole, uint64_t *value)
{
	unsigned __int128 v;
	const char *rest;

	if (decimal_parse(text, &v, &rest))
		return -EINVAL;
	if (strcmp(rest, "%") != 0)
		return scaled_parse(text, size_units, value);
	if (v > 100 * 1000000)
		return -ERANGE;
	*value = (uint64_t)(v * whole / 100 / 1000000);
	return 0;
}

int frag_parse_share(const char *text, uint64_t *permille)
{
	uint64_t v;
	int rc;

	/* A bare number could mean percent as well as one in one. */
	if (!strchr(text, '%') && strcmp(text, "0") != 0)
		return -EINVAL;
	rc = frag_parse_size(text, 1000, &v);
	if (!rc)
		*permille = v;
	return rc;
}

int frag_parse_time(const char *text, uint64_t *value)
{
	return scaled_parse(text, time_units, value);
}

int frag_parse_rate(const char *text, double *value)
{
	unsigned __int128 v;
	const char *rest;

	if (decimal_parse(text, &v, &rest) ||
	    (*rest && strcasecmp(rest, "Hz") != 0))
		return -EINVAL;
	*value = (double)v / 1e6;
	return 0;
}

static const char *scaled_text(uint64_t v, const struct unit *units, char *buf,
			       size_t size)
{
	while (units[1].name && v % units[1].factor == 0 && v)
		units++;
	snprintf(buf, size, "%" PRIu64 "%s", v / units->factor, units->name);
	return buf;
}

const char *frag_size_text(uint64_t bytes, char *buf, size_t size)
{
	static const struct unit units[] = {
		{ "", 1 },	   { "k", FRAG_KIB }, { "M", FRAG_MIB },
		{ "G", FRAG_GIB }, { NULL, 0 },
	};

	return scaled_text(bytes, units, buf, size);
}

const char *frag_time_text(uint64_t ns, char *buf, size_t size)
{
	static const struct unit units[] = {
		{ "ns", 1 },	      { "us", FRAG_US_NS },
		{ "ms", FRAG_MS_NS }, { "s", FRAG_SEC_NS },
		{ NULL, 0 },
	};

	if (!ns) {
		snprintf(buf, size, "0s");
		return buf;
	}
	return scaled_text(ns, units, buf, size);
}

const char *frag_share_text(uint64_t permille, char *buf, size_t size)
{
	if (permille % 10)
		snprintf(buf, size, "%" PRIu64 ".%" PRIu64 "%%", permille / 10,
			 permille % 10);
	else
		snprintf(buf, size, "%" PRIu64 "%%", permille / 10);
	return buf;
}
