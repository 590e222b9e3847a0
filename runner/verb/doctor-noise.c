// SPDX-License-Identifier: GPL-2.0-or-later
/* What moves, merges or hides memory while a run looks: the noise, and how to
 * have less of it. */
#include "verb/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/source.h"
#include "knobs.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"

enum {
	LOAD_MS = 200, /* 20 ticks of each CPU's clock at 100 Hz */
	BUSY_PERCENT = 10,
	STEAL_PERCENT = 2,
	HIDDEN_MIN = 16 << 20,
};

/* The value of a knob file below the root, the bracketed word of several. */
static int knob_value(const struct frag_doctor *d, const char *path, char *buf,
		      size_t size)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", d->root, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	return frag_knob_read(full, buf, size);
}

void frag_check_hugetlb(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t pages;
	uint64_t huge;

	if (frag_slurp_u64(d->root, "/proc/sys/vm/nr_hugepages", &pages) ||
	    frag_meminfo(d->root, "Hugepagesize", &huge)) {
		f = frag_finding_add(d, FRAG_MISSING, "hugetlb", "none");
		frag_finding_why(f, "no ballast, so that big machines stay "
				    "big: the kernel was built without "
				    "CONFIG_HUGETLBFS");
		frag_finding_mend(f, "run on a kernel with CONFIG_HUGETLBFS=y");
		return;
	}
	if (!pages) {
		frag_finding_add(d, FRAG_OK, "hugetlb",
				 "pages of %" PRIu64 " KiB, pool empty",
				 huge >> 10);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "hugetlb",
			     "%" PRIu64 " pages of %" PRIu64
			     " KiB are set aside",
			     pages, huge >> 10);
	frag_finding_why(f, "this memory is in no free list and no run gets "
			    "it");
	frag_finding_mend(f, "sysctl -w vm.nr_hugepages=0");
}

void frag_check_thp(struct frag_doctor *d)
{
	struct frag_finding *f;
	char mode[32];

	if (knob_value(d, THP "enabled", mode, sizeof(mode)) < 0) {
		f = frag_finding_add(d, FRAG_NOTE, "THP", "none");
		frag_finding_why(f, "this kernel has no transparent huge "
				    "pages: their counters stay away");
		frag_finding_mend(f, "run on a kernel with "
				     "CONFIG_TRANSPARENT_HUGEPAGE=y");
		return;
	}
	if (strcmp(mode, "always")) {
		frag_finding_add(d, FRAG_OK, "THP", "%s", mode);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "THP", "always");
	frag_finding_why(f, "every large mapping of every process takes blocks "
			    "of the pageblock order, and compacts to get them");
	frag_finding_mend(f, "echo madvise >" THP "enabled");
}

void frag_check_khugepaged(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t pages;
	uint64_t sleep_ms;
	char mode[32];

	if (knob_value(d, THP "enabled", mode, sizeof(mode)) < 0 ||
	    frag_slurp_u64(d->root, THP "khugepaged/pages_to_scan", &pages) ||
	    frag_slurp_u64(d->root, THP "khugepaged/scan_sleep_millisecs",
			   &sleep_ms))
		return;
	if (strcmp(mode, "always")) {
		frag_finding_add(d, FRAG_OK, "khugepaged", "%s",
				 strcmp(mode, "never")
					 ? "only where a process asks for it"
					 : "does not run");
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "khugepaged",
			     "%" PRIu64 " pages every %" PRIu64 " ms", pages,
			     sleep_ms);
	frag_finding_why(f, "it gathers the pages of processes into huge ones "
			    "in the background");
	frag_finding_mend(f, "echo 86400000 >" THP
			     "khugepaged/scan_sleep_millisecs");
}

void frag_check_kcompactd(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t level;

	if (frag_slurp_u64(d->root, "/proc/sys/vm/compaction_proactiveness",
			   &level)) {
		frag_finding_add(d, FRAG_OK, "proactive compaction",
				 "not in this kernel");
		return;
	}
	if (!level) {
		frag_finding_add(d, FRAG_OK, "proactive compaction", "off");
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "proactive compaction",
			     "vm.compaction_proactiveness is %" PRIu64, level);
	frag_finding_why(f, "kcompactd compacts by itself when memory is badly "
			    "fragmented: a state that was made may not last");
	frag_finding_mend(f, "sysctl -w vm.compaction_proactiveness=0");
}

void frag_check_swap(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t total;
	uint64_t free;

	if (frag_meminfo(d->root, "SwapTotal", &total) ||
	    frag_meminfo(d->root, "SwapFree", &free) || free > total)
		return;
	if (!total) {
		frag_finding_add(d, FRAG_OK, "swap", "none");
		return;
	}
	if (total == free) {
		frag_finding_add(d, FRAG_OK, "swap",
				 "%" PRIu64 " MiB, none in use", total >> 20);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "swap",
			     "%" PRIu64 " of %" PRIu64 " MiB in use",
			     (total - free) >> 20, total >> 20);
	frag_finding_why(f, "pages that come back take free blocks at any "
			    "time, and no ballast is used meanwhile");
	frag_finding_mend(f, "swapoff -a");
}

/* --- load ------------------------------------------------------------------- */

/* CPU time of all CPUs in ticks: user nice system idle iowait irq softirq
 * steal. */
struct ticks {
	uint64_t all;
	uint64_t idle;
	uint64_t steal;
};

static int ticks_read(struct ticks *t)
{
	struct frag_text line;
	uint64_t value;
	struct frag_source s;
	int rc = frag_source_open(&s, "", "/proc/stat", NULL);

	if (rc)
		return rc;
	line = frag_source_text(&s);
	rc = frag_text_take(&line, "cpu ") ? 0 : -EINVAL;
	memset(t, 0, sizeof(*t));
	for (unsigned i = 0; !rc && i < 8 && frag_text_u64(&line, &value);
	     i++) {
		t->all += value;
		if (i == 3 || i == 4)
			t->idle += value;
		if (i == 7)
			t->steal = value;
	}
	frag_source_close(&s);
	return rc;
}

void frag_check_load(struct frag_doctor *d)
{
	struct frag_finding *f;
	struct ticks a;
	struct ticks b;
	uint64_t all;
	uint64_t busy;
	uint64_t steal;

	if (ticks_read(&a) || poll(NULL, 0, LOAD_MS) || ticks_read(&b))
		return;
	all = b.all > a.all ? b.all - a.all : 1;
	steal = (b.steal - a.steal) * 100 / all;
	busy = b.idle < a.idle ? 0 : (all - (b.idle - a.idle)) * 100 / all;
	if (busy < BUSY_PERCENT && steal < STEAL_PERCENT) {
		frag_finding_add(d, FRAG_OK, "other load",
				 "%" PRIu64 " %% of the CPUs, over %d ms", busy,
				 LOAD_MS);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "other load",
			     "%" PRIu64 " %% of the CPUs, %" PRIu64
			     " %% stolen, over %d ms",
			     busy, steal, LOAD_MS);
	frag_finding_why(f, "%s",
			 steal >= STEAL_PERCENT
				 ? "the host of this guest takes time away: "
				   "counts are good, times are not"
				 : "others allocate and free meanwhile");
	frag_finding_mend(f, "ps -eo pid,pcpu,rss,comm --sort=-pcpu | head");
}

/* --- free memory that the free lists do not show ---------------------------- */

/* Since 5.14; before, the knob had another name. */
static const char *pcp_knob(const struct frag_doctor *d, uint64_t *value)
{
	static const char *const names[] = { "percpu_pagelist_high_fraction",
					     "percpu_pagelist_fraction" };
	char path[64];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/sys/vm/%s", names[i]);
		if (!frag_slurp_u64(d->root, path, value))
			return names[i];
	}
	return NULL;
}

void frag_check_pcp(struct frag_doctor *d)
{
	const struct frag_picture *p = &d->picture;
	struct frag_finding *f;
	const char *knob;
	uint64_t hidden;
	uint64_t free;
	uint64_t value;

	if (!d->has_picture || p->all.pcp_pages == FRAG_ABSENT)
		return;
	hidden = p->all.pcp_pages * p->page_size;
	free = frag_buddy_pages(&p->all.zone.buddy) * p->page_size;
	if (hidden < HIDDEN_MIN || hidden < free / 100) {
		frag_finding_add(d, FRAG_OK, "per-CPU lists",
				 "%" PRIu64 " KiB of free pages", hidden >> 10);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "per-CPU lists",
			     "%" PRIu64 " MiB of free pages, %" PRIu64
			     " MiB on the free lists",
			     hidden >> 20, free >> 20);
	frag_finding_why(f, "these pages are free, no index sees them, and "
			    "compaction does not reach them");
	knob = pcp_knob(d, &value);
	if (knob)
		frag_finding_mend(f,
				  "sysctl -w vm.%s=100000; sleep 2; sysctl -w "
				  "vm.%s=%" PRIu64,
				  knob, knob, value);
}

/* Deferred initialisation, unaccepted memory of confidential guests, ... */
void frag_check_unlisted(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t available = 0;
	uint64_t gap;

	if (!d->has_picture || d->picture.mem_free == FRAG_ABSENT)
		return;
	gap = frag_picture_unlisted(&d->picture);
	if (!gap) {
		frag_finding_add(d, FRAG_OK, "free lists",
				 "hold all that MemFree counts");
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "free lists",
			     "lack %" PRIu64 " of %" PRIu64 " MiB of MemFree",
			     gap >> 20, d->picture.mem_free >> 20);
	frag_finding_why(f, "the kernel has not put this memory on its lists "
			    "yet (struct pages initialised late, memory not "
			    "accepted): indices speak of the rest only, and "
			    "it arrives as whole blocks when it is needed");
	if (d->is_live && !frag_meminfo("", "MemAvailable", &available))
		frag_finding_mend(f,
				  "head -c %" PRIu64
				  "M /dev/zero | tail >/dev/null",
				  (available >> 20) / 10 * 9);
}
