// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the journal is, what stands in it, and the order of writing that makes
 * it safe: old value to disk, then the knob. */
#include "knobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/source.h"
#include "lock.h"

static const char journal_mark[] = "fragbench journal 1\n";

static const char *state_dir(void)
{
	const char *dir = getenv("FRAGBENCH_STATE");

	return dir && *dir ? dir : "/var/lib/fragbench";
}

static void boot_id(char *id, size_t size)
{
	if (frag_slurp("", "/proc/sys/kernel/random/boot_id", id, size) <= 0)
		snprintf(id, size, "unknown");
}

/* Append @line to the journal and bring it to disk. */
static int journal_append(struct frag_journal *j, const char *line)
{
	size_t n = strlen(line);
	off_t end = lseek(j->fd, 0, SEEK_END);
	ssize_t done = write(j->fd, line, n);
	int rc = 0;

	if (done >= 0 && (size_t)done != n)
		rc = -ENOSPC;
	else if (done < 0 || fsync(j->fd))
		rc = -errno;
	/* Half a line would be replayed as half a knob. */
	if (rc)
		(void)!ftruncate(j->fd, end);
	return rc;
}

static int line_load(struct frag_journal *j, struct frag_text line)
{
	struct frag_knob *k = &j->knobs[j->count];
	const char *tab;
	bool is_loose = frag_text_take(&line, "pool ");

	if (!is_loose && !frag_text_take(&line, "knob "))
		return 0;
	tab = memchr(line.at, '\t', (size_t)(line.end - line.at));
	if (!tab || j->count == FRAG_KNOBS_MAX ||
	    tab - line.at >= (ptrdiff_t)sizeof(k->path) ||
	    line.end - tab > (ptrdiff_t)sizeof(k->before))
		return -EINVAL;
	memset(k, 0, sizeof(*k));
	memcpy(k->path, line.at, (size_t)(tab - line.at));
	memcpy(k->before, tab + 1, (size_t)(line.end - tab - 1));
	k->is_loose = is_loose;
	j->count++;
	return 0;
}

int frag_journal_reload(struct frag_journal *j)
{
	char text[16384];
	struct frag_text t;
	struct frag_text line;
	ssize_t n = pread(j->fd, text, sizeof(text), 0);
	int rc = 0;

	if (n < 0)
		return -errno;
	t = frag_text_of(text, (size_t)n);
	j->count = 0;
	/* A line without its end was cut, and its knob never written. */
	while (!rc && frag_text_line(&t, &line) && line.end < t.end)
		rc = line_load(j, line);
	return rc;
}

static bool is_this_boot(struct frag_journal *j)
{
	char text[256] = "";
	char id[64];
	char *boot;

	if (pread(j->fd, text, sizeof(text) - 1, 0) < 0)
		return true;
	boot_id(id, sizeof(id));
	boot = strstr(text, "boot ");
	return !boot || !strncmp(boot + 5, id, strlen(id));
}

static int header_write(struct frag_journal *j)
{
	char header[256];
	char id[64];

	boot_id(id, sizeof(id));
	snprintf(header, sizeof(header), "%sboot %s\npid %d\n", journal_mark,
		 id, getpid());
	if (ftruncate(j->fd, 0))
		return -errno;
	return journal_append(j, header);
}

static int journal_open(struct frag_journal *j, int flags)
{
	if (snprintf(j->path, sizeof(j->path), "%s/journal", state_dir()) >=
	    (int)sizeof(j->path))
		return -ENAMETOOLONG;
	/* Whoever may read it may hold a lock on it, and keep every run from
	 * starting. */
	j->fd = open(j->path, flags | O_CLOEXEC, 0600);
	if (j->fd >= 0 && flags & O_CREAT)
		(void)fchmod(j->fd, 0600);
	return j->fd < 0 ? -errno : 0;
}

/* What root is to write where must not come from somebody else. */
static int owner_check(const struct frag_journal *j, struct frag_error *e)
{
	struct stat st;

	if (!fstat(j->fd, &st) && st.st_uid == geteuid())
		return 0;
	frag_fail(e, 0, "the journal %s is not ours", j->path);
	frag_error_why(e, "it belongs to user %u", (unsigned)st.st_uid);
	frag_error_mend(e, "look at what it tells, then remove it");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EPERM;
}

static int busy_fail(struct frag_journal *j, struct frag_error *e)
{
	char text[256] = "";
	char *pid;

	if (pread(j->fd, text, sizeof(text) - 1, 0) < 0)
		text[0] = '\0';
	pid = strstr(text, "pid ");
	frag_fail(e, 0, "another fragbench run is at work");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	if (!pid || atoi(pid + 4) <= 0) {
		frag_error_why(e, "it holds %s", j->path);
		frag_error_mend(e, "wait for it");
		return -EBUSY;
	}
	frag_error_why(e, "process %d holds %s", atoi(pid + 4), j->path);
	frag_error_mend(e, "wait for it, or stop it: kill %d", atoi(pid + 4));
	return -EBUSY;
}

static int damaged_fail(struct frag_journal *j, struct frag_error *e)
{
	frag_fail(e, 0, "the journal %s is damaged", j->path);
	frag_error_why(e, "it has a line that is no knob");
	frag_error_mend(e, "put back by hand what it tells, then remove it");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EINVAL;
}

/* Is the file that we have open the one that others find by its name? */
static bool is_in_place(const struct frag_journal *j)
{
	struct stat mine;
	struct stat there;

	return !fstat(j->fd, &mine) && !stat(j->path, &there) &&
	       mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

/* Open the journal and lock it. A run that ends between the two takes the
 * file away: then the next one is tried. Others look whether a journal waits,
 * and lock it for a moment to see: they are waited for. */
static int journal_lock(struct frag_journal *j, int flags, struct frag_error *e)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	unsigned looks = 0;

	for (;;) {
		int rc = journal_open(j, flags);

		if (rc)
			return rc;
		rc = owner_check(j, e);
		if (rc) {
			frag_journal_end(j);
			return rc;
		}
		if (!flock(j->fd, LOCK_EX | LOCK_NB)) {
			if (is_in_place(j))
				return 0;
		} else if (looks++ == 20) {
			return busy_fail(j, e);
		} else {
			clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
		}
		close(j->fd);
		j->fd = -1;
	}
}

static int waiting_fail(struct frag_journal *j, struct frag_error *e)
{
	frag_fail(e, 0, "an earlier run was killed and its knobs are not back");
	frag_error_why(e, "its journal waits in %s", j->path);
	frag_error_mend(e, "fragbench doctor --restore");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EEXIST;
}

int frag_journal_begin(struct frag_journal *j, struct frag_error *e)
{
	int rc = frag_mkdirs(state_dir(), e);

	j->fd = -1;
	j->machine = 0;
	j->is_back = false;
	if (!rc)
		rc = journal_lock(j, O_RDWR | O_CREAT, e);
	if (rc && rc != -EBUSY) {
		frag_fail(e, rc, "cannot keep a journal in %s", state_dir());
		frag_error_mend(
			e,
			"set FRAGBENCH_STATE to a folder that can be written");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	if (!rc && is_this_boot(j)) {
		rc = frag_journal_reload(j) ? damaged_fail(j, e) : 0;
		if (!rc && j->count)
			rc = waiting_fail(j, e);
	}
	if (!rc) {
		j->count = 0;
		rc = header_write(j);
	}
	if (rc) {
		frag_fail(e, rc, "cannot write the journal %s", j->path);
		frag_error_mend(e, "make room in %s; no knob was touched",
				state_dir());
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		frag_journal_end(j);
		return rc;
	}
	/* Before the guardian is forked, which is to share the lock. */
	j->machine = frag_machine_open();
	return 0;
}

int frag_journal_claim(struct frag_journal *j, struct frag_error *e)
{
	return frag_machine_claim(j->machine, e);
}

/* One that is only ever lowered again is no place for a value to stay. */
static struct frag_knob *knob_find(struct frag_journal *j, const char *path,
				   bool is_loose)
{
	for (unsigned i = 0; i < j->count; i++)
		if (!strcmp(j->knobs[i].path, path) &&
		    (is_loose || !j->knobs[i].is_loose))
			return &j->knobs[i];
	return NULL;
}

static int knob_journal(struct frag_journal *j, const char *path, bool is_loose,
			struct frag_error *e)
{
	struct frag_knob *k = &j->knobs[j->count];
	char line[sizeof(k->path) + sizeof(k->before) + 16];
	int rc = j->count == FRAG_KNOBS_MAX ? -ENOSPC : 0;

	if (!rc) {
		memset(k, 0, sizeof(*k));
		snprintf(k->path, sizeof(k->path), "%s", path);
		k->is_loose = is_loose;
		rc = frag_knob_read(path, k->before, sizeof(k->before));
	}
	if (rc)
		return frag_fail(e, rc, "cannot read the knob %s", path);
	snprintf(line, sizeof(line), "%s %s\t%s\n", is_loose ? "pool" : "knob",
		 k->path, k->before);
	rc = journal_append(j, line);
	if (rc) {
		frag_fail(e, rc, "cannot write the journal %s", j->path);
		frag_error_mend(e, "%s was not touched", path);
		return rc;
	}
	j->count++;
	return 0;
}

int frag_knob_write(struct frag_journal *j, const char *path, const char *value,
		    bool is_loose, const char *by, struct frag_error *e)
{
	struct frag_knob *k = knob_find(j, path, is_loose);
	int rc = 0;

	if (!k && frag_machine_has(path))
		rc = frag_journal_claim(j, e);
	if (!k && !rc)
		rc = knob_journal(j, path, is_loose, e);
	if (rc)
		return rc;
	if (!k)
		k = &j->knobs[j->count - 1];
	if (!k->by || !strcmp(k->by, FRAG_KNOB_BY_PHASE) ||
	    !strcmp(by, FRAG_KNOB_BY_SCENARIO))
		k->by = by;
	rc = frag_spit(path, value);
	if (rc)
		return frag_fail(e, rc, "cannot write %s to %s", value, path);
	rc = frag_knob_read(path, k->during, sizeof(k->during));
	if (rc)
		return frag_fail(e, rc, "cannot read back %s", path);
	if (is_loose || frag_knob_has_taken(k->during, value))
		return 0;
	frag_fail(e, 0, "the kernel did not take %s for %s", value, path);
	frag_error_why(e, "it reads back as %s", k->during);
	return -EIO;
}

int frag_journal_restore(struct frag_journal *j, struct frag_error *e)
{
	int first = 0;

	/* Once they are back, the knobs and the journal are the next run's. */
	if (j->is_back)
		return 0;
	for (unsigned i = j->count; i-- > 0;) {
		int rc = frag_knob_restore(&j->knobs[i], e);

		first = first ? first : rc;
	}
	if (first || j->fd < 0)
		return first;
	/* Emptied, too: the guardian looks at what is in it, not at its name. */
	if (ftruncate(j->fd, 0) || (is_in_place(j) && unlink(j->path)))
		return frag_fail(e, -errno, "cannot remove %s", j->path);
	j->is_back = true;
	frag_machine_release(j->machine);
	return 0;
}

void frag_journal_end(struct frag_journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	if (j->machine > 0)
		close(j->machine);
	j->machine = 0;
}

bool frag_journal_is_waiting(char *path, size_t size)
{
	struct frag_journal j = { .fd = -1 };
	bool is_waiting = false;
	struct stat st;

	if (journal_open(&j, O_RDONLY) == 0) {
		is_waiting = !flock(j.fd, LOCK_SH | LOCK_NB) &&
			     is_this_boot(&j) &&
			     (frag_journal_reload(&j) || j.count);
		frag_journal_end(&j);
	} else {
		/* We may not open it; but does a run hold it? */
		is_waiting = errno == EACCES && !stat(j.path, &st) &&
			     frag_lock_holder(&st) < 0;
	}
	snprintf(path, size, "%s", j.path);
	return is_waiting;
}

static int replay_open(struct frag_journal *j, struct frag_error *e)
{
	int rc = journal_lock(j, O_RDWR, e);

	if (rc == -ENOENT || rc == -EBUSY)
		return rc;
	if (rc) {
		frag_fail(e, rc, "cannot open the journal %s", j->path);
		frag_error_mend(e, "run as root");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	}
	return rc;
}

/* What is to be put back, another run may have written since. */
static int replay_claim(struct frag_journal *j, struct frag_error *e)
{
	int rc = 0;

	j->machine = frag_machine_open();
	for (unsigned i = 0; i < j->count && !rc; i++)
		if (frag_machine_has(j->knobs[i].path))
			rc = frag_journal_claim(j, e);
	return rc;
}

int frag_journal_replay(FILE *say, struct frag_error *e)
{
	struct frag_journal j = { .fd = -1 };
	int rc = replay_open(&j, e);

	if (!rc && !is_this_boot(&j))
		fprintf(say, "the machine was started anew since: its knobs "
			     "are at their boot values\n");
	else if (!rc && frag_journal_reload(&j))
		rc = damaged_fail(&j, e);
	else if (!rc)
		rc = replay_claim(&j, e);
	if (!rc)
		rc = frag_journal_restore(&j, e);
	for (unsigned i = 0; i < j.count; i++)
		fprintf(say, "%s: %s\n", j.knobs[i].path,
			j.knobs[i].after[0] ? j.knobs[i].after
					    : "not put back");
	frag_journal_end(&j);
	if (rc == -ENOENT)
		return 0;
	return rc ? rc : (int)j.count;
}
