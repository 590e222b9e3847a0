// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said while guests run: one line that changes on a terminal, one line
 * for each finished run elsewhere. Knows how long is left. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/terminal.h"
#include "base/units.h"
#include "clock.h"
#include "vm/matrix-parts.h"

enum { LINE = 256, COLUMNS = 80 };

/* A console's lines may hold anything, and must not move the cursor. */
static const char *text_clean(const char *text, char *buf, size_t size)
{
	snprintf(buf, size, "%s", text);
	return frag_control_clean(buf, "");
}

static bool is_terminal(const struct frag_matrix *m)
{
	return m->config.say && isatty(fileno(m->config.say));
}

/* "74 s" or "14 min": as exact as anybody wants to know. */
static const char *span_text(uint64_t ns, char *buf, size_t size)
{
	uint64_t s = (ns + FRAG_SEC_NS / 2) / FRAG_SEC_NS;

	if (s < 120)
		snprintf(buf, size, "%llu s", (unsigned long long)s);
	else if (s < 120 * 60)
		snprintf(buf, size, "%llu min",
			 (unsigned long long)((s + 30) / 60));
	else
		snprintf(buf, size, "%.1f h", (double)s / 3600);
	return buf;
}

static int compare_ns(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* Median time of the finished runs of @kernel, of any kernel for NULL; 0 when
 * there is none. */
static uint64_t median_ns(const struct frag_matrix *m,
			  const struct frag_kernel *kernel, uint64_t *room)
{
	size_t n = 0;

	for (unsigned i = 0; i < m->ncells; i++) {
		const struct frag_cell *c = &m->cells[i];

		if (c->state == FRAG_CELL_DONE && c->total_ns &&
		    (!kernel || m->columns[c->column].kernel == kernel))
			room[n++] = c->total_ns;
	}
	qsort(room, n, sizeof(*room), compare_ns);
	return n ? room[n / 2] : 0;
}

/* All that is still to be done, by one guest after the other. */
static uint64_t work_left(const struct frag_matrix *m, uint64_t *room)
{
	uint64_t any = median_ns(m, NULL, room);
	uint64_t left = 0;

	for (unsigned k = 0; k < m->config.nkernels && any; k++) {
		const struct frag_kernel *kernel = &m->config.kernels[k];
		uint64_t each = median_ns(m, kernel, room);

		for (unsigned i = 0; i < m->ncells; i++) {
			const struct frag_cell *c = &m->cells[i];

			if (m->columns[c->column].kernel == kernel &&
			    (c->state == FRAG_CELL_WAITS ||
			     c->state == FRAG_CELL_RUNS))
				left += each ? each : any;
		}
	}
	return left;
}

/* 0 while nothing is known. */
static uint64_t time_left(const struct frag_matrix *m,
			  const struct frag_job *jobs, unsigned njobs,
			  uint64_t now)
{
	uint64_t *room = calloc(m->ncells + 1, sizeof(*room));
	uint64_t left = room ? work_left(m, room) : 0;
	uint64_t gone = 0;

	free(room);
	for (unsigned i = 0; i < njobs; i++)
		gone += now - jobs[i].start_ns;
	left = left > gone ? left - gone : 0;
	return m->config.jobs ? left / m->config.jobs : left;
}

__attribute__((format(printf, 3, 4))) static void add(char *buf, size_t size,
						      const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + used, size - used, fmt, args);
	va_end(args);
}

const char *frag_progress_text(const struct frag_matrix *m,
			       const struct frag_job *jobs, unsigned njobs,
			       uint64_t now, char *buf, size_t size)
{
	unsigned failed = frag_matrix_count(m, FRAG_CELL_FAILED);
	uint64_t left = time_left(m, jobs, njobs, now);
	char text[LINE];

	snprintf(buf, size, "%u of %u done",
		 frag_matrix_count(m, FRAG_CELL_DONE) + failed, m->ncells);
	if (failed)
		add(buf, size, " (%u failed)", failed);
	for (unsigned i = 0; i < njobs; i++) {
		const struct frag_matrix_column *column =
			&m->columns[jobs[i].cell->column];
		const char *does = m->config.ops->progress(jobs[i].guest);

		if (!i)
			add(buf, size, ", %u running (", njobs);
		add(buf, size, "%s%s %s", i ? "; " : "",
		    frag_kernel_short(column->kernel),
		    text_clean(does ? does : "", text, sizeof(text)));
	}
	add(buf, size, "%s", njobs ? ")" : "");
	if (left)
		add(buf, size, ", %s left",
		    span_text(left, text, sizeof(text)));
	return buf;
}

/* How wide the terminal is that @out goes to. */
static int width_of(FILE *out)
{
	struct winsize ws;

	if (ioctl(fileno(out), TIOCGWINSZ, &ws) || ws.ws_col < 20)
		return COLUMNS;
	return ws.ws_col;
}

void frag_progress_show(const struct frag_matrix *m,
			const struct frag_job *jobs, unsigned njobs)
{
	char line[1024];

	if (!is_terminal(m))
		return;
	frag_progress_text(m, jobs, njobs, frag_now(), line, sizeof(line));
	fprintf(m->config.say, "\r%.*s\033[K", width_of(m->config.say) - 1,
		line);
	fflush(m->config.say);
}

void frag_progress_clear(const struct frag_matrix *m)
{
	if (!is_terminal(m))
		return;
	fputs("\r\033[K", m->config.say);
	fflush(m->config.say);
}

/* The status of a run that ended, as people say it. */
static void status_text(const struct frag_cell *c, char *buf, size_t size)
{
	if (c->end == FRAG_GUEST_NO_BOOT)
		snprintf(buf, size, "does not boot%s",
			 c->tries > 1 ? ", tried twice" : "");
	else if (c->end != FRAG_GUEST_DONE)
		snprintf(buf, size, "%s", frag_guest_end_text(c->end));
	else if (c->state == FRAG_CELL_FAILED)
		snprintf(buf, size, "failed with exit code %d", c->code);
	else if (c->code == FRAG_EXIT_BAD)
		snprintf(buf, size, "done, an expectation is missed");
	else if (c->code == FRAG_EXIT_DOUBT)
		snprintf(buf, size, "done, not to be trusted");
	else
		snprintf(buf, size, "done");
}

/* The first line to show: where the run itself failed, what it said of it is
 * what matters, not the kernel's chat before. */
static unsigned first_line(const struct frag_guest_result *r)
{
	static const char said[] = "fragbench: ";

	for (unsigned i = 0; i < r->nlines && r->end == FRAG_GUEST_DONE; i++)
		if (!strncmp(r->lines[i], said, strlen(said)))
			return i;
	return 0;
}

static void failure_tell(const struct frag_matrix *m,
			 const struct frag_guest_result *r)
{
	char text[LINE];

	for (unsigned i = first_line(r); i < r->nlines; i++)
		fprintf(m->config.say, "    %s\n",
			text_clean(r->lines[i], text, sizeof(text)));
	for (unsigned i = 0; i < 2 && r->path[0]; i++) {
		char path[600];

		snprintf(path, sizeof(path), "%s/%sconsole.log", r->path,
			 i ? "log/" : "");
		if (!access(path, F_OK))
			fprintf(m->config.say, "    console: %s\n", path);
	}
}

void frag_progress_ended(const struct frag_matrix *m,
			 const struct frag_cell *cell,
			 const struct frag_guest_result *r)
{
	bool has_failed = cell->state == FRAG_CELL_FAILED;
	unsigned done = frag_matrix_count(m, FRAG_CELL_DONE) +
			frag_matrix_count(m, FRAG_CELL_FAILED);
	char status[64];
	char span[32];
	char why[LINE];

	if (!m->config.say || (is_terminal(m) && !has_failed))
		return;
	frag_progress_clear(m);
	status_text(cell, status, sizeof(status));
	fprintf(m->config.say, "[%u/%u] %s r%u: %s", done, m->ncells,
		m->columns[cell->column].name, cell->repeat, status);
	if (cell->why[0])
		fprintf(m->config.say, ": %s",
			text_clean(cell->why, why, sizeof(why)));
	fprintf(m->config.say, ", %s",
		span_text(cell->total_ns, span, sizeof(span)));
	if (!has_failed)
		fprintf(m->config.say, ", %s", cell->path);
	fputc('\n', m->config.say);
	if (has_failed)
		failure_tell(m, r);
	fflush(m->config.say);
}

void frag_progress_again(const struct frag_matrix *m,
			 const struct frag_cell *cell,
			 const struct frag_guest_result *r)
{
	char span[32];
	char why[LINE];

	if (!m->config.say)
		return;
	frag_progress_clear(m);
	fprintf(m->config.say, "%s r%u: %s, tried again: %s, %s\n",
		m->columns[cell->column].name, cell->repeat,
		r->is_cut ? "results cut off" : "did not boot",
		text_clean(r->why, why, sizeof(why)),
		span_text(r->total_ns, span, sizeof(span)));
	failure_tell(m, r);
	fflush(m->config.say);
}
