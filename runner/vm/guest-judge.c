// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict over a guest that is over. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "vm/guest-parts.h"
#include "vm/pid1.h"

static const char *const texts[] = {
	[FRAG_GUEST_DONE] = "done",   [FRAG_GUEST_NO_BOOT] = "no-boot",
	[FRAG_GUEST_PANIC] = "panic", [FRAG_GUEST_OOPS] = "oops",
	[FRAG_GUEST_OOM] = "oom",     [FRAG_GUEST_HANG] = "hang",
	[FRAG_GUEST_LATE] = "late",   [FRAG_GUEST_BROKEN] = "broken",
};

const char *frag_guest_end_text(enum frag_guest_end end)
{
	return texts[end];
}

static void verdict(struct frag_guest *g, enum frag_guest_end end,
		    const char *fmt, ...) FRAG_PRINTF(3, 4);

static void verdict(struct frag_guest *g, enum frag_guest_end end,
		    const char *fmt, ...)
{
	va_list args;

	g->result.end = end;
	va_start(args, fmt);
	vsnprintf(g->result.why, sizeof(g->result.why), fmt, args);
	va_end(args);
}

/* The results are here: were they made by a kernel in its right mind? */
static void whole_judge(struct frag_guest *g)
{
	int code = g->result.code;
	bool is_answer = code == FRAG_EXIT_DONE || code == FRAG_EXIT_BAD ||
			 code == FRAG_EXIT_DOUBT;

	if (g->console.worst >= FRAG_TROUBLE_OOPS)
		verdict(g, FRAG_GUEST_OOPS, "%s", g->console.line);
	else if (!is_answer && g->console.worst == FRAG_TROUBLE_OOM)
		verdict(g, FRAG_GUEST_OOM, "%s", g->console.line);
	else
		verdict(g, FRAG_GUEST_DONE, "its run ended with exit code %d",
			code);
}

static void killed_judge(struct frag_guest *g)
{
	static const double second = 1e9;
	const struct frag_guest_config *c = &g->config;

	if (g->killed == FRAG_GUEST_BROKEN)
		verdict(g, g->killed, "%s", g->haul.error);
	else if (g->killed == FRAG_GUEST_NO_BOOT)
		verdict(g, g->killed, "no word from it within %.0f s",
			(double)c->boot_ns / second);
	else if (g->killed == FRAG_GUEST_HANG)
		verdict(g, g->killed, "no word from it for %.0f s%s%s",
			(double)c->silent_ns / second,
			g->console.worst ? ": " : "", g->console.line);
	else
		verdict(g, g->killed, "it was not done within %.0f s",
			(double)c->total_ns / second);
}

/* QEMU ended by itself, and what came is not whole. */
static void broken_judge(struct frag_guest *g)
{
	const char *why = g->qemu_said;

	if (g->keep_error)
		why = g->haul.error;
	else if (g->channels[0].is_broken || g->channels[1].is_broken)
		why = "what the guest sent is garbled";
	else if (g->end)
		why = "the checksum of what it sent is wrong";
	else if (g->heard_ns && WIFEXITED(g->status) &&
		 WEXITSTATUS(g->status) == FRAG_PID1_EXIT) {
		g->result.is_cut = true;
		why = "the end of what it sent did not come (is the host overloaded, or the guest out of memory?)";
	}
	if (WIFSIGNALED(g->status))
		verdict(g, FRAG_GUEST_BROKEN, "QEMU was ended by signal %d",
			WTERMSIG(g->status));
	else if (!WEXITSTATUS(g->status) && !g->heard_ns)
		/* A triple fault, or a kernel that restarts the machine. */
		verdict(g, FRAG_GUEST_NO_BOOT,
			"the machine went down before a word from it");
	else
		verdict(g, FRAG_GUEST_BROKEN,
			"QEMU ended (exit code %d) without whole results%s%s",
			WEXITSTATUS(g->status), why[0] ? ": " : "", why);
}

/* A panic for want of memory is the OOM killer with nobody left to kill
 * (out_of_memory() in mm/oom_kill.c). */
static enum frag_guest_end panic_end(const struct frag_guest *g)
{
	if (!g->heard_ns)
		return FRAG_GUEST_NO_BOOT;
	if (strstr(g->console.line, "deadlocked on memory") ||
	    strstr(g->console.line, "Out of memory") ||
	    strstr(g->console.line, "out of memory"))
		return FRAG_GUEST_OOM;
	return FRAG_GUEST_PANIC;
}

void frag_guest_judge(struct frag_guest *g, bool is_whole)
{
	/* PID 1 has said how it would end QEMU. */
	bool is_clean = WIFEXITED(g->status) && !g->killed &&
			WEXITSTATUS(g->status) == g->exit;

	if (is_whole && is_clean && g->console.worst != FRAG_TROUBLE_PANIC)
		whole_judge(g);
	else if (g->console.worst == FRAG_TROUBLE_PANIC)
		verdict(g, panic_end(g), "%s", g->console.line);
	else if (g->console.worst == FRAG_TROUBLE_OOPS && g->heard_ns)
		verdict(g, FRAG_GUEST_OOPS, "%s", g->console.line);
	else if (g->killed)
		killed_judge(g);
	else
		broken_judge(g);
	g->result.nlines = frag_console_lines(&g->console, g->result.lines);
}
