/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of a perf ring: what the kernel has written is taken out whole,
 * wherever the ring wraps around, and checked before it is believed. */
#ifndef FRAGBENCH_EVENTS_RING_H
#define FRAGBENCH_EVENTS_RING_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/* What every ring is opened with: record_take() reads this layout. */
#define FRAG_SAMPLE_TYPE \
	(PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_RAW)

enum { FRAG_RAW_MAX = 64, FRAG_COMM = 16 };

enum frag_record_kind {
	FRAG_RECORD_OTHER,
	FRAG_RECORD_EVENT,
	FRAG_RECORD_COMM, /* tid has taken a name */
	FRAG_RECORD_FORK, /* tid began as a copy of parent */
	FRAG_RECORD_LOST, /* the ring was full */
};

/* One record. t_ns: of the clock that the ring was opened with. raw: of an
 * event, the first FRAG_RAW_MAX bytes. lost: records, of one LOST. */
struct frag_record {
	uint64_t t_ns;
	uint64_t seq; /* given by whoever keeps it */
	enum frag_record_kind kind;
	uint32_t tid;
	uint32_t cpu;
	uint32_t length;
	union {
		uint8_t raw[FRAG_RAW_MAX];
		char comm[FRAG_COMM];
		uint32_t parent;
		uint64_t lost;
	};
};

typedef void frag_record_take(void *ctx, const struct frag_record *r);

/* What was no record: how often, how many bytes were passed over, and the head
 * of the first one, with how far the writer was ahead of it. */
struct frag_ring_nonsense {
	uint64_t times;
	uint64_t bytes;
	struct perf_event_header first;
	uint64_t ahead;
};

/*
 * Give every record between @tail and @head of the ring at @data, @size bytes
 * large (a power of two), to @take. A record whose inside is nonsense is passed
 * over; behind one whose size is, nothing can be found until @head. Both are
 * added to @nonsense.
 */
void frag_ring_take(const uint8_t *data, uint64_t size, uint64_t tail,
		    uint64_t head, frag_record_take *take, void *ctx,
		    struct frag_ring_nonsense *nonsense);

#endif
