// SPDX-License-Identifier: GPL-2.0-or-later
/* When samples are taken, where they wait, and how they become rows. */
#include "sampler.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/csv.h"
#include "base/units.h"
#include "clock.h"

enum { STACK_SIZE = 256 << 10, RING_MIN = 32, RING_SECONDS = 2 };

/* One sample's own facts; its values follow it in the ring. */
struct slot {
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
struct table {
	struct frag_collect *collect;
	struct frag_csv csv;
	size_t offset;
	uint64_t *mark_values; /* of FRAG_AT_MARKS only */
	uint64_t failures;
	int failure;
};

struct frag_sampler {
	struct frag_sampler_config config;
	struct table tables[FRAG_COLLECTS_MAX];
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

static bool is_at_marks(const struct table *t)
{
	return t->collect->type->cadence == FRAG_AT_MARKS;
}

static struct slot *slot_at(struct frag_sampler *s, uint64_t n)
{
	return (struct slot *)(void *)(s->ring + n % s->slots * s->slot_size);
}

static uint64_t *slot_values(struct slot *slot, const struct table *t)
{
	return (uint64_t *)(slot + 1) + t->offset;
}

/* Fill the next slot of the ring, or count the sample as lost. */
static void sample_take(struct frag_sampler *s, uint64_t deadline, bool is_mark)
{
	uint64_t head = atomic_load(&s->head);
	uint64_t begin = frag_now();
	struct slot *slot;

	if (head - atomic_load(&s->tail) == s->slots) {
		atomic_fetch_add(&s->lost, 1);
		return;
	}
	slot = slot_at(s, head);
	slot->t_ns = begin - s->config.rundir->start_ns;
	slot->late_ns = is_mark ? 0 : begin - deadline;
	slot->phase = atomic_load(&s->phase);
	slot->is_mark = is_mark;
	slot->lost = atomic_load(&s->lost);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct table *t = &s->tables[i];

		if (is_at_marks(t))
			continue;
		slot->rc[i] = (int16_t)t->collect->type->read(
			t->collect, slot_values(slot, t));
		slot->nrows[i] = (uint16_t)t->collect->shape.nrows;
	}
	slot->cost_ns = frag_now() - begin;
	atomic_store(&s->head, head + 1);
	if (head + 1 - atomic_load(&s->tail) >= s->slots / 2)
		pthread_cond_signal(&s->written_wanted);
}

static void *clock_run(void *arg)
{
	struct frag_sampler *s = arg;
	uint64_t deadline = frag_now() + s->period_ns;

	prctl(PR_SET_NAME, "frag-sampler");
	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!atomic_load(&s->is_stopping)) {
		struct timespec ts = frag_timespec(deadline);
		uint64_t now;

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		if (atomic_load(&s->is_stopping))
			break;
		pthread_mutex_lock(&s->sampling);
		sample_take(s, deadline, false);
		pthread_mutex_unlock(&s->sampling);
		now = frag_now();
		deadline += s->period_ns;
		/* What was slept through is lost, not made up for later. */
		for (; deadline + s->period_ns < now; deadline += s->period_ns)
			atomic_fetch_add(&s->lost, 1);
	}
	return NULL;
}

static void rows_write(struct frag_csv *csv, const char *phase, uint64_t t_ns,
		       const struct frag_shape *shape, unsigned nrows,
		       const uint64_t *values)
{
	for (unsigned r = 0; r < nrows; r++) {
		frag_csv_u64(csv, t_ns);
		frag_csv_text(csv, phase);
		if (shape->nkeys)
			frag_csv_text(csv, shape->row_keys[r].text);
		for (unsigned c = 0; c < shape->ncolumns; c++)
			frag_csv_u64(csv, *values++);
		frag_csv_end(csv);
	}
}

static void failure_note(struct table *t, int rc)
{
	t->failures++;
	t->failure = t->failure ? t->failure : rc;
}

static void own_write(struct frag_sampler *s, const struct slot *slot)
{
	frag_csv_u64(&s->own, slot->t_ns);
	frag_csv_text(&s->own, s->config.phases[slot->phase]);
	frag_csv_text(&s->own, slot->is_mark ? "mark" : "tick");
	frag_csv_u64(&s->own, slot->late_ns);
	frag_csv_u64(&s->own, slot->cost_ns);
	frag_csv_u64(&s->own, slot->lost);
	frag_csv_end(&s->own);
}

static void slot_write(struct frag_sampler *s, struct slot *slot)
{
	const char *phase = s->config.phases[slot->phase];

	own_write(s, slot);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct table *t = &s->tables[i];

		if (is_at_marks(t))
			continue;
		if (slot->rc[i])
			failure_note(t, slot->rc[i]);
		else
			rows_write(&t->csv, phase, slot->t_ns,
				   &t->collect->shape, slot->nrows[i],
				   slot_values(slot, t));
	}
}

static void error_keep(struct frag_sampler *s, int rc)
{
	int none = 0;

	if (rc)
		atomic_compare_exchange_strong(&s->error, &none, rc);
}

static void ring_write(struct frag_sampler *s)
{
	uint64_t tail = atomic_load(&s->tail);

	for (; tail < atomic_load(&s->head); tail++) {
		slot_write(s, slot_at(s, tail));
		atomic_store(&s->tail, tail + 1);
	}
	error_keep(s, frag_csv_flush(&s->own));
	for (unsigned i = 0; i < s->config.ncollects; i++)
		if (!is_at_marks(&s->tables[i]))
			error_keep(s, frag_csv_flush(&s->tables[i].csv));
}

static void *write_run(void *arg)
{
	struct frag_sampler *s = arg;

	prctl(PR_SET_NAME, "frag-writer");
	pthread_mutex_lock(&s->writing);
	while (!atomic_load(&s->is_stopping)) {
		struct timespec ts = frag_timespec(frag_now() + FRAG_SEC_NS);

		pthread_cond_timedwait(&s->written_wanted, &s->writing, &ts);
		ring_write(s);
	}
	pthread_mutex_unlock(&s->writing);
	return NULL;
}

/* The tables that are too expensive to read with every sample. */
static void marks_read(struct frag_sampler *s)
{
	uint64_t t_ns = frag_now() - s->config.rundir->start_ns;
	const char *phase = s->config.phases[atomic_load(&s->phase)];

	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct table *t = &s->tables[i];
		int rc;

		if (!is_at_marks(t))
			continue;
		rc = t->collect->type->read(t->collect, t->mark_values);
		if (rc)
			failure_note(t, rc);
		else
			rows_write(&t->csv, phase, t_ns, &t->collect->shape,
				   t->collect->shape.nrows, t->mark_values);
		error_keep(s, frag_csv_flush(&t->csv));
	}
}

static void mark_take(struct frag_sampler *s)
{
	pthread_mutex_lock(&s->sampling);
	sample_take(s, 0, true);
	pthread_mutex_unlock(&s->sampling);
	marks_read(s);
}

void frag_sampler_mark(struct frag_sampler *s, unsigned phase)
{
	mark_take(s);
	atomic_store(&s->phase, phase);
	mark_take(s);
}

int frag_sampler_error(struct frag_sampler *s)
{
	return atomic_load(&s->error);
}

static json_t *common_columns(void)
{
	json_t *columns = json_array();

	json_array_append_new(
		columns, frag_column_json("t_ns", "ns",
					  "time since the start of the run"));
	json_array_append_new(columns,
			      frag_column_json("phase", "", "phase name"));
	return columns;
}

static json_t *table_columns(struct frag_csv *csv,
			     const struct frag_shape *shape)
{
	json_t *columns = common_columns();

	frag_csv_text(csv, "t_ns");
	frag_csv_text(csv, "phase");
	for (unsigned i = 0; i < shape->nkeys; i++) {
		frag_csv_text(csv, shape->keys[i].name);
		json_array_append_new(columns,
				      frag_column_json(shape->keys[i].name, "",
						       shape->keys[i].about));
	}
	for (unsigned i = 0; i < shape->ncolumns; i++) {
		const struct frag_column *c = &shape->columns[i];

		frag_csv_text(csv, c->name);
		json_array_append_new(
			columns, frag_column_json(c->name, c->unit, c->about));
	}
	frag_csv_end(csv);
	csv->rows = 0;
	return columns;
}

static int table_open(struct frag_sampler *s, struct table *t,
		      struct frag_error *e)
{
	const struct frag_collector *type = t->collect->type;
	const struct frag_shape *shape = &t->collect->shape;
	char name[64];
	int rc;

	snprintf(name, sizeof(name), "%s.csv", type->name);
	rc = frag_csv_create(&t->csv, s->config.rundir->dirfd, name, e);
	if (rc)
		return rc;
	frag_rundir_describe(s->config.rundir, name, type->summary,
			     table_columns(&t->csv, shape));
	if (is_at_marks(t)) {
		t->mark_values =
			calloc((size_t)shape->max_rows * shape->ncolumns,
			       sizeof(uint64_t));
		if (!t->mark_values)
			return frag_fail(e, -ENOMEM, "cannot sample %s",
					 type->name);
	}
	return 0;
}

static int own_open(struct frag_sampler *s, struct frag_error *e)
{
	static const struct frag_column own[] = {
		{ "kind", "",
		  "tick (by the clock) or mark (start or end of a phase)" },
		{ "late_ns", "ns",
		  "how long after its deadline the sample began, 0 for marks" },
		{ "cost_ns", "ns", "how long it took to read all sources" },
		{ "lost", "count", "samples that could not be kept so far" },
	};
	const struct frag_shape shape = {
		.columns = (struct frag_column *)(uintptr_t)own,
		.ncolumns = 4,
	};
	int rc = frag_csv_create(&s->own, s->config.rundir->dirfd,
				 "sampler.csv", e);

	if (!rc)
		frag_rundir_describe(s->config.rundir, "sampler.csv",
				     "the observer observed",
				     table_columns(&s->own, &shape));
	return rc;
}

static int tables_open(struct frag_sampler *s, struct frag_error *e)
{
	size_t numbers = 0;
	int rc = own_open(s, e);

	for (unsigned i = 0; i < s->config.ncollects && !rc; i++) {
		struct table *t = &s->tables[i];

		t->collect = s->config.collects[i];
		t->offset = numbers;
		if (!is_at_marks(t))
			numbers += (size_t)t->collect->shape.max_rows *
				   t->collect->shape.ncolumns;
		rc = table_open(s, t, e);
	}
	s->slot_size = sizeof(struct slot) + numbers * sizeof(uint64_t);
	return rc;
}

static int ring_make(struct frag_sampler *s, struct frag_error *e)
{
	size_t bytes;

	s->slots = (unsigned)(s->config.rate * RING_SECONDS);
	if (s->slots < RING_MIN)
		s->slots = RING_MIN;
	bytes = s->slots * s->slot_size;
	s->ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (s->ring == MAP_FAILED) {
		s->ring = NULL;
		return frag_fail(e, -errno, "cannot make the ring of samples");
	}
	/* An unlocked ring still works: it may then wait for a page. */
	(void)mlock(s->ring, bytes);
	return 0;
}

static int thread_start(pthread_t *thread, void *(*run)(void *),
			struct frag_sampler *s)
{
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	rc = pthread_create(thread, &attr, run, s);
	pthread_attr_destroy(&attr);
	return -rc;
}

static void locks_make(struct frag_sampler *s)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&s->sampling, NULL);
	pthread_mutex_init(&s->writing, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->written_wanted, &attr);
	pthread_condattr_destroy(&attr);
}

static void sampler_free(struct frag_sampler *s)
{
	for (unsigned i = 0; i < s->config.ncollects; i++)
		free(s->tables[i].mark_values);
	if (s->ring)
		munmap(s->ring, s->slots * s->slot_size);
	free(s);
}

static int files_close(struct frag_sampler *s)
{
	int rc = s->own.buf ? frag_csv_close(&s->own) : 0;

	for (unsigned i = 0; i < s->config.ncollects; i++) {
		int one = s->tables[i].csv.buf
				  ? frag_csv_close(&s->tables[i].csv)
				  : 0;

		rc = rc ? rc : one;
	}
	return rc;
}

static int threads_start(struct frag_sampler *s)
{
	int rc = thread_start(&s->write_thread, write_run, s);

	if (rc)
		return rc;
	rc = thread_start(&s->clock_thread, clock_run, s);
	if (rc) {
		atomic_store(&s->is_stopping, true);
		pthread_join(s->write_thread, NULL);
	}
	return rc;
}

int frag_sampler_start(struct frag_sampler **out,
		       const struct frag_sampler_config *config,
		       struct frag_error *e)
{
	struct frag_sampler *s = calloc(1, sizeof(*s));
	int rc;

	if (!s || config->ncollects > FRAG_COLLECTS_MAX) {
		free(s);
		return frag_fail(e, -ENOMEM, "cannot start the sampler");
	}
	s->config = *config;
	s->period_ns = (uint64_t)(1e9 / config->rate);
	locks_make(s);
	rc = tables_open(s, e);
	if (!rc)
		rc = ring_make(s, e);
	if (!rc) {
		mark_take(s);
		rc = threads_start(s);
		frag_fail(rc ? e : NULL, rc, "cannot start the sampler");
	}
	if (rc) {
		files_close(s);
		sampler_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

static void failures_warn(struct frag_sampler *s)
{
	uint64_t lost = atomic_load(&s->lost);

	if (lost)
		frag_rundir_warn(
			s->config.rundir, true, NULL,
			"%" PRIu64
			" samples were lost: the machine or the disk was too slow for %g Hz",
			lost, s->config.rate);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct table *t = &s->tables[i];

		if (t->failures)
			frag_rundir_warn(s->config.rundir, true, NULL,
					 "%s could not be read %" PRIu64
					 " times: %s",
					 t->collect->type->name, t->failures,
					 strerror(-t->failure));
	}
}

int frag_sampler_stop(struct frag_sampler *s, struct frag_error *e)
{
	int rc;

	mark_take(s);
	pthread_mutex_lock(&s->writing);
	atomic_store(&s->is_stopping, true);
	pthread_cond_signal(&s->written_wanted);
	pthread_mutex_unlock(&s->writing);
	pthread_join(s->clock_thread, NULL);
	pthread_join(s->write_thread, NULL);
	ring_write(s);
	failures_warn(s);
	rc = files_close(s);
	rc = atomic_load(&s->error) ? atomic_load(&s->error) : rc;
	if (rc) {
		frag_fail(e, rc, "cannot write the samples to %s",
			  s->config.rundir->path);
		frag_error_mend(
			e, "what was written until then is whole and readable");
	}
	sampler_free(s);
	return rc;
}
