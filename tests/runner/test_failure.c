// SPDX-License-Identifier: GPL-2.0-or-later
/* Which phases have something to do when an earlier one was left out or has
 * failed. No worker is started: what they hold is written into made-up pages. */
#include "failure.h"

#include "scratch.h"

static const char text[] = "[scenario]\non-failure = go-on\n"
			   "[phase churn]\ndo = run\nbackground = yes\n"
			   "workload = sbrk-interleave\nprocesses = 1\n"
			   "[phase fill*]\ndo = run\nworkload = skeleton\n"
			   "processes = 1\n"
			   "[phase dust*]\ndo = release\n"
			   "[phase kill*]\ndo = free\n"
			   "[phase wait*]\ndo = wait\nuntil = unusable > 0\n"
			   "[phase quiet]\ndo = stop\nphase = churn\n"
			   "[phase pack]\ndo = compact\n"
			   "[arm a]\n[arm b]\n";

static struct frag_stage st;
static struct frag_scenario s;
static struct frag_worker_share shares[3];

static int stage_set(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	memset(&st, 0, sizeof(st));
	memset(shares, 0, sizeof(shares));
	if (frag_scenario_parse(&s, "x", text, 1 << 30, &e))
		fail_msg("%s: %s", e.what, e.why);
	st.scenario = &s;
	for (unsigned p = 0; p < s.nphases; p++) {
		struct frag_worker *w = &st.crew.workers[st.crew.count];

		if (!s.phases[p].ninstances)
			continue;
		*w = (struct frag_worker){
			.number = st.crew.count + 1,
			.phase = p,
			.instance = &s.phases[p].instances[0],
			.share = &shares[st.crew.count],
			.pidfd = -1,
		};
		st.crew.count++;
	}
	st.session.rundir.manifest = json_object();
	st.session.rundir.dirfd = -1;
	return 0;
}

static int stage_clear(void **state)
{
	(void)state;
	json_decref(st.session.rundir.manifest);
	frag_scenario_free(&s);
	return 0;
}

static unsigned number(const char *name)
{
	for (unsigned p = 0; p < s.nphases; p++)
		if (!strcmp(s.phases[p].name, name))
			return p;
	fail_msg("there is no phase %s", name);
	return 0;
}

/* The phases that would be skipped, in order. */
static void skips(const char *names)
{
	char got[256] = "";

	for (unsigned p = 0; p < s.nphases; p++)
		if (frag_failure_skips(&st, p))
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
				 " %s", s.phases[p].name);
	assert_string_equal(got, names);
}

static void test_all_well(void **state)
{
	(void)state;
	skips("");
}

/* What one arm lacks the other need not. */
static void test_left_out(void **state)
{
	(void)state;
	frag_phase_leave_out(&s, &s.phases[number("fill-a")], "no fill here");
	assert_int_equal(frag_instance_processes(
				 &s.phases[number("fill-a")].instances[0]),
			 0);
	skips(" fill-a dust-a kill-a wait-a");
	assert_string_equal(frag_failure_skips(&st, number("fill-a")),
			    "no fill here");
}

static void test_arm_left_out(void **state)
{
	(void)state;
	frag_arm_leave_out(&s, &s.phases[number("kill-b")], "no knob here");
	skips(" fill-b dust-b kill-b wait-b");
}

static void test_background_gone(void **state)
{
	(void)state;
	st.has_failed[number("churn")] = true;
	skips(" dust-a kill-a wait-a dust-b kill-b wait-b quiet");
	/* Somebody else holds memory that can be released, or killed. */
	atomic_store(&shares[1].state, FRAG_WORKER_HOLDING);
	if (!s.phases[number("fill-a")].instances[0].type->release)
		skips(" dust-a wait-a dust-b wait-b quiet");
	else
		skips(" wait-a wait-b quiet");
	/* A wait that ends by itself is waited for. */
	s.phases[number("wait-a")].settings.duration = 1;
	assert_null(frag_failure_skips(&st, number("wait-a")));
}

/* The failed one is told once, the others of its phase hold, and others go on. */
static void test_take(void **state)
{
	struct frag_error e = { 0 };
	struct frag_worker *w;

	(void)state;
	st.crew.workers[2].phase = st.crew.workers[1].phase;
	for (unsigned i = 0; i < 3; i++)
		atomic_store(&shares[i].command, FRAG_TELL_RUN);
	atomic_store(&shares[1].state, FRAG_WORKER_FAILED);
	strcpy(shares[1].message, "no room; mend: make some");
	w = frag_stage_failed(&st);
	assert_ptr_equal(w, &st.crew.workers[1]);
	assert_int_equal(frag_failure_take(&st, w, &e), 0);
	assert_true(st.has_failed[number("fill-a")]);
	assert_int_equal(st.session.rundir.doubts, 1);
	assert_null(frag_stage_failed(&st));
	assert_int_equal(atomic_load(&shares[0].command), FRAG_TELL_RUN);
	assert_int_equal(atomic_load(&shares[2].command), FRAG_TELL_HOLD);
}

static void test_stop(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	s.settings.on_failure = "stop";
	atomic_store(&shares[1].state, FRAG_WORKER_FAILED);
	strcpy(shares[1].message, "no room; mend: make some");
	assert_int_equal(frag_failure_take(&st, frag_stage_failed(&st), &e),
			 -ECHILD);
	assert_string_equal(e.what, "worker 2 (skeleton) failed");
	assert_string_equal(e.why, "no room");
	assert_string_equal(e.mend, "make some");
	assert_int_equal(frag_failure_of_phase(&st, 1, -EIO, &e), -EIO);
	assert_false(st.has_failed[1]);
	s.settings.on_failure = "go-on";
	assert_int_equal(frag_failure_of_phase(&st, 1, -EINTR, &e), -EINTR);
	assert_int_equal(frag_failure_of_phase(&st, 1, -EIO, &e), 0);
	assert_true(st.has_failed[1]);
	assert_int_equal(e.what[0], '\0');
}

#define STAGE(name) \
	cmocka_unit_test_setup_teardown(name, stage_set, stage_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(test_all_well),	  STAGE(test_left_out),
		STAGE(test_arm_left_out), STAGE(test_background_gone),
		STAGE(test_take),	  STAGE(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
