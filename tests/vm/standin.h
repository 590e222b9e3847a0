/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A matrix of guests that are none: each ends as a table says, after as many
 * calls as it says, and leaves a run directory where it is to. */
#ifndef FRAGBENCH_TESTS_STANDIN_H
#define FRAGBENCH_TESTS_STANDIN_H

#include <dirent.h>

#include "base/json.h"
#include "scratch.h"
#include "stop.h"
#include "vm/matrix-parts.h"

enum { STARTS_MAX = 64 };

/* How a guest ends, and what it was asked. */
struct ending {
	enum frag_guest_end end;
	int code;
	bool booted;
	const char *why; /* "cut": its results were cut off */
};

struct start {
	char kernel[64];
	char append[256];
	char label[128];
	char *command;
	char series[32];
	int repeat;
	int repeats;
	bool has_file;
};

/* What all guests of one test know. ends: of the guests in the order of their
 * starts; those behind the last are done with code 0. stop_at: set frag_stop
 * when so many have started (0: never). fail_at: the start that fails. */
static struct world {
	struct scratch s;
	struct ending ends[STARTS_MAX];
	unsigned nends;
	struct start starts[STARTS_MAX];
	unsigned nstarts;
	unsigned at_once;
	unsigned most_at_once;
	unsigned stop_at;
	unsigned fail_at;
	unsigned nshown; /* how often somebody asked for progress */
	unsigned short_until; /* memory is short for the first so many asks */
	unsigned nrooms;
	bool is_endless; /* guests have no deadline */
} world;

struct frag_guest {
	unsigned number;
	unsigned calls;
	const char *output;
	const char *label;
	struct frag_guest_result result;
};

static int standin_start(struct frag_guest **to,
			 const struct frag_guest_config *config,
			 struct frag_error *e)
{
	struct frag_guest *g = calloc(1, sizeof(*g));
	struct start *s = &world.starts[world.nstarts];
	json_t *job = (json_t *)config->job;

	assert_non_null(g);
	assert_true(world.nstarts < STARTS_MAX);
	if (world.fail_at && world.nstarts + 1 == world.fail_at) {
		free(g);
		return frag_fail(e, -ENOSPC, "no room for a guest");
	}
	snprintf(s->kernel, sizeof(s->kernel), "%s", config->kernel->name);
	snprintf(s->append, sizeof(s->append), "%s", config->append);
	s->command = json_dumps(json_object_get(job, "command"), JSON_COMPACT);
	snprintf(s->series, sizeof(s->series), "%s",
		 json_string_value(json_object_get(job, "series")));
	s->repeat = (int)json_integer_value(json_object_get(job, "repeat"));
	s->repeats = (int)json_integer_value(json_object_get(job, "repeats"));
	s->has_file = json_object_get(job, "files") != NULL;
	g->number = world.nstarts++;
	g->output = config->output;
	g->label = config->label; /* as guest.c: not copied */
	world.at_once++;
	if (world.at_once > world.most_at_once)
		world.most_at_once = world.at_once;
	if (world.nstarts == world.stop_at)
		frag_stop = SIGINT;
	*to = g;
	return 0;
}

static unsigned standin_fds(const struct frag_guest *g,
			    struct pollfd p[FRAG_GUEST_FDS])
{
	(void)g;
	(void)p;
	return 0;
}

static uint64_t standin_deadline(const struct frag_guest *g)
{
	(void)g;
	return world.is_endless ? UINT64_MAX : 0;
}

static uint64_t standin_room(void)
{
	return ++world.nrooms <= world.short_until ? 1ULL << 30 : 1ULL << 40;
}

/* The run directory of a guest that was done. */
static void standin_leave(struct frag_guest *g)
{
	static unsigned number; /* no two tests take the same name */
	const struct start *s = &world.starts[g->number];
	char name[64];
	char text[128];

	snprintf(name, sizeof(name), "run-%u/summary.json", number);
	g->result.summary = json_pack("{s:b}", "trusted", 1);
	scratch_text(&world.s, name, "{\"trusted\": true}\n");
	snprintf(name, sizeof(name), "run-%u/manifest.json", number);
	snprintf(text, sizeof(text),
		 "{\"status\": \"done\", \"series\": \"%s\", \"repeat\": %d}\n",
		 s->series, s->repeat);
	scratch_text(&world.s, name, text);
	snprintf(g->result.path, sizeof(g->result.path), "%s/run-%u", g->output,
		 number++);
}

static int standin_work(struct frag_guest *g, bool *is_over,
			struct frag_error *e)
{
	struct ending ending = { FRAG_GUEST_DONE, 0, true, "" };

	(void)e;
	*is_over = ++g->calls > 1 + g->number % 3;
	if (!*is_over)
		return 0;
	snprintf(world.starts[g->number].label,
		 sizeof(world.starts[g->number].label), "%s", g->label);
	if (g->number < world.nends)
		ending = world.ends[g->number];
	g->result.end = ending.end;
	g->result.code = ending.code;
	g->result.boot_ns = ending.booted ? 5 : 0;
	g->result.total_ns = 10000000000;
	snprintf(g->result.why, sizeof(g->result.why), "%s", ending.why);
	g->result.is_cut = !strcmp(ending.why, "cut");
	snprintf(g->result.lines[0], sizeof(g->result.lines[0]),
		 "last\033[2Jwords");
	snprintf(g->result.lines[1], sizeof(g->result.lines[1]),
		 "fragbench: this kernel has no vm.x");
	g->result.nlines = 2;
	if (ending.end == FRAG_GUEST_DONE)
		standin_leave(g);
	return 0;
}

static const char *standin_progress(const struct frag_guest *g)
{
	world.nshown++;
	return g->calls ? "fill 3.2 s" : "boots";
}

static const struct frag_guest_result *standin_result(const struct frag_guest *g)
{
	return &g->result;
}

static void standin_free(struct frag_guest *g)
{
	world.at_once--;
	json_decref(g->result.summary);
	free(g);
}

static const struct frag_guest_ops standins = {
	standin_start,	  standin_fds,	  standin_deadline, standin_work,
	standin_progress, standin_result, standin_free,	    standin_room,
};

static const struct frag_kernel kernels[] = {
	{ .name = "debian:6.1", .release = "6.1.0-1", .image = "/nowhere/a" },
	{ .name = "debian:7.3", .release = "7.3.0-1", .image = "/nowhere/b" },
	{ .name = "./bzImage", .release = "7.4.0-rc1", .image = "/nowhere/c" },
};

static const struct frag_vm_machine machine = { .cpus = 2, .memory = 1 << 30 };

/* Two kernels, one repeat, one guest after the other, seed 1. */
static inline struct frag_matrix_config config_make(void)
{
	return (struct frag_matrix_config){
		.guest = { .machine = &machine,
			   .accel = "tcg",
			   .output = world.s.path },
		.ops = &standins,
		.tool = "0",
		.scenario = "null",
		.kernels = kernels,
		.nkernels = 2,
		.repeats = 1,
		.jobs = 1,
		.seed = 1,
		.is_kept = true,
	};
}

/* Forget what was started; the folder stays. */
static inline void world_begin(void)
{
	for (unsigned i = 0; i < world.nstarts; i++)
		free(world.starts[i].command);
	memset(world.starts, 0, sizeof(world.starts));
	world.nstarts = 0;
	world.nends = 0;
	world.most_at_once = 0;
	world.stop_at = 0;
	world.fail_at = 0;
	world.nshown = 0;
	world.short_until = 0;
	world.nrooms = 0;
	world.is_endless = false;
	frag_stop = 0;
}

static inline int world_set(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	scratch_make(&world.s);
	return 0;
}

static inline int world_clear(void **state)
{
	(void)state;
	assert_int_equal(world.at_once, 0);
	world_begin();
	scratch_remove(&world.s);
	return 0;
}

/* How many files of the output folder begin with @prefix. */
static inline unsigned files_count(const char *prefix)
{
	unsigned n = 0;
	DIR *dir = opendir(world.s.path);
	struct dirent *d;

	assert_non_null(dir);
	while ((d = readdir(dir)))
		n += !strncmp(d->d_name, prefix, strlen(prefix));
	closedir(dir);
	return n;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set, world_clear)

#endif
