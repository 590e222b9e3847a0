// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the file of a gate: sections are metrics, keys what is asked of them. */
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verb/compare.h"

/* Of the name of a section; inih knows 50 bytes of it. */
enum { SECTION_SIZE = 50 };

static int key_fail(struct frag_gate *g, const char *glob, const char *key,
		    const char *why)
{
	if (!*g->error->what) {
		frag_fail(g->error, 0, "gate %s, [%s], %s", g->path, glob, key);
		frag_error_why(g->error, "%s", why);
	}
	return 0;
}

/* "0.05", "10%", "10 %". */
static bool amount_read(struct frag_gate_amount *a, const char *text)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || !isfinite(number) || number < 0)
		return false;
	end += strspn(end, " ");
	a->is_share = *end == '%';
	a->number = a->is_share ? number / 100 : number;
	a->is_set = true;
	return !end[a->is_share];
}

static struct frag_gate_rule *rule_of(struct frag_gate *g, const char *glob)
{
	for (unsigned i = 0; i < g->nrules; i++)
		if (!strcmp(g->rules[i].glob, glob))
			return &g->rules[i];
	if (g->nrules == FRAG_GATE_RULES)
		return NULL;
	g->rules[g->nrules].glob = strdup(glob);
	if (!g->rules[g->nrules].glob)
		abort();
	return &g->rules[g->nrules++];
}

/* Constants, so that nobody needs to own them. */
static const char *direction_of(const char *text)
{
	static const char *const words[] = { "higher", "lower", "none", NULL };

	for (const char *const *word = words; *word; word++)
		if (!strcmp(*word, text))
			return *word;
	return NULL;
}

/* inih: 1 is good; a build of it may call with no @key where a section begins,
 * which line_read() knows already. */
static int key_take(void *ctx, const char *section, const char *key,
		    const char *value)
{
	struct frag_gate *g = ctx;
	struct frag_gate_rule *rule;

	if (!key)
		return 1;
	g->is_in_keys = true;
	if (!*section)
		return key_fail(g, section, key,
				"it stands before any [METRIC]");
	rule = rule_of(g, section);
	if (!rule)
		return key_fail(g, section, key, "too many metrics");
	if (!strcmp(key, "direction")) {
		rule->better = direction_of(value);
		return rule->better || key_fail(g, section, key,
						"it takes higher, lower or "
						"none");
	}
	if (!strcmp(key, "limit"))
		return amount_read(&rule->limit, value) ||
		       key_fail(g, section, key, "it takes a number or N%");
	if (!strcmp(key, "floor"))
		return amount_read(&rule->floor, value) ||
		       key_fail(g, section, key, "it takes a number or N%");
	return key_fail(g, section, key,
			"there are limit, direction and floor");
}

/* inih tells of no section without keys, which asks for the floor: so a rule is
 * begun here. What is indented below a key goes on with its value. */
static void header_read(struct frag_gate *g, const char *line)
{
	const char *from = line + (g->is_in_keys ? 0 : strspn(line, " \t"));
	const char *end = strchr(from, ']');
	char section[SECTION_SIZE];

	if (*from != '[' || !end)
		return;
	g->is_in_keys = false;
	snprintf(section, sizeof(section), "%.*s", (int)(end - from - 1),
		 from + 1);
	if (!*section)
		frag_fail(g->error, 0, "gate %s: a section without a metric",
			  g->path);
	else if (!rule_of(g, section))
		frag_fail(g->error, 0, "gate %s, [%s]: too many metrics",
			  g->path, section);
}

/* An ini_reader: as fgets(). */
static char *line_read(char *to, int room, void *ctx)
{
	struct frag_gate *g = ctx;

	to = fgets(to, room, g->file);
	if (to && !*g->error->what)
		header_read(g, to);
	return to;
}

/* As ini_parse(): the number of a line that is none, or -1. */
static int file_read(struct frag_gate *g)
{
	int line;

	g->file = fopen(g->path, "re");
	if (!g->file)
		return -1;
	line = ini_parse_stream(line_read, g, key_take, g);
	fclose(g->file);
	return line;
}

int frag_gate_read(struct frag_gate *g, const char *path, struct frag_error *e)
{
	int line;

	g->path = path;
	g->error = e;
	line = file_read(g);
	if (line == -1)
		frag_fail(e, -errno, "cannot read the gate %s", path);
	else if (*e->what)
		;
	else if (line)
		frag_fail(e, 0, "gate %s, line %d: not a key = value", path,
			  line);
	else if (!g->nrules)
		frag_fail(e, 0, "the gate %s asks for nothing", path);
	else
		return 0;
	frag_error_mend(e, "fragbench help compare");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

void frag_gate_free(struct frag_gate *g)
{
	for (unsigned i = 0; i < g->nrules; i++)
		free((char *)g->rules[i].glob);
	g->nrules = 0;
}
