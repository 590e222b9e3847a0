# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Made by `fragbench help --completion`: do not edit.

_fragbench_verbs()
{
	local files='' words='' verb=''
	local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1))

	((COMP_CWORD == 1)) || verb=${COMP_WORDS[1]}
	# bash takes --mode=x apart into three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ ${COMP_WORDS[at]} == = ]]; then
		at=$((at - 1))
	fi
	case "$verb ${COMP_WORDS[at]}" in
	'doctor --sysroot') files=yes ;;
	'snapshot --buddyinfo') files=yes ;;
	'snapshot --save') files=yes ;;
	'snapshot --sysroot') files=yes ;;
	'map --before') files=yes ;;
	'map --save') files=yes ;;
	'map --load') files=yes ;;
	'map --png') files=yes ;;
	'map --width') words='' ;;
	'map --color') words='auto true 256 no' ;;
	'map --sysroot') files=yes ;;
	'probe --count') words='' ;;
	'probe --order') words='' ;;
	'probe --node') words='all' ;;
	'probe --floor') words='' ;;
	'probe --hold') words='' ;;
	'probe --patience') words='' ;;
	'probe --warm') words='yes no' ;;
	'run --set') words=' start= pcp= ballast= floor= rate= events= on-failure= map= knobs= processes= cpus= mempolicy= share= method= size= migratetype= objects= batch= unusable= order= unmovable= unmovable-by= memory= leave= node= zone= follow= band= period= block-order= blocks= keep= locked= spread= resident= size-dist= size-sigma= size-alpha= life= life-dist= life-sigma= life-alpha= steps= thp= nodes= policy= migrate= rounds= budget= anon= written= file-size= file-dist= then= disk-floor= tmpfs= dir= tables= pinned= how= pages= depth= mode= chunk= jitter= like= pattern= free= scale= scope= numa-node= tolerance= count= kind= group= messages= total= advice= warm= hold= patience= fill=' ;;
	'run --knob') words='' ;;
	'run --expect') words='' ;;
	'run --repeats' | 'run -r') words='' ;;
	'run --seed' | 'run -s') words='' ;;
	'run --for') words='' ;;
	'run --output' | 'run -o') files=yes ;;
	'run --start' | 'run start') words='as-is clean' ;;
	'run --pcp' | 'run pcp') words='small default' ;;
	'run --ballast' | 'run ballast') words='' ;;
	'run --floor' | 'run floor') words='' ;;
	'run --rate' | 'run rate') words='' ;;
	'run --events' | 'run events') words='default none all' ;;
	'run --on-failure' | 'run on-failure') words='stop go-on' ;;
	'run --map' | 'run map') words='no marks' ;;
	'run --knobs' | 'run knobs') words='' ;;
	'run --processes' | 'run processes') words='' ;;
	'run --cpus' | 'run cpus') words='same split any' ;;
	'run --mempolicy' | 'run mempolicy') words='default' ;;
	'run --share' | 'run share') words='' ;;
	'run --method' | 'run method') words='kmalloc vmalloc pages' ;;
	'run --size' | 'run size') words='' ;;
	'run --migratetype' | 'run migratetype') words='unmovable reclaimable movable' ;;
	'run --objects' | 'run objects') words='' ;;
	'run --batch' | 'run batch') words='' ;;
	'run --unusable' | 'run unusable') words='0..1' ;;
	'run --order' | 'run order') words='' ;;
	'run --unmovable' | 'run unmovable') words='' ;;
	'run --unmovable-by' | 'run unmovable-by') words='auto io-uring vmsplice' ;;
	'run --memory' | 'run memory') words='' ;;
	'run --leave' | 'run leave') words='' ;;
	'run --node' | 'run node') words='' ;;
	'run --zone' | 'run zone') words='' ;;
	'run --follow' | 'run follow') words='yes no' ;;
	'run --band' | 'run band') words='0..1' ;;
	'run --period' | 'run period') words='' ;;
	'run --block-order' | 'run block-order') words='' ;;
	'run --blocks' | 'run blocks') words='' ;;
	'run --keep' | 'run keep') words='' ;;
	'run --locked' | 'run locked') words='' ;;
	'run --spread' | 'run spread') words='even clustered random' ;;
	'run --resident' | 'run resident') words='' ;;
	'run --size-dist' | 'run size-dist') words='fixed uniform lognormal pareto' ;;
	'run --size-sigma' | 'run size-sigma') words='' ;;
	'run --size-alpha' | 'run size-alpha') words='' ;;
	'run --life' | 'run life') words='' ;;
	'run --life-dist' | 'run life-dist') words='fixed uniform lognormal pareto' ;;
	'run --life-sigma' | 'run life-sigma') words='' ;;
	'run --life-alpha' | 'run life-alpha') words='' ;;
	'run --steps' | 'run steps') words='' ;;
	'run --thp' | 'run thp') words='off as-set' ;;
	'run --nodes' | 'run nodes') words='all' ;;
	'run --policy' | 'run policy') words='bind preferred interleave local' ;;
	'run --migrate' | 'run migrate') words='no move-pages mbind' ;;
	'run --rounds' | 'run rounds') words='' ;;
	'run --budget' | 'run budget') words='' ;;
	'run --anon' | 'run anon') words='' ;;
	'run --written' | 'run written') words='' ;;
	'run --file-size' | 'run file-size') words='' ;;
	'run --file-dist' | 'run file-dist') words='fixed uniform lognormal pareto' ;;
	'run --then' | 'run then') words='hold read churn' ;;
	'run --disk-floor' | 'run disk-floor') words='' ;;
	'run --tmpfs' | 'run tmpfs') words='yes no' ;;
	'run --dir' | 'run dir') files=yes ;;
	'run --tables' | 'run tables') words='' ;;
	'run --pinned' | 'run pinned') words='' ;;
	'run --how' | 'run how') words='auto io-uring vmsplice' ;;
	'run --pages' | 'run pages') words='' ;;
	'run --depth' | 'run depth') words='' ;;
	'run --mode' | 'run mode') words='lockstep free-running' ;;
	'run --chunk' | 'run chunk') words='' ;;
	'run --jitter' | 'run jitter') words='' ;;
	'run --like' | 'run like') words='' ;;
	'run --pattern' | 'run pattern') words='auto checkerboard one-per-pageblock random' ;;
	'run --free' | 'run free') words='' ;;
	'run --scale' | 'run scale') words='yes no' ;;
	'run --scope' | 'run scope') words='added zone' ;;
	'run --numa-node' | 'run numa-node') words='all' ;;
	'run --tolerance' | 'run tolerance') words='' ;;
	'run --count' | 'run count') words='' ;;
	'run --kind' | 'run kind') words='negative inodes' ;;
	'run --group' | 'run group') words='' ;;
	'run --messages' | 'run messages') words='' ;;
	'run --total' | 'run total') words='' ;;
	'run --advice' | 'run advice') words='madvise always never' ;;
	'run --warm' | 'run warm') words='yes no' ;;
	'run --hold' | 'run hold') words='' ;;
	'run --patience' | 'run patience') words='' ;;
	'run --fill' | 'run fill') words='' ;;
	'record --rate') words='' ;;
	'record --for') words='' ;;
	'record --events') words='default none all' ;;
	'record --map') words='no marks' ;;
	'record --output' | 'record -o') files=yes ;;
	'hold --unusable') words='0..1' ;;
	'hold --order') words='' ;;
	'hold --unmovable') words='' ;;
	'hold --memory') words='' ;;
	'hold --node') words='' ;;
	'hold --for') words='' ;;
	'hold --set') words=' start= pcp= ballast= floor= rate= events= on-failure= map= knobs= processes= cpus= mempolicy= share= method= size= migratetype= objects= batch= unusable= order= unmovable= unmovable-by= memory= leave= node= zone= follow= band= period= block-order= blocks= keep= locked= spread= resident= size-dist= size-sigma= size-alpha= life= life-dist= life-sigma= life-alpha= steps= thp= nodes= policy= migrate= rounds= budget= anon= written= file-size= file-dist= then= disk-floor= tmpfs= dir= tables= pinned= how= pages= depth= mode= chunk= jitter= like= pattern= free= scale= scope= numa-node= tolerance= count= kind= group= messages= total= advice= warm= hold= patience= fill=' ;;
	'hold --knob') words='' ;;
	'hold --expect') words='' ;;
	'hold --seed' | 'hold -s') words='' ;;
	'hold --output' | 'hold -o') files=yes ;;
	'hold --start' | 'hold start') words='as-is clean' ;;
	'hold --pcp' | 'hold pcp') words='small default' ;;
	'hold --ballast' | 'hold ballast') words='' ;;
	'hold --floor' | 'hold floor') words='' ;;
	'hold --rate' | 'hold rate') words='' ;;
	'hold --events' | 'hold events') words='default none all' ;;
	'hold --on-failure' | 'hold on-failure') words='stop go-on' ;;
	'hold --map' | 'hold map') words='no marks' ;;
	'hold --knobs' | 'hold knobs') words='' ;;
	'hold --processes' | 'hold processes') words='' ;;
	'hold --cpus' | 'hold cpus') words='same split any' ;;
	'hold --mempolicy' | 'hold mempolicy') words='default' ;;
	'hold --share' | 'hold share') words='' ;;
	'hold --method' | 'hold method') words='kmalloc vmalloc pages' ;;
	'hold --size' | 'hold size') words='' ;;
	'hold --migratetype' | 'hold migratetype') words='unmovable reclaimable movable' ;;
	'hold --objects' | 'hold objects') words='' ;;
	'hold --batch' | 'hold batch') words='' ;;
	'hold --unmovable-by' | 'hold unmovable-by') words='auto io-uring vmsplice' ;;
	'hold --leave' | 'hold leave') words='' ;;
	'hold --zone' | 'hold zone') words='' ;;
	'hold --follow' | 'hold follow') words='yes no' ;;
	'hold --band' | 'hold band') words='0..1' ;;
	'hold --period' | 'hold period') words='' ;;
	'hold --block-order' | 'hold block-order') words='' ;;
	'hold --blocks' | 'hold blocks') words='' ;;
	'hold --keep' | 'hold keep') words='' ;;
	'hold --locked' | 'hold locked') words='' ;;
	'hold --spread' | 'hold spread') words='even clustered random' ;;
	'hold --resident' | 'hold resident') words='' ;;
	'hold --size-dist' | 'hold size-dist') words='fixed uniform lognormal pareto' ;;
	'hold --size-sigma' | 'hold size-sigma') words='' ;;
	'hold --size-alpha' | 'hold size-alpha') words='' ;;
	'hold --life' | 'hold life') words='' ;;
	'hold --life-dist' | 'hold life-dist') words='fixed uniform lognormal pareto' ;;
	'hold --life-sigma' | 'hold life-sigma') words='' ;;
	'hold --life-alpha' | 'hold life-alpha') words='' ;;
	'hold --steps' | 'hold steps') words='' ;;
	'hold --thp' | 'hold thp') words='off as-set' ;;
	'hold --nodes' | 'hold nodes') words='all' ;;
	'hold --policy' | 'hold policy') words='bind preferred interleave local' ;;
	'hold --migrate' | 'hold migrate') words='no move-pages mbind' ;;
	'hold --rounds' | 'hold rounds') words='' ;;
	'hold --budget' | 'hold budget') words='' ;;
	'hold --anon' | 'hold anon') words='' ;;
	'hold --written' | 'hold written') words='' ;;
	'hold --file-size' | 'hold file-size') words='' ;;
	'hold --file-dist' | 'hold file-dist') words='fixed uniform lognormal pareto' ;;
	'hold --then' | 'hold then') words='hold read churn' ;;
	'hold --disk-floor' | 'hold disk-floor') words='' ;;
	'hold --tmpfs' | 'hold tmpfs') words='yes no' ;;
	'hold --dir' | 'hold dir') files=yes ;;
	'hold --tables' | 'hold tables') words='' ;;
	'hold --pinned' | 'hold pinned') words='' ;;
	'hold --how' | 'hold how') words='auto io-uring vmsplice' ;;
	'hold --pages' | 'hold pages') words='' ;;
	'hold --depth' | 'hold depth') words='' ;;
	'hold --mode' | 'hold mode') words='lockstep free-running' ;;
	'hold --chunk' | 'hold chunk') words='' ;;
	'hold --jitter' | 'hold jitter') words='' ;;
	'hold --like' | 'hold like') words='' ;;
	'hold --pattern' | 'hold pattern') words='auto checkerboard one-per-pageblock random' ;;
	'hold --free' | 'hold free') words='' ;;
	'hold --scale' | 'hold scale') words='yes no' ;;
	'hold --scope' | 'hold scope') words='added zone' ;;
	'hold --numa-node' | 'hold numa-node') words='all' ;;
	'hold --tolerance' | 'hold tolerance') words='' ;;
	'hold --count' | 'hold count') words='' ;;
	'hold --kind' | 'hold kind') words='negative inodes' ;;
	'hold --group' | 'hold group') words='' ;;
	'hold --messages' | 'hold messages') words='' ;;
	'hold --total' | 'hold total') words='' ;;
	'hold --advice' | 'hold advice') words='madvise always never' ;;
	'hold --warm' | 'hold warm') words='yes no' ;;
	'hold --hold' | 'hold hold') words='' ;;
	'hold --patience' | 'hold patience') words='' ;;
	'hold --fill' | 'hold fill') words='' ;;
	'vm --kernel' | 'vm -k') words='' ;;
	'vm --memory' | 'vm -m') words='' ;;
	'vm --cpus') words='' ;;
	'vm --nodes') words='' ;;
	'vm --distances') words='' ;;
	'vm --axis') words='' ;;
	'vm --set') words=' start= pcp= ballast= floor= rate= events= on-failure= map= knobs= processes= cpus= mempolicy= share= method= size= migratetype= objects= batch= unusable= order= unmovable= unmovable-by= memory= leave= node= zone= follow= band= period= block-order= blocks= keep= locked= spread= resident= size-dist= size-sigma= size-alpha= life= life-dist= life-sigma= life-alpha= steps= thp= nodes= policy= migrate= rounds= budget= anon= written= file-size= file-dist= then= disk-floor= tmpfs= dir= tables= pinned= how= pages= depth= mode= chunk= jitter= like= pattern= free= scale= scope= numa-node= tolerance= count= kind= group= messages= total= advice= warm= hold= patience= fill=' ;;
	'vm --expect') words='' ;;
	'vm --knob') words='' ;;
	'vm --for') words='' ;;
	'vm --repeats' | 'vm -r') words='' ;;
	'vm --jobs' | 'vm -j') words='' ;;
	'vm --seed' | 'vm -s') words='' ;;
	'vm --output' | 'vm -o') files=yes ;;
	'vm --append') words='' ;;
	'vm --module') files=yes ;;
	'vm --accel') words='auto kvm tcg' ;;
	'vm --boot-limit') words='' ;;
	'vm --silence') words='' ;;
	'vm --limit') words='' ;;
	'vm --start' | 'vm start') words='as-is clean' ;;
	'vm --pcp' | 'vm pcp') words='small default' ;;
	'vm --ballast' | 'vm ballast') words='' ;;
	'vm --floor' | 'vm floor') words='' ;;
	'vm --rate' | 'vm rate') words='' ;;
	'vm --events' | 'vm events') words='default none all' ;;
	'vm --on-failure' | 'vm on-failure') words='stop go-on' ;;
	'vm --map' | 'vm map') words='no marks' ;;
	'vm --knobs' | 'vm knobs') words='' ;;
	'vm --processes' | 'vm processes') words='' ;;
	'vm --mempolicy' | 'vm mempolicy') words='default' ;;
	'vm --share' | 'vm share') words='' ;;
	'vm --method' | 'vm method') words='kmalloc vmalloc pages' ;;
	'vm --size' | 'vm size') words='' ;;
	'vm --migratetype' | 'vm migratetype') words='unmovable reclaimable movable' ;;
	'vm --objects' | 'vm objects') words='' ;;
	'vm --batch' | 'vm batch') words='' ;;
	'vm --unusable' | 'vm unusable') words='0..1' ;;
	'vm --order' | 'vm order') words='' ;;
	'vm --unmovable' | 'vm unmovable') words='' ;;
	'vm --unmovable-by' | 'vm unmovable-by') words='auto io-uring vmsplice' ;;
	'vm --leave' | 'vm leave') words='' ;;
	'vm --node' | 'vm node') words='' ;;
	'vm --zone' | 'vm zone') words='' ;;
	'vm --follow' | 'vm follow') words='yes no' ;;
	'vm --band' | 'vm band') words='0..1' ;;
	'vm --period' | 'vm period') words='' ;;
	'vm --block-order' | 'vm block-order') words='' ;;
	'vm --blocks' | 'vm blocks') words='' ;;
	'vm --keep' | 'vm keep') words='' ;;
	'vm --locked' | 'vm locked') words='' ;;
	'vm --spread' | 'vm spread') words='even clustered random' ;;
	'vm --resident' | 'vm resident') words='' ;;
	'vm --size-dist' | 'vm size-dist') words='fixed uniform lognormal pareto' ;;
	'vm --size-sigma' | 'vm size-sigma') words='' ;;
	'vm --size-alpha' | 'vm size-alpha') words='' ;;
	'vm --life' | 'vm life') words='' ;;
	'vm --life-dist' | 'vm life-dist') words='fixed uniform lognormal pareto' ;;
	'vm --life-sigma' | 'vm life-sigma') words='' ;;
	'vm --life-alpha' | 'vm life-alpha') words='' ;;
	'vm --steps' | 'vm steps') words='' ;;
	'vm --thp' | 'vm thp') words='off as-set' ;;
	'vm --policy' | 'vm policy') words='bind preferred interleave local' ;;
	'vm --migrate' | 'vm migrate') words='no move-pages mbind' ;;
	'vm --rounds' | 'vm rounds') words='' ;;
	'vm --budget' | 'vm budget') words='' ;;
	'vm --anon' | 'vm anon') words='' ;;
	'vm --written' | 'vm written') words='' ;;
	'vm --file-size' | 'vm file-size') words='' ;;
	'vm --file-dist' | 'vm file-dist') words='fixed uniform lognormal pareto' ;;
	'vm --then' | 'vm then') words='hold read churn' ;;
	'vm --disk-floor' | 'vm disk-floor') words='' ;;
	'vm --tmpfs' | 'vm tmpfs') words='yes no' ;;
	'vm --dir' | 'vm dir') files=yes ;;
	'vm --tables' | 'vm tables') words='' ;;
	'vm --pinned' | 'vm pinned') words='' ;;
	'vm --how' | 'vm how') words='auto io-uring vmsplice' ;;
	'vm --pages' | 'vm pages') words='' ;;
	'vm --depth' | 'vm depth') words='' ;;
	'vm --mode' | 'vm mode') words='lockstep free-running' ;;
	'vm --chunk' | 'vm chunk') words='' ;;
	'vm --jitter' | 'vm jitter') words='' ;;
	'vm --like' | 'vm like') words='' ;;
	'vm --pattern' | 'vm pattern') words='auto checkerboard one-per-pageblock random' ;;
	'vm --free' | 'vm free') words='' ;;
	'vm --scale' | 'vm scale') words='yes no' ;;
	'vm --scope' | 'vm scope') words='added zone' ;;
	'vm --numa-node' | 'vm numa-node') words='all' ;;
	'vm --tolerance' | 'vm tolerance') words='' ;;
	'vm --count' | 'vm count') words='' ;;
	'vm --kind' | 'vm kind') words='negative inodes' ;;
	'vm --group' | 'vm group') words='' ;;
	'vm --messages' | 'vm messages') words='' ;;
	'vm --total' | 'vm total') words='' ;;
	'vm --advice' | 'vm advice') words='madvise always never' ;;
	'vm --warm' | 'vm warm') words='yes no' ;;
	'vm --hold' | 'vm hold') words='' ;;
	'vm --patience' | 'vm patience') words='' ;;
	'vm --fill' | 'vm fill') words='' ;;
	'report --by') words='' ;;
	'report --differ') words='' ;;
	'report --output' | 'report -o') files=yes ;;
	'compare --by') words='' ;;
	'compare --differ') words='' ;;
	'compare --metric') words='' ;;
	'compare --gate') files=yes ;;
	'compare --fail-on') words='nothing worse' ;;
	'compare --baseline') files=yes ;;
	'keep --output' | 'keep -o') files=yes ;;
	*)
		case $verb in
		'') words='--help --version list doctor snapshot map explain probe run record hold vm report compare summarize keep help' ;;
		list) words='--help --json workloads scenarios probes collectors' ;;
		doctor) words='--help --restore --sysroot --json' files=yes ;;
		snapshot) words='--help --buddyinfo --save --diff --sysroot --json' files=yes ;;
		map) words='--help --before --save --load --png --hilbert --width --color --sysroot --json' files=yes ;;
		explain) words='--help --json compact_migrate_scanned compact_free_scanned compact_isolated compact_stall compact_fail compact_success compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned pgmigrate_success pgmigrate_fail thp_migration_success thp_migration_fail thp_migration_split nr_free_pages nr_free_pages_blocks nr_free_cma nr_unaccepted nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_mlock nr_anon_pages nr_file_pages nr_shmem nr_dirty nr_writeback nr_swapcached nr_isolated_anon nr_isolated_file nr_slab_reclaimable nr_slab_unreclaimable nr_kernel_misc_reclaimable nr_kernel_stack nr_page_table_pages nr_sec_page_table_pages nr_iommu_pages nr_vmalloc nr_zspages nr_balloon_pages nr_hugetlb nr_anon_transparent_hugepages nr_shmem_hugepages nr_file_hugepages nr_foll_pin_acquired nr_foll_pin_released pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_movable pgalloc_device pgfree allocstall_dma allocstall_dma32 allocstall_normal allocstall_movable allocstall_device pgfault pgmajfault oom_kill htlb_buddy_alloc_success htlb_buddy_alloc_fail cma_alloc_success cma_alloc_fail thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback thp_file_fallback_charge thp_file_mapped thp_split_page thp_split_page_failed thp_deferred_split_page thp_underused_split_page thp_split_pmd thp_split_pud thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte thp_zero_page_alloc thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback pgscan_kswapd pgscan_direct pgscan_khugepaged pgscan_proactive pgscan_anon pgscan_file pgscan_direct_throttle pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgsteal_proactive pgsteal_anon pgsteal_file pgrefill pgactivate pgdeactivate slabs_scanned pageoutrun kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly zone_reclaim_success zone_reclaim_failed drop_pagecache drop_slab pswpin pswpout workingset_refault_anon workingset_refault_file numa_hit numa_miss numa_foreign numa_local numa_other numa_hint_faults numa_pages_migrated pgpromote_success pgdemote_kswapd pgdemote_direct pgdemote_khugepaged pgdemote_proactive balloon_inflate balloon_deflate balloon_migrate unevictable_pgs_mlocked unevictable_pgs_munlocked direct_map_level2_splits direct_map_level3_splits buddy vmstat psi kthreads thp pagetypes suitable unusable unusable_pcp free_mib hidden_mib shape.distance shape.unusable effectiveness regained blocks_gained compact_migrate_scanned compact_migrate_scanned_per_block compact_free_scanned compact_free_scanned_per_block compact_isolated compact_isolated_per_block pgmigrate_success pgmigrate_success_per_block pgmigrate_fail pgmigrate_fail_per_block caller_cpu_ms caller_cpu_ms_per_block direct_ms direct_ms_per_block kcompactd_cpu_ms kcompactd_cpu_ms_per_block kswapd_cpu_ms kswapd_cpu_ms_per_block cpu_ms cpu_ms_per_block wall_ms wall_ms_per_block floor_ms over_floor interleave.switch_share interleave.mean_run interleave.mixed_pageblocks map.free_pageblocks map.movable_pageblocks map.mixed_pageblocks map.frames_in_the_way pages_per_s drift.unusable step_p50_ns step_p99_ns step_max_ns psi_some_ms psi_full_ms probe.*.success_share probe.*.p50_ns probe.*.p90_ns probe.*.p99_ns probe.*.p99_9_ns probe.*.max_ns probe.*.warm_p50_ns probe.*.warm_p90_ns probe.*.warm_p99_ns probe.*.warm_p99_9_ns probe.*.warm_max_ns extfrag.events extfrag.fragmenting extfrag.ownership stall.*.count stall.*.total_ms stall.*.p50_ns stall.*.p90_ns stall.*.p99_ns stall.*.p99_9_ns stall.*.max_ns stall.share hold.within_005 hold.reached_s hold.corrections_per_s hold.cpu_share sampler.samples sampler.lost sampler.late_p50_us sampler.late_p99_us sampler.late_max_us sampler.cost_p50_us sampler.cost_p99_us sampler.cpu_share' ;;
		probe) words='--help --count --order --node --floor --hold --patience --warm --fix --yes --json thp mthp collapse hugetlb hugetlb-1g' ;;
		run) words='--help --set --knob --expect --repeats --seed --for --output --dry-run --yes --json --start --pcp --ballast --floor --rate --events --on-failure --map --knobs --processes --cpus --mempolicy --share --method --size --migratetype --objects --batch --unusable --order --unmovable --unmovable-by --memory --leave --node --zone --follow --band --period --block-order --blocks --keep --locked --spread --resident --size-dist --size-sigma --size-alpha --life --life-dist --life-sigma --life-alpha --steps --thp --nodes --policy --migrate --rounds --budget --anon --written --file-size --file-dist --then --disk-floor --tmpfs --dir --tables --pinned --how --pages --depth --mode --chunk --jitter --like --pattern --free --scale --scope --numa-node --tolerance --count --kind --group --messages --total --advice --warm --hold --patience --fill age compaction-curve compaction-effectiveness fallback-storm fragment-module hold mlock-sieve mmap-churn numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault thpchallenge fragment-module hold mlock-sieve mmap-churn null numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault ini' files=yes ;;
		record) words='--help --rate --for --events --map --output' ;;
		hold) words='--help --unusable --order --unmovable --memory --node --for --set --knob --expect --seed --output --dry-run --yes --start --pcp --ballast --floor --rate --events --on-failure --map --knobs --processes --cpus --mempolicy --share --method --size --migratetype --objects --batch --unmovable-by --leave --zone --follow --band --period --block-order --blocks --keep --locked --spread --resident --size-dist --size-sigma --size-alpha --life --life-dist --life-sigma --life-alpha --steps --thp --nodes --policy --migrate --rounds --budget --anon --written --file-size --file-dist --then --disk-floor --tmpfs --dir --tables --pinned --how --pages --depth --mode --chunk --jitter --like --pattern --free --scale --scope --numa-node --tolerance --count --kind --group --messages --total --advice --warm --hold --patience --fill' files=yes ;;
		vm) words='--help --kernel --memory --cpus --nodes --distances --axis --set --expect --knob --for --repeats --jobs --seed --output --append --module --accel --boot-limit --silence --limit --bisect --fail-fast --offline --dry-run --verbose --json --start --pcp --ballast --floor --rate --events --on-failure --map --knobs --processes --mempolicy --share --method --size --migratetype --objects --batch --unusable --order --unmovable --unmovable-by --leave --node --zone --follow --band --period --block-order --blocks --keep --locked --spread --resident --size-dist --size-sigma --size-alpha --life --life-dist --life-sigma --life-alpha --steps --thp --policy --migrate --rounds --budget --anon --written --file-size --file-dist --then --disk-floor --tmpfs --dir --tables --pinned --how --pages --depth --mode --chunk --jitter --like --pattern --free --scale --scope --numa-node --tolerance --count --kind --group --messages --total --advice --warm --hold --patience --fill age compaction-curve compaction-effectiveness fallback-storm fragment-module hold mlock-sieve mmap-churn numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault thpchallenge fragment-module hold mlock-sieve mmap-churn null numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault ini kernels headers' files=yes ;;
		report) words='--help --svg --pdf --json --by --differ --each --untrusted --output' files=yes ;;
		compare) words='--help --by --differ --metric --all --untrusted --csv --markdown --junit --ktap --openmetrics --gate --fail-on --baseline --json' files=yes ;;
		summarize) words='--help --json' files=yes ;;
		keep) words='--help --output --json' files=yes ;;
		help) words='--help --json list doctor snapshot map explain probe run record hold vm report compare summarize keep help fragment-module hold mlock-sieve mmap-churn null numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault thp mthp collapse hugetlb hugetlb-1g age compaction-curve compaction-effectiveness fallback-storm fragment-module hold mlock-sieve mmap-churn numa-pinned page-cache-mix page-tables pinned-pages pipe-pages sbrk-interleave sculpt slab-dentries socket-buffers thp-fault thpchallenge scenario' ;;
		esac
		;;
	esac
	[[ -z $files ]] || compopt -o filenames
	mapfile -t COMPREPLY < <(
		[[ -z $files ]] || compgen -f -- "$cur"
		compgen -W "$words" -- "$cur"
	)
	[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] ||
		compopt -o nospace
}

_fragbench()
{
	local i

	COMPREPLY=()
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			compopt -o filenames
			mapfile -t COMPREPLY < <(
				compgen -c -f -- "${COMP_WORDS[COMP_CWORD]}"
			)
			return
		fi
	done
	_fragbench_verbs
}

complete -F _fragbench fragbench
