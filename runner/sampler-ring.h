/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sampler inside: its ring, its tables, and what its two files share. */
#ifndef FRAGBENCH_SAMPLER_RING_H
#define FRAGBENCH_SAMPLER_RING_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/csv.h"
#include "sampler.h"

/* One sample's own facts; its values follow it in the ring. */
struct frag_slot {
	uint64_t t_ns;
	uint64_t late_ns;
	uint64_t cost_ns;
	uint64_t lost;
	uint32_t phase;
	bool is_mark;
	int16_t rc[FRAG_COLLECTS_MAX];
	uint16_t nrows[FRAG_COLLECTS_MAX];
};

/* A collector and its file. offset: of its values in a slot, in numbers. */
struct frag_table {
	struct frag_collect *collect;
	struct frag_csv csv;
	size_t offset;
	uint64_t *mark_values; /* of FRAG_AT_MARKS only */
	uint64_t failures;
	int failure;
};

struct frag_sampler {
	struct frag_sampler_config config;
	struct frag_table tables[FRAG_COLLECTS_MAX];
	struct frag_csv own;
	char *ring;
	size_t slot_size;
	unsigned slots;
	_Atomic uint64_t head; /* samples taken */
	_Atomic uint64_t tail; /* samples written */
	_Atomic uint32_t phase;
	_Atomic uint64_t lost;
	_Atomic bool is_stopping;
	_Atomic int error;
	uint64_t period_ns;
	pthread_mutex_t sampling; /* one sample at a time */
	pthread_mutex_t writing;
	pthread_cond_t written_wanted;
	pthread_t clock_thread;
	pthread_t write_thread;
};

static inline bool frag_is_at_marks(const struct frag_table *t)
{
	return t->collect->type->cadence == FRAG_AT_MARKS;
}

static inline uint64_t *frag_slot_values(struct frag_slot *slot,
					 const struct frag_table *t)
{
	return (uint64_t *)(slot + 1) + t->offset;
}

/* Create and describe all CSVs; decides the layout of a slot. */
int frag_tables_open(struct frag_sampler *s, struct frag_error *e);

/* Turn one sample of the ring into rows. */
void frag_slot_write(struct frag_sampler *s, struct frag_slot *slot);

/* Read and write the tables that are read at marks only. */
void frag_marks_write(struct frag_sampler *s);

/* Write out whole rows; the first failure is kept in s->error. */
void frag_tables_flush(struct frag_sampler *s);

/* Close all CSVs; returns the first failure of their lives. */
int frag_tables_close(struct frag_sampler *s);

#endif
