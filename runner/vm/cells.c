// SPDX-License-Identifier: GPL-2.0-or-later
/* Which runs a matrix is made of, in which order, and what each one's command
 * line in the guest is. */
#include "vm/matrix-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"

static int count_fail(const struct frag_matrix *m, struct frag_error *e)
{
	frag_fail(e, 0, "the matrix has more than %d runs", FRAG_MATRIX_RUNS);
	frag_error_why(e,
		       "it is kernels x values of all axes x repeats: %u x "
		       "%u axes x %u",
		       m->config.nkernels, m->config.naxes, m->config.repeats);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -E2BIG;
}

static void column_name(struct frag_matrix_column *c,
			const struct frag_matrix_config *config)
{
	size_t used;

	snprintf(c->name, sizeof(c->name), "%s", c->kernel->name);
	for (unsigned i = 0; i < config->naxes; i++) {
		used = strlen(c->name);
		snprintf(c->name + used, sizeof(c->name) - used, " %s=%s",
			 config->axes[i].key,
			 config->axes[i].values[c->value[i]]);
	}
}

/* Column @n: the last axis changes fastest, kernels slowest. */
static void column_make(struct frag_matrix *m, unsigned n)
{
	const struct frag_matrix_config *config = &m->config;
	struct frag_matrix_column *c = &m->columns[n];

	for (unsigned i = config->naxes; i--;) {
		c->value[i] = n % config->axes[i].count;
		n /= config->axes[i].count;
	}
	c->kernel = &config->kernels[n];
	column_name(c, config);
}

int frag_columns_make(struct frag_matrix *m, struct frag_error *e)
{
	const struct frag_matrix_config *config = &m->config;
	uint64_t n = config->nkernels;

	for (unsigned i = 0; i < config->naxes; i++) {
		n *= config->axes[i].count;
		if (n > FRAG_MATRIX_RUNS)
			return count_fail(m, e);
	}
	if (n * config->repeats > FRAG_MATRIX_RUNS)
		return count_fail(m, e);
	m->columns = calloc(n + 1, sizeof(*m->columns));
	if (!m->columns)
		return frag_fail(e, -ENOMEM, "cannot make the matrix");
	m->ncolumns = (unsigned)n;
	for (unsigned i = 0; i < m->ncolumns; i++)
		column_make(m, i);
	return 0;
}

/* "sbrk-interleave-6.1-r2". */
static void label_make(const struct frag_matrix *m, struct frag_cell *cell)
{
	const struct frag_kernel *k = m->columns[cell->column].kernel;
	const char *scenario = m->config.scenario;
	char label[256];
	int n;

	scenario += *scenario == '/';
	n = (int)strlen(scenario);
	if (n > 4 && !strcmp(scenario + n - 4, ".ini"))
		n -= 4;
	snprintf(label, sizeof(label), "%.*s-%s-r%u", n, scenario,
		 frag_kernel_short(k), cell->repeat);
	frag_name_clean(label, cell->label, sizeof(cell->label));
}

/* Fisher and Yates, over the columns of one repeat. */
static void cells_shuffle(struct frag_cell *cells, unsigned n, uint64_t *chance)
{
	for (unsigned i = n; i > 1; i--) {
		unsigned j = (unsigned)(frag_random(chance) % i);
		unsigned column = cells[i - 1].column;

		cells[i - 1].column = cells[j].column;
		cells[j].column = column;
	}
}

int frag_cells_order(struct frag_matrix *m, struct frag_error *e)
{
	unsigned n = m->ncolumns * m->config.repeats;
	uint64_t chance = m->seed;

	m->cells = calloc(n + 1, sizeof(*m->cells));
	if (!m->cells)
		return frag_fail(e, -ENOMEM, "cannot make the matrix");
	m->ncells = n;
	for (unsigned r = 0; r < m->config.repeats; r++) {
		struct frag_cell *cells = &m->cells[r * m->ncolumns];

		for (unsigned i = 0; i < m->ncolumns; i++) {
			cells[i].column = i;
			cells[i].repeat = r + 1;
		}
		cells_shuffle(cells, m->ncolumns, &chance);
		for (unsigned i = 0; i < m->ncolumns; i++)
			label_make(m, &cells[i]);
	}
	return 0;
}

const char *frag_kernel_short(const struct frag_kernel *k)
{
	const char *slash = strrchr(k->name, '/');

	if (slash)
		return slash + 1;
	return strncmp(k->name, "debian:", 7) ? k->name : k->name + 7;
}

const char *frag_column_append(const struct frag_matrix *m,
			       const struct frag_matrix_column *column,
			       char *buf, size_t size)
{
	const struct frag_matrix_config *config = &m->config;
	const char *own = config->guest.append;

	snprintf(buf, size, "%s", own ? own : "");
	for (unsigned i = 0; i < config->naxes; i++) {
		size_t used = strlen(buf);

		if (config->axes[i].kind == FRAG_AXIS_APPEND)
			snprintf(buf + used, size - used, "%s%s",
				 used ? " " : "",
				 config->axes[i].values[column->value[i]]);
	}
	return buf;
}

static void word_add(json_t *words, const char *word)
{
	json_array_append_new(words, frag_json_text(word));
}

/* An axis's value as two words of the guest's command line. */
static void axis_add(json_t *words, const struct frag_axis *a, unsigned value)
{
	static const char *const flags[] = {
		[FRAG_AXIS_KEY] = "--set",
		[FRAG_AXIS_FOR] = "--for",
		[FRAG_AXIS_KNOB] = "--knob",
	};
	char text[1024];

	if (a->kind == FRAG_AXIS_APPEND)
		return;
	snprintf(text, sizeof(text), "%s=%s", a->key, a->values[value]);
	word_add(words, flags[a->kind]);
	word_add(words, a->kind == FRAG_AXIS_FOR ? a->values[value] : text);
}

json_t *frag_matrix_command(const struct frag_matrix *m,
			    const struct frag_cell *cell)
{
	const struct frag_matrix_config *config = &m->config;
	const struct frag_matrix_column *column = &m->columns[cell->column];
	json_t *words = json_array();
	char seed[24];

	snprintf(seed, sizeof(seed), "%llu",
		 (unsigned long long)(m->seed + cell->repeat - 1));
	word_add(words, "run");
	word_add(words, config->scenario);
	word_add(words, "--seed");
	word_add(words, seed);
	/* Nobody else's memory: the guest is thrown away. */
	word_add(words, "--yes");
	for (unsigned i = 0; i < config->nwords; i++)
		word_add(words, config->words[i]);
	for (unsigned i = 0; i < config->naxes; i++)
		axis_add(words, &config->axes[i], column->value[i]);
	return words;
}
