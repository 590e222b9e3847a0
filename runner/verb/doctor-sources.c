// SPDX-License-Identifier: GPL-2.0-or-later
/* Can the kernel's files be read, and do they say what the kernel says? */
#include "verb/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/perf.h"
#include "tables.h"

static int source_try(const char *root, const char *path)
{
	char full[PATH_MAX];
	char byte;
	int rc = 0;
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (read(fd, &byte, 1) < 0 && errno != EISDIR)
		rc = -errno;
	close(fd);
	return rc;
}

static void source_mend(struct frag_finding *f, int rc, const char *path)
{
	if (rc == -EACCES || rc == -EPERM)
		frag_finding_mend(f, "run as root");
	else if (!strncmp(path, "/proc/pressure", 14))
		frag_finding_mend(f, "boot the kernel with psi=1");
}

/* What each source is for; whether the whole is sense, the caller asks. */
static bool sources_look(struct frag_doctor *d, const struct frag_collector *c)
{
	bool all = true;

	for (unsigned i = 0; c->sources && c->sources[i]; i++) {
		int rc = source_try(d->root, c->sources[i]);
		struct frag_finding *f =
			frag_finding_add(d, rc ? FRAG_MISSING : FRAG_OK,
					 c->sources[i], "%s",
					 rc ? strerror(-rc) : "readable");

		f->is_essential = !strcmp(c->name, "buddy");
		all &= !rc;
		if (!rc)
			continue;
		frag_finding_why(f, "no %s.csv: %s", c->name, c->summary);
		source_mend(f, rc, c->sources[i]);
	}
	return all;
}

/* Whole files need not be sense: ask the collector itself. */
static void table_look(struct frag_doctor *d, const struct frag_collector *c)
{
	bool is_thp = !strcmp(c->name, "thp");
	struct frag_error e = { .exit = 0 };
	struct frag_finding *f;
	struct frag_table t;
	char name[32];
	int rc;

	snprintf(name, sizeof(name), "%.20s.csv", c->name);
	rc = frag_table_read(&t, c->name, d->root, &e);
	frag_table_free(&t);
	if (!rc) {
		frag_finding_add(d, FRAG_OK, name, "can be sampled");
		return;
	}
	/* Kernels before 6.10 are whole without it. */
	f = frag_finding_add(d, is_thp ? FRAG_NOTE : FRAG_MISSING, name,
			     "cannot be sampled");
	f->is_essential = !strcmp(c->name, "buddy");
	frag_finding_why(f, "%s%s%s", e.what, e.why[0] ? ": " : "", e.why);
	frag_finding_mend(f, "%s",
			  e.mend[0] ? e.mend
			  : is_thp  ? "run on Linux 6.10 or later"
				    : "");
}

/* Threads are of this moment: no recorded machine has them. */
static bool is_asked(const struct frag_doctor *d,
		     const struct frag_collector *c)
{
	return d->is_live || strcmp(c->name, "kthreads") != 0;
}

void frag_check_collectors(struct frag_doctor *d)
{
	for (unsigned i = 0; frag_collectors[i]; i++)
		if (is_asked(d, frag_collectors[i]) &&
		    sources_look(d, frag_collectors[i]))
			table_look(d, frag_collectors[i]);
}

/* The frame number of a page of ours, 0 when the kernel hides it. */
static int own_frame(uint64_t *frame)
{
	static const char touched = 1;
	uint64_t entry = 0;
	uint64_t page =
		(uint64_t)(uintptr_t)&touched / (uint64_t)sysconf(_SC_PAGESIZE);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	/* The read itself is what makes sure that the page is there. */
	if (!*(volatile const char *)&touched)
		n = -1;
	else
		n = pread(fd, &entry, sizeof(entry), (off_t)(page * 8));
	close(fd);
	if (n != sizeof(entry))
		return -EIO;
	*frame = entry & ((1ULL << 55) - 1);
	return 0;
}

void frag_check_pagemap(struct frag_doctor *d)
{
	struct frag_finding *f;
	uint64_t frame = 0;
	int rc = own_frame(&frame);

	if (!rc && frame) {
		frag_finding_add(d, FRAG_OK, "/proc/self/pagemap",
				 "frame numbers are visible");
		return;
	}
	f = frag_finding_add(d, FRAG_MISSING, "/proc/self/pagemap", "%s",
			     rc ? strerror(-rc) : "frame numbers are hidden");
	frag_finding_why(f,
			 "without them nobody can tell how the pages of two "
			 "processes interleave: no owners.csv, no frames.csv");
	frag_finding_mend(f, "run as root");
}

static void mounted_look(struct frag_doctor *d, const char *probe,
			 const char *folder, const char *type, const char *why)
{
	struct frag_finding *f;
	int rc = source_try(d->root, probe);

	if (!rc) {
		frag_finding_add(d, FRAG_OK, folder, "%s is mounted", type);
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, folder, "%s",
			     rc == -ENOENT ? "not mounted" : strerror(-rc));
	frag_finding_why(f, "%s", why);
	if (rc != -ENOENT)
		frag_finding_mend(f, "run as root");
	else if (d->is_live)
		frag_finding_mend(f, "mount -t %s none %s", type, folder);
}

void frag_check_debugfs(struct frag_doctor *d)
{
	mounted_look(d, "/sys/kernel/debug/extfrag/unusable_index",
		     "/sys/kernel/debug", "debugfs",
		     "the kernel's own indices cannot be set beside ours");
}

/* What tells whether perf events can be had is to open one, on every CPU. */
static int event_try(const struct frag_listening *all, struct frag_error *e)
{
	struct frag_listening *one = calloc(1, sizeof(*one));
	struct frag_perf perf;
	int rc;

	if (!one)
		return frag_fail(e, -ENOMEM, "cannot listen to events");
	one->count = 1;
	one->events[0] = all->events[0];
	rc = frag_perf_open(&perf, one, e);
	if (!rc)
		frag_perf_close(&perf);
	free(one);
	return rc;
}

static void events_tell(struct frag_doctor *d, const struct frag_listening *l,
			const struct frag_tracefs *t)
{
	struct frag_finding *f =
		frag_finding_add(d, l->nmissing ? FRAG_NOTE : FRAG_OK,
				 "tracepoints", "%u of %u, in %s", l->count,
				 l->count + l->nmissing, t->source);

	if (!l->nmissing)
		return;
	frag_finding_why(f, "events.csv and tracepoints.csv lack %s%s",
			 l->missing[0]->name,
			 l->nmissing > 1 ? " and others" : "");
	frag_finding_mend(f, "run on Linux 5.10 or later with "
			     "CONFIG_COMPACTION=y");
}

void frag_check_events(struct frag_doctor *d)
{
	struct frag_listening *l = calloc(1, sizeof(*l));
	struct frag_error e = { .exit = 0 };
	struct frag_finding *f;
	struct frag_tracefs t;
	int rc;

	if (!l)
		return;
	rc = frag_tracefs_open(&t, d->root, &e);
	if (!rc)
		rc = frag_listening_find(l, &t, false, &e);
	if (!rc && d->is_live)
		rc = event_try(l, &e);
	if (!rc) {
		events_tell(d, l, &t);
	} else {
		f = frag_finding_add(d, FRAG_NOTE, "tracepoints", "%s", e.why);
		frag_finding_why(f, "no events.csv, no tracepoints.csv: %s",
				 e.what);
		frag_finding_mend(f, "%s", e.mend);
	}
	frag_tracefs_close(&t);
	free(l);
}
