/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A workload made to step by hand, in the process of the test. */
#ifndef FRAGBENCH_TESTS_HAND_H
#define FRAGBENCH_TESTS_HAND_H

#include <inttypes.h>

#include "base/option.h"
#include "fragbench/workload.h"
#include "scratch.h"
#include "tables.h"

struct hand {
	const struct frag_workload *type;
	struct frag_context ctx;
	struct frag_worker_share share;
	void *options;
	bool is_up;
};

/* @more: "key=value" words, ending with NULL. */
static inline struct hand *hand_make(const char *name, const char *const *more)
{
	struct hand *h = calloc(1, sizeof(*h));
	struct frag_error e = { 0 };
	char key[64];

	assert_non_null(h);
	h->type = frag_workload_find(name);
	assert_non_null(h->type);
	h->options = calloc(1, h->type->options_size + 1);
	assert_int_equal(frag_options_init(h->type->options, h->options,
					   1 << 30, &e),
			 0);
	for (; more && *more; more++) {
		const char *value = strchr(*more, '=') + 1;

		snprintf(key, sizeof(key), "%.*s", (int)(value - *more - 1),
			 *more);
		if (frag_option_set(frag_option_find(h->type->options, key),
				    h->options, value, 1 << 30, &e))
			fail_msg("%s: %s", e.what, e.why);
	}
	h->share.command = FRAG_TELL_RUN;
	h->ctx = (struct frag_context){
		.count = 1,
		.page_size = (size_t)sysconf(_SC_PAGESIZE),
		.seed = 1,
		.options = h->options,
		.shared = calloc(1, h->type->shared_size + 1),
		.state = calloc(1, h->type->state_size + 1),
		.share = &h->share,
	};
	return h;
}

static inline int hand_setup(struct hand *h)
{
	h->is_up = true;
	return h->type->setup ? h->type->setup(&h->ctx) : 0;
}

/* Up to @n steps; what the last one returned. */
static inline int hand_step(struct hand *h, unsigned n)
{
	int rc = FRAG_MORE;

	while (n-- && rc >= 0 && rc != FRAG_DONE)
		rc = h->type->step(&h->ctx);
	if (rc < 0)
		fail_msg("%s: %s", h->type->name, h->share.message);
	return rc;
}

static inline void hand_free(struct hand *h)
{
	if (h->is_up && h->type->teardown)
		h->type->teardown(&h->ctx);
	free(h->options);
	free(h->ctx.shared);
	free(h->ctx.state);
	free(h);
}

/* The value in KiB of @key of /proc/self/smaps_rollup, which is exact. */
static inline uint64_t hand_smaps_kib(const char *key)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	uint64_t kib = UINT64_MAX;
	size_t n = strlen(key);
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, key, n) && line[n] == ':')
			kib = strtoull(line + n + 1, NULL, 10);
	fclose(f);
	assert_true(kib != UINT64_MAX);
	return kib;
}

#endif
