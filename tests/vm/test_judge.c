// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: from what the console, the channel and QEMU left, to one word. The
 * lines are what kernels print. */
#include <signal.h>

#include "scratch.h"
#include "vm/guest-parts.h"

#define QEMU_DONE (43 << 8)
#define PANIC                                                              \
	"[    1.218405] Kernel panic - not syncing: VFS: Unable to mount " \
	"root fs on unknown-block(0,0)\n"

static const struct {
	const char *about;
	const char *console;
	bool is_heard;
	bool is_whole;
	int code;
	enum frag_guest_end killed;
	int status;
	enum frag_guest_end end;
	const char *why;
} cases[] = {
	{ "all is well", "[    0.0] Linux version 6.1\n", true, true, 0, 0,
	  QEMU_DONE, FRAG_GUEST_DONE, "exit code 0" },
	{ "an answer that is bad is an answer", "", true, true, 1, 0, QEMU_DONE,
	  FRAG_GUEST_DONE, "exit code 1" },
	{ "panic before PID 1", PANIC, false, false, 0, 0, 0,
	  FRAG_GUEST_NO_BOOT, "Kernel panic - not syncing: VFS" },
	{ "panic in the run", PANIC, true, false, 0, 0, 0, FRAG_GUEST_PANIC,
	  "Kernel panic - not syncing: VFS" },
	{ "a panic for want of memory",
	  "[   7.0] fragbench invoked oom-killer: gfp_mask=0x140cca\n"
	  "[   7.1] Kernel panic - not syncing: System is deadlocked on memory\n",
	  true, false, 0, 0, 0, FRAG_GUEST_OOM, "deadlocked on memory" },
	{ "an oops, and the run went on",
	  "[   12.1] BUG: kernel NULL pointer dereference, address: 0\n"
	  "[   12.2] Oops: 0002 [#1] PREEMPT SMP NOPTI\n",
	  true, true, 0, 0, QEMU_DONE, FRAG_GUEST_OOPS, "NULL pointer" },
	{ "the OOM killer took what it was offered",
	  "[   9.1] Out of memory: Killed process 77 (fragbench)\n", true, true,
	  0, 0, QEMU_DONE, FRAG_GUEST_DONE, "exit code 0" },
	{ "the OOM killer ended the run",
	  "[   9.0] frag-1 invoked oom-killer: gfp_mask=0x140cca\n"
	  "[   9.1] Out of memory: Killed process 77 (fragbench)\n",
	  true, true, 4, 0, QEMU_DONE, FRAG_GUEST_OOM, "invoked oom-killer" },
	{ "a lockup that passed",
	  "[   9.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!\n", true,
	  true, 0, 0, QEMU_DONE, FRAG_GUEST_DONE, "exit code 0" },
	{ "a lockup that did not",
	  "[   9.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!\n", true,
	  false, 0, FRAG_GUEST_HANG, SIGKILL, FRAG_GUEST_HANG, "soft lockup" },
	{ "silence from the start", "", false, false, 0, FRAG_GUEST_NO_BOOT,
	  SIGKILL, FRAG_GUEST_NO_BOOT, "within 60 s" },
	{ "too long", "", true, false, 0, FRAG_GUEST_LATE, SIGKILL,
	  FRAG_GUEST_LATE, "within 600 s" },
	{ "QEMU refuses", "", false, false, 0, 0, 1 << 8, FRAG_GUEST_BROKEN,
	  "exit code 1" },
	{ "a triple fault", "", false, false, 0, 0, 0, FRAG_GUEST_NO_BOOT,
	  "before a word" },
	{ "powered off with nothing sent", "", true, false, 0, 0, QEMU_DONE,
	  FRAG_GUEST_BROKEN, "without whole results: the end of what" },
	{ "powered off before a word", "", false, false, 0, 0, QEMU_DONE,
	  FRAG_GUEST_BROKEN, "without whole results" },
	{ "all was sent, but QEMU ended otherwise", "", true, true, 0, 0, 0,
	  FRAG_GUEST_BROKEN, "exit code 0" },
	{ "somebody killed QEMU", "", true, false, 0, 0, SIGKILL,
	  FRAG_GUEST_BROKEN, "signal 9" },
	{ "an oops, and the run never ended",
	  "[   12.1] BUG: kernel NULL pointer dereference, address: 0\n", true,
	  false, 0, FRAG_GUEST_LATE, SIGKILL, FRAG_GUEST_OOPS, "NULL pointer" },
	{ "an oops in the middle of our own words",
	  "fragbench: fi[   12.1] BUG: unable to handle page fault\n", true,
	  true, 0, 0, QEMU_DONE, FRAG_GUEST_OOPS, "BUG: unable" },
	{ "a program's fault is not the kernel's",
	  "[    9.1] traps: cmd[77] general protection fault ip:4 sp:5\n", true,
	  true, 0, 0, QEMU_DONE, FRAG_GUEST_DONE, "exit code 0" },
	{ "without time stamps", "Oops: 0002 [#1] PREEMPT SMP NOPTI\n", true,
	  true, 0, 0, QEMU_DONE, FRAG_GUEST_OOPS, "Oops: 0002" },
	{ "all was sent, and then it panicked", PANIC, true, true, 0, 0, 0,
	  FRAG_GUEST_PANIC, "not syncing" },
	{ "our own words are not the kernel's",
	  "fragbench: Oops: BUG: said by the program\n", true, true, 0, 0,
	  QEMU_DONE, FRAG_GUEST_DONE, "exit code 0" },
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frag_guest *g = calloc(1, sizeof(*g));

		print_message("  %s\n", cases[i].about);
		g->console.fd = -1;
		g->config.boot_ns = 60000000000ULL;
		g->config.silent_ns = 60000000000ULL;
		g->config.total_ns = 600000000000ULL;
		frag_console_feed(&g->console, cases[i].console,
				  strlen(cases[i].console));
		g->heard_ns = cases[i].is_heard;
		g->killed = cases[i].killed;
		g->status = cases[i].status;
		g->result.code = cases[i].code;
		g->exit = cases[i].is_whole ? QEMU_DONE >> 8 : 0;
		frag_guest_judge(g, cases[i].is_whole);
		assert_string_equal(frag_guest_end_text(g->result.end),
				    frag_guest_end_text(cases[i].end));
		if (!strstr(g->result.why, cases[i].why))
			fail_msg("'%s' does not say '%s'", g->result.why,
				 cases[i].why);
		assert_int_equal(g->result.is_cut,
				 !!strstr(cases[i].why, "the end of what"));
		free(g);
	}
}

/* The lines that tell: from the trouble on; without one, the last. */
static void test_lines(void **state)
{
	struct frag_console c = { .fd = -1 };
	char lines[FRAG_CONSOLE_LINES][FRAG_CONSOLE_LINE];
	char text[64];
	unsigned n;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "[  %u.0] line %u\r\n", i, i);
		frag_console_feed(&c, text, strlen(text));
	}
	n = frag_console_lines(&c, lines);
	assert_int_equal(n, FRAG_CONSOLE_LINES);
	assert_string_equal(lines[n - 1], "[  99.0] line 99");
	frag_console_feed(&c, PANIC, strlen(PANIC));
	frag_console_feed(&c, "[   1.3] CPU: 0 PID: 1", 22);
	n = frag_console_lines(&c, lines);
	assert_int_equal(n, 2);
	assert_string_equal(lines[1], "[   1.3] CPU: 0 PID: 1");
}

/* A line without an end, or with bytes that move a cursor. */
static void test_any_bytes(void **state)
{
	struct frag_console c = { .fd = -1 };
	char lines[FRAG_CONSOLE_LINES][FRAG_CONSOLE_LINE];
	char bytes[5000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	frag_console_feed(&c, bytes, sizeof(bytes));
	memset(bytes, 'x', sizeof(bytes));
	frag_console_feed(&c, bytes, sizeof(bytes));
	assert_true(frag_console_lines(&c, lines) > 0);
	for (const char *at = lines[0]; *at; at++)
		assert_true((unsigned char)*at >= ' ');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
