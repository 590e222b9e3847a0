#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page of several runs: that each run is on it or named as left out, that it
# lets nothing through, and what is said of runs that do not belong together; the
# PDF of a page.
#
# usage: FRAGBENCH=build-dev/fragbench sh tests/checks/report-series.sh

set -u

# shellcheck source=tests/checks/report-common
. "$(dirname "$0")/report-common"

# A copy of the sample under the name $1, the run number $2 of its series, of the
# kernel $3.
repeated() {
	fresh "$1"
	sed -i "s/^ \"name\": .*/ \"name\": \"$1\",/
		s/^ \"repeat\": .*/ \"repeat\": $2,/
		s/2026-11-22T07:00:00Z/2026-11-22T07:0$2:00Z/
		s/6.18.44-amd64/$3/" "$1/manifest.json"
}

# Runs of two kernels: one page, by kernel; its own script and no other.
check_series() {
	for n in 1 2 3 4; do
		mkdir -p many
		repeated "a-$n" "$n" 6.1.0-50-amd64
		repeated "b-$n" "$n" 7.3.0
		mv "a-$n" "b-$n" many
	done
	report 0 many
	page=many/sample-by-kernel-report/index.html
	[ "$(cat out)" = "$(pwd -P)/$page" ] || no "printed: $(cat out)"
	needs_no_other_file $page
	holds $page '8 runs in 2 groups, by kernel.'
	holds $page '<code title="'
	holds $page 'lowest to the highest'
	holds $page '<td>6.1.0-50-amd64</td><td>7.3.0</td>'
	# What is sorted by is a number, whatever text stands in the cell.
	grep -oE '<td class="n( wraps)?"[^>]*>' $page >cells
	grep -qF 'data-v="0.' cells || no 'no cell is sorted by its number'
	grep -vE ' data-v="(-?[0-9.]+(e[-+]?[0-9]+)?)?">$' cells >strange &&
		no "sorted as text: $(head -n 1 strange)"
	[ "$(grep -c 'class="chip ' $page)" -ge 2 ] || no 'no strip of the runs'
	digest=$(sed -n 's/.*script-src .*sha256-\([^&]*\)&.*/\1/p' $page)
	[ -n "$digest" ] || no 'the page allows any script'
	grep -q '"verdict"' many/sample-by-kernel-report/comparison.json ||
		no 'no comparison.json beside the page'
	# Each run is there, trusted or not, and what is left out is named.
	mkdir many/x.partial many/empty
	sed 's/"trusted": true/"trusted": false/' many/a-4/summary.json >doubted
	mv doubted many/a-4/summary.json
	cp -R many/b-4 many/b-5
	mkdir broken && echo '{' >broken/manifest.json
	report 0 -o pages --json many broken many/empty many/x.partial
	page=pages/sample-by-kernel-report/index.html
	holds $page '7 runs in 2 groups, by kernel.'
	holds $page 'left out: a-4: untrusted: '
	holds $page 'left out: b-5: the same run was named before'
	holds $page 'left out: broken: '
	holds $page 'left out: x.partial: it was not finished'
	says 'no run is in the folder many/empty'
	grep -q '"page": "pages/sample-by-kernel' out || no "printed: $(cat out)"
	is_clean pages
}

# Of one series, all of it untrusted; runs that are no repeats of one another.
check_series_alone() {
	for run in many/b-1 many/b-2; do
		sed 's/"trusted": true/"trusted": false/' $run/summary.json >doubted
		mv doubted $run/summary.json
	done
	report 0 many/b-1 many/b-2
	page=many/sample-20261122t070000z-sample-report/index.html
	needs_no_other_file $page
	holds $page 'None of these runs can be trusted'
	holds_not $page 'difference</th>'
	sed 's/"scenario": "sample"/"scenario": "<other>"/' \
		many/b-2/manifest.json >other
	mv other many/b-2/manifest.json
	report 0 --by seed many/b-1 many/b-2
	says 'not alike: the scenario differs'
	page=many/scenarios-by-seed-report/index.html
	needs_no_other_file $page
	holds $page 'These runs are not alike.'
	holds $page '&lt;other&gt;'
	report 0 --by seed --differ scenario many/b-1 many/b-2
	holds_not $page 'These runs are not alike.'
	report 2 --by knid many/b-1 many/b-2
	says "cannot group by 'knid'"
	report 2 --each --by kernel many
	report 2 --each --differ kernel many
	report 2 many/b-1 nowhere
	report 2 many/x.partial many/empty
	says 'none of them was finished'
}

# A PDF, where that can be had.
check_pdf() {
	"$FRAGBENCH" report --pdf run >out 2>err
	case $? in
	0)
		[ "$(head -c 5 run/report/index.pdf)" = %PDF- ] || no 'no PDF'
		[ "$(wc -l <out)" -eq 2 ] || no "printed: $(cat out)"
		report 0 run
		;;
	3) says 'apt-get install weasyprint' ;;
	*) no "--pdf: $(cat err)" ;;
	esac
	is_clean run
}

check_series
check_series_alone
check_pdf
exit $failed
