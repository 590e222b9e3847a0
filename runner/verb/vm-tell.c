// SPDX-License-Identifier: GPL-2.0-or-later
/* What `vm` prints: the plan of a dry run, and what the runs came to. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/terminal.h"
#include "base/units.h"
#include "verb/vm.h"

/* More of them are told by the folder that they are in. */
enum { HINT_RUNS = 8 };

static void machine_print(const struct frag_vm_machine *m, FILE *out)
{
	char size[32];

	fprintf(out, "guest: %u CPUs, %s", m->cpus,
		frag_size_text(m->memory, size, sizeof(size)));
	for (unsigned i = 0; i < m->nnodes; i++)
		fprintf(out, "%s%u CPUs and %s%s",
			i ? ", " : "; nodes: ", m->nodes[i].cpus,
			frag_size_text(m->nodes[i].memory, size, sizeof(size)),
			m->nodes[i].tier ? " (slower)" : "");
	fputc('\n', out);
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

static void counts_print(const struct frag_matrix *m, FILE *out)
{
	const struct frag_matrix_config *c = &m->config;

	fprintf(out, "%u run%s: %u kernel%s", m->ncells, plural(m->ncells),
		c->nkernels, plural(c->nkernels));
	for (unsigned i = 0; i < c->naxes; i++)
		fprintf(out, ", %u value%s of %s", c->axes[i].count,
			plural(c->axes[i].count), c->axes[i].key);
	fprintf(out, ", %u repeat%s\n", c->repeats, plural(c->repeats));
}

static void command_print(const struct frag_matrix *m, FILE *out)
{
	json_t *words = frag_matrix_command(m, &m->cells[0]);
	json_t *word;
	size_t i;

	fprintf(out, "the first command: fragbench");
	json_array_foreach(words, i, word)
		fprintf(out, " %s", json_string_value(word));
	fputc('\n', out);
	json_decref(words);
}

/* How far what was printed is what will be run. */
static void order_print(const struct frag_matrix *m, const char *output,
			bool is_asked, FILE *out)
{
	char word[1024];

	if (!is_asked && m->ncolumns > 1)
		fprintf(out,
			"the order is by chance; it is this one with --seed %llu\n",
			(unsigned long long)m->seed);
	if (frag_matrix_is_begun(output))
		fprintf(out,
			"in %s a matrix was begun: if it is this one, it goes on in its own order, without the runs that are done\n",
			frag_shell_word(output, word, sizeof(word)));
}

int frag_vm_plan_print(struct vm_plan *p, FILE *out, struct frag_error *e)
{
	const char *output = p->config.guest.output;
	struct frag_matrix m;
	int rc;

	/* Nothing is written: not even that it was begun. */
	p->config.is_kept = false;
	p->config.guest.output = "/";
	rc = frag_matrix_make(&m, &p->config, e);
	if (!rc) {
		machine_print(&p->machine, out);
		counts_print(&m, out);
		for (unsigned i = 0; i < m.ncells; i++)
			fprintf(out, "%4u  %s r%u\n", i + 1,
				m.columns[m.cells[i].column].name,
				m.cells[i].repeat);
		command_print(&m, out);
		order_print(&m, output, p->config.seed != 0, out);
	}
	frag_matrix_free(&m);
	return rc;
}

static json_t *axes_json(const struct frag_matrix *m,
			 const struct frag_matrix_column *c)
{
	json_t *axes = json_object();

	for (unsigned i = 0; i < m->config.naxes; i++)
		json_object_set_new(
			axes, m->config.axes[i].key,
			frag_json_text(m->config.axes[i].values[c->value[i]]));
	return axes;
}

static const char *status_of(const struct frag_cell *cell)
{
	if (cell->state == FRAG_CELL_WAITS)
		return "not run";
	if (cell->state == FRAG_CELL_FAILED && cell->end == FRAG_GUEST_DONE)
		return "failed";
	return frag_guest_end_text(cell->end);
}

static json_t *cell_json(const struct frag_matrix *m,
			 const struct frag_cell *cell)
{
	const struct frag_matrix_column *c = &m->columns[cell->column];
	json_t *json = json_pack(
		"{s:o, s:s, s:i, s:o, s:o, s:o, s:s, s:i, s:O?}", "run",
		*cell->path ? frag_json_text(cell->path) : json_null(),
		"status", status_of(cell), "code", cell->code, "kernel",
		frag_json_text(c->kernel->name), "release",
		frag_json_text(c->kernel->release), "axes", axes_json(m, c),
		"series", c->series, "repeat", (int)cell->repeat, "summary",
		cell->summary);

	json_object_set_new(json, "why", frag_json_text(cell->why));
	json_object_set_new(json, "tries", json_integer(cell->tries));
	json_object_set_new(json, "before", json_boolean(cell->was_before));
	json_object_set_new(
		json, "seed",
		json_integer((json_int_t)(m->seed + cell->repeat - 1)));
	return json;
}

static void cells_dump(const struct frag_matrix *m)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < m->ncells; i++)
		json_array_append_new(list, cell_json(m, &m->cells[i]));
	json_dumpf(list, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(list);
}

/* What `run` printed in the guest, up to its run directory, which is another
 * one here. A guest is no friend of the terminal's. */
static void text_print(const struct frag_cell *cell)
{
	char *text = strdup(cell->text ? cell->text : "");
	char *end = NULL;

	for (char *p = text; p && (p = strstr(p, "\nrun: ")); p++)
		end = p;
	if (end)
		*end = '\0';
	if (text && *text)
		printf("%s\n", frag_control_clean(text, "\n\t"));
	free(text);
	if (cell->path[0])
		printf("run: %s\n", cell->path);
}

/* The key by which `compare` knows the axis; NULL when it knows it not. */
static const char *compare_key(const struct frag_axis *a)
{
	const char *key = a->key;

	if (a->kind == FRAG_AXIS_APPEND || a->kind == FRAG_AXIS_FOR)
		return NULL;
	if (strrchr(key, '/'))
		return strrchr(key, '/') + 1;
	return strchr(key, '.') ? strchr(key, '.') + 1 : key;
}

static void hint_word(const char *before, const char *word)
{
	char quoted[2400];

	fprintf(stderr, "%s%s", before,
		frag_shell_word(word, quoted, sizeof(quoted)));
}

static void hint_print(const struct frag_matrix *m, unsigned done)
{
	fputs("fragbench: compare them with:\n  fragbench compare --by kernel",
	      stderr);
	for (unsigned i = 0; i < m->config.naxes; i++)
		if (compare_key(&m->config.axes[i]))
			hint_word(" --by ", compare_key(&m->config.axes[i]));
	if (done > HINT_RUNS)
		hint_word(" ", m->config.guest.output);
	for (unsigned i = 0; i < m->ncells && done <= HINT_RUNS; i++)
		if (m->cells[i].state == FRAG_CELL_DONE)
			hint_word(" ", m->cells[i].path);
	fputc('\n', stderr);
}

static void failures_print(const struct frag_matrix *m)
{
	unsigned failed = frag_matrix_count(m, FRAG_CELL_FAILED);
	unsigned left = frag_matrix_count(m, FRAG_CELL_WAITS);

	if (!failed && !left)
		return;
	fprintf(stderr, "fragbench: %u of %u runs failed", failed, m->ncells);
	if (left)
		fprintf(stderr, ", %u were not begun", left);
	fputc('\n', stderr);
	if (m->ncells > 1)
		fprintf(stderr, "  the same command line runs %s again\n",
			left ? "those" : "the failed ones");
}

void frag_vm_tell(const struct frag_matrix *m, bool json)
{
	unsigned done = frag_matrix_count(m, FRAG_CELL_DONE);

	if (json)
		cells_dump(m);
	else if (m->ncells == 1)
		text_print(&m->cells[0]);
	for (unsigned i = 0; i < m->ncells && m->ncells > 1 && !json; i++)
		if (m->cells[i].state == FRAG_CELL_DONE)
			printf("%s\n", m->cells[i].path);
	fflush(stdout);
	if (done > 1 && !json)
		hint_print(m, done);
	failures_print(m);
}
