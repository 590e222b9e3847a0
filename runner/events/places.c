// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones by their frames, and migratetypes by the order in which the kernel
 * prints them. */
#include "events/places.h"

#include <ctype.h>
#include <string.h>

#include "base/source.h"

static void name_copy(struct frag_text word, char *to)
{
	size_t n = 0;

	for (; word.at < word.end && n < FRAG_PLACE_NAME - 1; word.at++)
		if (isalnum((unsigned char)*word.at))
			to[n++] = *word.at;
	to[n] = '\0';
}

/* "Node 0, zone    DMA32" begins a zone, as far as there is room; @line is past
 * the first word. NULL: what follows is of no zone that is kept. */
static struct frag_place *place_begin(struct frag_places *p,
				      struct frag_text line)
{
	struct frag_place *place;
	struct frag_text word;
	uint64_t node;

	if (!frag_text_u64(&line, &node) || !frag_text_take(&line, ",") ||
	    !frag_text_take(&line, "zone") || !frag_text_word(&line, &word) ||
	    p->count == FRAG_PLACES_MAX)
		return NULL;
	place = &p->place[p->count++];
	*place = (struct frag_place){ .node = (int)node };
	name_copy(word, place->zone);
	return place;
}

/* The last zone is told: one that spans nothing makes room for the next. Until
 * here `end` is how many frames it spans. */
static void place_end(struct frag_places *p, struct frag_place *place)
{
	if (!place)
		return;
	if (place->end)
		place->end += place->start;
	else
		p->count--;
}

/* What is after the zone's line: how many frames, and the first of them. */
static void place_line(struct frag_place *place, struct frag_text line)
{
	uint64_t v;

	if (frag_text_take(&line, "spanned") && frag_text_u64(&line, &v))
		place->end = v;
	else if (frag_text_take(&line, "start_pfn:") && frag_text_u64(&line, &v))
		place->start = v;
}

static void zones_read(struct frag_places *p, const char *root)
{
	struct frag_place *place = NULL;
	struct frag_source zoneinfo;
	struct frag_text line;
	struct frag_text t;

	if (frag_source_open(&zoneinfo, root, "/proc/zoneinfo", NULL))
		return;
	t = frag_source_text(&zoneinfo);
	while (frag_text_line(&t, &line)) {
		struct frag_text rest = line;

		if (frag_text_take(&rest, "Node")) {
			place_end(p, place);
			place = place_begin(p, rest);
		} else if (place) {
			place_line(place, line);
		}
	}
	place_end(p, place);
	frag_source_close(&zoneinfo);
}

/* "Node    0, zone      DMA, type    Unmovable ..." */
static bool type_take(struct frag_text line, struct frag_text *type)
{
	struct frag_text zone;
	uint64_t node;

	return frag_text_take(&line, "Node") && frag_text_u64(&line, &node) &&
	       frag_text_take(&line, ",") && frag_text_take(&line, "zone") &&
	       frag_text_word(&line, &zone) && frag_text_take(&line, "type") &&
	       frag_text_word(&line, type);
}

/* False when the first one comes again: that is the next zone. */
static bool type_add(struct frag_places *p, struct frag_text type)
{
	char *name = p->type[p->ntypes];

	name_copy(type, name);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (p->ntypes && !strcmp(name, p->type[0]))
		return false;
	return ++p->ntypes < FRAG_MIGRATETYPES_MAX;
}

/* Every zone has a line for each type, in the order of their numbers. */
static void types_read(struct frag_places *p, const char *root)
{
	struct frag_source info;
	struct frag_text line;
	struct frag_text type;
	struct frag_text t;

	if (frag_source_open(&info, root, "/proc/pagetypeinfo", NULL))
		return;
	t = frag_source_text(&info);
	while (frag_text_line(&t, &line))
		if (type_take(line, &type) && !type_add(p, type))
			break;
	frag_source_close(&info);
}

void frag_places_read(struct frag_places *p, const char *root)
{
	memset(p, 0, sizeof(*p));
	zones_read(p, root);
	types_read(p, root);
}

const struct frag_place *frag_place_of(const struct frag_places *p,
				       uint64_t pfn)
{
	const struct frag_place *found = NULL;

	for (unsigned i = 0; i < p->count; i++) {
		const struct frag_place *one = &p->place[i];

		if (pfn >= one->start && pfn < one->end &&
		    (!found || one->start > found->start))
			found = one;
	}
	return found;
}

const char *frag_migratetype_name(const struct frag_places *p, int64_t type)
{
	return type >= 0 && type < p->ntypes ? p->type[type] : NULL;
}
