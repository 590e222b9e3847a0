// SPDX-License-Identifier: GPL-2.0-or-later
/* Which checks there are, in which order, and how findings are told. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knobs.h"
#include "verb/doctor.h"
#include "verb/snapshot.h"
#include "verb/verbs.h"

struct doctor_options {
	const char *sysroot;
	bool restore;
	bool json;
};

static const struct frag_option rows[] = {
	{ "restore", 0, FRAG_FLAG, offsetof(struct doctor_options, restore),
	  NULL, NULL, 0, 0,
	  "put back the kernel settings that a killed run has left" },
	FRAG_ROW_SYSROOT(doctor_options),
	FRAG_ROW_JSON(doctor_options),
	{ .name = NULL },
};

/* live_only: it asks about this process or this moment, which no recorded
 * machine can answer. */
struct check {
	const char *group;
	bool live_only;
	frag_check *look;
};

static const struct check checks[] = {
	{ "kernel sources", false, frag_check_collectors },
	{ "kernel sources", true, frag_check_pagemap },
	{ "kernel sources", false, frag_check_debugfs },
	{ "kernel sources", false, frag_check_events },
	{ "privileges and tools", true, frag_check_root },
	{ "privileges and tools", true, frag_check_memlock },
	{ "privileges and tools", true, frag_check_cgroup },
	{ "privileges and tools", true, frag_check_python },
	{ "privileges and tools", true, frag_check_journal },
	{ "workloads", true, frag_check_workloads },
	{ "knobs", false, frag_check_knobs },
	{ "knobs", false, frag_check_hugetlb },
	{ "noise", false, frag_check_thp },
	{ "noise", false, frag_check_khugepaged },
	{ "noise", false, frag_check_kcompactd },
	{ "noise", false, frag_check_swap },
	{ "noise", true, frag_check_load },
	{ "noise", false, frag_check_pcp },
	{ "noise", false, frag_check_unlisted },
};

enum { NCHECKS = sizeof(checks) / sizeof(*checks) };

static const char *const state_names[] = { "ok", "note", "missing" };

struct frag_finding *frag_finding_add(struct frag_doctor *d,
				      enum frag_finding_state state,
				      const char *name, const char *fmt, ...)
{
	struct frag_finding *f;
	va_list args;

	if (d->count == FRAG_FINDINGS_MAX)
		d->count--;
	f = &d->findings[d->count++];
	memset(f, 0, sizeof(*f));
	f->group = d->group;
	f->state = state;
	snprintf(f->name, sizeof(f->name), "%s", name);
	va_start(args, fmt);
	vsnprintf(f->found, sizeof(f->found), fmt, args);
	va_end(args);
	return f;
}

void frag_finding_why(struct frag_finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, args);
	va_end(args);
}

void frag_finding_mend(struct frag_finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->mend, sizeof(f->mend), fmt, args);
	va_end(args);
}

/* --- telling ---------------------------------------------------------------- */

static bool can_run(const struct frag_doctor *d)
{
	for (unsigned i = 0; i < d->count; i++)
		if (d->findings[i].is_essential &&
		    d->findings[i].state == FRAG_MISSING)
			return false;
	return true;
}

static unsigned state_count(const struct frag_doctor *d,
			    enum frag_finding_state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < d->count; i++)
		n += d->findings[i].state == state;
	return n;
}

static void finding_print(FILE *out, const struct frag_finding *f)
{
	fprintf(out, "  %-7s  %-35s  %s\n", state_names[f->state], f->name,
		f->found);
	if (f->why[0])
		frag_wrapped_print(out, 11, f->why);
	if (f->mend[0])
		fprintf(out, "%11smend: %s\n", "", f->mend);
}

static void findings_print(FILE *out, const struct frag_doctor *d)
{
	const char *group = "";

	if (d->has_picture)
		frag_machine_print(out, &d->picture);
	for (unsigned i = 0; i < d->count; i++) {
		const struct frag_finding *f = &d->findings[i];

		if (strcmp(group, f->group)) {
			fprintf(out, "%s%s\n", i || d->has_picture ? "\n" : "",
				f->group);
			group = f->group;
		}
		finding_print(out, f);
	}
	fprintf(out, "\n%s: %u ok, %u to note, %u missing\n",
		!can_run(d)  ? "no run can be done here"
		: d->is_live ? "a run can be done here"
			     : "a run could be done on such a machine",
		state_count(d, FRAG_OK), state_count(d, FRAG_NOTE),
		state_count(d, FRAG_MISSING));
}

static void pair_json(FILE *out, const char *name, const char *text)
{
	fprintf(out, ", \"%s\": ", name);
	frag_json_text_print(out, text);
}

static void findings_json(FILE *out, const struct frag_doctor *d)
{
	fprintf(out, "{\n \"schema\": 1,\n \"can_run\": %s,\n \"checks\": [",
		can_run(d) ? "true" : "false");
	for (unsigned i = 0; i < d->count; i++) {
		const struct frag_finding *f = &d->findings[i];

		fprintf(out, "%s{\"state\": \"%s\", \"essential\": %s",
			i ? ",\n  " : "\n  ", state_names[f->state],
			f->is_essential ? "true" : "false");
		pair_json(out, "group", f->group);
		pair_json(out, "name", f->name);
		pair_json(out, "found", f->found);
		pair_json(out, "why", f->why);
		pair_json(out, "mend", f->mend);
		fputs("}", out);
	}
	fputs("]\n}\n", out);
}

/* --- the verb --------------------------------------------------------------- */

static void examine(struct frag_doctor *d)
{
	struct frag_error ignored = { .exit = 0 };

	/* What is wrong with the free lists, their own check tells. */
	d->has_picture = !frag_picture_read(&d->picture, d->root, &ignored);
	for (unsigned i = 0; i < NCHECKS; i++) {
		if (checks[i].live_only && !d->is_live)
			continue;
		d->group = checks[i].group;
		checks[i].look(d);
	}
}

static int usage_fail(struct frag_error *e, const char *what)
{
	frag_fail(e, 0, "%s", what);
	frag_error_mend(e, "fragbench help doctor");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int sysroot_check(const char *root, struct frag_error *e)
{
	if (!*root || frag_is_folder(root))
		return 0;
	frag_fail(e, 0, "no recorded machine in %.200s", root);
	frag_error_why(e, "there is no such folder");
	return usage_fail(e, "");
}

static int restore(struct frag_error *e)
{
	char path[256];
	bool is_waiting = frag_journal_is_waiting(path, sizeof(path));
	int n = frag_journal_replay(stdout, e);

	if (n < 0)
		return n;
	if (!n && !is_waiting)
		puts("nothing to put back");
	return FRAG_EXIT_DONE;
}

static int doctor_call(struct frag_call *call, struct frag_error *e)
{
	const struct doctor_options *o = call->options;
	struct frag_doctor *d;
	int rc;

	if (call->nwords)
		return usage_fail(e, "doctor takes no words");
	if (o->restore && (*o->sysroot || o->json))
		return usage_fail(e, "--restore goes alone");
	if (o->restore)
		return restore(e);
	if (sysroot_check(o->sysroot, e))
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return frag_fail(e, -ENOMEM, "cannot examine");
	d->root = o->sysroot;
	d->is_live = !*o->sysroot;
	examine(d);
	if (o->json)
		findings_json(stdout, d);
	else
		findings_print(stdout, d);
	rc = can_run(d) ? FRAG_EXIT_DONE : FRAG_EXIT_CANNOT;
	frag_picture_free(&d->picture);
	free(d);
	return rc;
}

const struct frag_verb frag_verb_doctor = {
	.name = "doctor",
	.group = FRAG_LOOK,
	.summary = "what this machine lets fragbench see and do, and the mends",
	.usage = "[--sysroot DIR] | --restore",
	.about = "Looks at every kernel file, privilege, knob and tool that a "
		 "run uses, and at whatever else moves memory meanwhile. ok: "
		 "all is well. note: a run can be done, and this will show in "
		 "it. missing: something cannot be seen or done. Each with a "
		 "command that mends it. Leaves with 0 when a run can be done "
		 "and with 3 when not.\n\n"
		 "--restore replays the journal of a run that was killed, so "
		 "that every kernel setting is back.",
	.options = rows,
	.options_size = sizeof(struct doctor_options),
	.call = doctor_call,
};
