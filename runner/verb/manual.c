// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the man page together: its order, its files and its environment. */
#include "help.h"

static const struct {
	const char *name;
	const char *about;
} environment[] = {
	{ "FRAGBENCH_RESULTS", "the folder that run directories go to and are "
			       "looked for in (default: results)" },
	{ "FRAGBENCH_STATE", "the folder of the knob journal (default: "
			     "/var/lib/fragbench)" },
	{ "FRAGBENCH_REPORT_DIR",
	  "the folder of the programs that draw reports" },
	{ "COLUMNS", "how wide the tables of compare and the picture of map "
		     "may be; a terminal says it itself, a pipe takes any "
		     "width" },
	{ "NO_COLOR", "not empty: map draws without colours" },
	{ "COLORTERM", "truecolor or 24bit: the terminal has all colours" },
	{ "FRAGBENCH_MEMORY_MAX", "of a guest, as a kernel parameter (--append): the memory cgroup that its run is in, such as 200M" },
	{ "FRAGBENCH_PYTHON", "the Python that draws reports" },
	{ "FRAGBENCH_QEMU", "the QEMU that guests run on (default: qemu-system-x86_64 in PATH)" },
	{ "XDG_CACHE_HOME", "the folder that holds fragbench's cache of guest "
			    "kernels (default: ~/.cache)" },
}, files[] = {
	{ "results/UTC-SCENARIO-KERNEL-rN/",
	  "a run directory: manifest.json, summary.json, one CSV for each "
	  "table; .partial behind the name until the run is complete" },
	{ "results/latest", "points at the newest run" },
	{ "/var/lib/fragbench/journal",
	  "the kernel settings that a run has changed, with their old values; "
	  "gone when all are back" },
	{ "~/.cache/fragbench/",
	  "kernels and package lists for guests; what is deleted is fetched "
	  "again" },
};

static void workloads_put(struct frag_ink *ink)
{
	frag_ink_section(ink, "workloads");
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (!frag_workloads[i]->is_hidden)
			frag_page_workload(ink, frag_workloads[i], false);
}

static void probes_put(struct frag_ink *ink)
{
	frag_ink_section(ink, "probes");
	for (unsigned i = 0; frag_probes[i]; i++)
		frag_page_probe(ink, frag_probes[i]);
}

static void scenarios_put(struct frag_ink *ink)
{
	char summary[256];

	frag_ink_section(ink, "scenarios");
	frag_ink_text(ink, "Compiled in:");
	for (const struct frag_builtin *b = frag_builtins; b->name; b++)
		frag_ink_row(ink, b->name,
			     frag_builtin_summary(b, summary, sizeof(summary)));
	frag_page_scenario(ink);
}

static void verbs_put(struct frag_ink *ink)
{
	frag_ink_section(ink, "verbs");
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!frag_verbs[i]->is_hidden)
			frag_page_verb(ink, frag_verbs[i]);
}

static void places_put(struct frag_ink *ink)
{
	frag_ink_section(ink, "files");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		frag_ink_row(ink, files[i].name, files[i].about);
	frag_ink_section(ink, "environment");
	for (size_t i = 0; i < sizeof(environment) / sizeof(environment[0]);
	     i++)
		frag_ink_row(ink, environment[i].name, environment[i].about);
}

void frag_manual_print(FILE *out)
{
	struct frag_ink ink = { .type = &frag_ink_roff, .out = out };

	/* No date and no version: they would make every page stale. */
	fputs(".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
	      ".\\\" Made by `fragbench help --man`: do not edit.\n"
	      ".TH FRAGBENCH 1 \"\" fragbench \"User Commands\"\n"
	      ".ad l\n"
	      ".nh\n"
	      ".SH NAME\n"
	      "fragbench \\- fragment physical memory and measure what the "
	      "kernel does about it\n"
	      ".SH SYNOPSIS\n"
	      ".B fragbench\n.I VERB\n"
	      ".RI [ OPTION ]... \" [\" NAME ]...\n",
	      out);
	frag_ink_section(&ink, "description");
	frag_ink_text(
		&ink,
		"fragbench puts the physical memory of a Linux machine into a "
		"known state of fragmentation and measures what the kernel "
		"does about it: the free lists, the indices, the compaction "
		"and its cost. A run leaves a run directory; report draws "
		"it.\n\n"
		"Results go to standard output; progress, warnings and errors "
		"go to standard error. Every kernel setting that a run changes "
		"is put back, whatever ends the run; after a power cut doctor "
		"--restore does it.");
	verbs_put(&ink);
	workloads_put(&ink);
	probes_put(&ink);
	scenarios_put(&ink);
	places_put(&ink);
	frag_ink_section(&ink, "exit status");
	frag_page_exits(&ink);
	frag_ink_section(&ink, "examples");
	frag_page_examples(&ink);
	frag_ink_section(&ink, "see also");
	frag_ink_text(&ink, "proc(5), the kernel's "
			    "Documentation/admin-guide/sysctl/vm.rst");
	frag_ink_end(&ink);
}
