// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb summarize: computes the summary.json of runs anew from their tables,
 * and lets the manifest vouch for it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "analysis/analysis.h"
#include "base/json.h"
#include "base/packed.h"
#include "rundir.h"
#include "verb.h"
#include "verb/verbs.h"

struct summarize_options {
	bool json;
};

static const struct frag_option rows[] = {
	FRAG_ROW_JSON(summarize_options),
	{ .name = NULL },
};

/* Nobody else may write: a run that is being measured is locked. */
static int run_open(const char *path, struct frag_error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : 0;

	if (!rc && !frag_packed_is_there(fd, "manifest.json"))
		rc = -errno;
	if (!rc && flock(fd, LOCK_EX | LOCK_NB))
		rc = -errno;
	if (!rc)
		return fd;
	if (fd >= 0)
		close(fd);
	frag_fail(e, rc == -EWOULDBLOCK ? 0 : rc, "cannot sum up %s", path);
	if (rc == -EWOULDBLOCK)
		frag_error_why(e, "it is still being measured");
	if (rc == -EWOULDBLOCK)
		frag_error_mend(e, "wait until it is done");
	else
		frag_error_mend(e, "name run directories: ls -d results/*");
	frag_error_exit(e, rc == -EWOULDBLOCK ? FRAG_EXIT_CANNOT
					      : FRAG_EXIT_USAGE);
	return rc;
}

/* A run without a seal has no checksums yet: none is made up for it. */
static int manifest_update(int fd, struct frag_error *e)
{
	json_t *manifest = frag_json_read(fd, "manifest.json", e);
	json_t *file;
	int rc = manifest ? 0 : -EIO;
	bool is_vouched = false;
	size_t i;

	json_array_foreach(json_object_get(manifest, "files"), i, file)
	{
		const char *name =
			json_string_value(json_object_get(file, "name"));

		if (rc || !name || strcmp(name, "summary.json") != 0 ||
		    !json_object_get(file, "sha256"))
			continue;
		is_vouched = true;
		rc = frag_file_complete(fd, file);
	}
	if (!rc && is_vouched)
		rc = frag_json_write(fd, "manifest.json", manifest, e);
	json_decref(manifest);
	return rc;
}

static void summary_say(const char *path, const json_t *summary, bool is_json)
{
	json_t *doubts = json_object_get(summary, "doubts");
	const char *doubt = json_string_value(json_array_get(doubts, 0));

	if (is_json) {
		json_dumpf(summary, stdout, JSON_REAL_PRECISION(12));
		putchar('\n');
		return;
	}
	printf("%s: %zu metrics%s%s\n", path,
	       json_object_size(json_object_get(summary, "metrics")),
	       doubt ? ", untrusted: " : "", doubt ? doubt : "");
}

static int run_do(const char *path, bool is_json, struct frag_error *e)
{
	json_t *summary;
	int fd = run_open(path, e);
	int rc;

	if (fd < 0)
		return fd;
	summary = frag_summarize(fd, e);
	rc = summary ? manifest_update(fd, e) : -EIO;
	if (!rc)
		summary_say(path, summary, is_json);
	json_decref(summary);
	close(fd);
	return rc;
}

static int summarize_call(struct frag_call *call, struct frag_error *e)
{
	const struct summarize_options *o = call->options;
	int rc = 0;

	if (!call->nwords) {
		rc = frag_fail(e, 0, "there is no run to sum up");
		frag_error_mend(e, "name run directories: ls -d results/*");
		frag_error_exit(e, FRAG_EXIT_USAGE);
	}
	for (unsigned i = 0; !rc && i < call->nwords; i++)
		rc = run_do(call->words[i], o->json, e);
	return rc;
}

const struct frag_verb frag_verb_summarize = {
	.name = "summarize",
	.group = FRAG_READ,
	.summary = "compute summary.json of runs anew from their tables",
	.usage = "RUN...",
	.about =
		"Every run has a summary.json since it ended; this computes it anew, after fragbench has learned a metric or where it is missing. The tables stay as they are; of a sealed run the manifest gets the new checksum. With --json one summary a line.",
	.options = rows,
	.options_size = sizeof(struct summarize_options),
	.call = summarize_call,
};
