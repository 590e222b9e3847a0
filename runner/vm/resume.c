// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lets the same command line go on after ^C, kill -9 or a power cut: a
 * file in the output folder, named by a hash over all that decides the matrix.
 */
#include "vm/matrix-parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/path.h"

/* A file by what is in it: the same path may hold something else tomorrow. */
static json_t *file_json(const char *path)
{
	char digest[SHA256_DIGEST_STRING_LENGTH];

	return frag_json_text(SHA256File(path, digest) ? digest : path);
}

static json_t *kernels_json(const struct frag_matrix_config *c)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < c->nkernels; i++) {
		const struct frag_kernel *k = &c->kernels[i];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:o}", "name",
					frag_json_text(k->name), "release",
					frag_json_text(k->release), "package",
					frag_json_text(k->package), "image",
					file_json(k->image)));
	}
	return list;
}

static json_t *axes_json(const struct frag_matrix_config *c)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < c->naxes; i++) {
		json_t *one = json_array();

		json_array_append_new(one, frag_json_text(c->axes[i].key));
		for (unsigned v = 0; v < c->axes[i].count; v++)
			json_array_append_new(
				one, frag_json_text(c->axes[i].values[v]));
		json_array_append_new(all, one);
	}
	return all;
}

/* "FILE.ko PARAMETERS": the words, and what is in the file. */
static json_t *modules_json(const char *const *modules)
{
	json_t *list = json_array();

	for (unsigned i = 0; modules && modules[i]; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%.*s",
			 (int)strcspn(modules[i], " "), modules[i]);
		json_array_append_new(list, frag_json_text(modules[i]));
		json_array_append_new(list, file_json(path));
	}
	return list;
}

static json_t *words_json(const struct frag_matrix_config *c)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < c->nwords; i++)
		json_array_append_new(list, frag_json_text(c->words[i]));
	return list;
}

/* All that decides what a run of the matrix is. */
static json_t *matrix_json(const struct frag_matrix_config *c)
{
	const char *append = c->guest.append;
	json_t *all = json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "tool",
		c->tool, "program", file_json("/proc/self/exe"), "scenario",
		frag_json_text(c->scenario), "text",
		frag_json_text(c->text ? c->text : ""), "words", words_json(c),
		"kernels", kernels_json(c), "axes", axes_json(c), "machine",
		frag_vm_machine_json(c->guest.machine), "append",
		frag_json_text(append ? append : ""), "modules",
		modules_json(c->guest.modules));

	json_object_set_new(all, "accel", frag_json_text(c->guest.accel));
	json_object_set_new(all, "repeats", json_integer(c->repeats));
	json_object_set_new(all, "seed", json_integer((json_int_t)c->seed));
	return all;
}

static int names_make(struct frag_resume *r, const struct frag_matrix_config *c,
		      struct frag_error *e)
{
	json_t *all = matrix_json(c);
	char *text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
	char digest[SHA256_DIGEST_STRING_LENGTH];

	json_decref(all);
	if (!text)
		return frag_fail(e, -ENOMEM, "cannot make the matrix");
	SHA256Data((const uint8_t *)text, strlen(text), digest);
	free(text);
	snprintf(r->name, sizeof(r->name), "vm-%.16s.json", digest);
	snprintf(r->lock_name, sizeof(r->lock_name), ".vm-%.16s.lock", digest);
	return 0;
}

/* Is the file that we hold still the one of that name? The one who had it
 * before may have taken it away. */
static bool is_same_file(int fd, int dirfd, const char *name)
{
	struct stat mine;
	struct stat there;

	return !fstat(fd, &mine) && !fstatat(dirfd, name, &there, 0) &&
	       mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

static int lock_take(struct frag_resume *r, const char *output,
		     struct frag_error *e)
{
	int rc = 0;

	do {
		if (r->lock >= 0)
			close(r->lock);
		r->lock = openat(r->dirfd, r->lock_name,
				 O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (r->lock < 0 || flock(r->lock, LOCK_EX | LOCK_NB))
			rc = -errno;
	} while (!rc && !is_same_file(r->lock, r->dirfd, r->lock_name));
	if (rc && r->lock >= 0)
		close(r->lock);
	r->lock = rc ? -1 : r->lock;
	if (rc != -EWOULDBLOCK)
		return rc ? frag_fail(e, rc, "cannot lock the state in %s",
				      output)
			  : 0;
	frag_fail(e, 0, "the same matrix is at work in %s", output);
	frag_error_why(e, "another process holds its state, %s", r->name);
	frag_error_mend(e, "wait for it, or give another folder: -o DIR");
	return -EBUSY;
}

static bool is_named(const char *name, const char *prefix, const char *suffix)
{
	size_t n = strlen(name);
	size_t end = strlen(suffix);

	return n > strlen(prefix) + end &&
	       !strncmp(name, prefix, strlen(prefix)) &&
	       !strcmp(name + n - end, suffix);
}

/* Remove locks that nobody holds: kill -9 leaves them. Who opens one just now
 * will see that it has gone: is_same_file(). */
static void locks_sweep(const struct frag_resume *r)
{
	int here = openat(r->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = here < 0 ? NULL : fdopendir(here);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		int fd;

		if (!is_named(d->d_name, ".vm-", ".lock") ||
		    !strcmp(d->d_name, r->lock_name))
			continue;
		fd = openat(r->dirfd, d->d_name,
			    O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			continue;
		if (!flock(fd, LOCK_EX | LOCK_NB))
			unlinkat(r->dirfd, d->d_name, 0);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

bool frag_matrix_is_begun(const char *output)
{
	DIR *dir = opendir(output);
	struct dirent *d;
	bool found = false;

	while (dir && !found && (d = readdir(dir)))
		found = is_named(d->d_name, "vm-", ".json");
	if (dir)
		closedir(dir);
	return found;
}

static void series_make(char *name, size_t size)
{
	uint64_t chance = 0;

	(void)!getrandom(&chance, sizeof(chance), 0);
	snprintf(name, size, "%016llx", (unsigned long long)chance);
}

static uint64_t seed_make(uint64_t asked)
{
	uint32_t chance = 1;

	if (asked)
		return asked;
	(void)!getrandom(&chance, sizeof(chance), 0);
	return chance ? chance : 1;
}

/* A matrix that nobody has begun. */
static json_t *state_new(const struct frag_matrix *m)
{
	json_t *columns = json_array();

	for (unsigned i = 0; i < m->ncolumns; i++) {
		char series[32];

		series_make(series, sizeof(series));
		json_array_append_new(
			columns, json_pack("{s:o, s:s}", "name",
					   frag_json_text(m->columns[i].name),
					   "series", series));
	}
	return json_pack("{s:i, s:I, s:o, s:[]}", "version", 1, "seed",
			 (json_int_t)seed_make(m->config.seed), "columns",
			 columns, "done");
}

static bool has_series(const json_t *columns)
{
	json_t *column;
	size_t i;

	json_array_foreach(columns, i, column)
	{
		json_t *series = json_object_get(column, "series");

		if (!json_string_length(series))
			return false;
	}
	return true;
}

static bool is_state(const struct frag_matrix *m, const json_t *state)
{
	return json_integer_value(json_object_get(state, "version")) == 1 &&
	       json_integer_value(json_object_get(state, "seed")) != 0 &&
	       json_is_array(json_object_get(state, "done")) &&
	       json_array_size(json_object_get(state, "columns")) ==
		       m->ncolumns &&
	       has_series(json_object_get(state, "columns"));
}

/* The state of a former call, or a new one. */
static json_t *state_load(const struct frag_matrix *m, struct frag_resume *r)
{
	json_t *state = NULL;

	r->is_new = false;
	if (m->config.is_kept && !faccessat(r->dirfd, r->name, F_OK, 0))
		state = frag_json_read(r->dirfd, r->name, NULL);
	if (state && is_state(m, state))
		return state;
	json_decref(state);
	r->is_new = true;
	return state_new(m);
}

static void state_take(struct frag_matrix *m)
{
	json_t *state = m->resume->state;

	m->seed = (uint64_t)json_integer_value(json_object_get(state, "seed"));
	for (unsigned i = 0; i < m->ncolumns; i++) {
		json_t *column =
			json_array_get(json_object_get(state, "columns"), i);
		const char *series =
			json_string_value(json_object_get(column, "series"));

		snprintf(m->columns[i].series, sizeof(m->columns[i].series),
			 "%s", series ? series : "");
	}
}

int frag_resume_open(struct frag_matrix *m, struct frag_error *e)
{
	const char *output = m->config.guest.output;
	struct frag_resume *r = calloc(1, sizeof(*r));
	int rc = r ? frag_mkdirs(output, e) : -ENOMEM;

	if (!r)
		return frag_fail(e, rc, "cannot make the matrix");
	m->resume = r;
	r->lock = -1;
	r->dirfd = rc ? -1 : open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!rc && r->dirfd < 0)
		rc = frag_fail(e, -errno, "cannot open %s", output);
	if (!rc && m->config.is_kept)
		rc = names_make(r, &m->config, e);
	if (!rc && m->config.is_kept)
		rc = lock_take(r, output, e);
	if (rc)
		return rc;
	r->state = state_load(m, r);
	if (!r->state)
		return frag_fail(e, -ENOMEM, "cannot make the matrix");
	state_take(m);
	if (!m->config.is_kept)
		return 0;
	locks_sweep(r);
	return r->is_new ? frag_json_write(r->dirfd, r->name, r->state, e) : 0;
}

/* All of the file system: also the folder's new name. */
static int run_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || syncfs(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

int frag_resume_note(struct frag_matrix *m, const struct frag_cell *cell,
		     struct frag_error *e)
{
	struct frag_resume *r = m->resume;
	const char *name = strrchr(cell->path, '/');
	int rc;

	if (!m->config.is_kept)
		return 0;
	/* After a power cut the note must not tell of a run that has gone. */
	rc = run_sync(cell->path);
	if (rc)
		return frag_fail(e, rc, "cannot write %s to the disk",
				 cell->path);
	json_array_append_new(
		json_object_get(r->state, "done"),
		json_pack("{s:i, s:i, s:o, s:i, s:I}", "column",
			  (int)cell->column, "repeat", (int)cell->repeat, "run",
			  frag_json_text(name ? name + 1 : cell->path), "code",
			  cell->code, "total_ns", (json_int_t)cell->total_ns));
	return frag_json_write(r->dirfd, r->name, r->state, e);
}

void frag_resume_close(struct frag_matrix *m)
{
	struct frag_resume *r = m->resume;
	unsigned done = frag_matrix_count(m, FRAG_CELL_DONE);

	if (!r)
		return;
	if (r->lock >= 0) {
		if (m->ncells && (!done || done == m->ncells))
			unlinkat(r->dirfd, r->name, 0);
		unlinkat(r->dirfd, r->lock_name, 0);
		close(r->lock);
	}
	if (r->dirfd >= 0)
		close(r->dirfd);
	json_decref(r->state);
	free(r);
	m->resume = NULL;
}
