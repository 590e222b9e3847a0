// SPDX-License-Identifier: GPL-2.0-or-later
/* Knows how apt is made to work in a folder of ours, and asks it for lists. */
#include "vm/debian/apt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/path.h"
#include "vm/debian/command.h"

/* Lists and apt's cache take 200 MB, a kernel and its package 150. */
enum { ROOM_MIB = 300 };

void frag_apt_say(const struct frag_apt *a, const char *fmt, ...)
{
	va_list args;

	if (!a->say)
		return;
	va_start(args, fmt);
	vfprintf(a->say, fmt, args);
	va_end(args);
	fputc('\n', a->say);
	fflush(a->say);
}

/* An exact command, for a folder that nobody else can have made. */
static void folder_mend(struct frag_error *e)
{
	frag_error_mend(e, "XDG_CACHE_HOME=%s/fragbench-cache fragbench vm ...",
			geteuid() ? "$HOME" : "/root");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
}

/* What is in somebody else's folder they can change under us, and apt and the
 * guests would take it for ours. */
static int root_open(struct frag_apt *a, struct frag_error *e)
{
	struct stat st;

	a->rootfd = open(a->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->rootfd < 0 || fstat(a->rootfd, &st))
		return frag_fail(e, -errno, "cannot open %s", a->root);
	if (st.st_uid == geteuid())
		return 0;
	frag_fail(e, 0, "cannot keep kernels in %s", a->root);
	frag_error_why(e, "it belongs to user %u, and this is user %u",
		       st.st_uid, geteuid());
	return -EPERM;
}

int frag_apt_open(struct frag_apt *a, FILE *say, struct frag_error *e)
{
	static const char *const folders[] = { "lists/partial",
					       "cache/archives/partial",
					       "kernels", "headers" };
	char path[FRAG_KERNEL_PATH];
	int rc = frag_cache_dir(path, sizeof(path) - 64, e);

	*a = (struct frag_apt){ .rootfd = -1, .lock = -1, .say = say };
	snprintf(a->root, sizeof(a->root), "%s/debian", path);
	snprintf(a->conf, sizeof(a->conf), "%s/apt.conf", a->root);
	snprintf(a->log, sizeof(a->log), "%s/log", a->root);
	for (unsigned i = 0; !rc && i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", a->root, folders[i]);
		rc = frag_mkdirs(path, e);
	}
	if (!rc)
		rc = root_open(a, e);
	if (rc) {
		folder_mend(e);
		frag_apt_close(a);
	}
	return rc;
}

int frag_apt_lock(struct frag_apt *a, struct frag_error *e)
{
	if (a->lock >= 0)
		return 0;
	a->lock = openat(a->rootfd, "lock",
			 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (a->lock < 0)
		return frag_fail(e, -errno, "cannot open %s/lock", a->root);
	if (!flock(a->lock, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		frag_apt_say(a, "waiting for another fragbench that fetches "
				"kernels");
	if (!flock(a->lock, LOCK_EX))
		return 0;
	return frag_fail(e, -errno, "cannot lock %s/lock", a->root);
}

void frag_apt_close(struct frag_apt *a)
{
	if (a->lock >= 0)
		close(a->lock);
	if (a->rootfd >= 0)
		close(a->rootfd);
	a->lock = a->rootfd = -1;
}

int frag_apt_run(const struct frag_apt *a, const char *folder,
		 const char *program, const char *const *words,
		 char *const *more, char **out, struct frag_error *e)
{
	struct frag_command c = { .folder = folder, .log = a->log };
	size_t n = 3, nmore = 0;
	const char **argv;
	int rc;

	for (unsigned i = 0; words[i]; i++)
		n++;
	while (more && more[nmore])
		nmore++;
	argv = calloc(n + nmore + 1, sizeof(*argv));
	if (!argv)
		return frag_fail(e, -ENOMEM, "cannot run %s", program);
	argv[0] = program;
	argv[1] = "-c";
	argv[2] = a->conf;
	memcpy(argv + 3, words, (n - 3) * sizeof(*argv));
	if (nmore)
		memcpy(argv + n, more, nmore * sizeof(*argv));
	c.argv = argv;
	rc = frag_command_run(&c, out, e);
	free(argv);
	if (rc == -ENOENT)
		frag_error_mend(e, "give a kernel by its path instead: "
				   "--kernel ./arch/x86/boot/bzImage");
	return rc;
}

int frag_apt_room(const struct frag_apt *a, struct frag_error *e)
{
	struct statvfs v;
	unsigned long mib;

	if (fstatvfs(a->rootfd, &v))
		return 0;
	mib = (unsigned long)(v.f_bavail * v.f_frsize >> 20);
	if (mib >= ROOM_MIB)
		return 0;
	frag_fail(e, 0, "cannot fetch anything into %s", a->root);
	frag_error_why(e, "%lu MiB are free there, %d are wanted", mib,
		       ROOM_MIB);
	frag_error_mend(e,
			"XDG_CACHE_HOME=FOLDER fragbench vm ..., a folder of "
			"your own with room: df -h $HOME");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOSPC;
}

static int text_write(const struct frag_apt *a, const char *name,
		      const char *text, struct frag_error *e)
{
	int fd = openat(a->rootfd, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0644);
	size_t n = strlen(text);
	int rc = 0;

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		rc = frag_fail(e, errno ? -errno : -ENOSPC,
			       "cannot write %s/%s", a->root, name);
	if (fd >= 0)
		close(fd);
	return rc;
}

/*
 * Read behind all of the system's configuration, so that its proxies stay and
 * its hooks, which clean up behind the system's apt, do not run. The sandbox
 * user cannot write in a home folder.
 */
static int conf_write(const struct frag_apt *a, struct frag_error *e)
{
	char text[8 * FRAG_KERNEL_PATH];
	const char *r = a->root;

	snprintf(text, sizeof(text),
		 "#clear APT::Update;\n"
		 "#clear APT::Default-Release;\n"
		 "#clear DPkg;\n"
		 "APT::Architecture \"amd64\";\n"
		 "APT::Architectures { \"amd64\"; };\n"
		 "APT::Update::Error-Mode \"any\";\n"
		 "%s"
		 "Acquire::Languages { \"none\"; };\n"
		 "Acquire::GzipIndexes \"true\";\n"
		 "Acquire::Retries \"1\";\n"
		 "Acquire::http::Timeout \"20\";\n"
		 "Acquire::https::Timeout \"20\";\n"
		 "Dir::State \"%s/\";\n"
		 "Dir::State::lists \"%s/lists/\";\n"
		 "Dir::State::status \"%s/status\";\n"
		 "Dir::Cache \"%s/cache/\";\n"
		 "Dir::Cache::pkgcache \"pkgcache.bin\";\n"
		 "Dir::Cache::srcpkgcache \"\";\n"
		 "Dir::Etc::sourcelist \"%s/sources.list\";\n"
		 "Dir::Etc::sourceparts \"/dev/null\";\n"
		 "Dir::Etc::preferences \"/dev/null\";\n"
		 "Dir::Etc::preferencesparts \"/dev/null\";\n",
		 geteuid() ? "" : "APT::Sandbox::User \"root\";\n", r, r, r, r,
		 r);
	return text_write(a, "apt.conf", text, e);
}

/* Tell which suites have no list here. */
static void missing_tell(const struct frag_apt *a)
{
	static const char *const words[] = { "indextargets", "--format",
					     "$(RELEASE)|$(FILENAME)",
					     "Created-By: Packages", NULL };
	char *out, *save, names[512] = "";
	struct frag_error ignored = { 0 };
	size_t n = 0;

	frag_apt_run(a, NULL, "apt-get", words, NULL, &out, &ignored);
	for (char *line = out ? strtok_r(out, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *file = strchr(line, '|');

		if (!file || !access(file + 1, R_OK) || n >= sizeof(names))
			continue;
		*file = '\0';
		n += (size_t)snprintf(names + n, sizeof(names) - n, " %s",
				      line);
	}
	if (names[0])
		frag_apt_say(a, "left out, their lists cannot be had:%s",
			     names);
	free(out);
}

/* Did any suite answer? apt-get update fails for one that is missing. */
static bool has_answer(const char *out)
{
	return out && (!strncmp(out, "Hit:", 4) || !strncmp(out, "Get:", 4) ||
		       strstr(out, "\nHit:") || strstr(out, "\nGet:"));
}

void frag_apt_fetch_fail(const struct frag_apt *a,
			 const struct frag_error *failed, const char *what,
			 struct frag_error *e)
{
	frag_fail(e, 0, "%s", what);
	/* No apt, or stopped: it says enough; else only where its log is. */
	if (failed->exit)
		frag_error_why(e, "%s: %s", failed->what, failed->why);
	frag_error_why(e, "%s", failed->why);
	if (failed->exit || !failed->mend[0])
		frag_error_mend(e, "%s", failed->mend);
	else
		frag_error_mend(e,
				"use --offline (what is in the cache), or a "
				"kernel by its path; less %s",
				a->log);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
}

static int lists_fetch(struct frag_apt *a, struct frag_error *e)
{
	static const char *const words[] = { "update", NULL };
	struct frag_error failed = { 0 };
	char *out = NULL;
	int rc;

	frag_apt_say(a, "fetching Debian's package lists");
	rc = frag_apt_run(a, NULL, "apt-get", words, NULL, &out, &failed);
	if (rc == -EIO && has_answer(out))
		rc = 0;
	if (rc)
		frag_apt_fetch_fail(a, &failed, "cannot fetch Debian's lists",
				    e);
	else
		missing_tell(a);
	free(out);
	return rc;
}

int frag_apt_update(struct frag_apt *a, struct frag_error *e)
{
	static const char *const argv[] = {
		"apt-get",	 "indextargets",	 "--format",
		FRAG_APT_FORMAT, "Created-By: Packages", NULL
	};
	struct frag_command ask = { .argv = argv, .log = a->log };
	char *out = NULL, *sources = NULL;
	int rc;

	rc = frag_apt_room(a, e);
	/* The log tells of the last update and what came after it. */
	if (!rc)
		rc = text_write(a, "log", "", e);
	if (!rc)
		rc = frag_command_run(&ask, &out, e);
	if (rc == -ENOENT)
		frag_error_mend(e, "give a kernel by its path instead: "
				   "--kernel ./arch/x86/boot/bzImage");
	if (!rc)
		rc = frag_apt_sources(out, &sources, e);
	if (!rc)
		rc = text_write(a, "sources.list", sources, e);
	if (!rc)
		rc = text_write(a, "status", "", e);
	if (!rc)
		rc = conf_write(a, e);
	if (!rc)
		rc = lists_fetch(a, e);
	free(sources);
	free(out);
	return rc;
}
