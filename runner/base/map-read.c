// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a map file that others may have written, cut short or damaged. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map-file.h"

enum { CAPACITY = 1 << 16 };

static int broken(const struct frag_map_reader *r, const char *why,
		  struct frag_error *e)
{
	frag_fail(e, 0, "cannot read the map %s", r->name);
	frag_error_why(e, "%s", why);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EINVAL;
}

/* At least one byte more in the buffer: 1, 0 at the end, or a negative errno. */
static int fill(struct frag_map_reader *r)
{
	ssize_t n;

	if (r->at < r->length)
		return 1;
	r->crc = frag_crc32(r->crc, r->buf, r->length);
	do {
		n = read(r->fd, r->buf, CAPACITY);
	} while (n < 0 && errno == EINTR);
	r->at = 0;
	r->length = n > 0 ? (size_t)n : 0;
	return n < 0 ? -errno : n > 0;
}

static int byte_get(struct frag_map_reader *r, uint8_t *byte,
		    struct frag_error *e)
{
	int rc = fill(r);

	if (rc < 0)
		return frag_fail(e, rc, "cannot read the map %s", r->name);
	if (!rc)
		return broken(r, "it was cut short", e);
	*byte = r->buf[r->at++];
	return 0;
}

static int number_get(struct frag_map_reader *r, unsigned size, uint64_t *value,
		      struct frag_error *e)
{
	uint8_t byte = 0;
	int rc = 0;

	*value = 0;
	for (unsigned i = 0; i < size && !rc; i++) {
		rc = byte_get(r, &byte, e);
		if (!rc)
			*value |= (uint64_t)byte << (8 * i);
	}
	return rc;
}

static int varint_get(struct frag_map_reader *r, uint64_t *value,
		      struct frag_error *e)
{
	uint8_t byte = 0x80;
	int rc = 0;

	*value = 0;
	for (unsigned shift = 0; byte & 0x80; shift += 7) {
		if (shift > 56)
			return broken(r, "a number in it is too large", e);
		rc = byte_get(r, &byte, e);
		if (rc)
			return rc;
		*value |= (uint64_t)(byte & 0x7f) << shift;
	}
	return 0;
}

static int zone_get(struct frag_map_reader *r, struct frag_zone_span *z,
		    struct frag_error *e)
{
	uint64_t node = 0;
	int rc = number_get(r, 4, &node, e);

	z->node = (int)node;
	for (unsigned i = 0; i < FRAG_ZONE_NAME && !rc; i++) {
		uint8_t c = 0;

		rc = byte_get(r, &c, e);
		/* For people to read, and from who knows where. */
		z->name[i] = (char)(c && (c < ' ' || c > '~') ? '?' : c);
	}
	z->name[FRAG_ZONE_NAME - 1] = '\0';
	rc = rc ? rc : number_get(r, 8, &z->start_pfn, e);
	rc = rc ? rc : number_get(r, 8, &z->spanned, e);
	rc = rc ? rc : number_get(r, 8, &z->present, e);
	return rc ? rc : number_get(r, 8, &z->managed, e);
}

static int magic_check(struct frag_map_reader *r, struct frag_error *e)
{
	uint64_t version = 0;
	int rc = 0;

	for (const char *p = FRAG_MAP_MAGIC; *p; p++) {
		uint8_t c = 0;

		rc = byte_get(r, &c, NULL);
		if (rc || c != (uint8_t)*p) {
			broken(r, "it is no map", e);
			frag_error_mend(e, "fragbench map --save FILE makes "
					   "one");
			return -EINVAL;
		}
	}
	rc = number_get(r, 4, &version, e);
	if (!rc && version != FRAG_MAP_VERSION)
		return broken(r, "it is of another version of fragbench", e);
	return rc;
}

static bool is_sane(const struct frag_map_head *h)
{
	return h->page_size >= 4096 && h->page_size <= 1 << 20 &&
	       !(h->page_size & (h->page_size - 1)) && h->orders &&
	       h->orders <= FRAG_ORDERS_MAX && h->pageblock_order < h->orders &&
	       h->first <= FRAG_MAP_FRAMES_MAX &&
	       h->frames <= FRAG_MAP_FRAMES_MAX - h->first &&
	       h->nzones <= FRAG_MAP_ZONES_MAX;
}

static int head_get(struct frag_map_reader *r, struct frag_error *e)
{
	struct frag_map_head *h = &r->head;
	uint64_t numbers[5] = { 0 };
	int rc = magic_check(r, e);

	for (unsigned i = 0; i < 5 && !rc; i++)
		rc = number_get(r, 4, &numbers[i], e);
	h->does_unevictable_move = numbers[0] & FRAG_MAP_MOVES;
	h->page_size = numbers[1];
	h->pageblock_order = (unsigned)numbers[2];
	h->orders = (unsigned)numbers[3];
	h->nzones = (unsigned)numbers[4];
	rc = rc ? rc : number_get(r, 8, &h->first, e);
	rc = rc ? rc : number_get(r, 8, &h->frames, e);
	rc = rc ? rc : number_get(r, 8, &h->taken_ns, e);
	rc = rc ? rc : number_get(r, 8, &h->pcp_pages, e);
	if (!rc && !is_sane(h))
		return broken(r, "its head makes no sense", e);
	for (unsigned i = 0; !rc && i < h->nzones; i++)
		rc = zone_get(r, &h->zones[i], e);
	return rc;
}

int frag_map_open(struct frag_map_reader *r, int dirfd, const char *name,
		  struct frag_error *e)
{
	int rc;

	memset(r, 0, sizeof(*r));
	memset(r->recent, 0xff, sizeof(r->recent));
	r->token = -1;
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0) {
		rc = frag_fail(e, -errno, "cannot read the map %s", name);
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	r->buf = malloc(CAPACITY);
	rc = r->buf ? head_get(r, e)
		    : frag_fail(e, -ENOMEM, "cannot read the map %s", name);
	r->pfn = r->head.first;
	if (rc)
		frag_map_close(r);
	return rc;
}

static int end_check(struct frag_map_reader *r, struct frag_error *e)
{
	uint32_t crc = frag_crc32(r->crc, r->buf, r->at);
	uint64_t kept = 0;
	int rc = number_get(r, 4, &kept, e);

	if (rc)
		return rc;
	if (kept != crc)
		return broken(r, "it is damaged: its checksum is another", e);
	if (r->pfn != r->head.first + r->head.frames)
		return broken(r, "it does not tell of every frame", e);
	return fill(r) ? broken(r, "something follows its end", e) : 0;
}

/* A run of @frames of what stands at @rank, which for the last is new. */
static int run_get(struct frag_map_reader *r, unsigned rank, uint64_t frames,
		   struct frag_map_run *run, struct frag_error *e)
{
	uint16_t symbol = r->recent[rank];
	unsigned order = (symbol & 0xff) - (unsigned)FRAG_KIND_FREE;

	if ((symbol & 0xff) >= FRAG_KINDS && order >= r->head.orders)
		return broken(r, "it is damaged: no such kind of frame", e);
	frag_map_recall(r->recent, rank, symbol);
	if (!frames || frames > r->head.first + r->head.frames - r->pfn)
		return broken(r, "it is damaged: it tells of too many frames",
			      e);
	*run = (struct frag_map_run){ r->pfn, frames, (uint8_t)symbol,
				      (uint8_t)(symbol >> 8) };
	r->pfn += frames;
	return 1;
}

static int token_take(struct frag_map_reader *r, uint8_t token,
		      struct frag_map_run *run, struct frag_error *e)
{
	unsigned rank = token >> 4;
	uint64_t frames = token & 0x0f;
	uint64_t symbol = 0;
	int rc = 0;

	r->token = rank < FRAG_MAP_RECENT && frames ? token : -1;
	if (rank == FRAG_MAP_RECENT) {
		rc = number_get(r, 2, &symbol, e);
		if (rc)
			return rc;
		rank--;
		r->recent[rank] = (uint16_t)symbol;
	}
	if (!frames) {
		rc = varint_get(r, &frames, e);
		frames += FRAG_TOKEN_LENGTH + 1;
	}
	return rc ? rc : run_get(r, rank, frames, run, e);
}

int frag_map_next(struct frag_map_reader *r, struct frag_map_run *run,
		  struct frag_error *e)
{
	uint8_t token = 0;
	int rc;

	if (!r->repeats) {
		rc = byte_get(r, &token, e);
		if (rc)
			return rc;
		if (token == FRAG_TOKEN_END)
			return end_check(r, e);
		if (token >> 4)
			return token_take(r, token, run, e);
		if (token != FRAG_TOKEN_REPEAT || r->token < 0)
			return broken(r, "it is damaged: no such token", e);
		rc = varint_get(r, &r->repeats, e);
		if (rc)
			return rc;
		if (!r->repeats)
			return broken(r, "it is damaged: nothing repeats", e);
	}
	r->repeats--;
	return run_get(r, (unsigned)r->token >> 4, (unsigned)r->token & 0x0f,
		       run, e);
}

void frag_map_close(struct frag_map_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->buf);
	r->buf = NULL;
	r->fd = -1;
}
