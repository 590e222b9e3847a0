// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records a machine as a tree that --sysroot reads: which kernel files belong
 * to it, and what to do with those that cannot be read. README comes last: a
 * folder without it is not complete.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "base/source.h"
#include "events/tracepoints.h"
#include "tables.h"
#include "verb.h"
#include "verb/snapshot-save.h"
#include "verb/snapshot.h"

/* Patterns of files; one that ends in a slash takes all below it. Those that
 * must fit together come first and side by side. */
static const char *const patterns[] = {
	"/proc/buddyinfo",
	"/proc/zoneinfo",
	"/proc/vmstat",
	"/proc/meminfo",
	"/proc/pressure/memory",
	"/proc/pagetypeinfo",
	"/proc/cmdline",
	"/proc/slabinfo",
	"/proc/swaps",
	"/proc/version",
	"/proc/sys/vm/",
	"/sys/devices/system/node/*",
	"/sys/devices/system/node/node*/compact",
	"/sys/devices/system/node/node*/cpulist",
	"/sys/devices/system/node/node*/distance",
	"/sys/devices/system/node/node*/meminfo",
	"/sys/devices/system/node/node*/numastat",
	"/sys/devices/system/node/node*/vmstat",
	"/sys/devices/system/node/node*/hugepages/",
	"/sys/kernel/mm/hugepages/",
	"/sys/kernel/mm/transparent_hugepage/",
	"/sys/kernel/debug/extfrag/",
	NULL,
};

/* --- the whole --------------------------------------------------------------- */

/* Of smaps only the line with the page size: the rest tells of the saver. */
static int page_size_save(struct frag_save *s, struct frag_error *e)
{
	struct frag_error ignored = { .exit = 0 };
	struct frag_picture p;
	char line[64];
	int rc = frag_picture_read(&p, s->root, &ignored);
	int n;

	n = snprintf(line, sizeof(line), "KernelPageSize: %8" PRIu64 " kB\n",
		     p.page_size / 1024);
	rc = rc || !p.page_size_known;
	frag_picture_free(&p);
	if (!rc)
		return frag_save_text(s, "/proc/self/smaps", line, (size_t)n,
				      e);
	frag_save_leave_out(s, "/proc/self/smaps", "it tells no page size");
	return 0;
}

/* What the collectors read belongs to the picture, whether it is listed above
 * or not. What was saved before stays; a folder is listed above. */
static int sources_save(struct frag_save *s, struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; !rc && frag_collectors[i]; i++) {
		const char *const *source = frag_collectors[i]->sources;
		char full[PATH_MAX];

		for (; !rc && source && *source; source++) {
			snprintf(full, sizeof(full), "%s%s", s->root, *source);
			if (!frag_is_folder(full))
				rc = frag_save_pattern(s, *source, e);
		}
	}
	return rc;
}

static int format_save(struct frag_save *s, const struct frag_tracefs *t,
		       const struct frag_tracepoint *point, char *text,
		       struct frag_error *e)
{
	char path[PATH_MAX];
	int n = frag_tracefs_format(t, point->system, point->name, text,
				    FRAG_FORMAT_TEXT);

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/%s/format",
		 point->system, point->name);
	if (n >= 0)
		return frag_save_text(s, path, text, (size_t)n, e);
	frag_save_leave_out(s, path, strerror(-n));
	return 0;
}

/* The tracepoints that fragbench listens to, also where tracefs is not mounted:
 * in the record it is. */
static int formats_save(struct frag_save *s, struct frag_error *e)
{
	struct frag_error why = { .exit = 0 };
	struct frag_tracefs t;
	char *text = malloc(FRAG_FORMAT_TEXT);
	int rc = 0;

	if (!text)
		return frag_fail(e, -ENOMEM, "cannot save");
	if (frag_tracefs_open(&t, s->root, &why))
		frag_save_leave_out(s, "/sys/kernel/tracing", why.why);
	for (unsigned i = 0; !rc && t.fd >= 0 && frag_tracepoints[i].name; i++)
		rc = format_save(s, &t, &frag_tracepoints[i], text, e);
	frag_tracefs_close(&t);
	free(text);
	return rc;
}

static void readme_print(FILE *out, const struct frag_save *s)
{
	char version[512];
	char when[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	if (frag_slurp(s->root, "/proc/version", version, sizeof(version)) < 0)
		snprintf(version, sizeof(version), "unknown kernel");
	fprintf(out,
		"Recorded by fragbench %s (snapshot --save) at %s; %s\n\n"
		"Read it with: fragbench snapshot --sysroot FOLDER\n",
		frag_version, when, version);
	if (s->nleft)
		fputs("\nNot read, and why:\n", out);
	for (unsigned i = 0; i < s->nleft; i++)
		fprintf(out, "%s: %s\n", s->left[i].path, s->left[i].why);
	if (s->more_left)
		fprintf(out, "and %u more\n", s->more_left);
}

static int readme_save(struct frag_save *s, struct frag_error *e)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	int rc;

	if (!memory)
		return frag_fail(e, -errno, "cannot write the README");
	readme_print(memory, s);
	fclose(memory);
	rc = frag_save_text(s, "/README", text, length, e);
	free(text);
	return rc;
}

/* Nothing is overwritten: the folder is new, or it is empty. */
static int folder_make(const char *path, struct frag_error *e)
{
	struct dirent *entry;
	bool is_empty = true;
	DIR *dir;
	int rc = frag_mkdirs(path, e);

	if (rc)
		return rc;
	dir = opendir(path);
	if (!dir)
		return frag_fail(e, -errno, "cannot save into %.200s", path);
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			is_empty = false;
	closedir(dir);
	if (is_empty)
		return 0;
	frag_fail(e, 0, "will not save into %.200s", path);
	frag_error_why(e, "the folder is not empty, and nothing is "
			  "overwritten");
	frag_error_mend(e, "fragbench snapshot --save %.180s-2", path);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -ENOTEMPTY;
}

static void left_json(FILE *out, const struct frag_save *s)
{
	fputs(", \"left_out\": [", out);
	for (unsigned i = 0; i < s->nleft; i++) {
		fputs(i ? ",\n {\"path\": " : "\n {\"path\": ", out);
		frag_json_text_print(out, s->left[i].path);
		fputs(", \"why\": ", out);
		frag_json_text_print(out, s->left[i].why);
		fputs("}", out);
	}
	fprintf(out, "], \"left_out_more\": %u}\n", s->more_left);
}

static void said(FILE *out, const struct frag_save *s, bool json)
{
	if (json) {
		fputs("{\"folder\": ", out);
		frag_json_text_print(out, s->folder);
		fprintf(out, ", \"files\": %u, \"bytes\": %" PRIu64, s->files,
			s->bytes);
		left_json(out, s);
		return;
	}
	fprintf(out, "saved %u files (%" PRIu64 " KiB) in %s\n", s->files,
		(s->bytes + 1023) / 1024, s->folder);
	if (s->nleft)
		fputs("not read:\n", out);
	for (unsigned i = 0; i < s->nleft; i++)
		fprintf(out, "  %s: %s\n", s->left[i].path, s->left[i].why);
	if (s->more_left)
		fprintf(out, "  and %u more\n", s->more_left);
}

int frag_snapshot_save(FILE *out, const char *root, const char *path, bool json,
		       struct frag_error *e)
{
	struct frag_save *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return frag_fail(e, -ENOMEM, "cannot save");
	s->root = root;
	s->folder = path;
	rc = folder_make(path, e);
	for (unsigned i = 0; !rc && patterns[i]; i++)
		rc = frag_save_pattern(s, patterns[i], e);
	if (!rc)
		rc = sources_save(s, e);
	if (!rc)
		rc = formats_save(s, e);
	if (!rc)
		rc = page_size_save(s, e);
	if (!rc)
		rc = readme_save(s, e);
	if (!rc)
		said(out, s, json);
	free(s);
	return rc;
}
