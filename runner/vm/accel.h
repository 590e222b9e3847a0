/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM where it truly works, TCG otherwise. That a CPU has vmx or svm, that its
 * module is loaded and /dev/kvm opens is necessary and not enough: the first
 * guest of a boot is tried with KVM under a time limit, and the verdict
 * stands in the cache until the next boot.
 */
#ifndef FRAGBENCH_VM_ACCEL_H
#define FRAGBENCH_VM_ACCEL_H

#include "vm/guest.h"

/* name: "kvm" or "tcg". why: how it was decided, one line. */
struct frag_accel {
	const char *name;
	char why[256];
};

/*
 * Decide. @asked: "auto", "kvm" or "tcg" (forced: not tried, not cached).
 * @config: the guest that a trial boots (its accel, job and output are not
 * used). Progress goes to @say.
 */
int frag_accel_choose(struct frag_accel *a, const char *asked,
		      const struct frag_guest_config *config, FILE *say,
		      struct frag_error *e);

#endif
