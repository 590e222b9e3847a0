// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a worker process: placed, waiting, stepping, holding, ended. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "crew.h"
#include "fragbench/futex.h"

static void state_set(struct frag_worker_share *share, int eventfd,
		      enum frag_worker_state state)
{
	const uint64_t one = 1;

	atomic_store(&share->state, state);
	(void)!write(eventfd, &one, sizeof(one));
}

/* Sleep until the command is no longer @command; returns the new one. */
static uint32_t command_wait(struct frag_worker_share *share, uint32_t command)
{
	uint32_t now;

	while ((now = atomic_load(&share->command)) == command)
		frag_futex_wait(&share->command, command, NULL);
	return now;
}

_Noreturn static void worker_fail(struct frag_worker_share *share, int eventfd,
				  int rc, const struct frag_error *e)
{
	if (e && e->what[0])
		snprintf(share->message, sizeof(share->message),
			 "%.80s%s%.90s%s%.70s", e->what, e->why[0] ? ": " : "",
			 e->why, e->mend[0] ? "; mend: " : "", e->mend);
	else if (!share->message[0])
		snprintf(share->message, sizeof(share->message), "%s",
			 strerror(-rc));
	state_set(share, eventfd, FRAG_WORKER_FAILED);
	_exit(1);
}

static void files_set(int log_fd)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (log_fd >= 0) {
		dup2(log_fd, STDOUT_FILENO);
		dup2(log_fd, STDERR_FILENO);
	}
}

/* When the next step may begin, of a worker that is to make @rate a second. */
struct pace {
	uint64_t period_ns; /* 0: as fast as it goes */
	uint64_t due_ns;
};

static struct pace pace_make(double rate)
{
	return (struct pace){
		.period_ns = rate > 0 ? (uint64_t)(1e9 / rate) : 0,
		.due_ns = frag_now(),
	};
}

/* Sleep until the next step is due, or until told something else than to run. */
static void pace_wait(struct pace *p, struct frag_worker_share *share)
{
	uint64_t now;

	while ((now = frag_now()) < p->due_ns &&
	       atomic_load(&share->command) == FRAG_TELL_RUN) {
		struct timespec left = frag_timespec(p->due_ns - now);

		frag_futex_wait(&share->command, FRAG_TELL_RUN, &left);
	}
}

/* The next deadline follows the last one; what was missed is not made up for. */
static void pace_next(struct pace *p)
{
	uint64_t now = frag_now();

	p->due_ns += p->period_ns;
	if (p->due_ns < now)
		p->due_ns = now;
}

static void step_count(const struct frag_context *ctx, uint64_t end)
{
	struct frag_worker_share *share = ctx->share;

	if (ctx->step_ended_ns)
		end = ctx->step_ended_ns;
	frag_histogram_add(&share->step_ns, end > ctx->step_began_ns
						    ? end - ctx->step_began_ns
						    : 0);
	atomic_fetch_add_explicit(&share->ops, 1, memory_order_relaxed);
}

/* Step until done or told otherwise; 0, or a negative errno. */
static int steps_run(const struct frag_workload *type, struct frag_context *ctx,
		     double rate)
{
	struct frag_worker_share *share = ctx->share;
	struct pace pace = pace_make(rate);
	uint64_t begin = frag_now();
	int rc = FRAG_MORE;

	while (rc != FRAG_DONE &&
	       atomic_load_explicit(&share->command, memory_order_relaxed) ==
		       FRAG_TELL_RUN) {
		ctx->step_began_ns = begin;
		ctx->step_ended_ns = 0;
		rc = type->step(ctx);
		if (rc < 0)
			return rc;
		begin = frag_now();
		if (rc == FRAG_IDLE)
			continue;
		step_count(ctx, begin);
		if (!pace.period_ns || rc == FRAG_DONE)
			continue;
		pace_next(&pace);
		pace_wait(&pace, share);
		begin = frag_now();
	}
	return 0;
}

/* Give back what was asked for. Only we make HOLD of RELEASE, so that the same
 * can be asked again; a STOP that came meanwhile stays. */
static int release_do(const struct frag_workload *type,
		      struct frag_context *ctx, int eventfd)
{
	struct frag_worker_share *share = ctx->share;
	uint32_t told = FRAG_TELL_RELEASE;
	int rc = 0;

	state_set(share, eventfd, FRAG_WORKER_RELEASING);
	if (type->release)
		rc = type->release(ctx, atomic_load(&share->permille));
	if (rc < 0)
		return rc;
	atomic_store(&share->state, FRAG_WORKER_HOLDING);
	atomic_compare_exchange_strong(&share->command, &told, FRAG_TELL_HOLD);
	state_set(share, eventfd, FRAG_WORKER_HOLDING);
	return 0;
}

/* Whatever it was told to end stepping, it holds until told to stop. */
static int hold_do(const struct frag_workload *type, struct frag_context *ctx,
		   int eventfd)
{
	struct frag_worker_share *share = ctx->share;
	uint32_t told;
	int rc = 0;

	state_set(share, eventfd, FRAG_WORKER_HOLDING);
	while (!rc && (told = atomic_load(&share->command)) != FRAG_TELL_STOP) {
		if (told == FRAG_TELL_RELEASE)
			rc = release_do(type, ctx, eventfd);
		else
			command_wait(share, told);
	}
	return rc;
}

static int work_do(const struct frag_workload *type, struct frag_context *ctx,
		   double rate, int eventfd)
{
	struct frag_worker_share *share = ctx->share;
	int rc = type->setup ? type->setup(ctx) : 0;

	if (rc >= 0) {
		state_set(share, eventfd, FRAG_WORKER_RUNNING);
		atomic_store(&share->started_ns, frag_now());
		rc = steps_run(type, ctx, rate);
		atomic_store(&share->done_ns, frag_now());
	}
	if (rc >= 0)
		rc = hold_do(type, ctx, eventfd);
	atomic_store(&share->kept, atomic_load(&share->pages));
	if (type->teardown)
		type->teardown(ctx);
	return rc;
}

_Noreturn void frag_worker_main(struct frag_worker *w, size_t count,
				struct frag_topology *topology, uint64_t seed,
				int eventfd, int log_fd, pid_t parent)
{
	const struct frag_workload *type = w->instance->type;
	struct frag_worker_share *share = w->share;
	struct frag_context ctx = {
		.index = w->index,
		.count = (unsigned)count,
		.page_size = (size_t)sysconf(_SC_PAGESIZE),
		.seed = seed + w->number,
		.options = w->instance->options,
		.shared = w->shared,
		.share = share,
	};
	struct frag_error e = { 0 };
	int rc;

	frag_child_begin(type->name, parent);
	files_set(log_fd);
	rc = frag_place_here(topology, w->instance->common.cpus,
			     w->instance->common.mempolicy, w->index,
			     (unsigned)count, &e);
	ctx.state = calloc(1, type->state_size + 1);
	if (rc || !ctx.state)
		worker_fail(share, eventfd, rc ? rc : -ENOMEM, &e);
	if (command_wait(share, FRAG_TELL_WAIT) != FRAG_TELL_STOP) {
		rc = work_do(type, &ctx, w->instance->common.rate, eventfd);
		if (rc < 0)
			worker_fail(share, eventfd, rc, NULL);
	}
	state_set(share, eventfd, FRAG_WORKER_ENDED);
	_exit(0);
}
