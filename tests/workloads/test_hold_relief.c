// SPDX-License-Identifier: GPL-2.0-or-later
/* Below `leave` hold gives back what it has; where it has nothing, it says that
 * it gave nothing. */
#include "fragbench/holder.h"
#include "hand.h"

enum { LOOKS = 3, PAGES = 10 };

static uint64_t counter(const struct hand *h, enum frag_hold_counter slot)
{
	return h->share.counters[slot];
}

static void only_what_was_done_counts(void **state)
{
	/* More than any machine has: memory is short at every look. */
	static const char *const more[] = { "leave=1000000G", "memory=1%",
					    "period=10ms", NULL };
	struct hand *h = hand_make("hold", more);
	struct frag_holder *s = h->ctx.state;

	(void)state;
	if (!frag_blocks_order()) {
		hand_free(h);
		print_message("no transparent huge pages here\n");
		skip();
		return;
	}
	assert_int_equal(hand_setup(h), 0);
	hand_step(h, LOOKS);
	assert_int_equal(counter(h, FRAG_HOLD_LOOKS), LOOKS);
	assert_int_equal(counter(h, FRAG_HOLD_RELIEVED), 0);
	assert_int_equal(counter(h, FRAG_HOLD_CORRECTIONS), 0);
	assert_int_equal(frag_dust_take(&s->dust, PAGES), PAGES);
	hand_step(h, LOOKS);
	assert_int_equal(counter(h, FRAG_HOLD_RELIEVED), 1);
	assert_int_equal(counter(h, FRAG_HOLD_DUST_GIVEN), PAGES);
	assert_int_equal(frag_dust_held(&s->dust), 0);
	hand_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_done_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
