// SPDX-License-Identifier: GPL-2.0-or-later
/* Ties a process to its parent and unties it from the terminal. */
#include "child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/source.h"

void frag_child_begin(const char *name, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before that. */
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	prctl(PR_SET_NAME, name);
	(void)frag_spit("/proc/self/oom_score_adj", "1000");
}
