// SPDX-License-Identifier: GPL-2.0-or-later
/* Which words of a kernel log mean trouble, and how much. */
#include "vm/console.h"

#include <stdio.h>
#include <string.h>

#include "base/write.h"

/* In the order of the search: what ends a kernel before what may not. */
static const struct {
	const char *words;
	enum frag_trouble trouble;
} signs[] = {
	{ "Kernel panic - not syncing", FRAG_TROUBLE_PANIC },
	{ "end Kernel panic", FRAG_TROUBLE_PANIC },
	{ "soft lockup", FRAG_TROUBLE_LOCKUP },
	{ "hard LOCKUP", FRAG_TROUBLE_LOCKUP },
	{ "workqueue lockup", FRAG_TROUBLE_LOCKUP },
	{ "blocked for more than", FRAG_TROUBLE_LOCKUP },
	{ "detected stalls", FRAG_TROUBLE_LOCKUP },
	{ "self-detected stall", FRAG_TROUBLE_LOCKUP },
	{ "Oops:", FRAG_TROUBLE_OOPS },
	{ "kernel BUG at", FRAG_TROUBLE_OOPS },
	{ "BUG: ", FRAG_TROUBLE_OOPS },
	{ "general protection fault", FRAG_TROUBLE_OOPS },
	{ "Internal error:", FRAG_TROUBLE_OOPS },
	{ "KASAN:", FRAG_TROUBLE_OOPS },
	{ "Out of memory: Killed process", FRAG_TROUBLE_OOM },
	{ "Out of memory: Kill process", FRAG_TROUBLE_OOM },
	{ "invoked oom-killer", FRAG_TROUBLE_OOM },
};

/* "[   12.345678] ": where printk begins; NULL when nothing of the kind is in
 * @line. */
static const char *stamp_find(const char *line)
{
	for (; (line = strchr(line, '[')); line++) {
		const char *at = line + 1 + strspn(line + 1, " ");
		size_t seconds = strspn(at, "0123456789");
		size_t rest;

		if (!seconds || at[seconds] != '.')
			continue;
		rest = strspn(at + seconds + 1, "0123456789");
		if (rest && at[seconds + 1 + rest] == ']')
			return line;
	}
	return NULL;
}

/* What the kernel says in @line, "" when all of it are the program's words. The
 * two may share a line: both write to the console as they like. */
static const char *kernel_part(const char *line)
{
	static const char *const ours[] = { "fragbench: ", "fragbench guest: ",
					    "note: ", "doubt: " };
	const char *stamp = stamp_find(line);

	for (size_t i = 0; !stamp && i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!strncmp(line, ours[i], strlen(ours[i])))
			return "";
	return stamp ? stamp : line;
}

/* The trouble that one line of a kernel log tells of. */
static enum frag_trouble trouble_of(const char *line)
{
	line = kernel_part(line);
	/* A program's fault, told by the kernel (arch/x86/kernel/traps.c). */
	if (strstr(line, "traps: "))
		return FRAG_TROUBLE_NONE;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(line, signs[i].words))
			return signs[i].trouble;
	return FRAG_TROUBLE_NONE;
}

/* Past "[   12.345678] " and "[ T123]", as printk writes before its text. */
static const char *text_of(const char *line)
{
	line = kernel_part(line);
	while (*line == '[') {
		const char *end = strchr(line, ']');

		if (!end)
			break;
		line = end + 1 + strspn(end + 1, " ");
	}
	return line;
}

static void line_take(struct frag_console *c)
{
	enum frag_trouble trouble;

	c->current[c->used] = '\0';
	c->used = 0;
	if (!c->current[0])
		return;
	strcpy(c->last[c->nlast++ % FRAG_CONSOLE_LINES], c->current);
	trouble = trouble_of(c->current);
	if (trouble > c->worst) {
		c->worst = trouble;
		c->ntold = 0;
		strcpy(c->line, text_of(c->current));
	}
	if (c->worst && c->ntold < FRAG_CONSOLE_LINES)
		strcpy(c->told[c->ntold++], c->current);
}

static void byte_take(struct frag_console *c, char byte)
{
	if (byte == '\n')
		line_take(c);
	else if ((unsigned char)byte >= ' ' && c->used < sizeof(c->current) - 1)
		c->current[c->used++] = byte;
}

int frag_console_feed(struct frag_console *c, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		byte_take(c, data[i]);
	return c->fd >= 0 ? frag_write_all(c->fd, data, n) : 0;
}

unsigned frag_console_lines(struct frag_console *c,
			    char lines[][FRAG_CONSOLE_LINE])
{
	unsigned n;

	if (c->used)
		line_take(c);
	n = c->ntold;
	if (n) {
		memcpy(lines, c->told, n * sizeof(c->told[0]));
		return n;
	}
	n = c->nlast < FRAG_CONSOLE_LINES ? c->nlast : FRAG_CONSOLE_LINES;
	for (unsigned i = 0; i < n; i++)
		strcpy(lines[i],
		       c->last[(c->nlast - n + i) % FRAG_CONSOLE_LINES]);
	return n;
}
