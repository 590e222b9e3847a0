// SPDX-License-Identifier: GPL-2.0-or-later
/* That list shows each table whole, and nothing that is hidden. */
#include <jansson.h>

#include "needs.h"
#include "scratch.h"
#include "tables.h"
#include "verb/verbs.h"

/* What list prints for @words (ends with NULL); as JSON. */
static json_t *listed(const char *const *words, int *rc, struct frag_error *e)
{
	const bool json = true; /* the only member of its options */
	struct frag_call call = { .options = &json };
	int saved = dup(STDOUT_FILENO);
	FILE *file = tmpfile();
	json_t *root;

	assert_non_null(file);
	while (words[call.nwords]) {
		call.words[call.nwords] = words[call.nwords];
		call.nwords++;
	}
	fflush(stdout);
	assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
	*rc = frag_verb_list.call(&call, e);
	fflush(stdout);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	close(saved);
	rewind(file);
	root = json_loadf(file, 0, NULL);
	fclose(file);
	return root;
}

static json_t *named(json_t *list, const char *name)
{
	json_t *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		if (!strcmp(json_string_value(json_object_get(one, "name")),
			    name))
			return one;
	}
	return NULL;
}

/* Why it cannot run here stands there, and nothing when it can. */
static void check_missing(const struct frag_workload *w, json_t *row)
{
	const char *missing =
		json_string_value(json_object_get(row, "missing"));
	struct frag_facts facts;
	struct frag_error e = { .exit = 0 };

	frag_facts_read(&facts);
	if (frag_needs_check(w->name, w->needs, &facts, true, &e))
		assert_string_equal(missing ? missing : "", e.why);
	else
		assert_null(missing);
}

static void test_all(void **state)
{
	const char *const words[] = { NULL };
	struct frag_error e = { .exit = 0 };
	unsigned shown = 0;
	int rc;
	json_t *root = listed(words, &rc, &e);
	json_t *workloads = json_object_get(root, "workloads");
	json_t *collectors = json_object_get(root, "collectors");

	(void)state;
	assert_int_equal(rc, FRAG_EXIT_DONE);
	assert_int_equal(json_object_size(root), 4);
	for (unsigned i = 0; frag_workloads[i]; i++) {
		const struct frag_workload *w = frag_workloads[i];

		assert_true(w->is_hidden == !named(workloads, w->name));
		if (!w->is_hidden)
			check_missing(w, named(workloads, w->name));
		shown += !w->is_hidden;
	}
	assert_int_equal(json_array_size(workloads), shown);
	assert_true(shown >= 2);
	for (unsigned i = 0; frag_collectors[i]; i++)
		assert_non_null(named(collectors, frag_collectors[i]->name));
	assert_non_null(
		named(json_object_get(root, "scenarios"), "sbrk-interleave"));
	json_decref(root);
}

static void test_some(void **state)
{
	const char *const words[] = { "collectors", "scenarios", NULL };
	struct frag_error e = { .exit = 0 };
	int rc;
	json_t *root = listed(words, &rc, &e);

	(void)state;
	assert_int_equal(rc, FRAG_EXIT_DONE);
	assert_int_equal(json_object_size(root), 2);
	assert_null(json_object_get(root, "workloads"));
	json_decref(root);
}

static void test_unknown(void **state)
{
	const char *const words[] = { "collectors", "workload", NULL };
	struct frag_error e = { .exit = 0 };
	int rc;
	json_t *root = listed(words, &rc, &e);

	(void)state;
	assert_int_equal(rc, -EINVAL);
	assert_null(root); /* nothing was printed before it was noticed */
	assert_string_equal(e.why, "did you mean workloads?");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_some),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
