// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames: cut anywhere, put together again; garbage is garbage; trees arrive as
 * they were sent. */
#include <sys/mman.h>

#include "scratch.h"
#include "vm/channel.h"
#include "vm/haul.h"

/* What has arrived, as text: "H:hello D:abc ". */
struct heard {
	char text[4096];
	int fail_at; /* the number of the frame that is refused, from 1 */
	int frames;
};

static int hear(void *ctx, enum frag_frame type, const char *data, size_t n)
{
	struct heard *h = ctx;
	size_t used = strlen(h->text);

	h->frames++;
	if (h->frames == h->fail_at)
		return -ENOSPC;
	snprintf(h->text + used, sizeof(h->text) - used, "%c:%.*s ", type,
		 (int)n, data);
	return 0;
}

/* Three frames as bytes. */
static size_t frames_make(char *bytes, size_t size)
{
	int p[2];
	ssize_t n;

	assert_int_equal(pipe(p), 0);
	assert_int_equal(frag_channel_send(p[1], FRAG_FRAME_HELLO, "hello", 5),
			 0);
	assert_int_equal(frag_channel_send(p[1], FRAG_FRAME_BEAT, "", 0), 0);
	assert_int_equal(frag_channel_send(p[1], FRAG_FRAME_OUT, "out", 3), 0);
	n = read(p[0], bytes, size);
	assert_true(n == 5 + 3 + 3 * FRAG_FRAME_HEAD);
	close(p[0]);
	close(p[1]);
	return (size_t)n;
}

static void test_any_portions(void **state)
{
	char bytes[256];
	size_t n = frames_make(bytes, sizeof(bytes));

	(void)state;
	for (size_t portion = 1; portion <= n; portion++) {
		struct frag_channel c = { .used = 0 };
		struct heard h = { .frames = 0 };

		for (size_t at = 0; at < n; at += portion)
			assert_int_equal(frag_channel_feed(&c, bytes + at,
							   portion < n - at
								   ? portion
								   : n - at,
							   hear, &h),
					 0);
		assert_string_equal(h.text, "H:hello B: O:out ");
	}
}

static void test_garbage(void **state)
{
	static const char *const garbage[] = { "garbage.", "FX......",
					       "FBO\1\1\0\0\0",
					       "FBO\0\1\200\0\0" };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct frag_channel c = { .used = 0 };
		struct heard h = { .frames = 0 };

		assert_int_equal(frag_channel_feed(&c, garbage[i], 8, hear, &h),
				 -EPROTO);
		assert_true(c.is_broken);
		assert_int_equal(frag_channel_feed(&c, "x", 1, hear, &h),
				 -EPROTO);
		assert_int_equal(h.frames, 0);
	}
}

static void test_refusal_stops(void **state)
{
	char bytes[256];
	size_t n = frames_make(bytes, sizeof(bytes));
	struct frag_channel c = { .used = 0 };
	struct heard h = { .fail_at = 2 };

	(void)state;
	assert_int_equal(frag_channel_feed(&c, bytes, n, hear, &h), -ENOSPC);
	assert_int_equal(h.frames, 2);
}

static int haul_hear(void *ctx, enum frag_frame type, const char *data,
		     size_t n)
{
	return frag_haul_take(ctx, type, data, n);
}

/* Everything that stands in @fd, through a channel into @h. */
static void haul_feed(struct frag_haul *h, int fd)
{
	struct frag_channel c = { .used = 0 };
	char buf[1000];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		assert_int_equal(
			frag_channel_feed(&c, buf, (size_t)n, haul_hear, h), 0);
}

static json_t *end_make(struct frag_channel_sum *s)
{
	char sha[SHA256_DIGEST_STRING_LENGTH];

	frag_channel_sum_end(s, sha);
	return json_pack("{s:i, s:I, s:s}", "code", 0, "bytes",
			 (json_int_t)s->bytes, "sha256", sha);
}

/* A run below @from, sent into a file; END in *end. Returns the file. */
static int tree_send(struct scratch *from, json_t **end)
{
	struct frag_channel_sum sum;
	int fd = memfd_create("tree", MFD_CLOEXEC);

	assert_true(fd >= 0);
	scratch_text(from, "20260101t000000z-x-6.1-r1/buddy.csv", "t_ns\n1\n");
	scratch_text(from, "20260101t000000z-x-6.1-r1/log/runner.log", "");
	scratch_text(from, "20260101t000000z-x-6.1-r1/manifest.json",
		     "{\"name\": \"20260101t000000z-x-6.1-r1\", \"files\": "
		     "[{\"name\": \"summary.json\", \"sha256\": \"old\"}]}");
	scratch_text(from, "20260101t000000z-x-6.1-r1/summary.json",
		     "{\"run\": \"20260101t000000z-x-6.1-r1\"}");
	frag_channel_sum_begin(&sum);
	assert_int_equal(frag_channel_send_tree(fd, from->path, &sum), 0);
	*end = end_make(&sum);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void console_write(struct frag_haul *h)
{
	int fd = openat(h->dirfd, "console.log", O_WRONLY | O_CREAT, 0644);

	assert_int_equal(write(fd, "hello\n", 6), 6);
	close(fd);
}

static void test_run_comes_home(void **state)
{
	struct scratch from;
	struct scratch to;
	struct frag_error e = { 0 };
	char want[PATH_MAX + 64];
	char path[PATH_MAX + 32];
	json_t *end;
	int fd;

	(void)state;
	scratch_make(&from);
	scratch_make(&to);
	fd = tree_send(&from, &end);
	for (unsigned i = 0; i < 2; i++) {
		struct frag_haul h;
		json_t *json;

		lseek(fd, 0, SEEK_SET);
		assert_int_equal(frag_haul_begin(&h, to.path, &e), 0);
		haul_feed(&h, fd);
		console_write(&h);
		assert_true(frag_haul_is_whole(&h, end));
		assert_int_equal(frag_haul_home(&h, FRAG_HAUL_RUN, "x", path,
						sizeof(path), &e),
				 0);
		frag_haul_drop(&h);
		/* The second of the same name is a second later. */
		snprintf(want, sizeof(want), "%s/20260101t00000%uz-x-6.1-r1",
			 to.path, i);
		assert_string_equal(path, want);
		snprintf(want, sizeof(want), "%s/manifest.json", path);
		json = json_load_file(want, 0, NULL);
		assert_string_equal(
			json_string_value(json_object_get(json, "name")),
			strrchr(path, '/') + 1);
		json_decref(json);
		snprintf(want, sizeof(want), "%s/log/console.log", path);
		assert_int_equal(access(want, F_OK), 0);
	}
	json_decref(end);
	close(fd);
	scratch_remove(&from);
	scratch_remove(&to);
}

/* What a kernel in trouble made is kept, under a name that no reader takes. */
static void test_trouble_is_named(void **state)
{
	struct scratch from;
	struct scratch to;
	struct frag_error e = { 0 };
	struct frag_haul h;
	char path[PATH_MAX + 32];
	json_t *end;
	int fd;

	(void)state;
	scratch_make(&from);
	scratch_make(&to);
	fd = tree_send(&from, &end);
	assert_int_equal(frag_haul_begin(&h, to.path, &e), 0);
	haul_feed(&h, fd);
	assert_true(frag_haul_is_whole(&h, end));
	assert_int_equal(frag_haul_home(&h, FRAG_HAUL_FAILED, "x", path,
					sizeof(path), &e),
			 0);
	frag_haul_drop(&h);
	assert_non_null(strstr(path, "/20260101t000000z-x-6.1-r1.failed"));
	assert_int_equal(faccessat(to.fd, "latest", F_OK, 0), -1);
	json_decref(end);
	close(fd);
	scratch_remove(&from);
	scratch_remove(&to);
}

static void test_one_byte_wrong(void **state)
{
	struct scratch from;
	struct scratch to;
	struct frag_error e = { 0 };
	struct frag_haul h;
	char path[PATH_MAX + 32];
	json_t *end;
	int fd;

	(void)state;
	scratch_make(&from);
	scratch_make(&to);
	fd = tree_send(&from, &end);
	assert_int_equal(frag_haul_begin(&h, to.path, &e), 0);
	haul_feed(&h, fd);
	frag_channel_sum_add(&h.sum, "x", 1);
	assert_false(frag_haul_is_whole(&h, end));
	assert_int_equal(frag_haul_home(&h, FRAG_HAUL_LOGS, "No Run", path,
					sizeof(path), &e),
			 0);
	frag_haul_drop(&h);
	assert_non_null(strstr(path, "-no-run.failed"));
	json_decref(end);
	close(fd);
	scratch_remove(&from);
	scratch_remove(&to);
}

static void test_no_way_out(void **state)
{
	static const char *const paths[] = {
		"100644 ../x", "100644 /etc/x", "100644 a/../../x",
		"100644 ",     "100644 ..",	"020644 device",
		"100644"
	};
	struct scratch to;
	struct frag_error e = { 0 };
	struct frag_haul h;

	(void)state;
	scratch_make(&to);
	assert_int_equal(frag_haul_begin(&h, to.path, &e), 0);
	for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(frag_haul_take(&h, FRAG_FRAME_FILE, paths[i],
						strlen(paths[i])),
				 -EPROTO);
	/* Twice, in a folder that was not sent, or data of nothing: the guest's
	 * fault, too. */
	assert_int_equal(frag_haul_take(&h, FRAG_FRAME_FILE, "100644 a", 8), 0);
	assert_int_equal(frag_haul_take(&h, FRAG_FRAME_FILE, "100644 a", 8),
			 -EPROTO);
	assert_int_equal(frag_haul_take(&h, FRAG_FRAME_FILE, "100644 b/c", 10),
			 -EPROTO);
	assert_int_equal(frag_haul_take(&h, FRAG_FRAME_DATA, "x", 1), -EPROTO);
	/* The logs have a place of their own. */
	assert_int_equal(frag_haul_take(&h, FRAG_FRAME_FILE,
					"100644 console.log", 18),
			 0);
	assert_int_equal(faccessat(h.dirfd, "console.log", F_OK, 0), -1);
	frag_haul_drop(&h);
	scratch_remove(&to);
}

static void test_sweep(void **state)
{
	struct scratch to;
	struct frag_error e = { 0 };
	struct frag_haul h;
	char dead[PATH_MAX + 16];

	(void)state;
	scratch_make(&to);
	scratch_text(&to, ".guest-killed/x", "x");
	assert_int_equal(frag_haul_begin(&h, to.path, &e), 0);
	frag_haul_sweep(to.path);
	snprintf(dead, sizeof(dead), "%s/.guest-killed", to.path);
	assert_int_equal(access(dead, F_OK), -1);
	/* One that is received into stays. */
	assert_int_equal(access(h.folder, F_OK), 0);
	frag_haul_drop(&h);
	scratch_remove(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_portions),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_refusal_stops),
		cmocka_unit_test(test_run_comes_home),
		cmocka_unit_test(test_trouble_is_named),
		cmocka_unit_test(test_one_byte_wrong),
		cmocka_unit_test(test_no_way_out),
		cmocka_unit_test(test_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
