// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks from the own memory cgroup up to the root of its hierarchy. */
#include "cgroup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/source.h"

/* The names of one hierarchy: cgroup v1 or v2
 * (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst). */
struct hierarchy {
	const char *top;
	const char *limit;
	const char *usage;
	const char *cache; /* a line of memory.stat */
};

static const struct hierarchy unified = {
	"/sys/fs/cgroup",
	"memory.max",
	"memory.current",
	"inactive_file ",
};
static const struct hierarchy legacy = {
	"/sys/fs/cgroup/memory",
	"memory.limit_in_bytes",
	"memory.usage_in_bytes",
	"total_inactive_file ",
};

struct group {
	const struct hierarchy *of;
	char folder[PATH_MAX];
};

/* Take ":cpu,memory:", when memory is among them. */
static bool controllers_take(struct frag_text *t)
{
	struct frag_text rest = *t;
	bool has_memory = false;

	if (!frag_text_take(&rest, ":"))
		return false;
	while (rest.at < rest.end && *rest.at != ':') {
		const char *begin = rest.at;

		while (rest.at < rest.end && *rest.at != ',' && *rest.at != ':')
			rest.at++;
		has_memory |=
			rest.at - begin == 6 && !memcmp(begin, "memory", 6);
		if (rest.at < rest.end && *rest.at == ',')
			rest.at++;
	}
	if (!has_memory || !frag_text_take(&rest, ":"))
		return false;
	*t = rest;
	return true;
}

/* The line of /proc/self/cgroup that tells of memory: "0::/path", or
 * "4:memory:/path" where the controllers have hierarchies of their own. One
 * that several share is found by each of their names in /sys/fs/cgroup. */
static bool group_line(struct frag_text line, struct group *g)
{
	uint64_t id;
	bool is_old;

	if (!frag_text_u64(&line, &id))
		return false;
	is_old = controllers_take(&line);
	if (!is_old && !(id == 0 && frag_text_take(&line, "::")))
		return false;
	g->of = is_old ? &legacy : &unified;
	return snprintf(g->folder, sizeof(g->folder), "%s%.*s", g->of->top,
			(int)(line.end - line.at), line.at) < PATH_MAX;
}

static bool group_find(struct group *g, const char *root)
{
	char buf[8192];
	int n = frag_slurp(root, "/proc/self/cgroup", buf, sizeof(buf));
	struct frag_text t = frag_text_of(buf, n < 0 ? 0 : (size_t)n);
	struct frag_text line;
	bool found = false;

	while (frag_text_line(&t, &line)) {
		if (!group_line(line, g))
			continue;
		found = true;
		/* With both, the older hierarchy has the limits. */
		if (g->of == &legacy)
			break;
	}
	return found;
}

static bool file_read(const struct group *g, const char *root, const char *name,
		      uint64_t *value)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", g->folder, name);
	return !frag_slurp_u64(root, path, value);
}

/* Cache of the group that is given up before anything is killed. */
static uint64_t cache_read(const struct group *g, const char *root)
{
	char path[PATH_MAX + 32];
	char buf[16384];
	struct frag_text t;
	struct frag_text line;
	uint64_t bytes = 0;
	int n;

	snprintf(path, sizeof(path), "%s/memory.stat", g->folder);
	n = frag_slurp(root, path, buf, sizeof(buf));
	t = frag_text_of(buf, n < 0 ? 0 : (size_t)n);
	while (frag_text_line(&t, &line))
		if (frag_text_take(&line, g->of->cache) &&
		    frag_text_u64(&line, &bytes))
			return bytes;
	return 0;
}

static void group_look(const struct group *g, const char *root,
		       struct frag_cgroup *out)
{
	uint64_t limit;
	uint64_t used;
	uint64_t cache;
	uint64_t room;

	if (!file_read(g, root, g->of->limit, &limit))
		return;
	out->limit = limit < out->limit ? limit : out->limit;
	if (!file_read(g, root, g->of->usage, &used))
		used = 0;
	cache = cache_read(g, root);
	used = used > cache ? used - cache : 0;
	room = limit > used ? limit - used : 0;
	out->room = room < out->room ? room : out->room;
}

bool frag_cgroup_read(struct frag_cgroup *out, const char *root)
{
	struct group g;

	*out = (struct frag_cgroup){ .limit = UINT64_MAX, .room = UINT64_MAX };
	if (!group_find(&g, root))
		return false;
	out->top = g.of->top;
	while (strlen(g.folder) >= strlen(g.of->top)) {
		group_look(&g, root, out);
		*strrchr(g.folder, '/') = '\0';
	}
	return true;
}
