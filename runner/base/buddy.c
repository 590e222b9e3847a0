// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's index formulas, with its integer types and its floors. */
#include "fragbench/buddy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

uint64_t frag_buddy_pages(const struct frag_buddy *b)
{
	uint64_t pages = 0;

	for (unsigned o = 0; o < b->orders; o++)
		pages += b->free[o] << o;
	return pages;
}

uint64_t frag_buddy_blocks(const struct frag_buddy *b)
{
	uint64_t blocks = 0;

	for (unsigned o = 0; o < b->orders; o++)
		blocks += b->free[o];
	return blocks;
}

uint64_t frag_buddy_suitable(const struct frag_buddy *b, unsigned k)
{
	uint64_t blocks = 0;

	for (unsigned o = k; o < b->orders; o++)
		blocks += b->free[o] << (o - k);
	return blocks;
}

int frag_buddy_unusable(const struct frag_buddy *b, unsigned k)
{
	uint64_t free = frag_buddy_pages(b);

	if (!free)
		return 1000;
	return (int)((free - (frag_buddy_suitable(b, k) << k)) * 1000 / free);
}

int frag_buddy_extfrag(const struct frag_buddy *b, unsigned k)
{
	uint64_t blocks = frag_buddy_blocks(b);

	if (!blocks)
		return 0;
	if (frag_buddy_suitable(b, k))
		return -1000;
	return 1000 - (int)((1000 + frag_buddy_pages(b) * 1000 / (1ULL << k)) /
			    blocks);
}

void frag_buddy_add(struct frag_buddy *to, const struct frag_buddy *from)
{
	if (to->orders < from->orders)
		to->orders = from->orders;
	for (unsigned o = 0; o < from->orders; o++)
		to->free[o] += from->free[o];
}

struct frag_buddy frag_buddy_with_pcp(const struct frag_buddy *b,
				      uint64_t pcp_pages)
{
	struct frag_buddy seen = *b;

	seen.free[0] += pcp_pages;
	return seen;
}

const char *frag_index_text(int thousandths, char *buf, size_t size)
{
	snprintf(buf, size, "%d.%03d", thousandths / 1000, thousandths % 1000);
	return buf;
}

int frag_buddy_parse(const char *line, size_t length, struct frag_zone *zone)
{
	struct frag_text t = frag_text_of(line, length);
	struct frag_text name;
	uint64_t node;
	uint64_t count;

	if (frag_text_done(&t))
		return 0;
	if (!frag_text_take(&t, "Node") || !frag_text_u64(&t, &node) ||
	    node > 65535 || !frag_text_take(&t, ",") ||
	    !frag_text_take(&t, "zone") || !frag_text_word(&t, &name) ||
	    name.end - name.at >= FRAG_ZONE_NAME ||
	    memchr(name.at, '\0', (size_t)(name.end - name.at)))
		return -EINVAL;
	memset(zone, 0, sizeof(*zone));
	zone->node = (int)node;
	memcpy(zone->name, name.at, (size_t)(name.end - name.at));
	while (frag_text_u64(&t, &count)) {
		if (zone->buddy.orders == FRAG_ORDERS_MAX)
			return -EINVAL;
		zone->buddy.free[zone->buddy.orders++] = count;
	}
	return frag_text_done(&t) && zone->buddy.orders ? 1 : -EINVAL;
}
