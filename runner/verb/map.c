// SPDX-License-Identifier: GPL-2.0-or-later
/* Which map was asked for, from where, in which form and colours. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/terminal.h"
#include "verb.h"
#include "verb/map-make.h"
#include "verb/map-png.h"
#include "verb/verbs.h"

struct map_options {
	const char *before;
	const char *save;
	const char *load;
	const char *png;
	bool hilbert;
	uint64_t width;
	const char *colour;
	bool json;
	const char *sysroot;
};

#define ROW(field) offsetof(struct map_options, field)

static const struct frag_option rows[] = {
	{ "before", 0, FRAG_TEXT, ROW(before), "FILE", NULL, 0, 0,
	  "hold it against this earlier map: what was freed, taken, used otherwise" },
	{ "save", 0, FRAG_TEXT, ROW(save), "FILE", NULL, 0, 0,
	  "keep the map in this new file" },
	{ "load", 0, FRAG_TEXT, ROW(load), "FILE", NULL, 0, 0,
	  "show the map in this file instead of scanning" },
	{ "png", 0, FRAG_TEXT, ROW(png), "FILE", NULL, 0, 0,
	  "draw it into this new file, finer than a terminal can" },
	{ "hilbert", 0, FRAG_FLAG, ROW(hilbert), NULL, NULL, 0, 0,
	  "lay memory out along a Hilbert curve: what is near stays near" },
	{ "width", 0, FRAG_COUNT, ROW(width), "N", "0", 0, 1000,
	  "columns of the picture; 0: as wide as the terminal" },
	{ "color", 0, FRAG_CHOICE, ROW(colour), "auto|true|256|no", "auto", 0, 0,
	  "the colours of the picture; auto: what the terminal has, none into a pipe or with NO_COLOR" },
	FRAG_ROW_SYSROOT(map_options),
	FRAG_ROW_JSON(map_options),
	{ .name = NULL },
};

static int usage_fail(struct frag_error *e, const char *what, const char *mend)
{
	frag_fail(e, 0, "%s", what);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int usage_check(const struct frag_call *call,
		       const struct map_options *o, struct frag_error *e)
{
	if (call->nwords)
		return usage_fail(e, "map takes no words",
				  "fragbench map --load FILE, or --before FILE");
	if (o->load && (o->save || *o->sysroot))
		return usage_fail(e,
				  "--load takes neither --save nor --sysroot",
				  "fragbench map --load FILE");
	return 0;
}

static enum frag_colour colour_of(const struct map_options *o)
{
	const char *depth = getenv("COLORTERM");
	const char *term = getenv("TERM");
	const char *none = getenv("NO_COLOR");

	if (strcmp(o->colour, "auto") != 0) {
		if (!strcmp(o->colour, "no"))
			return FRAG_COLOUR_NONE;
		return !strcmp(o->colour, "256") ? FRAG_COLOUR_256
						 : FRAG_COLOUR_TRUE;
	}
	if ((none && *none) || !isatty(STDOUT_FILENO))
		return FRAG_COLOUR_NONE;
	if (depth && (strstr(depth, "truecolor") || strstr(depth, "24bit")))
		return FRAG_COLOUR_TRUE;
	return term && strstr(term, "256color") ? FRAG_COLOUR_256
						: FRAG_COLOUR_NONE;
}

static unsigned width_of(const struct map_options *o)
{
	unsigned width = (unsigned)o->width;

	if (!width)
		width = frag_output_width();
	return width ? width : 80;
}

static int view_show(const struct map_options *o, const struct frag_map_view *v)
{
	struct frag_map_style style = { .colour = colour_of(o),
					.is_difference = v->has_before,
					.page_size = v->head.page_size };

	if (o->json)
		frag_map_view_json(stdout, v);
	else
		frag_map_view_print(stdout, v, &style);
	return 0;
}

/* The picture is drawn from a file: that which is kept, or one that goes away
 * with the folder that both are made in. */
static int view_make(struct frag_map_view *v, const struct map_options *o,
		     struct frag_error *e)
{
	struct frag_map_source s = { .root = o->sysroot,
				     .load = o->load,
				     .before = o->before,
				     .dirfd = AT_FDCWD,
				     .save = o->save,
				     .width = width_of(o),
				     .is_hilbert = o->hilbert };
	struct frag_map_png png;
	int rc;

	if (!o->png)
		return frag_map_view_make(v, &s, e);
	memset(v, 0, sizeof(*v));
	rc = frag_map_png_begin(&png, o->png, e);
	if (rc)
		return rc;
	if (!s.load && !s.save) {
		s.dirfd = png.dirfd;
		s.save = "scan.map";
	}
	rc = frag_map_view_make(v, &s, e);
	if (!rc)
		rc = frag_map_png_draw(&png, &s, e);
	frag_map_png_end(&png);
	return rc;
}

static int map_call(struct frag_call *call, struct frag_error *e)
{
	const struct map_options *o = call->options;
	struct frag_map_view view;
	int rc = usage_check(call, o, e);

	if (rc)
		return rc;
	rc = view_make(&view, o, e);
	if (!rc)
		rc = view_show(o, &view);
	frag_map_view_free(&view);
	return rc;
}

const struct frag_verb frag_verb_map = {
	.name = "map",
	.group = FRAG_LOOK,
	.summary = "a picture of all physical memory, frame by frame",
	.usage = "[--before FILE] [--save FILE | --load FILE] [--png FILE]",
	.about =
		"Looks at every frame (/proc/kpageflags, root only, 0.1 us each) and shows where memory is free, what can be moved and what cannot. Then counts pageblocks: free, movable (all that is used in it can be moved away), mixed, unmovable, huge; lists which kinds of frames make them mixed, and how few; and counts again for each GiB.\n\n"
		"--save FILE keeps the map, a few bytes for each stretch of memory; --before FILE shows what became of it since; --load FILE shows it anywhere, without root. A scenario takes maps at the end of each phase with map = marks.\n\n"
		"Frames on per-CPU lists are free and look like the kernel's: how many there are stands below. Pinned memory looks like any other. Orders of free blocks follow from where free frames lie: two free buddies are always one block.",
	.options = rows,
	.options_size = sizeof(struct map_options),
	.call = map_call,
};
