// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the cells of a map stand, what they look like, and what a second map
 * says became of the first. */
#include "mapped.h"

#include <jansson.h>

#include "verb/map-make.h"

enum { PAPER = 1 << 16 };

static int setup(void **state)
{
	static struct scratch s;

	scratch_make(&s);
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	scratch_remove(*state);
	return 0;
}

/* Anon, a slab page in the way, free pageblocks, a page table. */
static void flags_make(uint64_t *flags)
{
	memset(flags, 0, MAPPED_FRAMES * sizeof(*flags));
	mapped_set(flags, 1, 16, KPF(BUDDY));
	mapped_set(flags, 24, 40, KPF(ANON) | KPF(LRU));
	flags[28] = KPF(SLAB);
	mapped_set(flags, 44, 64, KPF(BUDDY));
	flags[50] = KPF(PGTABLE);
}

static void view_make(struct frag_map_view *v, const struct frag_map_source *s)
{
	struct frag_error e = { .exit = 0 };

	if (frag_map_view_make(v, s, &e))
		fail_msg("%s: %s", e.what, e.why);
}

static char *page(const struct frag_map_view *v, enum frag_colour colour)
{
	struct frag_map_style style = { .colour = colour,
					.is_difference = v->has_before,
					.page_size = v->head.page_size };
	char *text = calloc(1, PAPER);
	FILE *out = fmemopen(text, PAPER, "w");

	assert_non_null(out);
	frag_map_view_print(out, v, &style);
	fclose(out);
	return text;
}

static void test_a_page(void **state)
{
	struct frag_map_source from = { .dirfd = AT_FDCWD, .width = 80 };
	uint64_t flags[MAPPED_FRAMES];
	struct scratch *s = *state;
	struct frag_map_view v;
	char *text;

	flags_make(flags);
	mapped_make(s, flags);
	from.root = s->path;
	view_make(&v, &from);
	assert_int_equal(v.grid.scale, 1);
	text = page(&v, FRAG_COLOUR_NONE);
	/* Pageblocks 0 to 7: the second is free, the third a gap; 3 has the
	 * slab page; 6 the page table. */
	assert_non_null(strstr(text, "|:. Aa:;.|"));
	assert_non_null(strstr(text, "frames that cannot move: 2; pageblocks "
				     "that they make mixed: 2 (0 MiB)"));
	assert_null(strchr(text, '\033'));
	free(text);
	text = page(&v, FRAG_COLOUR_TRUE);
	/* Seven frames of anon and one of slab: the mean colour, marked. */
	assert_non_null(strstr(text, "\033[30;48;2;154;184;194m:"));
	free(text);
	text = page(&v, FRAG_COLOUR_256);
	assert_non_null(strstr(text, ";48;5;"));
	assert_null(strstr(text, ";48;2;"));
	free(text);
	frag_map_view_free(&v);
}

static void test_difference(void **state)
{
	uint64_t flags[MAPPED_FRAMES];
	struct scratch *s = *state;
	char path[PATH_MAX + 8];
	struct frag_map_source from = {
		.root = s->path, .dirfd = s->fd, .save = "a.map", .width = 80
	};
	struct frag_map_view v;
	char *text;

	flags_make(flags);
	mapped_make(s, flags);
	view_make(&v, &from);
	frag_map_view_free(&v);
	/* Anon goes, but for four frames that become files; 1 is taken. */
	mapped_set(flags, 24, 28, KPF(BUDDY));
	mapped_set(flags, 29, 36, KPF(BUDDY));
	mapped_set(flags, 36, 40, KPF(LRU));
	flags[1] = KPF(SLAB);
	mapped_make(s, flags);
	from.save = NULL;
	snprintf(path, sizeof(path), "%s/a.map", s->path);
	from.before = path;
	view_make(&v, &from);
	assert_int_equal(v.changes[FRAG_CHANGE_FREED], 11);
	assert_int_equal(v.changes[FRAG_CHANGE_TAKEN], 1);
	assert_int_equal(v.changes[FRAG_CHANGE_OTHER], 4);
	assert_int_equal(v.changes[FRAG_CHANGE_NONE], 51 - 16);
	text = page(&v, FRAG_COLOUR_NONE);
	/* A tie goes to what stands first in the key. */
	assert_non_null(strstr(text, "|-. ++...|"));
	free(text);
	frag_map_view_free(&v);
}

/* What cannot be held against each other, and half a file. */
static void test_failures(void **state)
{
	struct frag_error e = { .exit = 0 };
	uint64_t flags[MAPPED_FRAMES];
	struct scratch *s = *state;
	char path[PATH_MAX + 8];
	struct frag_map_source from = {
		.root = s->path, .dirfd = s->fd, .save = "a.map", .width = 80
	};
	struct frag_map_view v;

	flags_make(flags);
	mapped_make(s, flags);
	view_make(&v, &from);
	frag_map_view_free(&v);
	snprintf(path, sizeof(path), "%s/a.map", s->path);
	from.before = path;
	from.save = NULL;
	scratch_text(s, "proc/pagetypeinfo", "Page block order: 2\n");
	assert_int_equal(frag_map_view_make(&v, &from, &e), -EINVAL);
	assert_non_null(strstr(e.why, "different memory"));
	frag_map_view_free(&v);
	/* What cannot be scanned leaves no file. */
	frag_error_clear(&e);
	from.before = NULL;
	from.save = "b.map";
	assert_int_equal(unlinkat(s->fd, "proc/kpageflags", 0), 0);
	assert_int_equal(frag_map_view_make(&v, &from, &e), -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_int_equal(faccessat(s->fd, "b.map", F_OK, 0), -1);
	frag_map_view_free(&v);
}

/* Every place of the square is one cell, and cells that follow each other are
 * neighbours. */
static void test_hilbert(void **state)
{
	struct frag_map_head head = { .page_size = 4096,
				      .pageblock_order = 0,
				      .orders = 1,
				      .frames = 32 * 32 };
	struct frag_error e = { .exit = 0 };
	unsigned x_of[1024];
	unsigned y_of[1024];
	bool is_seen[1024] = { false };
	struct frag_map_grid g;

	(void)state;
	assert_int_equal(frag_map_grid_make(&g, &head, 80, true, &e), 0);
	assert_int_equal(g.columns, 32);
	assert_int_equal(g.rows, 32);
	for (unsigned y = 0; y < 32; y++)
		for (unsigned x = 0; x < 32; x++) {
			unsigned i = frag_map_grid_cell(&g, x, y);

			assert_true(i < 1024 && !is_seen[i]);
			is_seen[i] = true;
			x_of[i] = x;
			y_of[i] = y;
		}
	for (unsigned i = 1; i < 1024; i++)
		assert_int_equal(abs((int)x_of[i] - (int)x_of[i - 1]) +
					 abs((int)y_of[i] - (int)y_of[i - 1]),
				 1);
	free(g.cells);
}

/* Any memory fits any width, and every pageblock has a cell. */
static void test_layouts(void **state)
{
	static const uint64_t sizes[] = {
		1, 7, 512, 262144, 6553600, 6553601, 1 << 28, 1ULL << 34
	};

	(void)state;
	for (unsigned s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (unsigned width = 1; width <= 1000; width += 37)
			for (int hilbert = 0; hilbert < 2; hilbert++) {
				struct frag_map_head head = {
					.page_size = 4096,
					.pageblock_order = 9,
					.orders = 11,
					.first = 100,
					.frames = sizes[s],
				};
				uint64_t blocks = (100 + sizes[s] + 511) / 512;
				struct frag_map_grid g;

				assert_int_equal(
					frag_map_grid_make(&g, &head, width,
							   hilbert, NULL),
					0);
				assert_true(g.ncells * g.scale >= blocks);
				assert_true(g.ncells <= g.columns * g.rows);
				assert_true(g.rows <= 32);
				assert_true(width < 22 ||
					    g.columns * (1U + hilbert) <= width);
				free(g.cells);
			}
}

static void test_json(void **state)
{
	struct frag_map_source from = { .dirfd = AT_FDCWD, .width = 80 };
	uint64_t flags[MAPPED_FRAMES];
	struct scratch *s = *state;
	struct frag_map_view v;
	char *text = calloc(1, PAPER);
	FILE *out = fmemopen(text, PAPER, "w");
	json_t *json;

	flags_make(flags);
	mapped_make(s, flags);
	from.root = s->path;
	view_make(&v, &from);
	frag_map_view_json(out, &v);
	fclose(out);
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "frames")),
			 MAPPED_FRAMES);
	assert_non_null(
		json_object_get(json_object_get(json, "census"), "poison"));
	assert_null(json_object_get(json, "before"));
	json_decref(json);
	free(text);
	frag_map_view_free(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(test_difference, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
		cmocka_unit_test(test_hilbert),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test_setup_teardown(test_json, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
