# A disk that is full: nothing must look like success.
$ fragbench list >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench list --json >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench help --man >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench --version >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4
$ fragbench --help >/dev/full
! fragbench: cannot write to standard output: No space left on device
? 4

# Standard output is closed.
$ fragbench list >&-
! fragbench: cannot write to standard output: Bad file descriptor
? 4
$ fragbench help --man >&-
! fragbench: cannot write to standard output: Bad file descriptor
? 4

# With every stream closed it still says by its exit code what happened.
$ fragbench list <&- >&- 2>&-
? 4
$ fragbench nonsense <&- >&- 2>&-
? 2

# No file of ours takes the place of a closed stream: a command gets /dev/null.
$ fragbench record -o r -- sh -c 'cd /proc/$$/fd && readlink 0 1 2 >"$TMP/fds"' <&- >&- 2>&-
$ cat fds
/dev/null
$TMP/fds
/dev/null

# A reader that has seen enough is no error, and nothing is said.
$ (fragbench help --man; echo $? >code) | head -n 1
.\" SPDX-License-Identifier: GPL-2.0-or-later
$ cat code
0
$ mkfifo gone
$ (read -r x <gone; fragbench list; echo $? >code) | (exec <&-; echo >gone)
$ cat code
0

# An error keeps its own exit code when standard output is broken as well.
$ fragbench list nonsense >/dev/full
! fragbench: cannot list 'nonsense': there are workloads, scenarios, probes and collectors
!   mend: fragbench list
? 2
