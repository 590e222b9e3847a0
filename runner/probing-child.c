// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a probe's child: ready, attempts, holding, giving back. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "cgroup.h"
#include "child.h"
#include "clock.h"
#include "probing.h"

/* MemAvailable is looked at again after that much was taken. */
static const uint64_t look_bytes = 8 * FRAG_MIB;

const char *const frag_probe_counters[FRAG_PROBE_COUNTERS + 1] = {
	"compact_stall",
	"compact_success",
	"compact_fail",
	"compact_migrate_scanned",
	"compact_free_scanned",
	"pgmigrate_success",
	"allocstall",
	"pgscan_direct",
	"pgsteal_direct",
	"thp_fault_alloc",
	"thp_fault_fallback",
	"thp_collapse_alloc",
	"thp_collapse_alloc_failed",
	"htlb_buddy_alloc_success",
	"htlb_buddy_alloc_fail",
	"oom_kill",
	NULL,
};

/* Add one line of vmstat to the counter that it belongs to: the one of its
 * name, or the one whose zones' lines are added up ("allocstall_normal"). */
static void counter_add(uint64_t *counters, struct frag_text line)
{
	struct frag_text name;
	uint64_t value;

	if (!frag_text_word(&line, &name) || !frag_text_u64(&line, &value))
		return;
	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++) {
		struct frag_text t = name;

		if (!frag_text_is(name, frag_probe_counters[i]) &&
		    (strcmp(frag_probe_counters[i], "allocstall") != 0 ||
		     !frag_text_take(&t, "allocstall_")))
			continue;
		if (counters[i] == FRAG_ABSENT)
			counters[i] = 0;
		counters[i] += value;
	}
}

static void counters_read(struct frag_source *s, uint64_t *counters)
{
	struct frag_text t;
	struct frag_text line;

	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++)
		counters[i] = FRAG_ABSENT;
	if (s->fd < 0 || frag_source_read(s))
		return;
	t = frag_source_text(s);
	while (frag_text_line(&t, &line))
		counter_add(counters, line);
}

static void counters_differ(uint64_t *to, const uint64_t *from)
{
	for (unsigned i = 0; i < FRAG_PROBE_COUNTERS; i++)
		to[i] = to[i] == FRAG_ABSENT || from[i] == FRAG_ABSENT
				? FRAG_ABSENT
				: to[i] - from[i];
}

static void cause_count(struct frag_probe_result *r, int cause)
{
	unsigned i = 0;

	while (i + 1 < FRAG_PROBE_CAUSES && r->causes[i].count &&
	       r->causes[i].cause != cause)
		i++;
	r->causes[i].cause = cause;
	r->causes[i].count++;
}

/* Is there room for one more block above the floor? */
static bool has_room(const struct frag_probing *p,
		     const struct frag_probe_context *ctx, uint64_t *since)
{
	struct frag_cgroup group;
	uint64_t available;

	*since += ctx->bytes;
	if (*since < look_bytes)
		return true;
	*since = 0;
	if (frag_meminfo("", "MemAvailable", &available))
		return true;
	if (frag_cgroup_read(&group, "") && group.room < available)
		available = group.room;
	return available >= p->floor + ctx->bytes + look_bytes;
}

static const char *attempts_do(const struct frag_probing *p,
			       struct frag_probe_context *ctx,
			       struct frag_probe_result *r)
{
	uint64_t since = look_bytes;
	uint64_t row = 0; /* of failures */

	for (uint64_t i = 0; i < ctx->count; i++) {
		uint64_t ns = 0;
		int rc;

		if (!has_room(p, ctx, &since))
			return "floor";
		if (p->settings.patience && row >= p->settings.patience)
			return "patience";
		rc = p->type->attempt(ctx, i, &ns);
		r->attempts++;
		if (rc == FRAG_GOT) {
			r->successes = ++ctx->taken;
			frag_histogram_add(&r->latency, ns);
			row = 0;
		} else {
			cause_count(r, rc);
			frag_histogram_add(&r->failed_ns, ns);
			row++;
		}
	}
	return "done";
}

static void held(uint64_t ns)
{
	struct timespec until = frag_timespec(frag_now() + ns);

	while (ns && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until,
				     NULL) == EINTR)
		;
}

_Noreturn void frag_probe_child(const struct frag_probing *p,
				struct frag_probe_context *ctx,
				struct frag_probe_share *share, pid_t parent)
{
	struct frag_probe_result *r = &share->result;
	struct frag_source vmstat = { .fd = -1 };
	uint64_t before[FRAG_PROBE_COUNTERS];

	frag_child_begin("frag-probe", parent);
	(void)frag_source_open(&vmstat, "", "/proc/vmstat", NULL);
	share->rc = p->type->open(ctx, &share->error);
	if (share->rc)
		_exit(1);
	r->verified = p->type->verified(ctx);
	counters_read(&vmstat, before);
	r->stopped = attempts_do(p, ctx, r);
	counters_read(&vmstat, r->counters);
	counters_differ(r->counters, before);
	held(p->settings.hold);
	r->given_back = p->type->release(ctx);
	share->is_over = true;
	_exit(0);
}
