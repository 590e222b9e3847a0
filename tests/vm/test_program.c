// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that uses what fragbench uses starts in a root that is made of its
 * initramfs and nothing else, wherever its shared objects came from.
 */
#include <dlfcn.h>
#include <hwloc.h>
#include <numa.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "archive.h"

/* What this program answers when it is started inside the archive. */
#define INSIDE "--inside"
/* Write an archive of this program to the file that is named next. */
#define WRITE "--write"

enum { CANNOT = 97 };

/* What the archive holds at its entry, into the file @path. */
static void data_unpack(struct archive *a, const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(archive_read_data_into_fd(a, fd), ARCHIVE_OK);
	close(fd);
}

/* Unpack @fd into the folder @root as the kernel does: one after the other. */
static void unpack(int fd, const char *root)
{
	struct archive *a = archive_of(fd);
	struct archive_entry *entry;
	char path[PATH_MAX + 300];
	int r = 0;

	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		mode_t mode = archive_entry_mode(entry);

		snprintf(path, sizeof(path), "%s/%s", root,
			 archive_entry_pathname(entry));
		if (S_ISDIR(mode))
			r = mkdir(path, mode & 0777);
		else if (S_ISLNK(mode))
			r = symlink(archive_entry_symlink(entry), path);
		else if (S_ISCHR(mode))
			r = mknod(path, mode, archive_entry_rdev(entry));
		else
			data_unpack(a, path, mode & 0777);
		if (r)
			fail_msg("%s: %s", path, strerror(errno));
	}
	archive_read_free(a);
}

/* What /fragbench, started with @root as its root, prints; its status. */
static int start_inside(const char *root, char *said, size_t size)
{
	char *const argv[] = { (char *)"/fragbench", (char *)INSIDE, NULL };
	char *const env[] = { NULL };
	size_t length = 0;
	int out[2];
	int status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		/* The mounts of PID 1, here seen by nobody else. */
		if (unshare(CLONE_NEWNS) ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    chroot(root) || chdir("/") ||
		    mount("proc", "/proc", "proc", 0, NULL) ||
		    mount("tmp", "/tmp", "tmpfs", 0, NULL))
			_exit(CANNOT);
		execve(argv[0], argv, env);
		_exit(98);
	}
	close(out[1]);
	while ((n = read(out[0], said + length, size - 1 - length)) > 0)
		length += (size_t)n;
	said[length] = '\0';
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Unpack the archive at @fd, and start what is in it. */
static void assert_starts(int fd)
{
	struct scratch s;
	char said[4096];
	int status;

	if (geteuid()) {
		print_message("skipped: only root may chroot\n");
		skip();
	}
	scratch_make(&s);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	unpack(fd, s.path);
	status = start_inside(s.path, said, sizeof(said));
	scratch_remove(&s);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT) {
		print_message("skipped: no chroot and mount namespace here\n");
		skip();
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("status %x: %s", (unsigned)status, said);
	assert_non_null(strstr(said, "inside: hwloc "));
}

static void test_starts_inside(void **state)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char *text;
	int fd;

	(void)state;
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	if (frag_initramfs_program(&a, &e))
		fail_msg("%s: %s", e.what, e.why);
	finish(&a, &fd);
	text = listing(fd);
	assert_non_null(strstr(text, "40755 proc\n40755 sys\n40755 dev\n"
				     "40755 tmp\n40755 run\n"
				     "20600 dev/console 5:1\n"
				     "20600 dev/null 1:3\n"
				     "100755 fragbench "));
	assert_null(strstr(text, "vdso"));
	free(text);
	assert_starts(fd);
	close(fd);
}

/* Start this program anew, to write its archive to @path, with @folder as its
 * LD_LIBRARY_PATH. */
static int write_elsewhere(const char *folder, const char *path)
{
	char variable[PATH_MAX + 32];
	char *const argv[] = { (char *)"test", (char *)WRITE, (char *)path,
			       NULL };
	char *const env[] = { variable, NULL };
	int status;
	pid_t pid;

	snprintf(variable, sizeof(variable), "LD_LIBRARY_PATH=%s", folder);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		execve("/proc/self/exe", argv, env);
		_exit(98);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/*
 * The archive of this program when the linker has found a shared object in a
 * folder which the guest has not, below /tmp, where the guest mounts something
 * else; @through: how it gets there from that folder. *@text: the listing;
 * *@link: what that has of the link, when there is one.
 */
static int archive_elsewhere(const char *through, char **text, char **link)
{
	char path[PATH_MAX + 32];
	const char *base;
	struct scratch s;
	Dl_info info;
	char *object;
	size_t size;
	int fd;

	assert_true(dladdr((void *)(uintptr_t)hwloc_topology_init, &info));
	base = strrchr(info.dli_fname, '/');
	assert_non_null(base);
	object = file_read("", info.dli_fname, &size);
	scratch_make(&s);
	scratch_bytes(&s, base, object, size);
	scratch_text(&s, "bin/x", "");
	free(object);
	assert_true(asprintf(link, "120777 %s%s -> /", s.path + 1, base) > 0);
	snprintf(path, sizeof(path), "%s%s", s.path, through);
	object = strdup(path);
	snprintf(path, sizeof(path), "%s/archive", s.path);
	assert_int_equal(write_elsewhere(object, path), 0);
	free(object);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	*text = listing(fd);
	scratch_remove(&s);
	return fd;
}

static void test_object_elsewhere(void **state)
{
	char *text, *link;
	int fd = archive_elsewhere("", &text, &link);

	(void)state;
	assert_non_null(strstr(text, link));
	free(text);
	free(link);
	assert_starts(fd);
	close(fd);
}

/* As RUNPATH's $ORIGIN/../lib makes it; there is no link with such a name. */
static void test_object_through_dots(void **state)
{
	char *text, *link;
	int fd = archive_elsewhere("/bin/..", &text, &link);

	(void)state;
	assert_null(strstr(text, "fragbench-test-"));
	free(text);
	free(link);
	assert_starts(fd);
	close(fd);
}

/* Uses of what fragbench is linked with, so that it is loaded here too. */
static int inside(void)
{
	hwloc_topology_t topology;

	if (hwloc_topology_init(&topology))
		return 1;
	hwloc_topology_destroy(topology);
	printf("inside: hwloc %x, numa %d, libarchive %d\n",
	       hwloc_get_api_version(), numa_available(),
	       archive_version_number());
	return 0;
}

static int archive_write_to(const char *path)
{
	struct frag_initramfs a;
	char buf[65536];
	ssize_t n;
	int from;
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (to < 0 || frag_initramfs_begin(&a, NULL) ||
	    frag_initramfs_program(&a, NULL) ||
	    frag_initramfs_finish(&a, &from, NULL))
		return 1;
	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return 1;
	return n < 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_inside),
		cmocka_unit_test(test_object_elsewhere),
		cmocka_unit_test(test_object_through_dots),
	};

	if (argc == 2 && !strcmp(argv[1], INSIDE))
		return inside();
	if (argc == 3 && !strcmp(argv[1], WRITE))
		return archive_write_to(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
