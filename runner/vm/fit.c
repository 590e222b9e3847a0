// SPDX-License-Identifier: GPL-2.0-or-later
/* How many guests this machine can carry at once. */
#include "vm/matrix.h"

#include <errno.h>
#include <inttypes.h>

#include "base/units.h"

/* What is left to the host. */
static const uint64_t host_keeps = FRAG_GIB;
static const uint64_t mib = FRAG_MIB;

static uint64_t memory_fits(const struct frag_vm_machine *machine,
			    const struct frag_host *host)
{
	if (!machine->memory || host->mem_available <= host_keeps)
		return 0;
	return (host->mem_available - host_keeps) / machine->memory;
}

static int memory_fail(uint64_t asked, uint64_t fits,
		       const struct frag_vm_machine *machine,
		       const struct frag_host *host, struct frag_error *e)
{
	uint64_t room = host->mem_available > host_keeps
				? host->mem_available - host_keeps
				: 0;
	char each[32];

	frag_size_text(machine->memory, each, sizeof(each));
	frag_fail(e, 0, "the memory is too small for %" PRIu64 " guest%s",
		  asked, asked == 1 ? "" : "s at once");
	frag_error_why(e,
		       "each takes %s, and MemAvailable less 1G is %" PRIu64
		       "M",
		       each, room / mib);
	if (fits)
		frag_error_mend(e, "-j %" PRIu64, fits);
	else
		frag_error_mend(e, "--memory %" PRIu64 "M",
				room / (2 * mib) * 2);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOMEM;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int frag_matrix_jobs(unsigned *jobs, uint64_t asked, unsigned ncells,
		     const struct frag_vm_machine *machine,
		     const struct frag_host *host, FILE *say,
		     struct frag_error *e)
{
	uint64_t cpus = host->cpus / (machine->cpus ? machine->cpus : 1);
	uint64_t fits = memory_fits(machine, host);
	uint64_t n = asked ? asked : least(cpus ? cpus : 1, fits ? fits : 1);

	n = least(n, least(ncells ? ncells : 1, FRAG_JOBS_MAX));
	if (n > fits)
		return memory_fail(n, fits, machine, host, e);
	*jobs = (unsigned)n;
	if (say && n * machine->cpus > host->cpus)
		fprintf(say,
			"fragbench: %" PRIu64 " guest%s with %u CPUs on %u: "
			"they take turns, and times are longer\n",
			n, n == 1 ? "" : "s", machine->cpus, host->cpus);
	return 0;
}
