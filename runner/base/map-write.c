// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs runs into bytes: most of them into one, patterns that repeat into
 * less. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map-file.h"
#include "write.h"

enum { CAPACITY = 1 << 16 };

uint32_t frag_crc32(uint32_t crc, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	crc = ~crc;
	while (n--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (0xedb88320U & -(crc & 1));
	}
	return ~crc;
}

static void flush(struct frag_map_writer *w)
{
	int rc = w->error ? 0 : frag_write_all(w->fd, w->buf, w->length);

	if (rc)
		w->error = rc;
	w->bytes += w->length;
	w->length = 0;
}

static void byte_put(struct frag_map_writer *w, uint8_t byte)
{
	if (w->length == CAPACITY) {
		w->crc = frag_crc32(w->crc, w->buf, w->length);
		flush(w);
	}
	w->buf[w->length++] = byte;
}

static void number_put(struct frag_map_writer *w, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		byte_put(w, (uint8_t)(value >> (8 * i)));
}

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static void varint_put(struct frag_map_writer *w, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		byte_put(w, (uint8_t)(value | 0x80));
	byte_put(w, (uint8_t)value);
}

static void zone_put(struct frag_map_writer *w, const struct frag_zone_span *z)
{
	number_put(w, (uint32_t)z->node, 4);
	for (unsigned i = 0; i < FRAG_ZONE_NAME; i++)
		byte_put(w, (uint8_t)z->name[i]);
	number_put(w, z->start_pfn, 8);
	number_put(w, z->spanned, 8);
	number_put(w, z->present, 8);
	number_put(w, z->managed, 8);
}

static void head_put(struct frag_map_writer *w, const struct frag_map_head *h)
{
	for (const char *p = FRAG_MAP_MAGIC; *p; p++)
		byte_put(w, (uint8_t)*p);
	number_put(w, FRAG_MAP_VERSION, 4);
	number_put(w, h->does_unevictable_move ? FRAG_MAP_MOVES : 0, 4);
	number_put(w, h->page_size, 4);
	number_put(w, h->pageblock_order, 4);
	number_put(w, h->orders, 4);
	number_put(w, h->nzones, 4);
	number_put(w, h->first, 8);
	number_put(w, h->frames, 8);
	number_put(w, h->taken_ns, 8);
	number_put(w, h->pcp_pages, 8);
	for (unsigned i = 0; i < h->nzones; i++)
		zone_put(w, &h->zones[i]);
}

int frag_map_create(struct frag_map_writer *w, int dirfd, const char *name,
		    const struct frag_map_head *head, struct frag_error *e)
{
	int rc = 0;

	memset(w, 0, sizeof(*w));
	w->token = -1;
	memset(w->recent, 0xff, sizeof(w->recent));
	w->fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		       0644);
	if (w->fd < 0)
		return frag_fail(e, -errno, "cannot write %s", name);
	w->buf = malloc(CAPACITY);
	if (!w->buf) {
		rc = frag_fail(e, -ENOMEM, "cannot write %s", name);
		close(w->fd);
		w->fd = -1;
		return rc;
	}
	head_put(w, head);
	return 0;
}

void frag_map_recall(uint16_t *recent, unsigned rank, uint16_t symbol)
{
	memmove(recent + 1, recent, rank * sizeof(*recent));
	recent[0] = symbol;
}

static unsigned rank_find(const uint16_t *recent, uint16_t symbol)
{
	unsigned rank = 1;

	while (rank < FRAG_MAP_RECENT && recent[rank] != symbol)
		rank++;
	return rank;
}

static void repeats_put(struct frag_map_writer *w)
{
	if (w->repeats == 1) {
		byte_put(w, (uint8_t)w->token);
	} else if (w->repeats) {
		byte_put(w, FRAG_TOKEN_REPEAT);
		varint_put(w, w->repeats);
	}
	w->repeats = 0;
}

void frag_map_put(void *writer, const struct frag_map_run *run)
{
	struct frag_map_writer *w = writer;
	uint16_t symbol = (uint16_t)(run->kind | run->owner << 8);
	unsigned rank = rank_find(w->recent, symbol);
	bool is_new = rank == FRAG_MAP_RECENT;
	bool is_short = run->frames <= FRAG_TOKEN_LENGTH;
	int token = (int)(rank << 4 | (is_short ? run->frames : 0));

	frag_map_recall(w->recent, is_new ? FRAG_MAP_RECENT - 1 : rank, symbol);
	if (!is_new && is_short && token == w->token) {
		w->repeats++;
		return;
	}
	repeats_put(w);
	byte_put(w, (uint8_t)token);
	if (is_new) {
		byte_put(w, run->kind);
		byte_put(w, run->owner);
	}
	if (!is_short)
		varint_put(w, run->frames - FRAG_TOKEN_LENGTH - 1);
	w->token = !is_new && is_short ? token : -1;
}

int frag_map_end(struct frag_map_writer *w)
{
	int rc;

	repeats_put(w);
	byte_put(w, FRAG_TOKEN_END);
	w->crc = frag_crc32(w->crc, w->buf, w->length);
	flush(w);
	number_put(w, w->crc, 4);
	flush(w);
	rc = w->error;
	if (close(w->fd) && !rc)
		rc = -errno;
	free(w->buf);
	w->buf = NULL;
	w->fd = -1;
	return rc;
}
