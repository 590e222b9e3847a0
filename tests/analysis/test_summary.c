// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole way, on the sample: the accepted summary byte for byte, the index
 * that another program derived, and what happens when the run is damaged.
 */
#include "rundir.h"

#include <stdbool.h>
#include <sys/stat.h>

#define SAMPLE TESTS_DIR "/analysis/sample"

/* The bytes of @name in folder @dirfd; the caller frees. */
static char *bytes_read(int dirfd, const char *name, size_t *size)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*size = (size_t)st.st_size;
	bytes = calloc(1, *size + 1);
	assert_int_equal(read(fd, bytes, *size), st.st_size);
	close(fd);
	return bytes;
}

static void bytes_write(struct rundir *d, const char *name, const char *bytes,
			size_t size)
{
	int fd;

	rundir_drop(d, name);
	fd = openat(d->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static int sample_open(void)
{
	int fd = open(SAMPLE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void file_copy(struct rundir *d, const char *name)
{
	int from = sample_open();
	size_t size;
	char *bytes = bytes_read(from, name, &size);

	bytes_write(d, name, bytes, size);
	free(bytes);
	close(from);
}

static const char *const sample_files[] = {
	"manifest.json", "phases.csv",	"buddy.csv",  "vmstat.csv",
	"kthreads.csv",	 "psi.csv",	"owners.csv", "ops.csv",
	"latency.csv",	 "sampler.csv", "thp.csv",    "pagetypes.csv",
	"frames.csv",
};

enum { SAMPLE_FILES = sizeof(sample_files) / sizeof(sample_files[0]) };

static void sample_copy(struct rundir *d)
{
	for (unsigned i = 0; i < SAMPLE_FILES; i++)
		file_copy(d, sample_files[i]);
}

/* Is @name the same in the run and in the sample? */
static bool is_same(struct rundir *d, const char *name)
{
	int from = sample_open();
	size_t accepted_size;
	size_t size;
	char *accepted = bytes_read(from, name, &accepted_size);
	char *bytes = bytes_read(d->fd, name, &size);
	bool same = size == accepted_size && !memcmp(bytes, accepted, size);

	free(accepted);
	free(bytes);
	close(from);
	return same;
}

/* tests/analysis/sample/index.csv was not written by the C under test. */
static void index_is_what_another_program_derived(void **state)
{
	struct rundir *d = *state;

	sample_copy(d);
	rundir_summarize(d);
	assert_true(is_same(d, "index.csv"));
}

static void summary_is_the_accepted_one(void **state)
{
	static const char keep[] = "/tmp/fragbench-summary.json";
	struct rundir *d = *state;
	size_t size;
	char *bytes;
	int fd;

	sample_copy(d);
	rundir_summarize(d);
	if (is_same(d, "summary.json"))
		return;
	bytes = bytes_read(d->fd, "summary.json", &size);
	unlink(keep);
	fd = open(keep, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	free(bytes);
	fail_msg("summary.json has changed; to accept it:\n"
		 "  cp %s %s/summary.json",
		 keep, SAMPLE);
}

/* Is @key a word of @text? */
static bool has_word(const char *text, const char *key)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t n = strlen(key);

	for (const char *at = strstr(text, key); at; at = strstr(at + 1, key))
		if (!strchr(letters, at[-1]) &&
		    (!at[n] || !strchr(letters, at[n])))
			return true;
	return false;
}

static void keys_are_in(const char *text, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) if (!has_word(text, key))
		fail_msg("results/README.md has no %s", key);
}

/* Every key of summary.json, of its metrics and its expectations stands in
 * results/README.md. */
static void summary_is_as_specified(void **state)
{
	int from = open(TESTS_DIR "/../results", O_RDONLY | O_DIRECTORY);
	struct rundir *d = *state;
	size_t size;
	char *text = bytes_read(from, "README.md", &size);
	const char *section = strstr(text, "### summary.json");
	const char *name;
	json_t *metric;

	close(from);
	sample_copy(d);
	rundir_summarize(d);
	assert_non_null(section);
	keys_are_in(section, d->summary);
	json_object_foreach(json_object_get(d->summary, "metrics"), name,
			    metric) keys_are_in(section, metric);
	keys_are_in(section,
		    json_array_get(json_object_get(d->summary, "expectations"),
				   0));
	assert_false(has_word(section, "acceleratr"));
	free(text);
}

static json_t *sample_manifest(void)
{
	int from = sample_open();
	json_t *manifest;
	size_t size;
	char *bytes = bytes_read(from, "manifest.json", &size);

	manifest = json_loadb(bytes, size, 0, NULL);
	assert_non_null(manifest);
	free(bytes);
	close(from);
	return manifest;
}

/* Summarise the sample as if machine.@key had been @value; takes @value. */
static void sample_in(struct rundir *d, const char *key, json_t *value)
{
	json_t *manifest = sample_manifest();
	char *text;

	json_object_set_new(json_object_get(manifest, "machine"), key, value);
	text = json_dumps(manifest, 0);
	bytes_write(d, "manifest.json", text, strlen(text));
	free(text);
	json_decref(manifest);
	rundir_summarize(d);
}

static const char *accelerator(const struct rundir *d)
{
	return json_string_value(json_object_get(d->summary, "accelerator"));
}

/* Under TCG every time of the accepted summary is gone, with its reason, and
 * nothing else is: counts and layouts are those of the accepted one. */
static void emulator_has_no_times(void **state)
{
	struct rundir *d = *state;
	json_t *accepted;
	const char *name;
	json_t *metric;
	unsigned times = 0;

	sample_copy(d);
	rundir_summarize(d);
	assert_string_equal(accelerator(d), "none");
	accepted = json_incref(json_object_get(d->summary, "metrics"));
	sample_in(d, "guest", json_pack("{s:s}", "accel", "tcg"));
	assert_string_equal(accelerator(d), "tcg");
	json_object_foreach(accepted, name, metric)
	{
		if (json_is_true(json_object_get(metric, "is_time"))) {
			rundir_lacks(d, name, "made under TCG");
			times++;
		} else {
			assert_true(json_equal(metric, rundir_metric(d, name)));
		}
	}
	assert_true(times > 20);
	json_decref(accepted);
}

/* KVM has times; a guest that is not ours may be emulated all the same. */
static void accelerator_is_told(void **state)
{
	struct rundir *d = *state;

	sample_copy(d);
	sample_in(d, "guest", json_pack("{s:s}", "accel", "kvm"));
	assert_string_equal(accelerator(d), "kvm");
	assert_true(rundir_value(d, "cpu_ms.compact") > 0);
	sample_in(d, "hypervisor", json_string("KVM, QEMU Standard PC"));
	assert_string_equal(accelerator(d), "none");
	sample_in(d, "hypervisor", json_string("TCG, QEMU Standard PC"));
	assert_string_equal(accelerator(d), "tcg");
	rundir_lacks(d, "cpu_ms.compact", "made under TCG");
}

static void second_summary_has_the_same_bytes(void **state)
{
	struct rundir *d = *state;
	size_t first_size;
	size_t size;
	char *first;
	char *bytes;

	sample_copy(d);
	rundir_summarize(d);
	first = bytes_read(d->fd, "summary.json", &first_size);
	rundir_summarize(d);
	bytes = bytes_read(d->fd, "summary.json", &size);
	assert_int_equal(size, first_size);
	assert_memory_equal(bytes, first, size);
	free(first);
	free(bytes);
}

/* Only the manifest is there: the run died before its first sample. */
static void manifest_alone_is_summarised(void **state)
{
	struct rundir *d = *state;

	file_copy(d, "manifest.json");
	rundir_summarize(d);
	for (unsigned i = 1; i < SAMPLE_FILES; i++) {
		char note[64];

		snprintf(note, sizeof(note), "There is no %s", sample_files[i]);
		assert_true(rundir_says(d, "notes", note));
	}
	rundir_lacks(d, "sampler.samples", "no sample");
	assert_int_not_equal(faccessat(d->fd, "index.csv", F_OK, 0), 0);
}

/* Whoever only records misses no worker. */
static void record_misses_no_workers(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"kind\":\"record\"");
	rundir_summarize(d);
	assert_true(rundir_says(d, "notes", "There is no thp.csv"));
	assert_false(rundir_says(d, "notes", "ops.csv"));
	assert_false(rundir_says(d, "notes", "latency.csv"));
	assert_false(rundir_says(d, "notes", "owners.csv"));
	assert_false(rundir_says(d, "notes", "frames.csv"));
}

static void each_missing_table_is_named(void **state)
{
	struct rundir *d = *state;

	for (unsigned i = 1; i < SAMPLE_FILES; i++) {
		char note[64];

		sample_copy(d);
		rundir_drop(d, sample_files[i]);
		rundir_summarize(d);
		snprintf(note, sizeof(note), "There is no %s", sample_files[i]);
		assert_true(rundir_says(d, "notes", note));
	}
}

/* An interrupted run ends anywhere: every cut is summarised, none fails. */
static void every_cut_is_summarised(void **state)
{
	struct rundir *d = *state;

	sample_copy(d);
	for (unsigned i = 1; i < SAMPLE_FILES; i++) {
		size_t size;
		char *bytes = bytes_read(d->fd, sample_files[i], &size);

		for (unsigned cut = 0; cut < 16; cut++) {
			size_t upto = size * cut / 16 + cut % 7;

			bytes_write(d, sample_files[i], bytes,
				    upto < size ? upto : size);
			rundir_summarize(d);
		}
		bytes_write(d, sample_files[i], bytes, size);
		free(bytes);
	}
}

static void cut_line_is_noted(void **state)
{
	struct rundir *d = *state;

	sample_copy(d);
	rundir_put(d, "psi.csv", "99,en");
	rundir_summarize(d);
	assert_true(rundir_says(d, "notes", "The last line of psi.csv is cut"));
	assert_true(is_same(d, "index.csv"));
}

/* Bytes that change at random, always the same ones: a summary or an error
 * that names the file, and never a crash. */
static void damage_never_crashes(void **state)
{
	static const char junk[] = ",\n9-x\0\xff\"{";
	struct rundir *d = *state;
	uint32_t seed = 7;

	sample_copy(d);
	for (unsigned round = 0; round < 200; round++) {
		const char *name = sample_files[round % SAMPLE_FILES];
		struct frag_error e = { 0 };
		json_t *summary;
		size_t size;
		char *bytes = bytes_read(d->fd, name, &size);

		for (unsigned k = 0; k < 1 + round % 3; k++) {
			seed = seed * 1664525 + 1013904223;
			bytes[(seed >> 8) % size] = junk[seed % 9];
		}
		bytes_write(d, name, bytes, size);
		free(bytes);
		summary = frag_summarize(d->fd, &e);
		if (!summary)
			assert_true(strstr(e.what, name) ||
				    strstr(e.why, name));
		json_decref(summary);
		file_copy(d, name);
	}
}

static void hostile_names_stay_text(void **state)
{
	struct rundir *d = *state;
	const json_t *phases;

	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "1,<script>\"&,0,0\n2,<script>\"&,9,0\n");
	phases = json_object_get(rundir_summarize(d), "phases");
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(phases, 0), "name")),
			    "<script>\"&");
	assert_metric(d, "psi_some_ms.<script>\"&", 0.009);
	rundir_put(d, "psi.csv", "3,\xff\xfe,0,0\n");
	rundir_fails(d, "psi.csv cannot be read", "is no UTF-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(index_is_what_another_program_derived),
		rundir_test(summary_is_the_accepted_one),
		rundir_test(summary_is_as_specified),
		rundir_test(emulator_has_no_times),
		rundir_test(accelerator_is_told),
		rundir_test(second_summary_has_the_same_bytes),
		rundir_test(manifest_alone_is_summarised),
		rundir_test(record_misses_no_workers),
		rundir_test(each_missing_table_is_named),
		rundir_test(every_cut_is_summarised),
		rundir_test(cut_line_is_noted),
		rundir_test(damage_never_crashes),
		rundir_test(hostile_names_stay_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
