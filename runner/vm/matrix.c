// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs the cells of a matrix in guests, as many at once as is asked for, and
 * keeps what each came to. */
#include "vm/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "clock.h"
#include "stop.h"
#include "vm/matrix-parts.h"

/* How long to sleep at most: the line of progress counts seconds, and a signal
 * may come just before the sleep. */
enum { TICK_MS = 250 };

/* How often the line of progress is drawn: guests may say much, and working out
 * the time that is left goes over all cells. */
enum { SHOW_MS = 500 };

/* Guests for one run: under TCG one boot in some twenty panics before PID 1,
 * which is the emulator's fault and not the kernel's; and one whose results
 * were cut off tells nothing of it. */
enum { TRIES = 2 };

int frag_matrix_make(struct frag_matrix *m,
		     const struct frag_matrix_config *config,
		     struct frag_error *e)
{
	int rc;

	memset(m, 0, sizeof(*m));
	m->config = *config;
	rc = frag_columns_make(m, e);
	if (!rc)
		rc = frag_resume_open(m, e);
	if (!rc)
		rc = frag_cells_order(m, e);
	if (!rc)
		frag_resume_recall(m);
	return rc;
}

unsigned frag_matrix_count(const struct frag_matrix *m,
			   enum frag_cell_state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < m->ncells; i++)
		n += m->cells[i].state == state;
	return n;
}

/* What PID 1 of the guest is told; see frag_pid1_main(). */
static json_t *job_make(const struct frag_matrix *m,
			const struct frag_cell *cell)
{
	const struct frag_matrix_config *c = &m->config;
	json_t *job = json_pack("{s:o, s:s, s:i, s:i}", "command",
				frag_matrix_command(m, cell), "series",
				m->columns[cell->column].series, "repeat",
				(int)cell->repeat, "repeats", (int)c->repeats);

	if (c->text)
		json_object_set_new(job, "files",
				    json_pack("{s:s}", c->scenario, c->text));
	return job;
}

static int cell_start(const struct frag_matrix *m, struct frag_cell *cell,
		      struct frag_job *job, struct frag_error *e)
{
	const struct frag_matrix_column *column = &m->columns[cell->column];
	struct frag_guest_config config = m->config.guest;
	char append[2048];
	int rc;

	config.kernel = column->kernel;
	config.label = cell->label;
	config.append = frag_column_append(m, column, append, sizeof(append));
	config.job = job_make(m, cell);
	*job = (struct frag_job){ .cell = cell, .start_ns = frag_now() };
	rc = m->config.ops->start(&job->guest, &config, e);
	json_decref((json_t *)config.job);
	cell->state = rc ? FRAG_CELL_WAITS : FRAG_CELL_RUNS;
	cell->tries += !rc;
	return rc ? frag_fail(e, rc, "cannot start a guest") : 0;
}

/* Did the run in the guest come to an end that counts? */
static bool is_done(const struct frag_guest_result *r)
{
	return r->end == FRAG_GUEST_DONE &&
	       (r->code == FRAG_EXIT_DONE || r->code == FRAG_EXIT_BAD ||
		r->code == FRAG_EXIT_DOUBT);
}

/* The first expectation that is not met, or cannot be told. */
static void missed_tell(struct frag_cell *cell)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(cell->summary, "expectations"), i,
			   one)
	{
		json_t *got = json_object_get(one, "got");
		const char *metric =
			json_string_value(json_object_get(one, "metric"));
		const char *op = json_string_value(json_object_get(one, "op"));
		char value[32] = "not known";

		if (json_is_true(json_object_get(one, "met")))
			continue;
		if (json_is_number(got))
			snprintf(value, sizeof(value), "%.6g",
				 json_number_value(got));
		snprintf(cell->why, sizeof(cell->why),
			 "%s is %s, expected %s %.6g", metric ? metric : "",
			 value, op ? op : "",
			 json_number_value(json_object_get(one, "limit")));
		return;
	}
}

/* Why a run that is done is bad, or not to be trusted, as its summary has it. */
static void why_tell(struct frag_cell *cell)
{
	json_t *doubts = json_object_get(cell->summary, "doubts");
	const char *doubt = json_string_value(json_array_get(doubts, 0));

	cell->why[0] = '\0';
	if (cell->code == FRAG_EXIT_DOUBT && doubt)
		snprintf(cell->why, sizeof(cell->why), "%s", doubt);
	else if (cell->code != FRAG_EXIT_DONE)
		missed_tell(cell);
}

/* A run that could not do its work has said why, on the guest's console. */
static void words_tell(struct frag_cell *cell,
		       const struct frag_guest_result *r)
{
	static const char said[] = "fragbench: ";
	size_t n = strlen(said);

	for (unsigned i = 0; i < r->nlines; i++) {
		if (strncmp(r->lines[i], said, n) != 0)
			continue;
		snprintf(cell->why, sizeof(cell->why), "%s", r->lines[i] + n);
		return;
	}
}

static int cell_end(struct frag_matrix *m, struct frag_cell *cell,
		    const struct frag_guest_result *r, struct frag_error *e)
{
	cell->state = is_done(r) ? FRAG_CELL_DONE : FRAG_CELL_FAILED;
	cell->end = r->end;
	cell->code = r->code;
	cell->has_booted = r->boot_ns > 0;
	cell->total_ns = r->total_ns;
	snprintf(cell->path, sizeof(cell->path), "%s", r->path);
	snprintf(cell->why, sizeof(cell->why), "%s", r->why);
	cell->text = r->text ? strdup(r->text) : NULL;
	cell->summary = json_incref(r->summary);
	if (cell->state == FRAG_CELL_DONE)
		why_tell(cell);
	else if (cell->end == FRAG_GUEST_DONE)
		words_tell(cell, r);
	frag_progress_ended(m, cell, r);
	return cell->state == FRAG_CELL_DONE ? frag_resume_note(m, cell, e) : 0;
}

/* The guests at work. */
struct crowd {
	struct frag_job jobs[FRAG_JOBS_MAX];
	unsigned n;
	unsigned next; /* cell to look at */
	bool has_failed;
	bool is_held_back;
	uint64_t shown_ns;
};

/* Memory for one more beside those that run? They take theirs bit by bit, and
 * others on this host do, too. */
static bool has_room(const struct frag_matrix *m, struct crowd *c)
{
	const struct frag_matrix_config *config = &m->config;

	if (!c->n ||
	    frag_guest_fits(config->guest.machine, config->ops->room()))
		return true;
	if (!c->is_held_back && config->say) {
		frag_progress_clear(m);
		fputs("fragbench: memory is short: the next guest waits until "
		      "one has ended\n",
		      config->say);
	}
	c->is_held_back = true;
	return false;
}

static int crowd_fill(struct frag_matrix *m, struct crowd *c,
		      struct frag_error *e)
{
	int rc = 0;

	for (; c->next < m->ncells && c->n < m->config.jobs && !rc; c->next++) {
		struct frag_cell *cell = &m->cells[c->next];

		if (cell->state != FRAG_CELL_WAITS)
			continue;
		if (!has_room(m, c))
			break;
		rc = cell_start(m, cell, &c->jobs[c->n], e);
		c->n += !rc;
	}
	return rc;
}

/* Sleep until a guest has something to say, or is to be looked after. */
static void crowd_wait(const struct frag_matrix *m, const struct crowd *c)
{
	const struct frag_guest_ops *ops = m->config.ops;
	struct pollfd fds[FRAG_JOBS_MAX * FRAG_GUEST_FDS];
	uint64_t now = frag_now();
	uint64_t until =
		now + TICK_MS * FRAG_MS_NS; /* also without deadlines */
	nfds_t n = 0;

	for (unsigned i = 0; i < c->n; i++) {
		uint64_t deadline = ops->deadline(c->jobs[i].guest);

		n += ops->fds(c->jobs[i].guest, &fds[n]);
		until = deadline < until ? deadline : until;
	}
	poll(fds, n, until > now ? (int)((until - now) / FRAG_MS_NS) + 1 : 0);
}

/* The guest of @c's job number @i is over: it leaves, or it is tried again. */
static int job_end(struct frag_matrix *m, struct crowd *c, unsigned i,
		   struct frag_error *e)
{
	const struct frag_guest_ops *ops = m->config.ops;
	struct frag_job *job = &c->jobs[i];
	struct frag_cell *cell = job->cell;
	const struct frag_guest_result *r = ops->result(job->guest);
	bool is_again = (r->end == FRAG_GUEST_NO_BOOT || r->is_cut) &&
			cell->tries < TRIES;
	int rc = 0;

	if (is_again)
		frag_progress_again(m, cell, r);
	else
		rc = cell_end(m, cell, r, e);
	c->has_failed |= cell->state == FRAG_CELL_FAILED;
	ops->free(job->guest);
	if (is_again) {
		rc = cell_start(m, cell, job, e);
		if (!rc)
			return 0;
	}
	*job = c->jobs[--c->n];
	return rc;
}

/* Take in what the guests have said; those that are over leave. */
static int crowd_work(struct frag_matrix *m, struct crowd *c,
		      struct frag_error *e)
{
	const struct frag_guest_ops *ops = m->config.ops;
	int rc = 0;

	for (unsigned i = 0; i < c->n && !rc;) {
		struct frag_job *job = &c->jobs[i];
		bool is_over = false;

		rc = ops->work(job->guest, &is_over, e);
		if (rc || !is_over) {
			i++;
			continue;
		}
		rc = job_end(m, c, i, e);
	}
	return rc ? frag_fail(e, rc, "cannot go on with the guests") : 0;
}

/* Whatever is left runs again next time. */
static void crowd_end(struct frag_matrix *m, struct crowd *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		m->config.ops->free(c->jobs[i].guest);
		c->jobs[i].cell->state = FRAG_CELL_WAITS;
	}
	c->n = 0;
}

static void crowd_show(const struct frag_matrix *m, struct crowd *c)
{
	uint64_t now = frag_now();

	if (c->shown_ns && now - c->shown_ns < SHOW_MS * FRAG_MS_NS)
		return;
	c->shown_ns = now;
	frag_progress_show(m, c->jobs, c->n);
}

int frag_matrix_run(struct frag_matrix *m, struct frag_error *e)
{
	struct crowd *c = calloc(1, sizeof(*c));
	int rc = 0;

	if (!c)
		return frag_fail(e, -ENOMEM, "cannot run the matrix");
	while (!rc) {
		if (!c->has_failed || !m->config.fails_fast)
			rc = crowd_fill(m, c, e);
		if (rc || !c->n)
			break;
		crowd_show(m, c);
		crowd_wait(m, c);
		rc = frag_stop ? -EINTR : crowd_work(m, c, e);
	}
	crowd_end(m, c);
	frag_progress_clear(m);
	free(c);
	return rc;
}

void frag_matrix_free(struct frag_matrix *m)
{
	frag_resume_close(m);
	for (unsigned i = 0; i < m->ncells; i++) {
		free(m->cells[i].text);
		json_decref(m->cells[i].summary);
	}
	free(m->cells);
	free(m->columns);
	memset(m, 0, sizeof(*m));
}
