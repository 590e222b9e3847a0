// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes a picture from a bare text of /proc/buddyinfo, and doubts every line. */
#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"

static int bare_fail(const char *path, unsigned line, const char *why,
		     struct frag_error *e)
{
	frag_fail(e, 0, "%.200s line %u is not of /proc/buddyinfo", path, line);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "cat /proc/buddyinfo >FILE");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int bare_parse_fail(const char *path, unsigned n, struct frag_text line,
			   struct frag_error *e)
{
	char plain[48];
	char why[192];

	frag_text_plain(line, plain, sizeof(plain));
	snprintf(why, sizeof(why),
		 "expected 'Node 0, zone DMA32 1 2 3 ...', got '%s'%s", plain,
		 line.end - line.at >= (ptrdiff_t)sizeof(plain) ? "..." : "");
	return bare_fail(path, n, why, e);
}

static int bare_check(const struct frag_picture *p, const struct frag_zone *z,
		      unsigned line, struct frag_error *e)
{
	char why[128];

	for (unsigned i = 0; i < p->nzones; i++) {
		const struct frag_zone *other = &p->zones[i].zone;

		if (other->buddy.orders != z->buddy.orders) {
			snprintf(why, sizeof(why),
				 "it has %u orders, the lines before have %u",
				 z->buddy.orders, other->buddy.orders);
			return bare_fail(p->origin, line, why, e);
		}
		if (other->node != z->node || strcmp(other->name, z->name))
			continue;
		snprintf(why, sizeof(why),
			 "node %d zone %s comes twice: give one reading only",
			 z->node, z->name);
		return bare_fail(p->origin, line, why, e);
	}
	return 0;
}

static int bare_add(struct frag_picture *p, const struct frag_zone *z,
		    struct frag_error *e)
{
	struct frag_picture_zone *zones;

	zones = realloc(p->zones, (p->nzones + 1) * sizeof(*zones));
	if (!zones)
		return frag_fail(e, -ENOMEM, "cannot hold the zones");
	p->zones = zones;
	zones[p->nzones++] = (struct frag_picture_zone){
		.zone = *z,
		.pcp_pages = FRAG_ABSENT,
		.boost = FRAG_ABSENT,
		.min = FRAG_ABSENT,
		.low = FRAG_ABSENT,
		.high = FRAG_ABSENT,
		.managed = FRAG_ABSENT,
	};
	return 0;
}

static int bare_lines(struct frag_picture *p, struct frag_text text,
		      struct frag_error *e)
{
	struct frag_text line;
	struct frag_zone zone;
	int rc = 0;

	for (unsigned n = 1; !rc && frag_text_line(&text, &line); n++) {
		rc = frag_buddy_parse(line.at, (size_t)(line.end - line.at),
				      &zone);
		if (rc < 0)
			return bare_parse_fail(p->origin, n, line, e);
		if (!rc)
			continue;
		rc = bare_check(p, &zone, n, e);
		if (!rc)
			rc = bare_add(p, &zone, e);
	}
	return rc;
}

/* All of a file or pipe, up to 1 MiB: buddyinfo has a line a zone. */
static int bare_slurp(const char *path, char *buf, size_t size)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	while (n > 0 && length < size) {
		n = read(fd, buf + length, size - length);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			length += (size_t)n;
	}
	n = n < 0 ? -errno : 0;
	if (!is_stdin)
		close(fd);
	if (n)
		return (int)n;
	return length == size ? -EFBIG : (int)length;
}

int frag_picture_bare(struct frag_picture *p, const char *path,
		      struct frag_error *e)
{
	char *buf = malloc(FRAG_MIB);
	int rc;

	memset(p, 0, sizeof(*p));
	p->is_bare = true;
	p->mem_free = FRAG_ABSENT;
	snprintf(p->origin, sizeof(p->origin), "%s",
		 strcmp(path, "-") ? path : "standard input");
	if (!buf)
		return frag_fail(e, -ENOMEM, "cannot read %.200s", path);
	rc = bare_slurp(path, buf, FRAG_MIB);
	if (rc < 0) {
		frag_fail(e, rc, "cannot read %.200s", p->origin);
		frag_error_exit(e, FRAG_EXIT_USAGE);
	} else {
		rc = bare_lines(p, frag_text_of(buf, (size_t)rc), e);
	}
	free(buf);
	if (!rc && !p->nzones) {
		frag_fail(e, 0, "no zone in %.200s", p->origin);
		frag_error_why(e, "the text is empty");
		frag_error_exit(e, FRAG_EXIT_USAGE);
		rc = -ENODATA;
	}
	if (!rc)
		rc = frag_picture_sum(p, e);
	if (!rc)
		frag_picture_facts(p, "");
	return rc;
}
