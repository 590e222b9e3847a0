#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The way that everybody watches fragmentation at first, and what fragbench is
# measured against: a shell loop that prints the date and the files.
# usage: loop.sh SAMPLES PERIOD [FILE...]   (FILE: more to read each time)
left=$1 period=$2
shift 2
while [ "$left" -gt 0 ]; do
	date
	cat /proc/buddyinfo
	cat /proc/zoneinfo
	grep compact_ /proc/vmstat
	for file; do
		cat "$file"
	done
	sleep "$period"
	left=$((left - 1))
done
