// SPDX-License-Identifier: GPL-2.0-or-later
/* Where each fact about the machine is read. */
#include "facts.h"

#include <hwloc.h>
#include <numa.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/json.h"
#include "base/source.h"
#include "base/units.h"
#include "cgroup.h"
#include "clock.h"
#include "fragbench/freelists.h"
#include "origin.h"

enum { COPY_BYTES = 16 << 20 };

static unsigned nodes_count(void)
{
	unsigned count = 0;

	for (int n = 0; numa_available() >= 0 && n <= numa_max_node(); n++)
		count += numa_node_size64(n, NULL) > 0;
	return count ? count : 1;
}

/* A full group leaves one byte, not none: 0 says that there is no limit. */
static uint64_t group_room(void)
{
	struct frag_cgroup g;

	if (!frag_cgroup_read(&g, "") || g.room == UINT64_MAX)
		return 0;
	return g.room ? g.room : 1;
}

void frag_facts_read(struct frag_facts *f)
{
	struct frag_free_look look;
	uint64_t swap_total = 0;
	uint64_t swap_free = 0;

	memset(f, 0, sizeof(*f));
	f->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	f->pageblock_order = frag_pageblock_order("");
	frag_free_look_once("", &look);
	f->orders = look.buddy.orders;
	f->whole_free = (frag_buddy_suitable(&look.buddy, f->pageblock_order)
			 << f->pageblock_order) *
			f->page_size;
	f->high = look.high * f->page_size;
	f->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	frag_meminfo("", "MemTotal", &f->mem_total);
	frag_meminfo("", "MemAvailable", &f->mem_available);
	frag_meminfo("", "MemFree", &f->mem_free);
	frag_meminfo("", "SwapTotal", &swap_total);
	frag_meminfo("", "SwapFree", &swap_free);
	f->swap_used = swap_total - swap_free;
	f->group_room = group_room();
	f->nodes = nodes_count();
	f->is_root = !geteuid();
}

static void text_add(json_t *to, const char *key, const char *path)
{
	char text[4096];

	if (frag_slurp("", path, text, sizeof(text)) >= 0)
		json_object_set_new(to, key, frag_json_text(text));
}

/* One more CPU whose list in @zone is like those of the last entry, or a new
 * entry: {zone, cpus, high, batch}, cpus being how many are alike. */
static void pcp_add(json_t *list, const char *zone, long long high,
		    long long batch)
{
	size_t n = json_array_size(list);
	json_t *last = n ? json_array_get(list, n - 1) : NULL;
	json_t *cpus = json_object_get(last, "cpus");

	if (last && json_integer_value(json_object_get(last, "high")) == high &&
	    json_integer_value(json_object_get(last, "batch")) == batch &&
	    !strcmp(json_string_value(json_object_get(last, "zone")), zone))
		json_integer_set(cpus, json_integer_value(cpus) + 1);
	else
		json_array_append_new(list,
				      json_pack("{s:o, s:i, s:I, s:I}", "zone",
						frag_json_text(zone), "cpus", 1,
						"high", (json_int_t)high,
						"batch", (json_int_t)batch));
}

/* High and batch of the CPUs' lists, as /proc/zoneinfo has them. */
static json_t *pcp_json(void)
{
	json_t *list = json_array();
	char zone[64] = "";
	char line[256];
	long long high = 0;
	long long batch;
	FILE *f = fopen("/proc/zoneinfo", "re");

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "Node", 4))
			snprintf(zone, sizeof(zone), "%.60s", line);
		sscanf(line, " high: %lld", &high);
		if (sscanf(line, " batch: %lld", &batch) == 1)
			pcp_add(list, zone, high, batch);
	}
	if (f)
		fclose(f);
	return list;
}

static json_t *nodes_json(void)
{
	json_t *list = json_array();

	if (numa_available() < 0)
		return list;
	for (int n = 0; n <= numa_max_node(); n++) {
		long long bytes = numa_node_size64(n, NULL);

		if (bytes >= 0)
			json_array_append_new(list,
					      json_pack("{s:i, s:I}", "node", n,
							"memory_bytes",
							(json_int_t)bytes));
	}
	return list;
}

/* "Package x 1, Core x 2, PU x 2": the shape of the machine, by hwloc. */
static json_t *topology_json(void)
{
	static const hwloc_obj_type_t types[] = { HWLOC_OBJ_PACKAGE,
						  HWLOC_OBJ_CORE,
						  HWLOC_OBJ_PU };
	hwloc_topology_t topology;
	char text[128] = "";
	size_t n = 0;

	if (hwloc_topology_init(&topology))
		return json_null();
	if (!hwloc_topology_load(topology))
		for (unsigned i = 0; i < 3; i++)
			n += (size_t)snprintf(
				text + n, sizeof(text) - n, "%s%s x %d",
				i ? ", " : "", hwloc_obj_type_string(types[i]),
				hwloc_get_nbobjs_by_type(topology, types[i]));
	hwloc_topology_destroy(topology);
	return json_string(text);
}

static json_t *thp_json(void)
{
	json_t *thp = json_object();

	text_add(thp, "enabled", "/sys/kernel/mm/transparent_hugepage/enabled");
	text_add(thp, "defrag", "/sys/kernel/mm/transparent_hugepage/defrag");
	text_add(thp, "khugepaged_defrag",
		 "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag");
	return thp;
}

/* The settings that compaction and reclaim go by, as they are before the run. */
static json_t *settings_json(void)
{
	static const char *const names[] = {
		"compaction_proactiveness",
		"compact_unevictable_allowed",
		"defrag_mode",
		"extfrag_threshold",
		"lowmem_reserve_ratio",
		"min_free_kbytes",
		"swappiness",
		"watermark_boost_factor",
		"watermark_scale_factor",
	};
	json_t *vm = json_object();
	char path[128];

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/sys/vm/%s", names[i]);
		text_add(vm, names[i], path);
	}
	return vm;
}

json_t *frag_facts_json(const struct frag_facts *f)
{
	struct utsname uts;
	char hypervisor[128];
	json_t *m;

	uname(&uts);
	m = json_pack("{s:o, s:o, s:o, s:I, s:i, s:i, s:i, s:I, s:I, s:I, s:b}",
		      "kernel", frag_json_text(uts.release), "kernel_version",
		      frag_json_text(uts.version), "arch",
		      frag_json_text(uts.machine), "page_size",
		      (json_int_t)f->page_size, "pageblock_order",
		      (int)f->pageblock_order, "orders", (int)f->orders, "cpus",
		      (int)f->cpus, "mem_total_bytes", (json_int_t)f->mem_total,
		      "mem_available_bytes", (json_int_t)f->mem_available,
		      "swap_used_bytes", (json_int_t)f->swap_used, "root",
		      f->is_root);
	json_object_set_new(m, "nodes", nodes_json());
	json_object_set_new(m, "topology", topology_json());
	json_object_set_new(m, "thp", thp_json());
	json_object_set_new(m, "pcp", pcp_json());
	json_object_set_new(m, "vm", settings_json());
	text_add(m, "load", "/proc/loadavg");
	frag_hypervisor_read("", hypervisor, sizeof(hypervisor));
	json_object_set_new(m, "hypervisor", frag_json_text(hypervisor));
	return m;
}

double frag_copy_ns_per_page(uint64_t page_size)
{
	char *map = mmap(NULL, 6 * COPY_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t best = UINT64_MAX;

	if (map == MAP_FAILED)
		return 0;
	/* Migration copies small pages, one by one. */
	madvise(map, 6 * COPY_BYTES, MADV_NOHUGEPAGE);
	memset(map, 1, 6 * COPY_BYTES);
	/* The fastest of three passes, each over pages of its own: what the
	 * last has left in the cache is no help. */
	for (unsigned i = 0; i < 3; i++) {
		char *from = map + (size_t)2 * i * COPY_BYTES;
		uint64_t begin = frag_clock(CLOCK_THREAD_CPUTIME_ID);
		uint64_t took;

		for (uint64_t at = 0; at < COPY_BYTES; at += page_size)
			memcpy(from + COPY_BYTES + at, from + at, page_size);
		took = frag_clock(CLOCK_THREAD_CPUTIME_ID) - begin;
		best = took < best ? took : best;
	}
	munmap(map, 6 * COPY_BYTES);
	return (double)best / ((double)COPY_BYTES / (double)page_size);
}
