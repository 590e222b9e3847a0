#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The runner of transcripts, held to its own format: what it must pass, what it
# must not pass, what it skips, and that what it accepts passes afterwards. The
# program under test is a few lines of shell.

set -u
run=$(cd "$(dirname "$0")/../cli" && pwd)/run
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2

cat >fake <<'END'
#!/bin/sh
case $1 in
marks) printf '%s\n' '# hash' '$ dollar' '? 1' '@at' '\back' '...' '' end ;;
both) echo out; echo err >&2; exit 3 ;;
blank) printf 'x\n\n' ;;
open) printf x ;;
where) pwd; ls -d "$MACHINES"; echo "$FRAGBENCH_STATE" ;;
lines) printf '%s\n' one 2 3 four ;;
esac
END
chmod +x fake

# Run the transcript on standard input; the exit code is $1, the output has $2;
# it is empty when $1 is 0.
expect() {
	cat >case.t
	FRAGBENCH=./fake sh "$run" case.t >said 2>&1
	code=$?
	if [ $code -ne "$1" ] || { [ -s said ] && ! grep -qF -e "$2" said; } ||
		{ [ ! -s said ] && [ "$1" -ne 0 ]; }; then
		echo "expected $1 and '$2', got $code:"
		cat case.t said
		exit 1
	fi
}

expect 0 nothing <<'END'
# Everything that passes.
@skip needs a shell unless command -v sh

$ fragbench marks
\# hash
\$ dollar
\? 1
\@at
\\back
\...

end

# between
$ fragbench both
out
! err
? 3
$ fragbench blank
x
\
$ fragbench open
x
\ no newline at the end
$ fragbench where
$TMP
$MACHINES
$FRAGBENCH_STATE
$ fragbench lines
one
...
f[..]r
$ fragbench lines
...
$ cat <<EOF
> a
> b
> EOF
a
b
$ fragbench both >&2
! ...
? 3
$ touch here
$ ls
here
END

expect 1 '+! err' <<'END'
$ fragbench both
out
? 3
END
expect 1 '+? 3' <<'END'
$ fragbench both
out
! err
END
expect 1 '-? 3' <<'END'
$ fragbench lines
one
2
3
four
? 3
END
expect 1 '+3' <<'END'
$ fragbench lines
one
2
four
END
expect 1 '-five' <<'END'
$ fragbench lines
...
five
END
expect 1 '+four' <<'END'
$ fragbench lines
one
...
f[..]x
END
expect 1 '+out' <<'END'
$ fragbench both
! ...
? 3
END
expect 1 'no newline' <<'END'
$ fragbench open
x
END
expect 1 "+\\" <<'END'
$ fragbench blank
x
END
expect 77 'skipped: needs the moon' <<'END'
@skip needs the moon unless false
$ fragbench lines
END
expect 2 'unknown directive' <<'END'
@skp needs the moon unless false
END
expect 2 'before any command' <<'END'
one
END

# What is accepted passes, and keeps what was not in question.
cat >case.t <<'END'
# kept
$ fragbench lines
o[..]e
...
$ fragbench lines
t[..]o
f[..]r
$ fragbench marks
$ fragbench blank
$ fragbench open
# kept too
END
FRAGBENCH=./fake sh "$run" --accept case.t >said || exit 1
FRAGBENCH=./fake sh "$run" case.t || exit 1
[ "$(grep -c 'kept\|^[of]\[\.\.\][er]$' case.t)" -eq 4 ] || {
	echo "accepting changed more than it should:"
	cat case.t
	exit 1
}
command=$(sed -i 's/^x$/y/' case.t && FRAGBENCH=./fake sh "$run" case.t |
	sed -n 's/^accept with: //p')
sh -c "$command" >said || exit 1
FRAGBENCH=./fake sh "$run" case.t || {
	echo "the printed command did not accept: $command"
	exit 1
}
