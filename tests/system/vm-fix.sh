#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fragbench probe --fix beside real dust: in a guest of its own, in which one
# fragbench holds every other page of most of the memory and another one asks for
# huge pages. The guest is a shell with a few programs of this machine.
. tests/system/common
command -v python3 >/dev/null || skip "skipped: no python3"
need_guests 1500

# Any run fetches the kernel, and says where a guest fails at all.
guests null --memory 256M --kernel debian:6.12 --for 100ms -o "$results"
expect_exit $? 0 5
kernel=$(find "${XDG_CACHE_HOME:-$HOME/.cache}/fragbench/debian/kernels" \
	-path '*/6.12*/boot/vmlinuz-*' 2>/dev/null | sort | tail -n 1)
[ -r "$kernel" ] || skip "skipped: the kernel lies somewhere else"

cat >"$work/dust.ini" <<-END
	; Every other page of most of the memory, and it stays so.
	; No knob is written: two fragbenches that write knobs exclude one another.
	[scenario]
	start = as-is
	pcp = default
	floor = 32M
	[phase fill]
	do = run
	workload = sbrk-interleave
	pages = 200000
	share = 70%
	jitter = 128
	[phase dust]
	do = release
	[phase hold]
	for = 600s
END
cat >"$work/init" <<-'END'
	#!/bin/sh
	export PATH=/bin NO_COLOR=1 HOME=/tmp
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev
	mount -t tmpfs tmp /tmp
	exec >/dev/ttyS1 2>&1
	stty raw -echo 2>/dev/null
	echo never >/sys/kernel/mm/transparent_hugepage/defrag
	echo 0 >/proc/sys/vm/compaction_proactiveness
	echo 2000000 >/proc/sys/vm/percpu_pagelist_high_fraction
	FRAGBENCH_STATE=/tmp/one fragbench run /dust.ini -o /tmp/r >/dev/null 2>/tmp/err &
	n=0
	until grep -q ',hold,' /tmp/r/*/ops.csv 2>/dev/null; do
		sleep 0.5
		n=$((n + 1))
		[ $n -lt 600 ] || { cat /tmp/err; break; }
	done
	echo begin
	FRAGBENCH_STATE=/tmp/two fragbench probe thp --count 110 --floor 32M --fix --yes --json 2>/tmp/err2
	echo "end $?"
	echo o >/proc/sysrq-trigger
	sleep 60
END
cat >"$work/pack.py" <<'END'
# An archive (newc) of programs with all that they are linked with.
import os, re, shutil, subprocess, sys

out, program, folder = sys.argv[1:]
names = {}
for name in "sh mount sleep grep cat stty".split():
    names["bin/" + name] = shutil.which(name)
names["bin/fragbench"] = program
names["init"] = folder + "/init"
names["dust.ini"] = folder + "/dust.ini"
for path in list(names.values()):
    linked = subprocess.run(["ldd", path], capture_output=True, text=True)
    for library in re.findall(r"(/\S+) \(0x", linked.stdout):
        names[library[1:]] = library
number = 0
with open(out, "wb") as f:
    def entry(name, mode, data=b""):
        global number
        number += 1
        head = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0,
                len(name) + 1, 0]
        text = "070701" + "".join("%08x" % v for v in head)
        for part in (text.encode() + name.encode() + b"\0", data):
            f.write(part + b"\0" * (-len(part) % 4))
    folders = {"proc", "sys", "dev", "tmp"}
    for name in names:
        parent = os.path.dirname(name)
        while parent:
            folders.add(parent)
            parent = os.path.dirname(parent)
    for name in sorted(folders):
        entry(name, 0o40755)
    for name, path in names.items():
        entry(name, 0o100755, open(path, "rb").read())
    entry("TRAILER!!!", 0)
END
python3 "$work/pack.py" "$work/archive" "$FRAGBENCH" "$work" ||
	fail "the guest's files cannot be packed"
timeout 1200 "${FRAGBENCH_QEMU:-qemu-system-x86_64}" -M pc -accel tcg,thread=multi \
	-cpu max -smp 2 -m 512 -nodefaults -nic none -display none -no-reboot \
	-kernel "$kernel" -initrd "$work/archive" \
	-append "console=ttyS0 panic=-1 quiet mitigations=off rdinit=/init" \
	-serial "file:$work/out" -serial "file:$work/said" >"$work/err" 2>&1
grep -q '^end ' "$work/said" || {
	cat "$work/said"
	fail "the guest did not come to its end"
}
python3 - "$work/said" <<'END' || fail "the steps do not tell the truth"
import json, sys
text = open(sys.argv[1]).read().replace("\r", "")
code = int(text.rsplit("end ", 1)[1])
found = json.loads(text.split("begin\n", 1)[1].rsplit("end ", 1)[0])
steps = found[0]["steps"]
names = [s["step"] for s in steps]
print([(s["step"], s["way"]["suitable"], s["way"]["unusable"],
        s["answer"]["successes"]) for s in steps], code)
assert names == ["as it was", "drained", "slab dropped", "compacted"], names
for s in steps:
    answer = s["answer"]
    # The kernel may not compact for it: what comes is what is there.
    assert answer["successes"] <= s["way"]["suitable"] + 8, s
    assert answer["given_back"] == answer["successes"], s
    assert answer["verified"] == "frames", s
first, last = steps[0], steps[-1]
assert first["way"]["unusable"] > 0.3, first
assert last["way"]["unusable"] < first["way"]["unusable"] / 2, last
assert last["answer"]["successes"] > first["answer"]["successes"] + 15, last
assert code == (0 if last["answer"]["successes"] == 110 else 1), code
END
echo "all is well"
