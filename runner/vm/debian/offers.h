/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that Debian's archive has, as apt tells of them. */
#ifndef FRAGBENCH_VM_DEBIAN_OFFERS_H
#define FRAGBENCH_VM_DEBIAN_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

#include "vm/debian/apt.h"

/*
 * One kernel. image, modules, base: package names; the last two are "" when the
 * image's package has what is in them, or when the archive no longer does.
 * rank: how good a package image is; a caller need not look.
 */
struct frag_offer {
	char release[96];
	char version[64];
	char suite[64];
	char image[128];
	char modules[128];
	char base[128];
	unsigned rank;
	bool is_cached;
};

/* Of several; rows are owned. was_asked: the archive, for these. */
struct frag_offers {
	struct frag_offer *rows;
	size_t count;
	bool was_asked;
};

void frag_offers_free(struct frag_offers *o);

/* The row for @release and @version, added when there is none; NULL without
 * memory. */
struct frag_offer *frag_offers_row(struct frag_offers *o, const char *release,
				   const char *version);

/*
 * Take in what `apt-cache madison` printed of packages: images, signed rather
 * than not, and modules, for the cloud flavour on amd64; all else is left out,
 * also packages that only depend on others. Oldest first.
 */
int frag_offers_parse(struct frag_offers *o, const char *madison,
		      struct frag_error *e);

/* Sort by version, oldest first. */
void frag_offers_sort(struct frag_offers *o);

/* The newest that @asked names (a leading part of the version, the whole of
 * it, or the release), or NULL. */
const struct frag_offer *frag_offers_find(const struct frag_offers *o,
					  const char *asked);

/* The shortest name that finds @row among @o: "6.1", "6.1.170" or the whole
 * version. */
void frag_offers_name(const struct frag_offers *o, const struct frag_offer *row,
		      char *buf, size_t size);

/*
 * Read what the archive had when it was last asked, and ask it again when that
 * is a day ago; when it cannot be asked, that is told and the old ones stand.
 * Fails when there are no old ones.
 */
int frag_offers_load(struct frag_offers *o, struct frag_apt *a,
		     struct frag_error *e);

/* Ask the archive now, however old @o is; after a failure @o stands. */
int frag_offers_renew(struct frag_offers *o, struct frag_apt *a,
		      struct frag_error *e);

#endif
