// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The archive holds what the kernel needs, in an order in which it can be
 * unpacked, byte for byte the same each time; and a program that uses what
 * fragbench uses starts in a root that is made of nothing else.
 */
#include "vm/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <hwloc.h>
#include <numa.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "scratch.h"

/* What this program answers when it is started inside the archive. */
#define INSIDE "--inside"
/* Write an archive of this program to the file that is named next. */
#define WRITE "--write"

enum { CANNOT = 97 };

static void finish(struct frag_initramfs *a, int *fd)
{
	struct frag_error e = { 0 };

	if (frag_initramfs_finish(a, fd, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(lseek(*fd, 0, SEEK_CUR), 0);
	assert_null(a->archive);
	assert_int_equal(a->fd, -1);
}

static struct archive *archive_of(int fd)
{
	struct archive *a = archive_read_new();

	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_fd(a, fd, 65536), ARCHIVE_OK);
	return a;
}

/* Every entry as "MODE PATH SIZE", a line each; free it. */
static char *listing(int fd)
{
	struct archive *a = archive_of(fd);
	struct archive_entry *entry;
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		fprintf(f, "%o %s", archive_entry_mode(entry),
			archive_entry_pathname(entry));
		if (archive_entry_filetype(entry) == AE_IFREG)
			fprintf(f, " %lld",
				(long long)archive_entry_size(entry));
		if (archive_entry_filetype(entry) == AE_IFCHR)
			fprintf(f, " %u:%u",
				(unsigned)archive_entry_rdevmajor(entry),
				(unsigned)archive_entry_rdevminor(entry));
		if (archive_entry_symlink(entry))
			fprintf(f, " -> %s", archive_entry_symlink(entry));
		fputc('\n', f);
		assert_int_equal(archive_entry_mtime(entry), 0);
		assert_int_equal(archive_entry_uid(entry), 0);
		assert_int_equal(archive_entry_nlink(entry), 1);
	}
	archive_read_free(a);
	fclose(f);
	return text;
}

static int small_archive(void)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	int fd;

	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(
		frag_initramfs_text(&a, "/a/b/text", "hello", 5, 0644, &e), 0);
	assert_int_equal(frag_initramfs_text(&a, "/a/run", "#!", 2, 0755, &e),
			 0);
	assert_int_equal(frag_initramfs_text(&a, "/empty", "", 0, 0644, &e), 0);
	assert_int_equal(frag_initramfs_folder(&a, "/a/b", &e), 0);
	assert_int_equal(frag_initramfs_folder(&a, "/c", &e), 0);
	assert_int_equal(frag_initramfs_device(&a, "/dev/null", 1, 3, &e), 0);
	assert_int_equal(frag_initramfs_link(&a, "/a/run", "/bin/run", &e), 0);
	finish(&a, &fd);
	return fd;
}

static void test_entries(void **state)
{
	int fd = small_archive();
	char *text = listing(fd);

	(void)state;
	assert_string_equal(text, "40755 a\n"
				  "40755 a/b\n"
				  "100644 a/b/text 5\n"
				  "100755 a/run 2\n"
				  "100644 empty 0\n"
				  "40755 c\n"
				  "40755 dev\n"
				  "20600 dev/null 1:3\n"
				  "40755 bin\n"
				  "120777 bin/run -> /a/run\n");
	free(text);
	close(fd);
}

/* The whole of what @fd holds; free it. */
static char *content(int fd, size_t *size)
{
	struct stat st;
	char *buf;

	assert_int_equal(fstat(fd, &st), 0);
	*size = (size_t)st.st_size;
	buf = malloc(*size + 1);
	assert_non_null(buf);
	assert_int_equal(pread(fd, buf, *size, 0), st.st_size);
	return buf;
}

static void test_same_bytes(void **state)
{
	int fds[2] = { small_archive(), small_archive() };
	char *bytes[2];
	size_t sizes[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		bytes[i] = content(fds[i], &sizes[i]);
	assert_int_equal(sizes[0], sizes[1]);
	assert_memory_equal(bytes[0], bytes[1], sizes[0]);
	assert_memory_equal(bytes[0], "070701", 6); /* newc */
	for (int i = 0; i < 2; i++) {
		free(bytes[i]);
		close(fds[i]);
	}
}

static void test_files(void **state)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 16];
	struct scratch s;
	char *text;
	int fd;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, "plain", "plain\n");
	snprintf(path, sizeof(path), "%s/plain", s.path);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/x", &e), 0);
	assert_int_equal(chmod(path, 0700), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/y", &e), 0);
	finish(&a, &fd);
	text = listing(fd);
	assert_string_equal(text, "100644 x 6\n100755 y 6\n");
	free(text);
	close(fd);
	scratch_remove(&s);
}

static void test_wrong_files(void **state)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 16];
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(frag_initramfs_file(&a, "/nowhere/x", "/x", &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/nowhere/x"));
	frag_error_clear(&e);
	assert_int_equal(frag_initramfs_file(&a, s.path, "/x", &e), -EINVAL);
	assert_non_null(strstr(e.why, "no regular file"));
	frag_error_clear(&e);
	snprintf(path, sizeof(path), "%s/fifo", s.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/x", &e), -EINVAL);
	frag_error_clear(&e);
	/* It says 0 bytes and has some. */
	assert_int_equal(frag_initramfs_file(&a, "/proc/version", "/x", &e),
			 -EAGAIN);
	assert_non_null(strstr(e.why, "changed"));
	frag_initramfs_drop(&a);
	scratch_remove(&s);
}

static void test_wrong_paths(void **state)
{
	static const char *const wrong[] = { "",    "/",       "x",
					     "/x/", "//x",     "/x//y",
					     "/..", "/x/../y", "/./x" };
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char longest[300];

	(void)state;
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		frag_error_clear(&e);
		if (frag_initramfs_text(&a, wrong[i], "", 0, 0644, &e) !=
		    -EINVAL)
			fail_msg("taken: '%s'", wrong[i]);
		assert_non_null(strstr(e.why, "absolute"));
	}
	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(frag_initramfs_folder(&a, longest, NULL),
			 -ENAMETOOLONG);
	longest[255] = '\0';
	assert_int_equal(frag_initramfs_folder(&a, longest, NULL), 0);
	frag_initramfs_drop(&a);
	frag_initramfs_drop(&a);
}

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

/* A shared object that the linker found in a folder which the guest has not,
 * below /tmp, where the guest mounts something else. */
static void test_object_elsewhere(void **state)
{
	char path[PATH_MAX + 32];
	const char *base;
	struct scratch s;
	Dl_info info;
	char *object;
	char *text;
	size_t size;
	int fd;

	(void)state;
	assert_true(dladdr((void *)(uintptr_t)hwloc_topology_init, &info));
	base = strrchr(info.dli_fname, '/');
	assert_non_null(base);
	object = file_read("", info.dli_fname, &size);
	scratch_make(&s);
	scratch_bytes(&s, base, object, size);
	free(object);
	snprintf(path, sizeof(path), "%s/archive", s.path);
	assert_int_equal(write_elsewhere(s.path, path), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	text = listing(fd);
	snprintf(path, sizeof(path), "120777 %s%s -> /", s.path + 1, base);
	assert_non_null(strstr(text, path));
	free(text);
	scratch_remove(&s);
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
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_wrong_paths),
		cmocka_unit_test(test_starts_inside),
		cmocka_unit_test(test_object_elsewhere),
	};

	if (argc == 2 && !strcmp(argv[1], INSIDE))
		return inside();
	if (argc == 3 && !strcmp(argv[1], WRITE))
		return archive_write_to(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
