// SPDX-License-Identifier: GPL-2.0-or-later
/* What workers say: doubts once each, shapes as rows, whole or not at all. */
#include "words.h"

#include "scratch.h"

struct bench {
	struct scratch d;
	struct frag_stage st;
	struct frag_instance one;
	struct frag_workload type;
	struct frag_worker_share share[2];
	struct frag_context ctx[2]; /* the worker's side of it */
	struct frag_error e;
};

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->d);
	assert_int_equal(frag_rundir_create(&b->st.session.rundir, b->d.path,
					    "s", 1, &b->e),
			 0);
	b->type.name = "sayer";
	b->one.type = &b->type;
	b->st.phase = "fill";
	b->st.crew.count = 2;
	for (unsigned i = 0; i < 2; i++) {
		b->ctx[i].share = &b->share[i];
		b->st.crew.workers[i] = (struct frag_worker){
			.number = i + 1,
			.instance = &b->one,
			.share = &b->share[i],
		};
	}
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_words_close(&b->st);
	frag_rundir_close(&b->st.session.rundir);
	scratch_remove(&b->d);
	free(b);
	return 0;
}

static void take(struct bench *b)
{
	if (frag_words_take(&b->st, &b->e))
		fail_msg("%s: %s", b->e.what, b->e.why);
}

static const json_t *list(const struct bench *b, const char *name)
{
	return json_object_get(b->st.session.rundir.manifest, name);
}

static void warning_check(const struct bench *b, size_t i, const char *phase,
			  const char *text)
{
	const json_t *one = json_array_get(list(b, "warnings"), i);

	assert_string_equal(json_string_value(json_object_get(one, "severity")),
			    "doubt");
	assert_string_equal(json_string_value(json_object_get(one, "phase")),
			    phase);
	assert_string_equal(json_string_value(json_object_get(one, "text")),
			    text);
}

static void test_silence(void **state)
{
	struct bench *b = *state;

	take(b);
	assert_int_equal(b->st.session.rundir.doubts, 0);
	assert_int_equal(json_array_size(list(b, "files")), 0);
	assert_int_equal(frag_words_close(&b->st), 0);
}

static void test_doubts_are_told_once(void **state)
{
	struct bench *b = *state;

	frag_doubt(&b->ctx[1], "only %d of %d blocks", 3, 4);
	frag_doubt(&b->ctx[1], "only %d of %d blocks", 3, 4);
	take(b);
	take(b);
	assert_int_equal(b->st.session.rundir.doubts, 1);
	warning_check(b, 0, "fill", "sayer (worker 2): only 3 of 4 blocks");
	b->st.phase = "compact";
	frag_doubt(&b->ctx[1], "only %d of %d blocks", 3, 4);
	frag_doubt(&b->ctx[1], "gone");
	frag_doubt(&b->ctx[0], "gone");
	take(b);
	assert_int_equal(b->st.session.rundir.doubts, 3);
	warning_check(b, 1, "compact", "sayer (worker 1): gone");
	warning_check(b, 2, "compact", "sayer (worker 2): gone");
}

/* More than are kept are still counted; a text too long is cut. */
static void test_many_doubts(void **state)
{
	struct bench *b = *state;
	char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	frag_doubt(&b->ctx[0], "%s", text);
	for (int i = 1; i < FRAG_DOUBTS_MAX + 3; i++)
		frag_doubt(&b->ctx[0], "number %d", i);
	take(b);
	assert_int_equal(b->st.session.rundir.doubts, FRAG_DOUBTS_MAX + 1);
	warning_check(b, FRAG_DOUBTS_MAX, "fill",
		      "sayer (worker 1): so far 3 further doubts, which were "
		      "not kept");
}

static const struct frag_shaped two_orders = {
	.orders = 2,
	.asked = { 10, FRAG_NOT_ASKED },
	.got = { 9, 5 },
	.order = 1,
	.asked_unusable = 800,
	.got_unusable = 795,
};

static char *table(struct bench *b)
{
	return file_read(b->st.session.rundir.path, "/shapes.csv", NULL);
}

static void test_shapes(void **state)
{
	struct frag_shaped s = two_orders;
	struct bench *b = *state;
	char *text;

	frag_report_shape(&b->ctx[0], &two_orders);
	take(b);
	take(b);
	b->st.phase = "later";
	/* Only the last one of a phase. */
	frag_report_shape(&b->ctx[1], &two_orders);
	s.asked_unusable = FRAG_NOT_ASKED;
	s.orders = 1;
	frag_report_shape(&b->ctx[1], &s);
	take(b);
	text = table(b);
	assert_string_equal(text, "phase,workload,worker,order,asked,got,"
				  "asked_unusable,got_unusable\n"
				  "fill,sayer,1,0,10,9,,\n"
				  "fill,sayer,1,1,,5,800,795\n"
				  "later,sayer,2,0,10,9,,\n"
				  "later,sayer,2,1,,,,795\n");
	free(text);
	assert_int_equal(json_array_size(list(b, "files")), 1);
	assert_int_equal(frag_words_close(&b->st), 0);
}

/* One that is being written now is taken when it is whole. */
static void test_half_a_shape(void **state)
{
	struct bench *b = *state;
	char *text;

	frag_report_shape(&b->ctx[0], &two_orders);
	atomic_fetch_add(&b->share[0].shapes, 1);
	take(b);
	assert_int_equal(json_array_size(list(b, "files")), 0);
	atomic_fetch_add(&b->share[0].shapes, 1);
	take(b);
	text = table(b);
	assert_non_null(strstr(text, "fill,sayer,1,0,10,9,,\n"));
	free(text);
}

static void test_no_room(void **state)
{
	struct bench *b = *state;

	frag_report_shape(&b->ctx[0], &two_orders);
	take(b);
	close(b->st.shapes.fd);
	b->st.shapes.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(b->st.shapes.fd >= 0);
	frag_report_shape(&b->ctx[0], &two_orders);
	assert_int_equal(frag_words_take(&b->st, &b->e), -ENOSPC);
	assert_string_equal(b->e.what, "cannot write shapes.csv");
	assert_int_equal(frag_words_close(&b->st), -ENOSPC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_silence),	 TEST(test_doubts_are_told_once),
		TEST(test_many_doubts),	 TEST(test_shapes),
		TEST(test_half_a_shape), TEST(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
