// SPDX-License-Identifier: GPL-2.0-or-later
/* The layout of perf records, after include/uapi/linux/perf_event.h. */
#include "events/ring.h"

#include <stdbool.h>
#include <string.h>

/* The largest record that is ours; of longer ones only this much is read. */
enum { RECORD_MOST = 512 };

/* What of a record is left to read. */
struct cursor {
	const uint8_t *at;
	size_t left;
};

static bool bytes_take(struct cursor *c, void *to, size_t n)
{
	if (c->left < n)
		return false;
	memcpy(to, c->at, n);
	c->at += n;
	c->left -= n;
	return true;
}

/* pid and tid, time, cpu and a filler: at the head of an event, and at the end
 * of every other record. */
struct sample_id {
	uint32_t pid;
	uint32_t tid;
	uint64_t t_ns;
	uint32_t cpu;
	uint32_t filler;
};

static bool id_take(struct cursor *c, struct frag_record *r)
{
	struct sample_id id;

	if (!bytes_take(c, &id, sizeof(id)))
		return false;
	r->tid = id.tid;
	r->t_ns = id.t_ns;
	r->cpu = id.cpu;
	return true;
}

static bool event_take(struct cursor *c, struct frag_record *r)
{
	uint32_t size;

	if (!id_take(c, r) || !bytes_take(c, &size, sizeof(size)) ||
	    size > c->left)
		return false;
	r->length = size < FRAG_RAW_MAX ? size : FRAG_RAW_MAX;
	return bytes_take(c, r->raw, r->length);
}

/* Its last bytes tell when; the tid of its own is the one that matters. */
static bool trailer_take(struct cursor *c, struct frag_record *r)
{
	struct cursor end = { c->at, sizeof(struct sample_id) };

	if (c->left < sizeof(struct sample_id))
		return false;
	c->left -= sizeof(struct sample_id);
	end.at += c->left;
	return id_take(&end, r);
}

static bool comm_take(struct cursor *c, struct frag_record *r)
{
	uint32_t ids[2]; /* pid, tid */

	if (!trailer_take(c, r) || !bytes_take(c, ids, sizeof(ids)))
		return false;
	r->tid = ids[1];
	memset(r->comm, 0, sizeof(r->comm));
	return bytes_take(c, r->comm,
			  c->left < FRAG_COMM - 1 ? c->left : FRAG_COMM - 1);
}

static bool fork_take(struct cursor *c, struct frag_record *r)
{
	uint32_t ids[4]; /* pid, parent's pid, tid, parent's tid */

	if (!trailer_take(c, r) || !bytes_take(c, ids, sizeof(ids)))
		return false;
	r->tid = ids[2];
	r->parent = ids[3];
	return true;
}

/* Written for the event that found room again; with a trailer only where that
 * one has sample_id_all (__perf_output_begin in kernel/events/ring_buffer.c). */
static bool lost_take(struct cursor *c, struct frag_record *r)
{
	uint64_t id;

	return bytes_take(c, &id, sizeof(id)) &&
	       bytes_take(c, &r->lost, sizeof(r->lost)) &&
	       (!c->left || trailer_take(c, r));
}

static const struct kind {
	uint32_t type;
	enum frag_record_kind kind;
	bool (*take)(struct cursor *c, struct frag_record *r);
} kinds[] = {
	{ PERF_RECORD_SAMPLE, FRAG_RECORD_EVENT, event_take },
	{ PERF_RECORD_COMM, FRAG_RECORD_COMM, comm_take },
	{ PERF_RECORD_FORK, FRAG_RECORD_FORK, fork_take },
	{ PERF_RECORD_LOST, FRAG_RECORD_LOST, lost_take },
};

/* False when it is one of ours and too short to be one. */
static bool record_parse(uint32_t type, struct cursor c, struct frag_record *r)
{
	memset(r, 0, sizeof(*r));
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].type != type)
			continue;
		r->kind = kinds[i].kind;
		return kinds[i].take(&c, r);
	}
	return true;
}

/* Copy @n bytes at position @at of the ring, around its end. */
static void ring_copy(const uint8_t *data, uint64_t size, uint64_t at, void *to,
		      size_t n)
{
	uint64_t from = at & (size - 1);
	size_t first = size - from < n ? (size_t)(size - from) : n;

	memcpy(to, data + from, first);
	memcpy((uint8_t *)to + first, data, n - first);
}

static void nonsense_add(struct frag_ring_nonsense *nonsense,
			 const struct perf_event_header *h, uint64_t bytes,
			 uint64_t ahead)
{
	if (!nonsense->times++) {
		nonsense->first = *h;
		nonsense->ahead = ahead;
	}
	nonsense->bytes += bytes;
}

void frag_ring_take(const uint8_t *data, uint64_t size, uint64_t tail,
		    uint64_t head, frag_record_take *take, void *ctx,
		    struct frag_ring_nonsense *nonsense)
{
	struct perf_event_header h = { 0 };
	uint8_t bytes[RECORD_MOST];
	struct frag_record r;

	while (tail != head) {
		struct cursor c = { bytes, 0 };
		uint64_t ahead = head - tail;

		if (ahead > size || ahead < sizeof(h)) {
			nonsense_add(nonsense, &h, ahead, ahead);
			return;
		}
		ring_copy(data, size, tail, &h, sizeof(h));
		if (h.size < sizeof(h) || h.size > ahead) {
			nonsense_add(nonsense, &h, ahead, ahead);
			return;
		}
		c.left = h.size - sizeof(h);
		if (c.left > sizeof(bytes))
			c.left = sizeof(bytes);
		ring_copy(data, size, tail + sizeof(h), bytes, c.left);
		if (!record_parse(h.type, c, &r))
			nonsense_add(nonsense, &h, h.size, ahead);
		else if (r.kind != FRAG_RECORD_OTHER)
			take(ctx, &r);
		tail += h.size;
	}
}
