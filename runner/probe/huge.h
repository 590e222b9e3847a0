/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which huge page sizes this kernel has, and the switches that allow them. */
#ifndef FRAGBENCH_PROBE_HUGE_H
#define FRAGBENCH_PROBE_HUGE_H

#include "fragbench/probe.h"

#define FRAG_THP_DIR	 "/sys/kernel/mm/transparent_hugepage"
#define FRAG_HUGETLB_DIR "/sys/kernel/mm/hugepages"

/* The order of a page table entry one level up (9 on x86-64): the size of a
 * transparent huge page; -ENOENT with @e filled without THP. */
int frag_huge_order(struct frag_error *e);

/* The order of @bytes; -EINVAL for what is no power of two pages. */
int frag_order_of(uint64_t bytes);

/*
 * The orders that have a folder "hugepages-NkB" in @dir, ascending; returns how
 * many.
 */
unsigned frag_huge_orders(const char *dir, unsigned orders[FRAG_PROBE_ORDERS]);

/* See to it that a range under MADV_HUGEPAGE may have folios of ctx->order:
 * switches that say so already are left alone. */
int frag_huge_allow(struct frag_probe_context *ctx, struct frag_error *e);

#endif
