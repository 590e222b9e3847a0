// SPDX-License-Identifier: GPL-2.0-or-later
/* Names, checksums and seals of run directories; that nothing is overwritten. */
#include <time.h>

#include "base/json.h"
#include "rundir.h"
#include "scratch.h"

struct bench {
	struct scratch s;
	struct frag_rundir rd;
	struct frag_error e;
};

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->s);
	b->rd.dirfd = -1;
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_rundir_close(&b->rd);
	scratch_remove(&b->s);
	free(b);
	return 0;
}

static void create(struct bench *b, const char *scenario)
{
	if (frag_rundir_create(&b->rd, b->s.path, scenario, 3, &b->e))
		fail_msg("%s: %s", b->e.what, b->e.why);
}

static void put(struct bench *b, const char *name, const char *text)
{
	int fd = openat(b->rd.dirfd, name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static json_t *manifest(struct bench *b)
{
	json_t *m = frag_json_read(b->rd.dirfd, "manifest.json", &b->e);

	assert_non_null(m);
	return m;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void test_name(void **state)
{
	struct bench *b = *state;
	const char *name = b->rd.name;
	json_t *m;

	create(b, "My Scenario/2");
	assert_int_equal(name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
					   "0123456789.+-")],
			 '\0');
	assert_int_equal(name[8], 't');
	assert_non_null(strstr(name, "-my-scenario-2-"));
	assert_string_equal(name + strlen(name) - 3, "-r3");
	assert_string_equal(b->rd.path + strlen(b->rd.path) - 8, ".partial");
	assert_int_equal(access(b->rd.path, F_OK), 0);
	m = manifest(b);
	assert_string_equal(text_of(m, "status"), "running");
	assert_string_equal(text_of(m, "name"), name);
	assert_int_equal(json_integer_value(json_object_get(m, "schema")), 1);
	assert_int_equal(json_integer_value(json_object_get(m, "repeat")), 3);
	json_decref(m);
}

static void test_seal(void **state)
{
	struct bench *b = *state;
	char path[PATH_MAX + 16];
	char target[PATH_MAX] = "";
	json_t *files;
	json_t *m;

	create(b, "x");
	frag_rundir_describe(&b->rd, "abc.csv", "three rows",
			     json_pack("[o]", frag_column_json("a", "ns", "")));
	frag_rundir_describe(&b->rd, "abc.txt", "no table", NULL);
	frag_rundir_describe(&b->rd, "none.csv", "not there", json_array());
	frag_rundir_describe(&b->rd, "empty.csv", "no header", json_array());
	put(b, "abc.csv", "a\n1\n2\n3\n");
	put(b, "abc.txt", "abc");
	put(b, "empty.csv", "");
	assert_int_equal(frag_rundir_seal(&b->rd, "done", true, &b->e), 0);
	assert_true(b->rd.is_sealed);
	assert_null(strstr(b->rd.path, ".partial"));
	snprintf(path, sizeof(path), "%s/latest", b->s.path);
	assert_true(readlink(path, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, b->rd.name);

	m = manifest(b);
	assert_string_equal(text_of(m, "status"), "done");
	files = json_object_get(m, "files");
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(files, 0), "rows")),
			 3);
	/* sha256sum: of "a\n1\n2\n3\n" and of "abc" (FIPS 180-2, B.1) */
	assert_string_equal(
		text_of(json_array_get(files, 0), "sha256"),
		"9ddfd5aa6412699cec333a34ae2e97020142785977b7fb24aaf8cd92f107b7c4");
	assert_string_equal(
		text_of(json_array_get(files, 1), "sha256"),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_null(json_object_get(json_array_get(files, 1), "rows"));
	assert_null(json_object_get(json_array_get(files, 2), "sha256"));
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(files, 3), "rows")),
			 0);
	json_decref(m);
}

static void test_interrupted(void **state)
{
	struct bench *b = *state;
	char path[PATH_MAX + 16];
	json_t *m;

	create(b, "x");
	assert_int_equal(frag_rundir_seal(&b->rd, "interrupted", false, &b->e),
			 0);
	assert_false(b->rd.is_sealed);
	assert_non_null(strstr(b->rd.path, ".partial"));
	assert_int_equal(access(b->rd.path, F_OK), 0);
	snprintf(path, sizeof(path), "%s/latest", b->s.path);
	assert_int_equal(access(path, F_OK), -1);
	m = manifest(b);
	assert_string_equal(text_of(m, "status"), "interrupted");
	json_decref(m);
}

/* A name that is taken, sealed or not, is left alone: the next second's. */
static void test_taken(void **state)
{
	struct bench *b = *state;
	struct frag_rundir second = { .dirfd = -1 };
	struct frag_rundir third = { .dirfd = -1 };

	create(b, "x");
	assert_int_equal(frag_rundir_create(&second, b->s.path, "x", 3, &b->e),
			 0);
	assert_string_not_equal(b->rd.name, second.name);
	assert_int_equal(frag_rundir_seal(&b->rd, "done", true, &b->e), 0);
	assert_int_equal(frag_rundir_create(&third, b->s.path, "x", 3, &b->e),
			 0);
	assert_string_not_equal(b->rd.name, third.name);
	assert_string_not_equal(second.name, third.name);
	frag_rundir_close(&second);
	frag_rundir_close(&third);
}

/* Somebody takes the sealed name in the meantime. */
static void test_seal_taken(void **state)
{
	struct bench *b = *state;
	char path[2 * PATH_MAX];

	create(b, "x");
	snprintf(path, sizeof(path), "%s/%s", b->s.path, b->rd.name);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(frag_rundir_seal(&b->rd, "done", true, &b->e),
			 -EEXIST);
	assert_non_null(strstr(b->e.what, "cannot seal"));
	assert_non_null(strstr(b->rd.path, ".partial"));
	assert_int_equal(access(b->rd.path, F_OK), 0);
}

static void test_warnings(void **state)
{
	struct bench *b = *state;
	char log[PATH_MAX + 300];
	json_t *list;
	json_t *m;
	char *text;

	create(b, "x");
	frag_rundir_warn(&b->rd, true, "fill", "it was %d \xff", 7);
	frag_rundir_warn(&b->rd, false, NULL, "by the way");
	assert_int_equal(b->rd.doubts, 1);
	assert_int_equal(frag_rundir_seal(&b->rd, "failed", true, &b->e), 0);
	m = manifest(b);
	list = json_object_get(m, "warnings");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(text_of(json_array_get(list, 0), "severity"),
			    "doubt");
	assert_string_equal(text_of(json_array_get(list, 0), "phase"), "fill");
	assert_string_equal(text_of(json_array_get(list, 0), "text"),
			    "it was 7 ?");
	assert_string_equal(text_of(json_array_get(list, 1), "severity"),
			    "note");
	assert_null(json_object_get(json_array_get(list, 1), "phase"));
	json_decref(m);
	snprintf(log, sizeof(log), "%s/log/runner.log", b->rd.path);
	text = file_read("", log, NULL);
	assert_non_null(strstr(text, "doubt: it was 7"));
	assert_non_null(strstr(text, "note: by the way"));
	free(text);
}

static void test_no_folder(void **state)
{
	struct bench *b = *state;
	char base[PATH_MAX + 32];

	scratch_text(&b->s, "file", "mine");
	snprintf(base, sizeof(base), "%s/file", b->s.path);
	assert_int_equal(frag_rundir_create(&b->rd, base, "x", 1, &b->e),
			 -ENOTDIR);
	assert_string_equal(b->e.mend, "choose another folder: -o DIR");
	assert_int_equal(b->rd.dirfd, -1);
	/* A folder that is missing is made, with those above it. */
	frag_error_clear(&b->e);
	snprintf(base, sizeof(base), "%s/a/b/c", b->s.path);
	assert_int_equal(frag_rundir_create(&b->rd, base, "x", 1, &b->e), 0);
	assert_int_equal(strncmp(b->rd.path, base, strlen(base)), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_name),	TEST(test_seal),
		TEST(test_interrupted), TEST(test_taken),
		TEST(test_seal_taken),	TEST(test_warnings),
		TEST(test_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
