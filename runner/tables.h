/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the program, read from the .def files; all NULL-terminated. */
#ifndef FRAGBENCH_TABLES_H
#define FRAGBENCH_TABLES_H

#include "fragbench/collector.h"
#include "fragbench/probe.h"
#include "fragbench/workload.h"

extern const struct frag_workload *const frag_workloads[];
extern const struct frag_collector *const frag_collectors[];
extern const struct frag_probe *const frag_probes[];

/* A scenario that is compiled in: its name and its INI text. */
struct frag_builtin {
	const char *name;
	const char *text;
};

/* Ends with a row whose name is NULL. */
extern const struct frag_builtin frag_builtins[];

/* By name; NULL when unknown. */
const struct frag_workload *frag_workload_find(const char *name);
const struct frag_collector *frag_collector_find(const char *name);
const struct frag_probe *frag_probe_find(const char *name);
const struct frag_builtin *frag_builtin_find(const char *name);

#endif
