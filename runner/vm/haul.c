// SPDX-License-Identifier: GPL-2.0-or-later
/* How what a guest sends is kept safe, named, and moved to its place. */
#include "vm/haul.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/path.h"
#include "base/write.h"
#include "rundir.h"

#define PREFIX ".guest-"
#define IN     "in" /* what is received lies there, the logs beside it */

enum { TRIES = 3 };

static const uint64_t BYTES_MAX = 4ULL << 30;

/* Make the folder and lock it. Between the two somebody may sweep it away:
 * -EAGAIN. */
static int folder_make(struct frag_haul *h)
{
	struct stat there;
	struct stat here;

	snprintf(h->folder, sizeof(h->folder), "%s/" PREFIX "XXXXXX",
		 h->output);
	if (!mkdtemp(h->folder)) {
		h->folder[0] = '\0';
		return -errno;
	}
	(void)chmod(h->folder, 0755);
	h->dirfd = open(h->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dirfd >= 0 && !flock(h->dirfd, LOCK_EX | LOCK_NB) &&
	    !fstat(h->dirfd, &here) && !stat(h->folder, &there) &&
	    here.st_ino == there.st_ino)
		return 0;
	if (h->dirfd >= 0)
		close(h->dirfd);
	h->dirfd = -1;
	return -EAGAIN;
}

int frag_haul_begin(struct frag_haul *h, const char *output,
		    struct frag_error *e)
{
	int rc;

	memset(h, 0, sizeof(*h));
	h->dirfd = h->infd = h->file = -1;
	frag_channel_sum_begin(&h->sum);
	rc = frag_mkdirs(output, e);
	if (rc)
		return rc;
	snprintf(h->output, sizeof(h->output), "%s", output);
	rc = -EAGAIN;
	for (unsigned i = 0; i < TRIES && rc == -EAGAIN; i++)
		rc = folder_make(h);
	if (!rc && mkdirat(h->dirfd, IN, 0755))
		rc = -errno;
	if (!rc) {
		h->infd = openat(h->dirfd, IN,
				 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		rc = h->infd < 0 ? -errno : 0;
	}
	if (rc) {
		frag_fail(e, rc, "cannot make a folder in %s", output);
		frag_error_mend(e, "choose another folder: -o DIR");
	}
	return rc;
}

/* No path from a guest leads out of the folder. */
static bool is_inside(const char *path)
{
	const char *at = path;

	if (*path == '/' || !*path)
		return false;
	while (at) {
		if (!strncmp(at, "..", 2) && (at[2] == '/' || !at[2]))
			return false;
		at = strchr(at, '/');
		at = at ? at + 1 : NULL;
	}
	return true;
}

static int file_finish(struct frag_haul *h)
{
	int rc = 0;

	if (h->file >= 0 && close(h->file))
		rc = -errno;
	h->file = -1;
	h->link[0] = '\0';
	return rc;
}

static int file_begin(struct frag_haul *h, const char *data, size_t n)
{
	char head[PATH_MAX + 16];
	char *path;
	unsigned long mode;
	int rc = file_finish(h);

	if (rc || n >= sizeof(head))
		return rc ? rc : -EPROTO;
	memcpy(head, data, n);
	head[n] = '\0';
	mode = strtoul(head, &path, 8);
	if (*path++ != ' ' || !is_inside(path))
		return -EPROTO;
	if (S_ISDIR(mode))
		return mkdirat(h->infd, path, 0755) ? -errno : 0;
	if (S_ISLNK(mode)) {
		snprintf(h->link, sizeof(h->link), "%.250s", path);
		return 0;
	}
	if (!S_ISREG(mode))
		return -EPROTO;
	h->file = openat(h->infd, path,
			 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			 0644);
	return h->file < 0 ? -errno : 0;
}

static int data_take(struct frag_haul *h, const char *data, size_t n)
{
	/* "latest" points at a run of the guest: the host has its own. */
	if (h->link[0])
		return 0;
	if (h->file < 0)
		return -EPROTO;
	return frag_write_all(h->file, data, n);
}

/* Is @rc about this machine? Everything else the guest has brought about. */
static bool is_ours(int rc)
{
	switch (-rc) {
	case ENOSPC:
	case EDQUOT:
	case EIO:
	case EROFS:
	case EFBIG:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return true;
	default:
		return false;
	}
}

int frag_haul_take(struct frag_haul *h, enum frag_frame type, const char *data,
		   size_t n)
{
	int rc;

	frag_channel_sum_add(&h->sum, data, n);
	if (h->sum.bytes > BYTES_MAX)
		rc = -E2BIG;
	else if (type == FRAG_FRAME_FILE)
		rc = file_begin(h, data, n);
	else
		rc = data_take(h, data, n);
	if (!rc)
		return 0;
	if (!h->error[0])
		snprintf(h->error, sizeof(h->error),
			 "cannot keep what the guest sent: %s", strerror(-rc));
	return is_ours(rc) ? rc : -EPROTO;
}

bool frag_haul_is_whole(struct frag_haul *h, const json_t *end)
{
	const char *want = json_string_value(json_object_get(end, "sha256"));
	char got[SHA256_DIGEST_STRING_LENGTH];

	if (file_finish(h))
		return false;
	frag_channel_sum_end(&h->sum, got);
	return want && !strcmp(got, want) &&
	       json_integer_value(json_object_get(end, "bytes")) ==
		       (json_int_t)h->sum.bytes;
}

/* The one folder that was received. */
static bool run_find(struct frag_haul *h, char *name, size_t size)
{
	DIR *dir = fdopendir(dup(h->infd));
	struct dirent *d;
	bool is_found = false;

	while (dir && (d = readdir(dir))) {
		struct stat st;

		if (d->d_name[0] == '.' ||
		    fstatat(h->infd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISDIR(st.st_mode))
			continue;
		is_found = true;
		snprintf(name, size, "%s", d->d_name);
	}
	if (dir)
		closedir(dir);
	return is_found;
}

static void utc_write(char *to, size_t size, time_t when)
{
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(to, size, "%Y%m%dt%H%M%Sz", &tm);
}

/* The same name, a second later. */
static void name_bump(char *name)
{
	char utc[32];
	struct tm tm = { 0 };
	char *end = strptime(name, "%Y%m%dt%H%M%Sz", &tm);

	if (!end)
		return;
	utc_write(utc, sizeof(utc), timegm(&tm) + 1);
	/* Over the same number of characters: the rest of the name stays. */
	for (size_t i = 0; utc[i]; i++)
		name[i] = utc[i];
}

/* The summary has the name, too, and the manifest its checksum. */
static int summary_rename(int dirfd, json_t *manifest, const char *name,
			  struct frag_error *e)
{
	json_t *summary = frag_json_read(dirfd, "summary.json", NULL);
	json_t *file;
	size_t i;
	int rc;

	if (!summary)
		return 0;
	json_object_set_new(summary, "run", json_string(name));
	rc = frag_json_write(dirfd, "summary.json", summary, e);
	json_decref(summary);
	json_array_foreach(json_object_get(manifest, "files"), i, file)
	{
		const char *one =
			json_string_value(json_object_get(file, "name"));

		if (!rc && one && !strcmp(one, "summary.json"))
			rc = frag_file_complete(dirfd, file);
	}
	return rc;
}

static int run_rename(int dirfd, const char *name, struct frag_error *e)
{
	json_t *manifest = frag_json_read(dirfd, "manifest.json", NULL);
	int rc;

	if (!manifest)
		return 0;
	rc = summary_rename(dirfd, manifest, name, e);
	if (!rc) {
		json_object_set_new(manifest, "name", json_string(name));
		rc = frag_json_write(dirfd, "manifest.json", manifest, e);
	}
	json_decref(manifest);
	return rc;
}

/* The run @from is called @name, without ".partial", from now on. */
static int run_call(struct frag_haul *h, const char *from, const char *name,
		    struct frag_error *e)
{
	char plain[300];
	size_t n = (size_t)snprintf(plain, sizeof(plain), "%s", name);
	int fd = openat(h->infd, from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return frag_fail(e, -errno, "cannot rename a run");
	if (n > 8 && !strcmp(plain + n - 8, ".partial"))
		plain[n - 8] = '\0';
	rc = run_rename(fd, plain, e);
	close(fd);
	return rc;
}

/* From the hidden folder to the output; a name that is taken gets a second
 * added. */
static int folder_move(struct frag_haul *h, const char *from, char *name,
		       char *path, size_t size, struct frag_error *e)
{
	for (unsigned i = 0; i < 1000; i++) {
		int rc;

		snprintf(path, size, "%s/%s", h->output, name);
		if (!renameat2(h->infd, from, AT_FDCWD, path, RENAME_NOREPLACE))
			return 0;
		/* A file system that cannot promise it. */
		if (errno == EINVAL && access(path, F_OK) &&
		    !renameat(h->infd, from, AT_FDCWD, path))
			return 0;
		if (errno != EEXIST && errno != ENOTEMPTY)
			break;
		name_bump(name);
		rc = run_call(h, from, name, e);
		if (rc)
			return rc;
	}
	return frag_fail(e, -errno, "cannot move the run to %s", path);
}

/* console.log and qemu.log were written beside what was received. @to: below
 * @dirfd. */
static void logs_move(struct frag_haul *h, int dirfd, const char *to)
{
	static const char *const logs[] = { "console.log", "qemu.log" };
	struct stat st;

	for (unsigned i = 0; i < 2; i++) {
		char there[600];

		if (fstatat(h->dirfd, logs[i], &st, 0) || !st.st_size)
			continue;
		snprintf(there, sizeof(there), "%s/%s", to, logs[i]);
		(void)renameat(h->dirfd, logs[i], dirfd, there);
	}
}

static int failed_home(struct frag_haul *h, const char *label, char *path,
		       size_t size, struct frag_error *e)
{
	char clean[200];
	char name[300];
	char utc[32];

	utc_write(utc, sizeof(utc), time(NULL));
	frag_name_clean(label, clean, sizeof(clean));
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%s-%s.failed", utc, clean);
		snprintf(path, size, "%s/%s", h->output, name);
		if (!mkdir(path, 0755))
			break;
		if (errno != EEXIST)
			return frag_fail(e, -errno, "cannot make %s", path);
		utc_write(utc, sizeof(utc), time(NULL) + i);
	}
	logs_move(h, AT_FDCWD, path);
	return 0;
}

int frag_haul_home(struct frag_haul *h, enum frag_haul_way way,
		   const char *label, char *path, size_t size,
		   struct frag_error *e)
{
	char from[256];
	char name[300];
	char logs[300];
	int rc;

	*path = '\0';
	if (way == FRAG_HAUL_LOGS || !run_find(h, from, sizeof(from)))
		return failed_home(h, label, path, size, e);
	snprintf(logs, sizeof(logs), "%s/log", from);
	logs_move(h, h->infd, logs);
	snprintf(name, sizeof(name), "%s%s", from,
		 way == FRAG_HAUL_FAILED ? ".failed" : "");
	rc = folder_move(h, from, name, path, size, e);
	if (!rc && way == FRAG_HAUL_RUN && !strstr(name, ".partial"))
		(void)frag_latest_point(h->output, name);
	return rc;
}

void frag_haul_drop(struct frag_haul *h)
{
	(void)file_finish(h);
	if (h->folder[0])
		frag_remove_tree(h->folder);
	if (h->infd >= 0)
		close(h->infd);
	if (h->dirfd >= 0)
		close(h->dirfd);
	memset(h, 0, sizeof(*h));
	h->dirfd = h->infd = h->file = -1;
}

void frag_haul_sweep(const char *output)
{
	DIR *dir = opendir(output);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		char path[700];
		int fd;

		if (strncmp(d->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		snprintf(path, sizeof(path), "%.400s/%s", output, d->d_name);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!flock(fd, LOCK_EX | LOCK_NB))
			frag_remove_tree(path);
		close(fd);
	}
	if (dir)
		closedir(dir);
}
