// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of scenario files: which section a key belongs to. */
#include "scenario-keys.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/source.h"
#include "base/units.h"
#include "scenario-arms.h"
#include "tables.h"

/* "fill = 146 138 ..." of a [reference NAME] section. */
static int reference_key(struct frag_scenario *s, const char *name,
			 const char *key, const char *value)
{
	struct frag_text t = frag_text_of(value, strlen(value));
	size_t n = json_array_size(s->references);
	json_t *ref = n ? json_array_get(s->references, n - 1) : NULL;
	json_t *row;
	uint64_t v;

	if (!ref || strcmp(json_string_value(json_object_get(ref, "name")),
			   name) != 0) {
		ref = json_pack("{s:s, s:s, s:{}}", "name", name, "about", "",
				"rows");
		json_array_append_new(s->references, ref);
	}
	if (!strcmp(key, "about"))
		return json_object_set_new(ref, key, json_string(value));
	row = json_array();
	while (frag_text_u64(&t, &v))
		json_array_append_new(row, json_integer((json_int_t)v));
	json_object_set_new(json_object_get(ref, "rows"), key, row);
	if (frag_text_done(&t) && json_array_size(row))
		return 0;
	frag_usage_fail(s->error, "cannot read the reference row", key);
	frag_error_why(s->error, "it is the free blocks of order 0, 1, 2 ...");
	return -EINVAL;
}

int frag_scenario_expect(struct frag_scenario *s, const char *key,
			 const char *value, struct frag_error *e)
{
	static const char *const ops[] = { ">=", "<=", ">", "<", NULL };
	unsigned i = 0;
	double limit;

	while (ops[i] && strncmp(value, ops[i], strlen(ops[i])) != 0)
		i++;
	if (!ops[i] ||
	    frag_parse_rate(value + strlen(ops[i]) +
				    strspn(value + strlen(ops[i]), " "),
			    &limit)) {
		frag_usage_fail(e, "cannot expect", value);
		frag_error_why(e, "%s takes >=, <=, > or < and a number", key);
		return -EINVAL;
	}
	return json_array_append_new(s->expect,
				     json_pack("{s:s, s:s, s:f}", "metric", key,
					       "op", ops[i], "limit", limit));
}

/* Begin a section; one without keys is a phase, or an arm, too. */
static int section_read(struct frag_scenario *s, const char *section)
{
	if (!strcmp(section, "scenario") || !strcmp(section, "expect") ||
	    !strncmp(section, "reference ", 10))
		return 0;
	if (!strncmp(section, "phase ", 6))
		return frag_phase_find(s, section + 6) ||
				       frag_phase_add(s, section + 6)
			       ? 0
			       : -EINVAL;
	if (!strncmp(section, "arm ", 4))
		return frag_arm_begin(s, section + 4);
	frag_usage_fail(s->error, "unknown section", section);
	frag_error_why(s->error, "there are [scenario], [phase NAME], "
				 "[arm NAME], [reference NAME] and [expect]");
	return -EINVAL;
}

static int key_read(struct frag_scenario *s, const char *section,
		    const char *key, const char *value)
{
	struct frag_phase *p;

	if (!strcmp(section, "scenario"))
		return frag_scenario_key(s, key, value);
	if (!strcmp(section, "expect"))
		return frag_scenario_expect(s, key, value, s->error);
	if (!strncmp(section, "reference ", 10))
		return reference_key(s, section + 10, key, value);
	if (!strncmp(section, "arm ", 4))
		return frag_arm_key(s, section + 4, key, value);
	if (section_read(s, section))
		return -EINVAL;
	p = frag_phase_find(s, section + 6);
	return p ? frag_phase_key(s, p, key, value) : -EINVAL;
}

/* An INI text while it is read. line: the number of the one handed out last;
 * wrong: of the first that was refused, 0 while there is none. */
struct reader {
	struct frag_scenario *s;
	const char *at;
	int line;
	int wrong;
};

static void line_judge(struct reader *r, int rc)
{
	if (rc && !r->wrong)
		r->wrong = r->line;
}

static int ini_key(void *user, const char *section, const char *key,
		   const char *value)
{
	struct reader *r = user;
	int rc = key_read(r->s, section, key,
			  frag_scenario_keep(r->s, value ? value : ""));

	line_judge(r, rc);
	return !rc;
}

static int header_read(struct reader *r, const char *line)
{
	const char *end = strchr(line, ']');
	char section[128];

	/* inih says that there is no end, and tells of no section without
	 * keys: so it is begun here. */
	if (*line != '[' || !end)
		return 0;
	snprintf(section, sizeof(section), "%.*s", (int)(end - line - 1),
		 line + 1);
	return section_read(r->s, section);
}

static int line_fail(struct reader *r, size_t room)
{
	frag_fail(r->s->error, 0, "the line is too long");
	frag_error_why(r->s->error, "there is room for %zu characters",
		       room - 2);
	return -EINVAL;
}

/* The next line into @to of @room bytes, for inih; NULL at the end. */
static char *line_read(char *to, int room, void *user)
{
	struct reader *r = user;
	size_t n = strcspn(r->at, "\n");
	size_t most = (size_t)room - 1;

	n += r->at[n] == '\n';
	if (!n)
		return NULL;
	r->line++;
	most = n < most ? n : most;
	memcpy(to, r->at, most);
	to[most] = '\0';
	r->at += n;
	line_judge(r,
		   most < n ? line_fail(r, (size_t)room) : header_read(r, to));
	return to;
}

/* The comment block that a scenario begins with, without its marks. */
static char *about_read(const char *text)
{
	char *about = calloc(1, strlen(text) + 1);
	struct frag_text t = frag_text_of(text, strlen(text));
	struct frag_text line;

	while (about && frag_text_line(&t, &line) && line.at < line.end &&
	       *line.at == ';') {
		line.at += 1 + (line.at + 1 < line.end && line.at[1] == ' ');
		strncat(about, line.at, (size_t)(line.end - line.at));
		strcat(about, "\n");
	}
	return about;
}

/* Read all of @text; the first thing that is wrong in it is told. */
static int text_read(struct frag_scenario *s, const char *name,
		     const char *text, struct frag_error *e)
{
	struct reader r = { .s = s, .at = text };
	int line = ini_parse_stream(line_read, &r, ini_key, &r);
	struct frag_error inner = *e;

	if (!line && !r.wrong)
		return 0;
	frag_error_clear(e);
	if (!r.wrong || (line && line < r.wrong)) {
		frag_fail(e, 0, "scenario %s, line %d: not a key = value", name,
			  line);
	} else {
		frag_fail(e, 0, "scenario %s, line %d: %s", name, r.wrong,
			  inner.what);
		frag_error_why(e, "%s", inner.why);
		frag_error_mend(e, "%s", inner.mend);
	}
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

int frag_scenario_parse(struct frag_scenario *s, const char *name,
			const char *text, uint64_t whole, struct frag_error *e)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->error = e;
	s->whole = whole;
	s->references = json_array();
	s->expect = json_array();
	s->about = about_read(text);
	frag_name_clean(name, s->name, sizeof(s->name));
	rc = frag_options_init(frag_scenario_options, &s->settings, whole, e);
	if (!rc)
		rc = text_read(s, name, text, e);
	if (rc)
		return rc;
	if (!s->nphases)
		return frag_usage_fail(e, "no [phase NAME] in scenario", name);
	return frag_arms_deal(s);
}

static int file_load(struct frag_scenario *s, const char *path, uint64_t whole,
		     struct frag_error *e)
{
	struct frag_source file;
	char name[64];
	char *text;
	int rc = frag_source_open(&file, "", path, e);
	const char *base = strrchr(path, '/');

	if (rc) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	text = strndup(file.buf, file.length);
	frag_source_close(&file);
	if (!text)
		return frag_fail(e, -ENOMEM, "cannot load %s", path);
	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	if (strlen(name) > 4 && !strcmp(name + strlen(name) - 4, ".ini"))
		name[strlen(name) - 4] = '\0';
	rc = frag_scenario_parse(s, name, text, whole, e);
	free(text);
	return rc;
}

static int unknown_fail(const char *what, struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(what);

	for (unsigned i = 0; frag_builtins[i].name; i++)
		frag_suggest_offer(&g, frag_builtins[i].name);
	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_suggest_offer(&g, frag_workloads[i]->name);
	frag_usage_fail(e, "there is no scenario or workload", what);
	if (g.best)
		frag_error_why(e, "did you mean %s?", g.best);
	frag_error_mend(e, "fragbench list");
	return -EINVAL;
}

/* A bare workload: a moment before, the workload, a moment after. */
static int workload_load(struct frag_scenario *s, const char *what,
			 uint64_t whole, struct frag_error *e)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "; The workload %s by itself.\n"
		 "[scenario]\n"
		 "[phase baseline]\ndo = settle\nfor = 1s\n"
		 "[phase run]\ndo = run\nfor = 10s\nworkload = %s\n"
		 "[phase hold]\ndo = settle\nfor = 1s\n",
		 what, what);
	return frag_scenario_parse(s, what, text, whole, e);
}

int frag_scenario_load(struct frag_scenario *s, const char *what,
		       uint64_t whole, struct frag_error *e)
{
	const struct frag_builtin *builtin = frag_builtin_find(what);
	size_t n = strlen(what);

	memset(s, 0, sizeof(*s));
	if (strchr(what, '/') || (n > 4 && !strcmp(what + n - 4, ".ini")))
		return file_load(s, what, whole, e);
	if (builtin)
		return frag_scenario_parse(s, what, builtin->text, whole, e);
	if (frag_workload_find(what))
		return workload_load(s, what, whole, e);
	return unknown_fail(what, e);
}

unsigned frag_instance_processes(const struct frag_instance *i)
{
	if (i->out)
		return 0;
	return i->common.processes ? (unsigned)i->common.processes : 1;
}

bool frag_phase_is(const struct frag_phase *p, const char *action)
{
	return !strcmp(p->settings.action, action);
}

bool frag_scenario_goes_on(const struct frag_scenario *s)
{
	return !strcmp(s->settings.on_failure, "go-on");
}

void frag_phase_leave_out(struct frag_scenario *s, struct frag_phase *p,
			  const char *why)
{
	p->out = frag_scenario_keep(s, why);
	for (unsigned i = 0; i < p->ninstances; i++)
		p->instances[i].out = p->out;
}

void frag_arm_leave_out(struct frag_scenario *s, struct frag_phase *p,
			const char *why)
{
	for (unsigned i = 0; p->arm && i < s->nphases; i++)
		if (s->phases[i].arm == p->arm)
			frag_phase_leave_out(s, &s->phases[i], why);
	if (!p->arm)
		frag_phase_leave_out(s, p, why);
}

void frag_scenario_free(struct frag_scenario *s)
{
	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++) {
			free(s->phases[p].instances[i].options);
			json_decref(s->phases[p].instances[i].asked);
		}
	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].nqueries; i++)
			free(s->phases[p].queries[i].options);
	for (unsigned i = 0; i < s->ntexts; i++)
		free(s->texts[i]);
	free(s->texts);
	free(s->about);
	json_decref(s->references);
	json_decref(s->expect);
	memset(s, 0, sizeof(*s));
}
