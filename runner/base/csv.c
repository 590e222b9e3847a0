// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes and reads the CSV files of a run directory. */
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "packed.h"

enum {
	WRITE_BUFFER = 64 << 10,
	WRITE_MOST = 4 << 10,
	READ_BUFFER = 64 << 10,
	LONGEST_LINE = 4 << 20
};

int frag_csv_create(struct frag_csv *c, int dirfd, const char *name,
		    struct frag_error *e)
{
	memset(c, 0, sizeof(*c));
	c->buf = malloc(WRITE_BUFFER);
	c->fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		       0644);
	if (c->fd >= 0 && c->buf)
		return 0;
	c->error = c->fd < 0 ? -errno : -ENOMEM;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	free(c->buf);
	c->buf = NULL;
	return frag_fail(e, c->error, "cannot create %s", name);
}

/* Of the @done bytes that a full disk took, take back those after the last
 * whole row. */
static void half_row_cut(const struct frag_csv *c, size_t done)
{
	off_t end = lseek(c->fd, 0, SEEK_CUR);

	while (done && c->buf[done - 1] != '\n') {
		done--;
		end--;
	}
	if (end >= 0 && ftruncate(c->fd, end))
		return;
}

/*
 * Write buf[0, upto) and keep the rest. Never more than WRITE_MOST at once: the
 * page cache takes a longer write as a folio of a higher order, and a folio
 * like that in the middle of the memory under test can end a compaction early.
 */
static void buffer_write(struct frag_csv *c, size_t upto)
{
	size_t done = 0;

	while (done < upto && !c->error) {
		size_t left = upto - done;
		ssize_t n = write(c->fd, c->buf + done,
				  left < WRITE_MOST ? left : WRITE_MOST);

		if (n < 0 && errno != EINTR)
			c->error = -errno;
		else if (n > 0)
			done += (size_t)n;
	}
	if (c->error && done)
		half_row_cut(c, done);
	memmove(c->buf, c->buf + upto, c->length - upto);
	c->length -= upto;
	c->row_start -= upto;
}

static void bytes_add(struct frag_csv *c, const char *bytes, size_t n)
{
	if (c->error)
		return;
	if (c->length + n + 2 > WRITE_BUFFER)
		buffer_write(c, c->row_start);
	if (c->length + n + 2 > WRITE_BUFFER) {
		c->error = -EOVERFLOW;
		return;
	}
	if (c->row_begun)
		c->buf[c->length++] = ',';
	memcpy(c->buf + c->length, bytes, n);
	c->length += n;
	c->row_begun = true;
}

void frag_csv_u64(struct frag_csv *c, uint64_t value)
{
	char digits[20];
	char *p = digits + sizeof(digits);

	if (value == UINT64_MAX) {
		bytes_add(c, "", 0);
		return;
	}
	do {
		*--p = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	bytes_add(c, p, (size_t)(digits + sizeof(digits) - p));
}

void frag_csv_i64(struct frag_csv *c, int64_t value)
{
	frag_csv_format(c, "%" PRId64, value);
}

void frag_csv_text(struct frag_csv *c, const char *text)
{
	bytes_add(c, text, strlen(text));
}

void frag_csv_format(struct frag_csv *c, const char *fmt, ...)
{
	char cell[128];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(cell, sizeof(cell), fmt, args);
	va_end(args);
	bytes_add(c, cell,
		  n < (int)sizeof(cell) ? (size_t)n : sizeof(cell) - 1);
}

void frag_csv_end(struct frag_csv *c)
{
	if (c->error)
		return;
	c->buf[c->length++] = '\n';
	c->row_begun = false;
	c->row_start = c->length;
	c->rows++;
}

int frag_csv_flush(struct frag_csv *c)
{
	if (!c->error && c->row_start)
		buffer_write(c, c->row_start);
	return c->error;
}

int frag_csv_close(struct frag_csv *c)
{
	if (c->buf && c->fd >= 0)
		frag_csv_flush(c);
	if (c->fd >= 0 && close(c->fd) && !c->error)
		c->error = -errno;
	free(c->buf);
	c->buf = NULL;
	c->fd = -1;
	return c->error;
}

/* Make room and read more; 1 when something came, 0 at the end. */
static int reader_fill(struct frag_csv_reader *r)
{
	ssize_t n;

	memmove(r->buf, r->buf + r->start, r->length - r->start);
	r->length -= r->start;
	r->start = 0;
	if (r->length == r->capacity) {
		char *buf = r->capacity < LONGEST_LINE
				    ? realloc(r->buf, r->capacity * 2)
				    : NULL;

		if (!buf)
			return -EOVERFLOW;
		r->buf = buf;
		r->capacity *= 2;
	}
	do {
		n = read(r->fd, r->buf + r->length, r->capacity - r->length);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	r->length += (size_t)n;
	return n > 0;
}

/* The next whole line; 1, 0 at the end, or a negative errno. */
static int line_next(struct frag_csv_reader *r, struct frag_text *line)
{
	for (;;) {
		char *from = r->buf + r->start;
		char *nl = memchr(from, '\n', r->length - r->start);
		int rc;

		if (nl) {
			line->at = from;
			line->end = nl;
			r->start = (size_t)(nl + 1 - r->buf);
			r->line++;
			return 1;
		}
		rc = reader_fill(r);
		if (rc <= 0)
			return rc;
	}
}

static unsigned cells_split(struct frag_text line, struct frag_text *cells)
{
	unsigned n = 0;

	for (const char *p = line.at;; p++) {
		const char *comma =
			p < line.end ? memchr(p, ',', (size_t)(line.end - p))
				     : NULL;

		if (n == FRAG_CSV_COLUMNS)
			return n + 1;
		cells[n].at = p;
		cells[n++].end = comma ? comma : line.end;
		if (!comma)
			return n;
		p = comma;
	}
}

static int header_read(struct frag_csv_reader *r, const char *name,
		       struct frag_error *e)
{
	struct frag_text line;
	int rc = line_next(r, &line);
	size_t n;

	if (rc <= 0) {
		frag_fail(e, rc ? rc : -ENODATA, "%s has no header line", name);
		return rc ? rc : -ENODATA;
	}
	n = (size_t)(line.end - line.at);
	r->header = malloc(n + 1);
	if (!r->header)
		return frag_fail(e, -ENOMEM, "cannot read %s", name);
	memcpy(r->header, line.at, n);
	r->ncolumns = cells_split(frag_text_of(r->header, n), r->names);
	if (r->ncolumns > FRAG_CSV_COLUMNS)
		return frag_fail(e, -E2BIG, "%s has too many columns", name);
	return 0;
}

int frag_csv_open(struct frag_csv_reader *r, int dirfd, const char *name,
		  struct frag_error *e)
{
	int rc;

	memset(r, 0, sizeof(*r));
	r->fd = frag_packed_open(dirfd, name);
	if (r->fd < 0)
		return frag_fail(e, r->fd, "cannot open %s", name);
	r->capacity = READ_BUFFER;
	r->buf = malloc(r->capacity);
	rc = r->buf ? header_read(r, name, e)
		    : frag_fail(e, -ENOMEM, "cannot read %s", name);
	if (rc)
		frag_csv_reader_close(r);
	return rc;
}

int frag_csv_next(struct frag_csv_reader *r, struct frag_error *e)
{
	struct frag_text line;
	unsigned n;
	int rc = line_next(r, &line);

	if (rc < 0)
		return frag_fail(e, rc, "line %" PRIu64 " cannot be read",
				 r->line + 1);
	if (!rc)
		return 0;
	n = cells_split(line, r->cells);
	if (n == r->ncolumns)
		return 1;
	return frag_fail(e, -EINVAL, "line %" PRIu64 " has %u cells, not %u",
			 r->line, n, r->ncolumns);
}

int frag_csv_column(const struct frag_csv_reader *r, const char *name)
{
	for (unsigned i = 0; i < r->ncolumns; i++)
		if (frag_text_is(r->names[i], name))
			return (int)i;
	return -1;
}

uint64_t frag_csv_cell(const struct frag_csv_reader *r, int i)
{
	struct frag_text t;
	uint64_t v;

	if (i < 0 || (unsigned)i >= r->ncolumns)
		return UINT64_MAX;
	t = r->cells[i];
	return frag_text_u64(&t, &v) && frag_text_done(&t) ? v : UINT64_MAX;
}

void frag_csv_reader_close(struct frag_csv_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->buf);
	free(r->header);
	memset(r, 0, sizeof(*r));
	r->fd = -1;
}
