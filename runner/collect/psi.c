// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the stall totals of /proc/pressure/memory. */
#include "collect/columns.h"
#include "collect/shape.h"

extern const struct frag_collector frag_collector_psi;

enum { SOME, FULL, NCOLUMNS };

const struct frag_column frag_psi_columns[] = {
	[SOME] = { "some_total_us", "us",
		   "Time since boot in which at least one task stalled on "
		   "memory: it reclaimed, compacted, refaulted, or waited for "
		   "these (`some ... total=` of /proc/pressure/memory)." },
	[FULL] = { "full_total_us", "us",
		   "Time since boot in which all non-idle tasks stalled on "
		   "memory at once (`full ... total=`)." },
	[NCOLUMNS] = { "", NULL, NULL },
};

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=1710" */
static int total_take(struct frag_text line, uint64_t *value)
{
	struct frag_text word;

	while (frag_text_word(&line, &word))
		if (frag_text_take(&word, "total="))
			return frag_text_u64(&word, value) &&
					       frag_text_done(&word)
				       ? 0
				       : -EINVAL;
	return -EINVAL;
}

static int psi_read(struct frag_collect *c, uint64_t *values)
{
	struct frag_source *s = c->state;
	struct frag_text text;
	struct frag_text line;
	int rc = frag_source_read(s);

	if (rc)
		return rc;
	values_clear(&c->shape, values);
	text = frag_source_text(s);
	while (!rc && frag_text_line(&text, &line)) {
		if (frag_text_take(&line, "some "))
			rc = total_take(line, &values[SOME]);
		else if (frag_text_take(&line, "full "))
			rc = total_take(line, &values[FULL]);
		else if (!frag_text_done(&line))
			rc = -EINVAL;
	}
	return rc ? rc : values[SOME] == FRAG_ABSENT ? -EINVAL : 0;
}

static void psi_close(struct frag_collect *c)
{
	if (c->state)
		frag_source_close(c->state);
	free(c->state);
	c->state = NULL;
	shape_free(&c->shape);
}

static int tables_make(struct frag_collect *c)
{
	uint64_t values[NCOLUMNS];
	int rc = shape_make(&c->shape, NCOLUMNS, 1);

	if (rc)
		return rc;
	memcpy(c->shape.columns, frag_psi_columns,
	       NCOLUMNS * sizeof(*frag_psi_columns));
	c->shape.nrows = 1;
	return psi_read(c, values);
}

static int psi_open(struct frag_collect *c, struct frag_error *e)
{
	struct frag_source *s = calloc(1, sizeof(*s));
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	if (!s)
		return frag_fail(e, -ENOMEM, "cannot read /proc/pressure");
	s->fd = -1;
	rc = frag_source_open(s, c->root, "/proc/pressure/memory", e);
	if (rc == -EOPNOTSUPP)
		frag_error_mend(e,
				"boot with psi=1 on the kernel command line");
	if (!rc)
		rc = tables_make(c);
	if (rc) {
		frag_fail(e, rc, "cannot make sense of %s/proc/pressure/memory",
			  c->root);
		psi_close(c);
	}
	return rc;
}

static const char *const sources[] = { "/proc/pressure/memory", NULL };

const struct frag_collector frag_collector_psi = {
	.name = "psi",
	.summary = "time in which tasks stalled on memory",
	.cadence = FRAG_EVERY_SAMPLE,
	.sources = sources,
	.open = psi_open,
	.read = psi_read,
	.close = psi_close,
};
