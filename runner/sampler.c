// SPDX-License-Identifier: GPL-2.0-or-later
/* When samples are taken, where they wait, and how they become rows. */
#include "sampler-ring.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/units.h"
#include "clock.h"

enum { STACK_SIZE = 256 << 10, RING_MIN = 32, RING_SECONDS = 2 };

static struct frag_slot *slot_at(struct frag_sampler *s, uint64_t n)
{
	return (struct frag_slot *)(void *)(s->ring +
					    n % s->slots * s->slot_size);
}

/* Fill the next slot of the ring, or count the sample as lost. */
static void sample_take(struct frag_sampler *s, uint64_t deadline, bool is_mark)
{
	uint64_t head = atomic_load(&s->head);
	uint64_t begin = frag_now();
	struct frag_slot *slot;

	if (head - atomic_load(&s->tail) == s->slots) {
		atomic_fetch_add(&s->lost, 1);
		return;
	}
	slot = slot_at(s, head);
	slot->t_ns = begin - s->config.rundir->start_ns;
	slot->late_ns = is_mark || begin < deadline ? 0 : begin - deadline;
	slot->phase = atomic_load(&s->phase);
	slot->is_mark = is_mark;
	slot->lost = atomic_load(&s->lost);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct frag_table *t = &s->tables[i];

		if (frag_is_at_marks(t))
			continue;
		slot->rc[i] = (int16_t)t->collect->type->read(
			t->collect, frag_slot_values(slot, t));
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

static void ring_write(struct frag_sampler *s)
{
	uint64_t tail = atomic_load(&s->tail);

	for (; tail < atomic_load(&s->head); tail++) {
		frag_slot_write(s, slot_at(s, tail));
		atomic_store(&s->tail, tail + 1);
	}
	frag_tables_flush(s);
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

/* A mark is the state of a phase: it waits for room, and ticks wait with it. */
static void room_wait(struct frag_sampler *s)
{
	const struct timespec look = { .tv_nsec = 1000000 };

	while (atomic_load(&s->head) - atomic_load(&s->tail) == s->slots) {
		pthread_cond_signal(&s->written_wanted);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &look, NULL);
	}
}

static void mark_take(struct frag_sampler *s)
{
	pthread_mutex_lock(&s->sampling);
	room_wait(s);
	sample_take(s, 0, true);
	pthread_mutex_unlock(&s->sampling);
	frag_marks_write(s);
}

uint64_t frag_sampler_mark(struct frag_sampler *s, unsigned phase)
{
	uint64_t now;

	mark_take(s);
	/* No sample may have an earlier time and the later phase. */
	pthread_mutex_lock(&s->sampling);
	now = frag_now();
	atomic_store(&s->phase, phase);
	pthread_mutex_unlock(&s->sampling);
	mark_take(s);
	return now - s->config.rundir->start_ns;
}

int frag_sampler_error(struct frag_sampler *s)
{
	return atomic_load(&s->error);
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

/* Both threads; signals stay with the one that calls. */
static int threads_start(struct frag_sampler *s)
{
	sigset_t all;
	sigset_t before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = thread_start(&s->write_thread, write_run, s);
	if (!rc) {
		rc = thread_start(&s->clock_thread, clock_run, s);
		if (rc) {
			atomic_store(&s->is_stopping, true);
			pthread_join(s->write_thread, NULL);
		}
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
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
	rc = frag_tables_open(s, e);
	if (!rc)
		rc = ring_make(s, e);
	if (!rc) {
		mark_take(s);
		rc = threads_start(s);
		frag_fail(rc ? e : NULL, rc, "cannot start the sampler");
	}
	if (rc) {
		frag_tables_close(s);
		sampler_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

static void failures_warn(struct frag_sampler *s)
{
	uint64_t lost = atomic_load(&s->lost);

	/* What it means for the result, the analysis says. */
	if (lost)
		frag_rundir_warn(
			s->config.rundir, false, NULL,
			"%" PRIu64
			" sample%s lost: the machine or the disk was too slow for %g Hz",
			lost, lost == 1 ? " was" : "s were", s->config.rate);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct frag_table *t = &s->tables[i];

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
	rc = frag_tables_close(s);
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
