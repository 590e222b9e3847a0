// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of deb-version(7), for versions without an epoch: libdpkg has no
 * shared library, and one dpkg for each comparison is too slow to sort with. */
#include "vm/debian/version.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The rank of @c between two runs of digits. */
static int sign_rank(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	return isalpha((unsigned char)c) ? c : c + 256;
}

static int digits_compare(const char **a, const char **b)
{
	size_t na, nb;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	na = strspn(*a, "0123456789");
	nb = strspn(*b, "0123456789");
	order = na != nb ? (na < nb ? -1 : 1) : memcmp(*a, *b, na);
	*a += na;
	*b += nb;
	return order;
}

/* The order of two upstream versions, or of two revisions. */
static int part_compare(const char *a, const char *b)
{
	while (*a || *b) {
		int order;

		while ((*a && !isdigit((unsigned char)*a)) ||
		       (*b && !isdigit((unsigned char)*b))) {
			order = sign_rank(*a) - sign_rank(*b);
			if (order)
				return order;
			a++;
			b++;
		}
		order = digits_compare(&a, &b);
		if (order)
			return order;
	}
	return 0;
}

/* The upstream part of @version into @buf; returns its revision, "" if none. */
static const char *version_split(const char *version, char *buf, size_t size)
{
	const char *dash = strrchr(version, '-');
	size_t n = dash ? (size_t)(dash - version) : strlen(version);

	snprintf(buf, size, "%.*s", (int)n, version);
	return dash ? dash + 1 : "";
}

int frag_version_compare(const char *a, const char *b)
{
	char ua[128], ub[128];
	const char *ra = version_split(a, ua, sizeof(ua));
	const char *rb = version_split(b, ub, sizeof(ub));
	int order = part_compare(ua, ub);

	return order ? order : part_compare(ra, rb);
}

bool frag_version_is(const char *asked, const char *version)
{
	size_t n = strlen(asked);

	if (!n || strncmp(asked, version, n))
		return false;
	if (!version[n])
		return true;
	return isdigit((unsigned char)asked[n - 1]) &&
	       strchr(".-~+", version[n]);
}

void frag_version_head(const char *version, unsigned numbers, char *buf,
		       size_t size)
{
	size_t n = 0;

	while (numbers--) {
		size_t digits = strspn(version + n, "0123456789");

		n += digits;
		if (!digits || version[n] != '.' || !numbers)
			break;
		n++;
	}
	if (n && version[n - 1] == '.')
		n--;
	snprintf(buf, size, "%.*s", (int)n, version);
}
