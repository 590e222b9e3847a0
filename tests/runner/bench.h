/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal in a folder of its own, with ordinary files for knobs. */
#ifndef FRAGBENCH_TESTS_BENCH_H
#define FRAGBENCH_TESTS_BENCH_H

#include "base/source.h"
#include "knobs.h"
#include "scratch.h"

struct bench {
	struct scratch s;
	struct frag_journal j;
	struct frag_error e;
	char journal[PATH_MAX + 16];
};

static inline int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->s);
	setenv("FRAGBENCH_STATE", b->s.path, 1);
	snprintf(b->journal, sizeof(b->journal), "%s/journal", b->s.path);
	b->j.fd = -1;
	*state = b;
	return 0;
}

static inline int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_journal_end(&b->j);
	scratch_remove(&b->s);
	unsetenv("FRAGBENCH_STATE");
	free(b);
	return 0;
}

/* The path of a knob of this name that reads @value. */
static inline const char *knob(struct bench *b, const char *name,
			       const char *value)
{
	static char paths[4][PATH_MAX + 32];
	static unsigned next;
	char *path = paths[next++ % 4];

	scratch_text(&b->s, name, value);
	snprintf(path, sizeof(paths[0]), "%s/%s", b->s.path, name);
	return path;
}

static inline void assert_reads(const char *path, const char *text)
{
	char now[1024];

	assert_true(frag_slurp("", path, now, sizeof(now)) >= 0);
	assert_string_equal(now, text);
}

static inline void begin(struct bench *b)
{
	assert_int_equal(frag_journal_begin(&b->j, &b->e), 0);
}

/* What a run leaves behind that is killed now. */
static inline void die(struct bench *b)
{
	frag_journal_end(&b->j);
	memset(&b->j, 0, sizeof(b->j));
	b->j.fd = -1;
}

/* A journal as the kernel's boot @boot would have left it. */
static inline void journal_plant(struct bench *b, const char *boot,
				 const char *rest)
{
	char text[4096];
	char id[64];

	assert_true(frag_slurp("", "/proc/sys/kernel/random/boot_id", id,
			       sizeof(id)) > 0);
	snprintf(text, sizeof(text), "fragbench journal 1\nboot %s\npid 1\n%s",
		 boot ? boot : id, rest);
	scratch_text(&b->s, "journal", text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

#endif
