// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that the kernel itself holds: kmalloc, vmalloc or whole pages, through
 * the module in module/, which is loaded by hand or by PID 1 of a guest, never
 * from here. Knows the module's commands. All that a worker has taken belongs
 * to its opening of the control file, so that its death gives it back.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fragbench/workload.h"

#define CONTROL "/dev/fragment"

enum {
	FREE_AT_ONCE = 4096, /* objects looked at between two stops */
	STEP_BYTES = 8 << 20, /* of one step, that it may soon stop */
	OBJECT_MAX = 4 << 20,
};

struct module_options {
	const char *method;
	uint64_t size;
	const char *migratetype;
	uint64_t objects;
	uint64_t batch;
};

static const struct frag_option module_options[] = {
	{ "method", 0, FRAG_CHOICE, offsetof(struct module_options, method),
	  "kmalloc|vmalloc|pages", "kmalloc", 0, 0,
	  "who is asked: kmalloc and pages (alloc_pages) give adjacent frames, vmalloc maps single ones" },
	{ "size", 0, FRAG_SIZE, offsetof(struct module_options, size), NULL,
	  "16k", 4096, OBJECT_MAX, "size of an object" },
	{ "migratetype", 0, FRAG_CHOICE,
	  offsetof(struct module_options, migratetype),
	  "unmovable|reclaimable|movable", "unmovable", 0, 0,
	  "the pageblocks that objects are taken from; none of them can be migrated. reclaimable: not vmalloc; movable: pages alone" },
	{ "objects", 0, FRAG_COUNT, offsetof(struct module_options, objects),
	  NULL, "20000", 1, 0, "objects that each process takes" },
	{ "batch", 0, FRAG_COUNT, offsetof(struct module_options, batch), NULL,
	  "64", 1, 1024, "objects of one step, of 8 MiB at most" },
	{ 0 },
};

struct module_state {
	int fd; /* of the control file, plus 1 */
	uint64_t taken;
	uint64_t held; /* objects */
	uint64_t pages;
};

enum { TAKEN, RELEASED };

static const struct frag_workload_counter module_counters[] = {
	[TAKEN] = { "taken", "count", "objects allocated" },
	[RELEASED] = { "released", "count", "objects given back by releases" },
	{ 0 },
};

static int control_ask(struct frag_error *e)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EACCES || errno == EPERM) {
		snprintf(e->what, sizeof(e->what), "no right to open " CONTROL);
		snprintf(e->mend, sizeof(e->mend), "run as root");
		return -EPERM;
	}
	snprintf(e->what, sizeof(e->what),
		 "no " CONTROL ": the module is not loaded");
	snprintf(e->mend, sizeof(e->mend),
		 "in a guest: fragbench vm fragment-module -k debian:6.12 "
		 "--module \"$(./dev module debian:6.12)\"; "
		 "here: insmod \"$(./dev module)\"");
	return -ENODEV;
}

static const struct frag_need module_needs[] = {
	{ FRAG_NEED_CALL, CONTROL, "asking the kernel to take memory",
	  control_ask, 0 },
	{ FRAG_NEED_YES, NULL, "memory of the kernel's own, charged to nobody",
	  NULL, 0 },
	{ 0 },
};

/* Bytes that an object really takes: whole pages, or a block of the buddy. */
static uint64_t object_bytes(const struct module_options *o, size_t page_size)
{
	uint64_t bytes = page_size;

	if (!strcmp(o->method, "vmalloc"))
		return (o->size + page_size - 1) / page_size * page_size;
	while (bytes < o->size)
		bytes *= 2;
	return bytes;
}

static int module_check(const void *options, unsigned processes,
			struct frag_error *e)
{
	const struct module_options *o = options;
	bool is_movable = !strcmp(o->migratetype, "movable");

	(void)processes;
	if (!strcmp(o->method, "pages") ||
	    !strcmp(o->migratetype, "unmovable") ||
	    (!strcmp(o->method, "kmalloc") && !is_movable))
		return 0;
	snprintf(e->what, sizeof(e->what),
		 "fragment-module: migratetype %s is not for %s",
		 o->migratetype, o->method);
	snprintf(e->why, sizeof(e->why),
		 "the kernel takes what %s returns from other pageblocks",
		 o->method);
	snprintf(e->mend, sizeof(e->mend), "--method pages");
	e->exit = FRAG_EXIT_USAGE;
	return -EINVAL;
}

static uint64_t module_bytes(const void *options, unsigned processes,
			     size_t page_size)
{
	const struct module_options *o = options;
	uint64_t bytes;

	if (__builtin_mul_overflow(object_bytes(o, page_size) * processes,
				   o->objects, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool module_shrink(void *options, unsigned processes, size_t page_size,
			  uint64_t bytes)
{
	struct module_options *o = options;

	o->objects = bytes / processes / object_bytes(o, page_size);
	return o->objects > 0;
}

/* 0, or a negative errno. */
static int control_tell(const struct module_state *s, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

static int control_tell(const struct module_state *s, const char *fmt, ...)
{
	char text[80];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return write(s->fd - 1, text, (size_t)n) < 0 ? -errno : 0;
}

/* What stands behind @key in @text, the module's "KEY NUMBER" lines. */
static uint64_t number_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* What does the module hold for us? Also a command that failed half-way has
 * done its half. */
static int held_update(struct frag_context *ctx)
{
	struct module_state *s = ctx->state;
	char text[256];
	ssize_t n = pread(s->fd - 1, text, sizeof(text) - 1, 0);
	uint64_t pages;

	if (n <= 0)
		return n ? -errno : -EIO;
	text[n] = '\0';
	pages = number_of(text, "pages ");
	s->held = number_of(text, "held ");
	s->taken = number_of(text, "taken ");
	if (pages != s->pages)
		frag_add_pages(ctx, (int64_t)(pages - s->pages));
	s->pages = pages;
	return 0;
}

static int module_setup(struct frag_context *ctx)
{
	const struct module_options *o = ctx->options;
	struct module_state *s = ctx->state;
	int rc;

	s->fd = open(CONTROL, O_RDWR | O_CLOEXEC) + 1;
	if (!s->fd)
		return frag_give_up(ctx, -errno,
				    "cannot open " CONTROL
				    ": %s; mend: lsmod, ls -l " CONTROL,
				    strerror(errno));
	rc = control_tell(s, "use %s %llu %s %llu", o->method,
			  (unsigned long long)o->size, o->migratetype,
			  (unsigned long long)o->objects);
	if (rc == -EDQUOT)
		return frag_give_up(ctx, rc,
				    "more objects than this machine has memory "
				    "for; mend: fewer --objects");
	return rc;
}

static int alloc_failed(struct frag_context *ctx, int rc)
{
	const struct module_state *s = ctx->state;
	const struct module_options *o = ctx->options;

	if (rc == -EDQUOT)
		return frag_give_up(
			ctx, rc,
			"the module takes no more than its share of the "
			"available memory; mend: --objects %llu, or load it "
			"with share=950",
			(unsigned long long)s->taken);
	if (rc == -ENOMEM)
		return frag_give_up(
			ctx, rc,
			"the kernel gave %llu of %llu objects of %llu bytes; "
			"mend: --objects %llu, or a smaller --size",
			(unsigned long long)s->taken,
			(unsigned long long)o->objects,
			(unsigned long long)o->size,
			(unsigned long long)s->taken);
	return rc;
}

static int module_step(struct frag_context *ctx)
{
	const struct module_options *o = ctx->options;
	struct module_state *s = ctx->state;
	uint64_t before = s->taken;
	uint64_t n = o->objects - s->taken;
	int told, rc;

	if (n > o->batch)
		n = o->batch;
	if (n > 1 && n * o->size > STEP_BYTES)
		n = STEP_BYTES / o->size;
	frag_time_from(ctx);
	told = control_tell(s, "alloc %llu", (unsigned long long)n);
	frag_time_to(ctx);
	rc = held_update(ctx);
	frag_count(ctx, TAKEN, s->taken - before);
	if (told)
		return alloc_failed(ctx, told);
	if (rc)
		return rc;
	return s->taken < o->objects ? FRAG_MORE : FRAG_DONE;
}

/* Every so many-th of what is held, in the order in which it was taken. */
static int module_release(struct frag_context *ctx, unsigned permille)
{
	struct module_state *s = ctx->state;
	int rc = 0;

	for (uint64_t at = 0; at < s->taken && !rc; at += FREE_AT_ONCE) {
		uint64_t before = s->held;

		if (frag_is_stopping(ctx))
			break;
		rc = control_tell(s, "free %u %llu %u", permille,
				  (unsigned long long)at, FREE_AT_ONCE);
		if (!rc)
			rc = held_update(ctx);
		frag_count(ctx, RELEASED, before - s->held);
	}
	return rc;
}

static void module_teardown(struct frag_context *ctx)
{
	struct module_state *s = ctx->state;

	if (s->fd)
		close(s->fd - 1);
}

extern const struct frag_workload frag_workload_fragment_module;
const struct frag_workload frag_workload_fragment_module = {
	.name = "fragment-module",
	.summary = "objects of the kernel itself, every other one given back",
	.about =
		"Has a kernel module take objects one after the other: kmalloc "
		"(above 8 KiB straight from __alloc_pages, below from a slab), "
		"alloc_pages, or vmalloc (single pages and a mapping of them, "
		"__vmalloc_area_node in mm/vmalloc.c). A release gives back "
		"every so many-th: with kmalloc of 16 KiB and share = 50% free "
		"blocks of order 2, each beside one that is held. Nothing of "
		"it can be migrated, so compaction mends none of it. The "
		"module is only ever loaded by who runs it, and gives all "
		"back when the worker is gone, however it went.",
	.options = module_options,
	.options_size = sizeof(struct module_options),
	.state_size = sizeof(struct module_state),
	.processes = 1,
	.cpus = "same",
	.needs = module_needs,
	.counters = module_counters,
	.check = module_check,
	.bytes = module_bytes,
	.shrink = module_shrink,
	.setup = module_setup,
	.step = module_step,
	.release = module_release,
	.teardown = module_teardown,
};
