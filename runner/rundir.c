// SPDX-License-Identifier: GPL-2.0-or-later
/* How a run directory is named, begun, warned in, checksummed and sealed. */
#include "rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/path.h"
#include "clock.h"

/* Try NAME.partial for the second @when; -EEXIST when it or NAME is there. */
static int name_try(struct frag_rundir *rd, const char *scenario,
		    const char *release, unsigned repeat, time_t when)
{
	char utc[32];
	char sealed[sizeof(rd->path)];
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(utc, sizeof(utc), "%Y%m%dT%H%M%Sz", &tm);
	snprintf(rd->name, sizeof(rd->name), "%s-%.80s-%.60s-r%u", utc,
		 scenario, release, repeat);
	frag_name_clean(rd->name, rd->name, sizeof(rd->name));
	snprintf(sealed, sizeof(sealed), "%s/%s", rd->base, rd->name);
	snprintf(rd->path, sizeof(rd->path), "%s/%s.partial", rd->base,
		 rd->name);
	if (!access(sealed, F_OK))
		return -EEXIST;
	return mkdir(rd->path, 0755) ? -errno : 0;
}

static int directory_make(struct frag_rundir *rd, const char *scenario,
			  unsigned repeat)
{
	struct utsname uts;
	time_t when = time(NULL);
	int rc;

	uname(&uts);
	do {
		rc = name_try(rd, scenario, uts.release, repeat, when++);
	} while (rc == -EEXIST);
	return rc;
}

static int log_open(struct frag_rundir *rd)
{
	int fd;

	if (mkdirat(rd->dirfd, "log", 0755))
		return -errno;
	fd = openat(rd->dirfd, "log/runner.log",
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	rd->log = fd < 0 ? NULL : fdopen(fd, "w");
	return rd->log ? 0 : -errno;
}

int frag_rundir_create(struct frag_rundir *rd, const char *base,
		       const char *scenario, unsigned repeat,
		       struct frag_error *e)
{
	char utc[32];
	struct tm tm;
	time_t now;
	int rc;

	memset(rd, 0, sizeof(*rd));
	rd->dirfd = -1;
	if (snprintf(rd->base, sizeof(rd->base), "%s", base) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "%s", base);
	rc = frag_mkdirs(base, e);
	if (!rc)
		rc = directory_make(rd, scenario, repeat);
	if (!rc) {
		rd->dirfd = open(rd->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		rc = rd->dirfd < 0 ? -errno : log_open(rd);
		/* Readers see by this lock that the run is still going on. */
		if (!rc)
			(void)flock(rd->dirfd, LOCK_EX | LOCK_NB);
	}
	if (rc) {
		frag_fail(e, rc, "cannot make a run directory in %s", base);
		frag_error_mend(e, "choose another folder: -o DIR");
		frag_rundir_close(rd);
		return rc;
	}
	rd->start_ns = frag_now();
	now = time(NULL);
	gmtime_r(&now, &tm);
	strftime(utc, sizeof(utc), "%Y-%m-%dT%H:%M:%SZ", &tm);
	rd->manifest = json_pack("{s:i, s:s, s:s, s:i, s:s, s:I, s:[], s:[]}",
				 "schema", 1, "name", rd->name, "scenario",
				 scenario, "repeat", (int)repeat, "start_utc",
				 utc, "start_monotonic_ns",
				 (json_int_t)rd->start_ns, "warnings", "files");
	return frag_rundir_save(rd, "running", e);
}

static void text_say(struct frag_rundir *rd, const char *text)
{
	fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "",
		text);
	if (!rd->log)
		return;
	fprintf(rd->log, "%10.3f %s\n",
		(double)(frag_now() - rd->start_ns) / 1e9, text);
	fflush(rd->log);
}

void frag_rundir_say(struct frag_rundir *rd, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_say(rd, text);
}

void frag_rundir_warn(struct frag_rundir *rd, bool is_doubt, const char *phase,
		      const char *fmt, ...)
{
	char said[1100];
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(said, sizeof(said), "%s: %s", is_doubt ? "doubt" : "note",
		 text);
	text_say(rd, said);
	rd->doubts += is_doubt;
	json_array_append_new(json_object_get(rd->manifest, "warnings"),
			      json_pack("{s:s, s:s*, s:o}", "severity",
					is_doubt ? "doubt" : "note", "phase",
					phase, "text", frag_json_text(text)));
}

json_t *frag_column_json(const char *name, const char *unit, const char *about)
{
	return json_pack("{s:s, s:s, s:s}", "name", name, "unit", unit, "about",
			 about);
}

void frag_rundir_describe(struct frag_rundir *rd, const char *name,
			  const char *about, json_t *columns)
{
	json_array_append_new(json_object_get(rd->manifest, "files"),
			      json_pack("{s:s, s:s, s:o*}", "name", name,
					"about", about, "columns", columns));
}

int frag_rundir_table(struct frag_rundir *rd, struct frag_csv *csv,
		      const char *name, const char *about,
		      const struct frag_column *columns, unsigned n,
		      struct frag_error *e)
{
	json_t *list = json_array();
	int rc = frag_csv_create(csv, rd->dirfd, name, e);

	for (unsigned i = 0; i < n; i++) {
		if (!rc)
			frag_csv_text(csv, columns[i].name);
		json_array_append_new(list, frag_column_json(columns[i].name,
							     columns[i].unit,
							     columns[i].about));
	}
	if (!rc)
		frag_csv_end(csv);
	csv->rows = 0;
	frag_rundir_describe(rd, name, about, list);
	return rc;
}

int frag_rundir_save(struct frag_rundir *rd, const char *status,
		     struct frag_error *e)
{
	json_object_set_new(rd->manifest, "status", json_string(status));
	json_object_set_new(
		rd->manifest, "duration_ns",
		json_integer((json_int_t)(frag_now() - rd->start_ns)));
	return frag_json_write(rd->dirfd, "manifest.json", rd->manifest, e);
}

int frag_file_complete(int dirfd, json_t *file)
{
	const char *name = json_string_value(json_object_get(file, "name"));
	char digest[SHA256_DIGEST_STRING_LENGTH];
	static char buf[64 << 10];
	uint64_t lines = 0;
	SHA2_CTX sha;
	ssize_t n;
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	SHA256Init(&sha);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		SHA256Update(&sha, (const uint8_t *)buf, (size_t)n);
		for (ssize_t i = 0; i < n; i++)
			lines += buf[i] == '\n';
	}
	close(fd);
	if (n < 0)
		return -errno;
	SHA256End(&sha, digest);
	if (json_object_get(file, "columns"))
		json_object_set_new(file, "rows",
				    json_integer((json_int_t)(lines - !!lines)));
	json_object_set_new(file, "sha256", json_string(digest));
	return 0;
}

int frag_latest_point(const char *base, const char *name)
{
	char link[PATH_MAX + 16];
	char side[PATH_MAX + 32];

	snprintf(link, sizeof(link), "%s/latest", base);
	snprintf(side, sizeof(side), "%s/.latest.%d", base, getpid());
	unlink(side);
	if (symlink(name, side))
		return -errno;
	if (!rename(side, link))
		return 0;
	unlink(side);
	return -errno;
}

static int whole_rename(struct frag_rundir *rd, struct frag_error *e)
{
	char sealed[sizeof(rd->path)];

	snprintf(sealed, sizeof(sealed), "%s/%s", rd->base, rd->name);
	if (renameat2(AT_FDCWD, rd->path, AT_FDCWD, sealed, RENAME_NOREPLACE) &&
	    (errno != EINVAL || rename(rd->path, sealed)))
		return frag_fail(e, -errno, "cannot seal %s", rd->path);
	snprintf(rd->path, sizeof(rd->path), "%s", sealed);
	rd->is_sealed = true;
	if (frag_latest_point(rd->base, rd->name))
		frag_rundir_say(rd, "note: cannot point %s/latest at the run",
				rd->base);
	return 0;
}

int frag_rundir_seal(struct frag_rundir *rd, const char *status, bool is_whole,
		     struct frag_error *e)
{
	json_t *file;
	size_t i;
	int rc = 0;

	if (rd->log)
		fflush(rd->log);
	json_array_foreach(json_object_get(rd->manifest, "files"), i, file)
	{
		rc = frag_file_complete(rd->dirfd, file);
		if (rc)
			return frag_fail(e, rc, "cannot checksum the run %s",
					 rd->path);
	}
	rc = frag_rundir_save(rd, status, e);
	return rc || !is_whole ? rc : whole_rename(rd, e);
}

void frag_rundir_close(struct frag_rundir *rd)
{
	if (rd->log)
		fclose(rd->log);
	if (rd->dirfd >= 0)
		close(rd->dirfd);
	json_decref(rd->manifest);
	memset(rd, 0, sizeof(*rd));
	rd->dirfd = -1;
}
