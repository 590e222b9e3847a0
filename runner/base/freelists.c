// SPDX-License-Identifier: GPL-2.0-or-later
/* Adds up buddyinfo and zoneinfo over the zones that somebody chose. */
#include "fragbench/freelists.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "source.h"

enum { BUDDYINFO, ZONEINFO, FILES };

static bool is_chosen(const struct frag_freelists *f, int node,
		      const char *name)
{
	return (f->node < 0 || f->node == node) &&
	       (!*f->zone || !strcmp(f->zone, name));
}

/* The next zone of a buddyinfo: 1, 0 at its end, or a negative errno. */
static int zone_next(struct frag_text *t, struct frag_zone *zone)
{
	struct frag_text line;
	int rc = 0;

	while (!rc && frag_text_line(t, &line))
		rc = frag_buddy_parse(line.at, (size_t)(line.end - line.at),
				      zone);
	return rc;
}

/* The free lists of the chosen zones; how many those are, or a negative errno. */
static int lists_add(const struct frag_freelists *f, struct frag_buddy *sum)
{
	struct frag_text t = frag_source_text(&f->files[BUDDYINFO]);
	struct frag_zone zone;
	int found = 0;
	int rc;

	while ((rc = zone_next(&t, &zone)) > 0) {
		if (!is_chosen(f, zone.node, zone.name))
			continue;
		frag_buddy_add(sum, &zone.buddy);
		found++;
	}
	return rc < 0 ? rc : found;
}

/* What is read of one zone of a zoneinfo. */
struct zone_lines {
	int node;
	char name[FRAG_ZONE_NAME];
	uint64_t min;
	uint64_t low;
	uint64_t high;
	uint64_t spanned;
	uint64_t present;
	uint64_t managed;
	uint64_t start_pfn;
	uint64_t pcp_pages;
};

/* "        min      88": the whole word, then its number. A list's own "high:"
 * is another word. */
static void line_read(struct frag_text line, struct zone_lines *z)
{
#define ROW(name)                                        \
	{                                                \
#name, offsetof(struct zone_lines, name) \
	}
	static const struct {
		const char *word;
		size_t at;
	} rows[] = { ROW(min),	   ROW(low),	 ROW(high),
		     ROW(spanned), ROW(present), ROW(managed) };
#undef ROW
	struct frag_text word;
	uint64_t value;

	if (!frag_text_word(&line, &word) || !frag_text_u64(&line, &value))
		return;
	if (frag_text_is(word, "count:"))
		z->pcp_pages += value;
	else if (frag_text_is(word, "start_pfn:"))
		z->start_pfn = value;
	else
		for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			if (frag_text_is(word, rows[i].word))
				*(uint64_t *)(void *)((char *)z + rows[i].at) =
					value;
}

/* "Node 0, zone    DMA32". */
static bool head_read(struct frag_text line, struct zone_lines *z)
{
	struct frag_text name;
	uint64_t node;
	size_t n;

	if (!frag_text_take(&line, "Node") || !frag_text_u64(&line, &node) ||
	    node > 65535 || !frag_text_take(&line, ", zone") ||
	    !frag_text_word(&line, &name))
		return false;
	n = (size_t)(name.end - name.at);
	if (n >= sizeof(z->name))
		return false;
	*z = (struct zone_lines){ .node = (int)node };
	memcpy(z->name, name.at, n);
	return true;
}

/* The next zone of a zoneinfo: 1, 0 at its end, -EINVAL for no zoneinfo. */
static int lines_next(struct frag_text *t, struct zone_lines *z)
{
	struct frag_text line;

	if (!frag_text_line(t, &line))
		return 0;
	if (!head_read(line, z))
		return -EINVAL;
	while (t->at < t->end && *t->at != 'N' && frag_text_line(t, &line))
		line_read(line, z);
	return 1;
}

static int marks_add(const struct frag_freelists *f,
		     struct frag_free_look *look)
{
	struct frag_text t = frag_source_text(&f->files[ZONEINFO]);
	struct zone_lines z;
	int rc;

	while ((rc = lines_next(&t, &z)) > 0) {
		if (!z.managed || !is_chosen(f, z.node, z.name))
			continue;
		look->pcp_pages += z.pcp_pages;
		look->managed += z.managed;
		look->min += z.min;
		look->low += z.low;
		look->high += z.high;
	}
	return rc;
}

int frag_freelists_look(const struct frag_freelists *f,
			struct frag_free_look *look)
{
	int rc = frag_source_read(&f->files[BUDDYINFO]);

	if (!rc)
		rc = frag_source_read(&f->files[ZONEINFO]);
	if (rc)
		return rc;
	memset(look, 0, sizeof(*look));
	rc = lists_add(f, &look->buddy);
	if (rc <= 0)
		return rc ? rc : -ENOENT;
	return marks_add(f, look);
}

/* "node 0: DMA, DMA32; node 1: DMA32", cut where it does not fit. */
static void zones_name(const struct frag_freelists *f, char *buf, size_t size)
{
	struct frag_text t = frag_source_text(&f->files[BUDDYINFO]);
	struct frag_zone zone;
	size_t n = 0;
	int node = -1;

	buf[0] = '\0';
	while (zone_next(&t, &zone) > 0 && n < size) {
		if (zone.node != node)
			n += (size_t)snprintf(buf + n, size - n,
					      "%snode %d: %s", n ? "; " : "",
					      zone.node, zone.name);
		else
			n += (size_t)snprintf(buf + n, size - n, ", %s",
					      zone.name);
		node = zone.node;
	}
}

static int zones_missing(const struct frag_freelists *f, struct frag_error *e)
{
	char there[200];
	char on[32] = "";

	if (f->node >= 0)
		snprintf(on, sizeof(on), " on node %d", f->node);
	zones_name(f, there, sizeof(there));
	frag_fail(e, 0, "there is no zone%s%s%s with memory",
		  *f->zone ? " " : "", f->zone, on);
	frag_error_why(e, "there are %s", *there ? there : "none");
	frag_error_mend(e, "choose one of those, or none for all of them");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOENT;
}

static int files_open(struct frag_freelists *f, const char *root,
		      struct frag_error *e)
{
	static const char *const paths[FILES] = {
		[BUDDYINFO] = "/proc/buddyinfo",
		[ZONEINFO] = "/proc/zoneinfo",
	};
	int rc = 0;

	f->files = calloc(FILES, sizeof(*f->files));
	if (!f->files)
		return frag_fail(e, -ENOMEM, "cannot read %s",
				 paths[BUDDYINFO]);
	for (unsigned i = 0; i < FILES; i++)
		f->files[i].fd = -1;
	for (unsigned i = 0; i < FILES && !rc; i++)
		rc = frag_source_open(&f->files[i], root, paths[i], e);
	return rc;
}

int frag_freelists_open(struct frag_freelists *f, const char *root, int node,
			const char *zone, struct frag_error *e)
{
	struct frag_free_look look;
	int rc;

	*f = (struct frag_freelists){ .node = node };
	snprintf(f->zone, sizeof(f->zone), "%s", zone);
	rc = files_open(f, root, e);
	if (!rc)
		rc = frag_freelists_look(f, &look);
	if (rc == -ENOENT && f->files[ZONEINFO].fd >= 0)
		zones_missing(f, e);
	else if (rc)
		frag_fail(e, rc,
			  "cannot make sense of %s/proc/buddyinfo and zoneinfo",
			  root);
	if (rc)
		frag_freelists_close(f);
	return rc;
}

void frag_freelists_close(struct frag_freelists *f)
{
	for (unsigned i = 0; f->files && i < FILES; i++)
		frag_source_close(&f->files[i]);
	free(f->files);
	f->files = NULL;
}

int frag_free_look_once(const char *root, struct frag_free_look *look)
{
	struct frag_freelists f;
	int rc = frag_freelists_open(&f, root, -1, "", NULL);

	if (!rc)
		rc = frag_freelists_look(&f, look);
	if (rc)
		memset(look, 0, sizeof(*look));
	frag_freelists_close(&f);
	return rc;
}

int frag_zone_spans(const char *root, struct frag_zone_span *spans,
		    unsigned max)
{
	struct frag_source s;
	struct frag_text t;
	struct zone_lines z;
	int count = 0;
	int rc = frag_source_open(&s, root, "/proc/zoneinfo", NULL);

	if (rc)
		return rc;
	t = frag_source_text(&s);
	while ((rc = lines_next(&t, &z)) > 0) {
		if (!z.spanned)
			continue;
		if ((unsigned)count < max) {
			spans[count] = (struct frag_zone_span){
				.node = z.node,
				.start_pfn = z.start_pfn,
				.spanned = z.spanned,
				.present = z.present,
				.managed = z.managed,
			};
			memcpy(spans[count].name, z.name, sizeof(z.name));
		}
		count++;
	}
	frag_source_close(&s);
	return rc < 0 ? rc : count;
}
