// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of threads: from /proc, from records, and of those that are gone. */
#include "events/comm.h"

#include "scratch.h"

static struct frag_comms comms;

static int comms_set(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));

	scratch_make(s);
	memset(&comms, 0, sizeof(comms));
	comms.root = s->path;
	*state = s;
	return 0;
}

static int comms_clear(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

static void name_is(uint32_t tid, const char *name)
{
	assert_string_equal(frag_comms_name(&comms, tid), name);
}

static void test_names(void **state)
{
	scratch_text(*state, "/proc/77/comm", "kcompactd0\n");
	scratch_text(*state, "/proc/78/comm", "Web Content\n");
	scratch_text(*state, "/proc/79/comm", "a,b\"c\xc3\xa4\n");
	name_is(0, "swapper");
	name_is(77, "kcompactd0");
	name_is(78, "Web Content");
	name_is(79, "a_b_c__");
	name_is(80, "?");
	/* Once asked, /proc is not asked again: but records are believed. */
	scratch_text(*state, "/proc/77/comm", "other\n");
	name_is(77, "kcompactd0");
	frag_comms_set(&comms, 77, "sh");
	name_is(77, "sh");
	frag_comms_set(&comms, 80, "abcdefghijklmnopqrst");
	name_is(80, "abcdefghijklmno");
}

/* A number that is given again takes the name of its new parent. */
static void test_fork(void **state)
{
	scratch_text(*state, "/proc/5/comm", "make\n");
	frag_comms_set(&comms, 9, "old");
	frag_comms_fork(&comms, 9, 5);
	name_is(9, "make");
	frag_comms_set(&comms, 9, "cc1");
	name_is(9, "cc1");
	name_is(5, "make");
	frag_comms_fork(&comms, 10, 4);
	name_is(10, "?");
}

/* However many there are, the table has its bound, and the last are right. */
static void test_many(void **state)
{
	char name[FRAG_COMM];

	(void)state;
	for (uint32_t tid = 1; tid < 5 * FRAG_COMMS; tid++) {
		snprintf(name, sizeof(name), "t%u", tid);
		frag_comms_set(&comms, tid, name);
		name_is(tid, name);
		assert_true(comms.count < FRAG_COMMS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, comms_set,
						comms_clear),
		cmocka_unit_test_setup_teardown(test_fork, comms_set,
						comms_clear),
		cmocka_unit_test_setup_teardown(test_many, comms_set,
						comms_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
