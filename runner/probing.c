// SPDX-License-Identifier: GPL-2.0-or-later
/* Forks the child of a probe, keeps watch over it, and puts back what it may
 * have left: the pass before it, the knobs after it. */
#include "probing.h"
#include "lock.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "needs.h"
#include "stage.h"
#include "stop.h"

enum { WATCH_MS = 20, KNOBS_MAX = 20 };

/* A setting that the probe at work has touched. is_child: the child writes it,
 * so that it is only ever to be lowered when it is put back. */
struct touched {
	char path[256];
	char found[FRAG_KNOB_TEXT];
	bool is_child;
};

/* One order being asked for. */
struct asking {
	const struct frag_probing *probing;
	struct frag_probe_context ctx;
	struct frag_probe_share *share;
	struct touched touched[KNOBS_MAX];
	unsigned ntouched;
};

const struct frag_option frag_probe_options[] = {
	{ "count", 0, FRAG_COUNT, offsetof(struct frag_probe_settings, count),
	  NULL, "0", 0, 10000000,
	  "blocks to ask for, all held at once; 0: as many as the probe usually does" },
	{ "order", 0, FRAG_COUNT, offsetof(struct frag_probe_settings, order),
	  NULL, "0", 0, 30,
	  "ask for blocks of this order alone; 0: for each order that the probe has" },
	{ "hold", 0, FRAG_TIME, offsetof(struct frag_probe_settings, hold),
	  NULL, "0s", 0, 0, "how long all blocks are held before they go back" },
	{ "patience", 0, FRAG_COUNT,
	  offsetof(struct frag_probe_settings, patience), NULL, "32", 0, 0,
	  "failures in a row after which no more is asked for; 0: never" },
	{ "warm", 0, FRAG_CHOICE, offsetof(struct frag_probe_settings, warm),
	  "yes|no", "yes", 0, 0,
	  "ask twice, the second time over memory that the first has touched, with the per-CPU lists drained in between (root): the first answers how many come and what that costs now, the second how long the kernel takes without the host of a virtual machine, which fetches memory on first touch. Not of probes that do not write to a block (hugetlb)" },
	{ .name = NULL },
};

static int knob_set(struct frag_probe_context *ctx, const char *path,
		    const char *value, struct frag_error *e)
{
	struct asking *a = ctx->runner;
	struct frag_journal *j = a->probing->journal;
	struct touched *t = &a->touched[a->ntouched];
	int rc;

	if (a->ntouched == KNOBS_MAX)
		return frag_fail(e, -ENOSPC, "too many knobs for one probe");
	if (!j || j->fd < 0) {
		frag_fail(e, -EPERM, "%s cannot be written", path);
		frag_error_mend(e, "run as root");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EPERM;
	}
	/* What another run has written is not what was found. */
	rc = frag_machine_has(path) ? frag_journal_claim(j, e) : 0;
	if (rc)
		return rc;
	rc = frag_knob_read(path, t->found, sizeof(t->found));
	if (rc) {
		frag_fail(e, rc, "cannot read the knob %s", path);
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	snprintf(t->path, sizeof(t->path), "%s", path);
	t->is_child = !value;
	a->ntouched++;
	return frag_knob_write(j, path, value ? value : t->found, !value,
			       FRAG_KNOB_BY_PROBE, e);
}

/* Put one setting back. A pool that others have made smaller stays so. */
static int touched_restore(struct frag_journal *j, const struct touched *t,
			   struct frag_error *e)
{
	char now[FRAG_KNOB_TEXT];
	int rc = frag_knob_read(t->path, now, sizeof(now));

	if (rc || !strcmp(now, t->found))
		return rc;
	if (t->is_child &&
	    strtoull(now, NULL, 10) < strtoull(t->found, NULL, 10))
		return 0;
	return frag_knob_write(j, t->path, t->found, t->is_child,
			       FRAG_KNOB_BY_PROBE, e);
}

static int knobs_restore(struct asking *a, struct frag_error *e)
{
	int first = 0;

	for (unsigned i = a->ntouched; i-- > 0;) {
		int rc =
			touched_restore(a->probing->journal, &a->touched[i], e);

		first = first ? first : rc;
	}
	a->ntouched = 0;
	return first;
}

/* Wait for the child; when the watch or a signal says so, kill it. */
static int child_watch(const struct frag_probing *p, pid_t pid,
		       struct frag_error *e)
{
	struct pollfd end = { (int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0 };
	int rc =
		end.fd < 0 ? frag_fail(e, -errno, "cannot watch the probe") : 0;

	while (!rc && poll(&end, 1, WATCH_MS) <= 0) {
		if (frag_stop)
			rc = -EINTR;
		else if (p->watch)
			rc = p->watch(p->ctx, e);
	}
	if (rc)
		kill(pid, SIGKILL);
	/* It may have to end a write first: no knob is put back before that,
	 * however often ^C is pressed. */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (end.fd >= 0)
		close(end.fd);
	return rc;
}

static int child_run(struct asking *a, struct frag_error *e)
{
	const struct frag_probing *p = a->probing;
	struct frag_probe_share *share = a->share;
	pid_t parent = getpid();
	pid_t pid;
	int rc;

	share->result.stopped = "killed";
	share->result.verified = "none";
	pid = fork();
	if (pid < 0)
		return frag_fail(e, -errno, "cannot start the probe");
	if (!pid)
		frag_probe_child(p, &a->ctx, share, parent);
	if (p->guardian && p->guardian->share)
		atomic_store(&p->guardian->share->probe, pid);
	rc = child_watch(p, pid, e);
	if (p->guardian && p->guardian->share)
		atomic_store(&p->guardian->share->probe, 0);
	if (rc)
		return rc;
	if (share->rc) {
		if (e)
			*e = share->error;
		return share->rc;
	}
	if (!share->is_over) {
		/* Its death gave back the memory, the knobs come back later. */
		share->result.stopped = "killed";
		share->result.given_back = share->result.successes;
	}
	return 0;
}

/* The label, the order and what was asked, before any pass. */
static void result_begin(struct asking *a, bool several)
{
	struct frag_probe_result *r = &a->share->result;
	char size[24];

	memset(a->share, 0, sizeof(*a->share));
	frag_size_text(a->ctx.bytes, size, sizeof(size));
	r->type = a->probing->type;
	snprintf(r->label, sizeof(r->label), "%.16s%s%.12s", r->type->name,
		 several ? "-" : "", several ? size : "");
	r->order = a->ctx.order;
	r->bytes = a->ctx.bytes;
	r->node = a->ctx.node;
	r->asked = a->ctx.count;
	r->warmed = FRAG_ABSENT;
	r->warm_given_back = FRAG_ABSENT;
}

/*
 * Ask again, over memory that the first pass has touched. What went back waits
 * on the lists of one CPU, and would come from there without any of the work
 * that is to be timed: these lists are drained in between, where they may be.
 */
static int ask_again(struct asking *a, bool several, struct frag_error *e)
{
	const struct frag_probing *p = a->probing;
	struct frag_probe_result first = a->share->result;
	int rc = 0;

	if (p->journal && p->journal->fd >= 0)
		rc = frag_pcp_drain(p->journal, e);
	result_begin(a, several);
	if (!rc)
		rc = child_run(a, e);
	first.warmed = a->share->result.successes;
	first.warm_stopped = a->share->result.stopped;
	first.warm_given_back = a->share->result.given_back;
	first.warm = a->share->result.latency;
	a->share->result = first;
	return rc;
}

static int order_ask(struct asking *a, bool several, struct frag_error *e)
{
	const struct frag_probing *p = a->probing;
	const struct frag_probe_result *r = &a->share->result;
	int rc = p->type->knobs ? p->type->knobs(&a->ctx, e) : 0;
	int back;

	result_begin(a, several);
	if (!rc)
		rc = child_run(a, e);
	if (!rc && p->type->zeroes && !strcmp(p->settings.warm, "yes") &&
	    r->successes && strcmp(r->stopped, "killed") != 0)
		rc = ask_again(a, several, e);
	back = knobs_restore(a, e);
	return rc ? rc : back;
}

static int node_parse(const char *text, int *node, struct frag_error *e)
{
	char path[64];
	uint64_t n;

	*node = -1;
	if (!strcmp(text, "all"))
		return 0;
	snprintf(path, sizeof(path), "/sys/devices/system/node/node%.20s",
		 text);
	if (!frag_parse_count(text, &n) && n < 1024 && !access(path, F_OK)) {
		*node = (int)n;
		return 0;
	}
	frag_fail(e, 0, "there is no node '%s'", text);
	frag_error_mend(e, "ls /sys/devices/system/node");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* The orders to ask for: all that the probe has, or the one that was named.
 * *several: the probe has more than one. */
static int orders_choose(const struct frag_probing *p, unsigned *orders,
			 unsigned *n, bool *several, struct frag_error *e)
{
	unsigned all = p->type->orders(orders, e);

	*n = all;
	*several = all > 1;
	if (!all)
		return -ENOENT;
	if (!p->settings.order)
		return 0;
	*n = 1;
	for (unsigned i = 0; i < all; i++) {
		if (orders[i] != p->settings.order)
			continue;
		orders[0] = orders[i];
		return 0;
	}
	frag_fail(e, 0, "the probe %s has no order %" PRIu64, p->type->name,
		  p->settings.order);
	if (*several)
		frag_error_why(e, "here it has %u to %u", orders[0],
			       orders[all - 1]);
	else
		frag_error_why(e, "here it has %u", orders[0]);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int asking_open(struct asking *a, const struct frag_probing *p,
		       struct frag_error *e)
{
	memset(a, 0, sizeof(*a));
	a->probing = p;
	a->ctx.page_size = (size_t)sysconf(_SC_PAGESIZE);
	a->ctx.options = p->options;
	a->ctx.count = p->settings.count ? p->settings.count : p->type->count;
	a->ctx.knob = knob_set;
	a->ctx.runner = a;
	a->share = mmap(NULL, sizeof(*a->share), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a->share == MAP_FAILED) {
		a->share = NULL;
		frag_fail(e, -errno, "cannot probe");
		return -ENOMEM;
	}
	a->ctx.state = malloc(p->type->state_size + 1);
	if (!a->ctx.state) {
		frag_fail(e, -ENOMEM, "cannot probe");
		return -ENOMEM;
	}
	return node_parse(p->node, &a->ctx.node, e);
}

static void asking_close(struct asking *a)
{
	free(a->ctx.state);
	if (a->share)
		munmap(a->share, sizeof(*a->share));
}

int frag_probe_ask(const struct frag_probing *p,
		   struct frag_probe_result **results, unsigned *n,
		   struct frag_error *e)
{
	unsigned orders[FRAG_PROBE_ORDERS];
	unsigned count = 0;
	bool several = false;
	struct asking a;
	struct frag_facts facts;
	int rc;

	*n = 0;
	*results = calloc(FRAG_PROBE_ORDERS, sizeof(**results));
	if (!*results)
		return frag_fail(e, -ENOMEM, "cannot probe");
	frag_facts_read(&facts);
	rc = frag_needs_check(p->type->name, p->type->needs, &facts, true, e);
	if (!rc)
		rc = orders_choose(p, orders, &count, &several, e);
	if (rc)
		return rc;
	rc = asking_open(&a, p, e);
	for (unsigned i = 0; i < count && !rc; i++) {
		memset(a.ctx.state, 0, p->type->state_size);
		a.ctx.order = orders[i];
		a.ctx.bytes = (uint64_t)a.ctx.page_size << orders[i];
		a.ctx.taken = 0;
		rc = order_ask(&a, several, e);
		if (!rc)
			(*results)[(*n)++] = a.share->result;
	}
	asking_close(&a);
	return rc;
}
