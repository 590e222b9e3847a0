/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run must say of where it was made and cannot find out for itself: that
 * it runs in a guest of fragbench's own, and which run of a series it is there.
 * PID 1 of the guest tells it through the environment.
 */
#ifndef FRAGBENCH_ORIGIN_H
#define FRAGBENCH_ORIGIN_H

#include <jansson.h>
#include <stddef.h>

#include "fragbench/error.h"

/* A JSON object: what becomes manifest.machine.guest (results/README.md). */
#define FRAG_ORIGIN_GUEST "FRAGBENCH_GUEST"

/* "SERIES REPEAT REPEATS": this run instead of `run`'s own series. */
#define FRAG_ORIGIN_SERIES "FRAGBENCH_SERIES"

enum { FRAG_SERIES_TEXT = 64, FRAG_REPEATS_MAX = 10000 };

/* guest: owned, NULL outside of a guest. series: "" when nobody has told of
 * one, then repeat and repeats are 0. */
struct frag_origin {
	json_t *guest;
	char series[FRAG_SERIES_TEXT];
	unsigned repeat;
	unsigned repeats;
};

/*
 * Read both from the environment. -EINVAL with the exit code FRAG_EXIT_USAGE
 * when one of them is there and cannot be what it should be. Free with
 * frag_origin_free() in any case.
 */
int frag_origin_read(struct frag_origin *o, struct frag_error *e);

void frag_origin_free(struct frag_origin *o);

/*
 * Which hypervisor the machine below @root ("": this one) runs under, in one
 * short text: "KVM, QEMU Standard PC", "TCG, ...", "xen"; "" on bare metal.
 * Only this machine's CPU can be asked: of a recorded one it begins with "a
 * hypervisor" unless /sys/hypervisor tells.
 */
void frag_hypervisor_read(const char *root, char *text, size_t size);

#endif
