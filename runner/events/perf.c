// SPDX-License-Identifier: GPL-2.0-or-later
/* Which descriptors are opened, in which order, and how they hang together. */
#include "events/perf.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/source.h"
#include "fragbench/files.h"

/* Pages of a ring beside its first: 512 KiB on most machines, which 5,000
 * events fill. */
/* FILES_BESIDE: descriptors of what else a run has open, and to spare. */
enum { RING_BYTES = 512 << 10, FILES_BESIDE = 256 };

static int perf_open(struct perf_event_attr *attr, unsigned cpu, int leader)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, -1, (int)cpu, leader,
			      PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static struct perf_event_attr attr_make(void)
{
	return (struct perf_event_attr){
		.size = sizeof(struct perf_event_attr),
		.sample_type = FRAG_SAMPLE_TYPE,
		.read_format = PERF_FORMAT_GROUP,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
}

/* It leads the group, owns the ring, and tells who is called what. */
static int leader_open(struct frag_perf_cpu *c, size_t ring_size)
{
	struct perf_event_attr attr = attr_make();

	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_DUMMY;
	attr.disabled = 1;
	attr.comm = 1;
	attr.task = 1;
	attr.watermark = 1;
	attr.wakeup_watermark = (uint32_t)(ring_size / 4);
	c->fd[0] = perf_open(&attr, c->cpu, -1);
	return c->fd[0] < 0 ? c->fd[0] : 0;
}

static int ring_map(struct frag_perf_cpu *c, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, page + size, PROT_READ | PROT_WRITE, MAP_SHARED,
			c->fd[0], 0);

	if (at == MAP_FAILED)
		return -errno;
	c->page = at;
	return 0;
}

static int member_open(struct frag_perf_cpu *c, unsigned i,
		       const struct frag_listened *event)
{
	struct perf_event_attr attr = attr_make();
	bool has_rows = event->type->listen == FRAG_LISTEN_ROWS;
	int fd;

	attr.type = PERF_TYPE_TRACEPOINT;
	attr.config = event->format.id;
	attr.sample_period = has_rows;
	fd = perf_open(&attr, c->cpu, c->fd[0]);
	if (fd < 0)
		return fd;
	c->fd[1 + i] = fd;
	if (has_rows && ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, c->fd[0]))
		return -errno;
	return 0;
}

static int group_open(struct frag_perf *p, struct frag_perf_cpu *c,
		      const struct frag_listening *l)
{
	int rc = leader_open(c, p->ring_size);

	if (!rc)
		rc = ring_map(c, p->ring_size);
	for (unsigned i = 0; i < l->count && !rc; i++)
		rc = member_open(c, i, &l->events[i]);
	return rc;
}

static void group_close(struct frag_perf *p, struct frag_perf_cpu *c)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (c->page)
		munmap(c->page, page + p->ring_size);
	/* The leader last: members must not become groups of their own. */
	for (unsigned i = p->nevents + 1; i--;)
		if (c->fd[i] >= 0)
			close(c->fd[i]);
}

static int groups_open(struct frag_perf *p, const struct frag_listening *l,
		       unsigned cpus)
{
	int rc = 0;

	for (unsigned cpu = 0; cpu < cpus && !rc; cpu++) {
		struct frag_perf_cpu *c = &p->cpus[p->ncpus++];

		c->cpu = cpu;
		memset(c->fd, 0xff, sizeof(c->fd));
		rc = group_open(p, c, l);
		/* An offline CPU is no failure; all of them are. */
		if (rc == -ENODEV && (p->ncpus > 1 || cpu + 1 < cpus)) {
			group_close(p, c);
			p->ncpus--;
			rc = 0;
		}
	}
	return rc;
}

/* @files: as many descriptors as were asked for. */
static int perf_fail(int rc, uint64_t files, struct frag_error *e)
{
	uint64_t paranoid = 0;

	frag_fail(e, rc, "the kernel refuses perf events");
	if (rc == -EMFILE || rc == -ENFILE)
		frag_error_mend(e, "as root, ulimit -n %ju",
				(uintmax_t)files + FILES_BESIDE);
	else if (rc == -ENOSYS)
		frag_error_mend(e, "run on a kernel with CONFIG_PERF_EVENTS=y");
	else if (geteuid() &&
		 !frag_slurp_u64("", "/proc/sys/kernel/perf_event_paranoid",
				 &paranoid))
		frag_error_mend(
			e, "run as root (kernel.perf_event_paranoid is %d)",
			(int)paranoid);
	else if (rc == -EPERM || rc == -EACCES)
		frag_error_mend(e, "run outside of the container, on a kernel "
				   "that is not locked down");
	return rc;
}

int frag_perf_open(struct frag_perf *p, const struct frag_listening *l,
		   struct frag_error *e)
{
	unsigned cpus = (unsigned)sysconf(_SC_NPROCESSORS_CONF);
	uint64_t files = (uint64_t)cpus * (1 + l->count);
	int rc;

	memset(p, 0, sizeof(*p));
	p->nevents = l->count;
	p->ring_size = RING_BYTES;
	p->cpus = calloc(cpus, sizeof(*p->cpus));
	if (!p->cpus)
		return frag_fail(e, -ENOMEM, "cannot listen to events");
	frag_files_raise(files);
	rc = groups_open(p, l, cpus);
	if (!rc)
		return 0;
	frag_perf_close(p);
	return perf_fail(rc, files, e);
}

void frag_perf_switch(struct frag_perf *p, bool on)
{
	for (unsigned i = 0; i < p->ncpus; i++)
		ioctl(p->cpus[i].fd[0],
		      on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
}

int frag_perf_counts(const struct frag_perf *p, unsigned i, uint64_t *counts)
{
	/* How many values, the leader's, and the members' in their order. */
	uint64_t values[2 + FRAG_TRACEPOINTS_MAX];
	ssize_t n = read(p->cpus[i].fd[0], values, sizeof(values));

	if (n < 0)
		return -errno;
	if ((size_t)n != (2 + p->nevents) * sizeof(*values) ||
	    values[0] != 1 + p->nevents)
		return -EIO;
	memcpy(counts, &values[2], p->nevents * sizeof(*counts));
	return 0;
}

void frag_perf_take(const struct frag_perf *p, unsigned i,
		    frag_record_take *take, void *ctx,
		    struct frag_ring_nonsense *nonsense)
{
	struct perf_event_mmap_page *page = p->cpus[i].page;
	const uint8_t *data =
		(const uint8_t *)page + (size_t)sysconf(_SC_PAGESIZE);
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail;

	frag_ring_take(data, p->ring_size, tail, head, take, ctx, nonsense);
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
}

void frag_perf_close(struct frag_perf *p)
{
	for (unsigned i = 0; i < p->ncpus; i++)
		group_close(p, &p->cpus[i]);
	free(p->cpus);
	memset(p, 0, sizeof(*p));
}
