/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A census as JSON; results/README.md says what stands in it. */
#ifndef FRAGBENCH_BASE_CENSUS_JSON_H
#define FRAGBENCH_BASE_CENSUS_JSON_H

#include <jansson.h>

#include "census.h"

/* A new reference. */
json_t *frag_census_json(const struct frag_census *c);

#endif
