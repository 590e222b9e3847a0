// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns workloads.def, collectors.def, probes.def and the scenarios into
 * tables. */
#include "tables.h"

#include <string.h>

#define FRAG_WORKLOAD(name) \
	extern const struct frag_workload frag_workload_##name;
#include "../workloads/workloads.def"
#undef FRAG_WORKLOAD

#define FRAG_COLLECTOR(name) \
	extern const struct frag_collector frag_collector_##name;
#include "collectors.def"
#undef FRAG_COLLECTOR

#define FRAG_PROBE(name) extern const struct frag_probe frag_probe_##name;
#include "probes.def"
#undef FRAG_PROBE

const struct frag_workload *const frag_workloads[] = {
#define FRAG_WORKLOAD(name) &frag_workload_##name,
#include "../workloads/workloads.def"
#undef FRAG_WORKLOAD
	NULL,
};

const struct frag_collector *const frag_collectors[] = {
#define FRAG_COLLECTOR(name) &frag_collector_##name,
#include "collectors.def"
#undef FRAG_COLLECTOR
	NULL,
};

const struct frag_probe *const frag_probes[] = {
#define FRAG_PROBE(name) &frag_probe_##name,
#include "probes.def"
#undef FRAG_PROBE
	NULL,
};

const struct frag_builtin frag_builtins[] = {
#define FRAG_SCENARIO(name, text) { name, text },
#include "scenarios.inc"
#undef FRAG_SCENARIO
	{ NULL, NULL },
};

const struct frag_workload *frag_workload_find(const char *name)
{
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (!strcmp(frag_workloads[i]->name, name))
			return frag_workloads[i];
	return NULL;
}

const struct frag_collector *frag_collector_find(const char *name)
{
	for (unsigned i = 0; frag_collectors[i]; i++)
		if (!strcmp(frag_collectors[i]->name, name))
			return frag_collectors[i];
	return NULL;
}

const struct frag_probe *frag_probe_find(const char *name)
{
	for (unsigned i = 0; frag_probes[i]; i++)
		if (!strcmp(frag_probes[i]->name, name))
			return frag_probes[i];
	return NULL;
}

const struct frag_builtin *frag_builtin_find(const char *name)
{
	for (unsigned i = 0; frag_builtins[i].name; i++)
		if (!strcmp(frag_builtins[i].name, name))
			return &frag_builtins[i];
	return NULL;
}
