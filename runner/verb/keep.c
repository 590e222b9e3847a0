// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb keep: makes of runs small copies that compare and report can read.
 * It knows which files these need. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/packed.h"
#include "base/path.h"
#include "verb.h"
#include "verb/compare.h"
#include "verb/verbs.h"

enum { PLAIN_UP_TO = 2048 };

/* In the order in which they are copied; a run has not all of them. The
 * manifest is written anew, last of all. */
static const char *const kept[] = { "summary.json", "scenario.ini",
				    "phases.csv", "buddy.csv", NULL };

struct keep_options {
	bool json;
	const char *output;
};

static const struct frag_option rows[] = {
	{ "output", 'o', FRAG_TEXT, offsetof(struct keep_options, output),
	  "DIR", NULL, 0, 0, "folder that the copies go to (needed)" },
	FRAG_ROW_JSON(keep_options),
	{ .name = NULL },
};

/* One run being kept. name: the last part of its path; to: the copy's folder
 * while it is not whole. */
struct keeping {
	char run[PATH_MAX];
	const char *name;
	int from;
	json_t *manifest;
	char side[PATH_MAX];
	int to;
};

static int run_refuse(const char *run, const char *why, const char *mend,
		      enum frag_exit code, struct frag_error *e)
{
	frag_fail(e, 0, "cannot keep %s", run);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, code);
	return -EINVAL;
}

/* Only what is done: what was interrupted or failed compares to nothing. */
static int run_check(const struct keeping *k, const char *run,
		     struct frag_error *e)
{
	const char *status =
		json_string_value(json_object_get(k->manifest, "status"));
	char why[128];

	if (!frag_packed_is_there(k->from, "summary.json"))
		return run_refuse(run, "it has no summary.json",
				  "fragbench summarize it first",
				  FRAG_EXIT_CANNOT, e);
	if (status && !strcmp(status, "done"))
		return 0;
	snprintf(why, sizeof(why), "it is not a run that is done, but %s",
		 status ? status : "nothing that says so");
	return run_refuse(run, why, "leave it out", FRAG_EXIT_CANNOT, e);
}

static int run_open(struct keeping *k, const char *run, struct frag_error *e)
{
	static const char mend[] = "name run directories: ls -d results/*";

	if (!realpath(run, k->run) ||
	    (k->from = open(k->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return run_refuse(run, strerror(errno), mend, FRAG_EXIT_USAGE,
				  e);
	k->name = strrchr(k->run, '/') + 1;
	if (!frag_packed_is_there(k->from, "manifest.json"))
		return run_refuse(run, "it holds no manifest.json", mend,
				  FRAG_EXIT_USAGE, e);
	if (flock(k->from, LOCK_SH | LOCK_NB))
		return run_refuse(run, "it is still being measured",
				  "wait until it is done", FRAG_EXIT_CANNOT, e);
	k->manifest = frag_json_read(k->from, "manifest.json", e);
	return k->manifest ? run_check(k, run, e) : -EINVAL;
}

/* --- the copy
 * --------------------------------------------------------------------- */

static int file_keep(const struct keeping *k, const char *name,
		     struct frag_error *e)
{
	int fd = frag_packed_open(k->from, name);
	void *data = NULL;
	struct stat st;
	int rc = fd < 0 ? fd : 0;

	if (rc == -ENOENT)
		return 0;
	if (!rc && fstat(fd, &st))
		rc = -errno;
	if (!rc && st.st_size) {
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			    fd, 0);
		rc = data == MAP_FAILED ? -errno : 0;
	}
	if (fd >= 0)
		close(fd);
	if (rc)
		return frag_fail(e, rc, "cannot read %s of %s", name, k->name);
	rc = frag_packed_write(k->to, name, data, (size_t)st.st_size,
			       PLAIN_UP_TO);
	if (data)
		munmap(data, (size_t)st.st_size);
	return rc ? frag_fail(e, rc, "cannot write %s of %s", name, k->name)
		  : 0;
}

/* What is kept, by the manifest's own words: each file has its checksum, which
 * is of what it holds, packed or not. */
static void manifest_cut(json_t *manifest)
{
	json_t *files = json_object_get(manifest, "files");
	json_t *left_out = json_object_get(manifest, "left_out");
	json_t *stays = json_array();
	json_t *file;
	size_t i;

	left_out = left_out ? json_incref(left_out) : json_array();
	json_array_foreach(files, i, file)
	{
		json_t *name = json_object_get(file, "name");
		unsigned n = 0;

		while (kept[n] && strcmp(json_string_value(name) ?: "", kept[n]))
			n++;
		if (kept[n])
			json_array_append(stays, file);
		else if (name && json_object_get(file, "sha256"))
			json_array_append(left_out, name);
	}
	json_object_set_new(manifest, "files", stays);
	json_object_set_new(manifest, "left_out", left_out);
}

/* Where a module lay on the machine of somebody else is of no use, nor
 * anybody's business; its name and its parameters are. */
static void modules_cut(json_t *manifest)
{
	json_t *guest =
		json_object_get(json_object_get(manifest, "machine"), "guest");
	json_t *modules = json_object_get(guest, "modules");

	for (size_t i = 0; i < json_array_size(modules); i++) {
		const char *text =
			json_string_value(json_array_get(modules, i)) ?: "";
		const char *name = text + strcspn(text, " ");

		while (name > text && name[-1] != '/')
			name--;
		json_array_set_new(modules, i, json_string(name));
	}
}

static int manifest_keep(const struct keeping *k, struct frag_error *e)
{
	char *text;
	int rc;

	manifest_cut(k->manifest);
	modules_cut(k->manifest);
	text = json_dumps(k->manifest,
			  JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	rc = text ? frag_packed_write(k->to, "manifest.json", text,
				      strlen(text), PLAIN_UP_TO)
		  : -ENOMEM;
	free(text);
	return rc ? frag_fail(e, rc, "cannot write the manifest of %s", k->name)
		  : 0;
}

static int side_open(struct keeping *k, const char *folder,
		     struct frag_error *e)
{
	int rc = frag_mkdirs(folder, e);

	if (rc)
		return rc;
	snprintf(k->side, sizeof(k->side), "%s/.keep-XXXXXX", folder);
	if (!mkdtemp(k->side)) {
		k->side[0] = '\0';
		return frag_fail(e, -errno, "cannot write into %s", folder);
	}
	k->to = open(k->side, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (k->to < 0 || fchmod(k->to, 0755))
		return frag_fail(e, -errno, "cannot write into %s", folder);
	return 0;
}

static void kept_print(const struct keeping *k, const char *path, bool is_json)
{
	json_t *json;

	if (!is_json) {
		puts(path);
		return;
	}
	json = json_pack("{s:o, s:o}", "run", frag_json_text(k->run), "kept",
			 frag_json_text(path));
	json_dumpf(json, stdout, 0);
	putchar('\n');
	json_decref(json);
}

/* Whole, or not there; nothing is overwritten. */
static int side_place(const struct keeping *k, const struct keep_options *o,
		      struct frag_error *e)
{
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s/%s", o->output, k->name);
	if (!rename(k->side, path)) {
		kept_print(k, path, o->json);
		return 0;
	}
	rc = frag_fail(e, -errno, "cannot keep %s as %s", k->name, path);
	frag_error_mend(e, "remove what is there, or choose another folder");
	return rc;
}

static int copy_make(struct keeping *k, const struct keep_options *o,
		     struct frag_error *e)
{
	int rc = side_open(k, o->output, e);

	for (unsigned i = 0; !rc && kept[i]; i++)
		rc = file_keep(k, kept[i], e);
	rc = rc ? rc : manifest_keep(k, e);
	rc = rc ? rc : side_place(k, o, e);
	if (rc && k->side[0])
		frag_remove_tree(k->side);
	return rc;
}

static int run_keep(const char *run, const struct keep_options *o,
		    struct frag_error *e)
{
	struct keeping k = { .from = -1, .to = -1 };
	int rc = run_open(&k, run, e);

	rc = rc ? rc : copy_make(&k, o, e);
	if (k.from >= 0)
		close(k.from);
	if (k.to >= 0)
		close(k.to);
	json_decref(k.manifest);
	return rc;
}

/* The runs among the words, each once: results and a star name more than runs.
 * Where there is none the first word is kept, and that fails and says why. */
static int runs_keep(const struct frag_call *call, const struct keep_options *o,
		     struct frag_error *e)
{
	struct frag_runs_skipped skipped = { 0 };
	json_t *found = json_array();
	json_t *seen = json_object();
	const json_t *run;
	size_t i;
	int rc = 0;

	for (unsigned w = 0; !rc && w < call->nwords; w++)
		rc = access(call->words[w], F_OK)
			     ? run_keep(call->words[w], o, e)
			     : frag_runs_find(call->words[w], found, seen,
					      &skipped, e);
	if (!rc && !json_array_size(found))
		rc = run_keep(call->words[0], o, e);
	if (skipped.unfinished + skipped.failed)
		fprintf(stderr,
			"note: %u unfinished and %u failed runs were passed over\n",
			skipped.unfinished, skipped.failed);
	json_array_foreach(found, i, run) rc =
		rc ? rc : run_keep(json_string_value(run), o, e);
	json_decref(found);
	json_decref(seen);
	return rc;
}

static int keep_call(struct frag_call *call, struct frag_error *e)
{
	const struct keep_options *o = call->options;
	int rc = 0;

	if (!call->nwords || !o->output) {
		rc = frag_fail(e, 0, "there is no %s",
			       call->nwords ? "folder to keep runs in"
					    : "run to keep");
		frag_error_mend(e, "fragbench keep -o baseline results/*");
		frag_error_exit(e, FRAG_EXIT_USAGE);
	}
	return rc ? rc : runs_keep(call, o, e);
}

const struct frag_verb frag_verb_keep = {
	.name = "keep",
	.group = FRAG_READ,
	.summary = "make small copies of runs, to compare against later",
	.usage = "-o DIR RUN...",
	.about =
		"Writes of each run into DIR what compare and report need of it: the manifest, the summary, the scenario, the phases and the free lists. What is long is compressed (NAME.gz); a run takes some 15 KB instead of a megabyte, and can stay in a repository. `fragbench compare --baseline DIR` reads it. summary.json is the run's own: it cannot be computed anew from what is left, and summarize says so. The paths of the copies are printed (with --json one object a run: run, kept); nothing is overwritten.",
	.options = rows,
	.options_size = sizeof(struct keep_options),
	.call = keep_call,
};
