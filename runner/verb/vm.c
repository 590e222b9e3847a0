// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb vm: any scenario on any kernel, in guests that are thrown away. */
#include "verb/vm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "stop.h"
#include "verb/verbs.h"
#include "vm/haul.h"

#define ROW(field) offsetof(struct vm_options, field)

/* A week: added to the clock, a limit must not wrap. */
#define LIMIT_MAX (7 * 24 * 3600 * FRAG_SEC_NS)

static const struct frag_option vm_rows[] = {
	{ "kernel", 'k', FRAG_WORDS, ROW(kernels), "KERNEL", NULL, 0, 0,
	  "debian:VERSION (`fragbench vm kernels` has them), or the path of a bzImage; may be given again" },
	{ "memory", 'm', FRAG_SIZE, ROW(memory), NULL, NULL, 0, 0,
	  "memory of a guest (default: 2G, or what the nodes add up to)" },
	{ "cpus", 0, FRAG_COUNT, ROW(cpus), "N", NULL, 0, FRAG_VM_CPUS_MAX,
	  "CPUs of a guest (default: 2, or what the nodes add up to)" },
	{ "nodes", 0, FRAG_TEXT, ROW(nodes), "N|LIST", "", 0, 0,
	  "NUMA nodes: so many alike, or MEMORY[@CPUS][/TIER] of each, with commas: 1G@2,1G@2,512M@0/1 (@0: memory only)" },
	{ "distances", 0, FRAG_TEXT, ROW(distances), "LIST", "", 0, 0,
	  "how far nodes are from each other: 0-1=20,0-2=40" },
	{ "axis", 0, FRAG_WORDS, ROW(axes), "KEY=V,V...", NULL, 0, 0,
	  "run every value: of a key of the scenario (mode=lockstep,free-running), of PHASE.KEY, of `append` (kernel parameters), or of a knob (watermark_boost_factor=0,15000); split at ; where values hold commas; may be given again" },
	FRAG_ROW_SET(vm_options),
	FRAG_ROW_EXPECT(vm_options),
	FRAG_ROW_KNOB(vm_options),
	{ "for", 0, FRAG_TEXT, ROW(duration), "TIME", NULL, 0, 0,
	  "how long the phases that run workloads last at most" },
	{ "repeats", 'r', FRAG_COUNT, ROW(repeats), "N", "1", 1, 10000,
	  "run every kernel with every value N times" },
	{ "jobs", 'j', FRAG_COUNT, ROW(jobs), "N", NULL, 0, FRAG_JOBS_MAX,
	  "guests at once (default: as many as fit the CPUs and the memory)" },
	{ "seed", 's', FRAG_COUNT, ROW(seed), "N", "0", 0, 0,
	  "seed of all chance: of the first repeat, each next one has one more; 0 takes a new one" },
	{ "output", 'o', FRAG_TEXT, ROW(output), "DIR", NULL, 0, 0,
	  "folder that run directories go to (default: FRAGBENCH_RESULTS, or results)" },
	{ "append", 0, FRAG_TEXT, ROW(append), "TEXT", "", 0, 0,
	  "more kernel parameters" },
	{ "module", 0, FRAG_WORDS, ROW(modules), "FILE", NULL, 0, 0,
	  "load a kernel module in the guests first: \"FILE.ko PARAMETERS\"; may be given again" },
	{ "accel", 0, FRAG_CHOICE, ROW(accel), "auto|kvm|tcg", "auto", 0, 0,
	  "KVM where a trial guest comes up with it, else TCG, whose times are not times" },
	{ "boot-limit", 0, FRAG_TIME, ROW(boot_ns), NULL, "60s", 1, LIMIT_MAX,
	  "a guest that has not said a word by then does not boot" },
	{ "silence", 0, FRAG_TIME, ROW(silent_ns), NULL, "60s", 1, LIMIT_MAX,
	  "a guest that says nothing for so long hangs" },
	{ "limit", 0, FRAG_TIME, ROW(total_ns), NULL, "30m", 1, LIMIT_MAX,
	  "how long one run may take" },
	{ "bisect", 0, FRAG_FLAG, ROW(bisect), NULL, NULL, 0, 0,
	  "for git bisect run: exit code 0 for a good kernel, 1 for a bad one, 125 for one that cannot be told, 255 when something else is wrong" },
	{ "fail-fast", 0, FRAG_FLAG, ROW(fail_fast), NULL, NULL, 0, 0,
	  "begin no other run after one that failed" },
	{ "offline", 0, FRAG_FLAG, ROW(offline), NULL, NULL, 0, 0,
	  "fetch nothing: only kernels that are in the cache" },
	{ "dry-run", 'n', FRAG_FLAG, ROW(dry_run), NULL, NULL, 0, 0,
	  "print what would be run and start nothing" },
	{ "verbose", 'v', FRAG_FLAG, ROW(verbose), NULL, NULL, 0, 0,
	  "say which kernels and which accelerator are taken, and why" },
	{ "json", 0, FRAG_FLAG, ROW(json), NULL, NULL, 0, 0,
	  "print JSON on standard output instead of text" },
	{ .name = NULL },
};

static int flag_take(void *ctx, const char *name, const char *value,
		     const char *next, bool *used_next, struct frag_error *e)
{
	struct vm_options *o = ctx;

	return frag_keys_take(&o->keys, vm_rows, name, value, next, used_next,
			      e);
}

static int usage_fail(struct frag_error *e, const char *what, const char *mend)
{
	frag_fail(e, 0, "%s", what);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* One kernel, judged. */
static int bisect_tell(const struct frag_matrix *m, struct frag_error *e)
{
	char why[512];
	int code = frag_matrix_verdict(m, why, sizeof(why));

	if (code != FRAG_EXIT_ABORT) {
		fprintf(stderr, "fragbench: %s: %s\n",
			m->config.kernels[0].name, why);
		return code;
	}
	frag_error_exit(e, FRAG_EXIT_ABORT);
	return frag_fail(e, -EIO, "%s", why);
}

/* The guests are gone; what is done stands in the state. */
static int stop_tell(const struct frag_matrix *m)
{
	fprintf(stderr, "fragbench: stopped: %u of %u runs are done\n",
		frag_matrix_count(m, FRAG_CELL_DONE), m->ncells);
	if (m->config.is_kept)
		fprintf(stderr, "  the same command line goes on from here\n");
	return 128 + frag_stop;
}

static void resume_tell(const struct frag_matrix *m)
{
	unsigned n = frag_matrix_count(m, FRAG_CELL_DONE);

	if (n)
		fprintf(stderr, "fragbench: %u of %u were done before\n", n,
			m->ncells);
}

static int matrix_do(struct vm_plan *p, const struct vm_options *o,
		     struct frag_error *e)
{
	struct frag_matrix m;
	int rc;

	frag_haul_sweep(p->config.guest.output);
	rc = frag_matrix_make(&m, &p->config, e);
	if (!rc) {
		resume_tell(&m);
		rc = frag_matrix_run(&m, e);
		if (rc == -EINTR && frag_stop)
			rc = stop_tell(&m);
		else if (!rc && o->bisect)
			rc = bisect_tell(&m, e);
		else if (!rc) {
			frag_vm_tell(&m, o->json);
			rc = frag_matrix_exit(&m);
		}
	}
	frag_matrix_free(&m);
	return rc;
}

static int scenario_do(const struct frag_call *call, struct frag_error *e)
{
	const struct vm_options *o = call->options;
	struct vm_plan *p = calloc(1, sizeof(*p));
	int rc = p ? frag_vm_plan_make(p, o, call->words[0], e) : -ENOMEM;

	if (!rc && o->dry_run)
		rc = frag_vm_plan_print(p, stdout, e);
	else if (!rc)
		rc = frag_vm_plan_ready(p, o, e);
	if (!rc && !o->dry_run)
		rc = matrix_do(p, o, e);
	if (rc < 0 && frag_stop) /* while KVM was tried */
		rc = 128 + frag_stop;
	if (p)
		frag_vm_plan_free(p);
	free(p);
	return rc;
}

static int vm_call(struct frag_call *call, struct frag_error *e)
{
	const struct vm_options *o = call->options;
	const char *first = call->nwords ? call->words[0] : "";

	if (!strcmp(first, "kernels") && call->nwords == 1)
		return frag_vm_kernels(o, e);
	if (!strcmp(first, "headers")) {
		if (call->nwords != 2)
			return usage_fail(e, "vm headers takes one kernel",
					  "fragbench vm headers debian:6.12");
		return frag_vm_headers(o, call->words[1], e);
	}
	if (call->nwords != 1)
		return usage_fail(e, "vm takes one scenario or workload",
				  "fragbench list");
	if (!o->kernels.count)
		return usage_fail(e, "vm takes a kernel: --kernel KERNEL",
				  "fragbench vm kernels");
	if (o->bisect && o->kernels.count != 1)
		return usage_fail(e, "--bisect judges one kernel",
				  "fragbench help vm");
	return scenario_do(call, e);
}

const struct frag_verb frag_verb_vm = {
	.name = "vm",
	.group = FRAG_DO,
	.summary = "run a scenario on any kernel, in throw-away guests",
	.usage =
		"SCENARIO|WORKLOAD|FILE.ini --kernel KERNEL... | kernels | headers KERNEL",
	.about =
		"Boots a QEMU guest for every run: this program is all that is in it, and the run directory comes back. All kernels, all values of every --axis and all repeats are run, shuffled inside each repeat; one kernel with one value of each axis is one series. Runs of one repeat share a seed.\n"
		"The same command line goes on where ^C or a power cut stopped it, and runs again what failed.\n"
		"`vm kernels` lists what --kernel can have: Debian's kernels are fetched by apt-get and kept in a cache, never installed. `vm headers KERNEL` prints the folder that a module for it is built against.\n"
		"Under TCG, where KVM does not work, layout and counts are right and times are not.",
	.options = vm_rows,
	.options_size = sizeof(struct vm_options),
	.unknown = flag_take,
	.call = vm_call,
};
