// SPDX-License-Identifier: GPL-2.0-or-later
/* How many guests this machine can carry at once. */
#include "vm/matrix-parts.h"

#include <errno.h>
#include <inttypes.h>

#include "base/units.h"

/* MiB of a guest; machine.c refuses less. */
enum { MEMORY_LEAST = 128 };

/* What is left to the host. */
static const uint64_t host_keeps = FRAG_GIB;
static const uint64_t mib = FRAG_MIB;

/* Beside the guest's memory QEMU has grown to 136 MiB (7.2, TCG: code that it
 * has translated). */
static const uint64_t qemu_takes = 192 * FRAG_MIB;

uint64_t frag_guest_cost(const struct frag_vm_machine *machine)
{
	return machine->memory + qemu_takes;
}

bool frag_guest_fits(const struct frag_vm_machine *machine, uint64_t room)
{
	return room > host_keeps &&
	       room - host_keeps >= frag_guest_cost(machine);
}

static uint64_t memory_fits(const struct frag_vm_machine *machine,
			    const struct frag_host *host)
{
	if (!machine->memory || host->room <= host_keeps)
		return 0;
	return (host->room - host_keeps) / frag_guest_cost(machine);
}

static int memory_fail(uint64_t asked, uint64_t fits,
		       const struct frag_vm_machine *machine,
		       const struct frag_host *host, struct frag_error *e)
{
	uint64_t room = host->room > host_keeps ? host->room - host_keeps : 0;
	uint64_t memory = room > qemu_takes ? (room - qemu_takes) / mib : 0;
	char each[32];

	frag_size_text(machine->memory, each, sizeof(each));
	frag_fail(e, 0, "the memory is too small for %" PRIu64 " guest%s",
		  asked, asked == 1 ? "" : "s at once");
	frag_error_why(e,
		       "each takes %s and %" PRIu64
		       "M for QEMU, and what may be taken, less 1G, is %" PRIu64
		       "M",
		       each, qemu_takes / mib, room / mib);
	if (fits)
		frag_error_mend(e, "-j %" PRIu64, fits);
	else if (memory >= MEMORY_LEAST)
		frag_error_mend(e, "--memory %" PRIu64 "M", memory / 2 * 2);
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
