// SPDX-License-Identifier: GPL-2.0-or-later
/* The window in which records wait for one another. */
#include "events/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A ring of a CPU holds 5,000 events; the most is 24 MiB. */
enum {
	RECORDS_PER_CPU = 4 << 10,
	RECORDS_MIN = 16 << 10,
	RECORDS_MAX = 256 << 10,
};

size_t frag_order_capacity(unsigned cpus)
{
	size_t records;

	if (cpus > RECORDS_MAX / RECORDS_PER_CPU)
		return RECORDS_MAX;
	records = (size_t)cpus * RECORDS_PER_CPU;
	return records < RECORDS_MIN ? RECORDS_MIN : records;
}

int frag_order_make(struct frag_order *o, size_t capacity)
{
	memset(o, 0, sizeof(*o));
	o->records = calloc(capacity, sizeof(*o->records));
	o->capacity = capacity;
	return o->records ? 0 : -ENOMEM;
}

void frag_order_free(struct frag_order *o)
{
	free(o->records);
	memset(o, 0, sizeof(*o));
}

static int record_compare(const void *a, const void *b)
{
	const struct frag_record *x = a;
	const struct frag_record *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Let the first @n of the sorted records leave. */
static void records_leave(struct frag_order *o, size_t n,
			  frag_record_take *take, void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		const struct frag_record *r = &o->records[i];

		if (r->t_ns < o->last_ns)
			o->late++;
		else
			o->last_ns = r->t_ns;
		take(ctx, r);
	}
	o->count -= n;
	memmove(o->records, o->records + n, o->count * sizeof(*o->records));
}

void frag_order_put(struct frag_order *o, const struct frag_record *r,
		    frag_record_take *take, void *ctx)
{
	if (o->count == o->capacity) {
		qsort(o->records, o->count, sizeof(*o->records),
		      record_compare);
		records_leave(o, o->count / 2, take, ctx);
	}
	o->records[o->count] = *r;
	o->records[o->count++].seq = o->seq++;
}

void frag_order_leave(struct frag_order *o, uint64_t until_ns,
		      frag_record_take *take, void *ctx)
{
	size_t n = 0;

	qsort(o->records, o->count, sizeof(*o->records), record_compare);
	while (n < o->count && o->records[n].t_ns <= until_ns)
		n++;
	records_leave(o, n, take, ctx);
}
