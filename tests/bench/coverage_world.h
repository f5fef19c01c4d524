#ifndef PAR_TESTS_COVERAGE_WORLD_H
#define PAR_TESTS_COVERAGE_WORLD_H

/*
 * Simulated rounds whose truth is known. A world is a round of one block and a
 * superpopulation of raters; every draw from it is a sample as the scorer gets one.
 *
 * An answer is the level that a normal number falls into; its mean is set so that the
 * expected value of the answer is the truth of unit, leaf and stratum. Half of its
 * variance is shared by the answers of a sheet; of this half, parts may be shared by
 * the sheets of a rater or of a cluster. One answer in ten is "don't know", at random.
 * Five levels; eight leaves in four fields, or in mode composite five fields that are
 * leaves. The truth of a unit is its expected index in the frame.
 */

#include "common/round/sample.h"

enum world_clusters {
	WORLD_ALONE,  /* every rater is a cluster */
	WORLD_SPREAD, /* of 5 to 20 raters, over all units */
	WORLD_WITHIN, /* of 5 to 20 raters, about one unit */
	WORLD_HUGE,   /* a fifth of all raters is one cluster, the others are alone */
};

/* Four strata that answer equally often, each of another mean. */
enum world_strata { WORLD_ONE, WORLD_4_TO_1, WORLD_11_TO_1 };

enum world_mode { WORLD_POINTS, WORLD_COMPOSITE, WORLD_MINMAX };

struct scenario {
	const char *name;
	uint32_t units;
	double truth;    /* of the first unit, 0..100 */
	double step;     /* by which the truth falls, */
	uint32_t tied;   /* every so many units; 0: every unit */
	uint32_t sheets; /* about each unit; if a rater rates several, on average */
	uint32_t spread; /* or up to so many fewer */
	uint32_t each;   /* units that a rater rates; 0: one */
	enum world_clusters clusters;
	/* Parts of the variance of an answer; 0.17 makes the correlation of two sheets'
	 * indexes 0.3. */
	double rater, cluster;
	enum world_strata strata;
	enum world_mode mode;
};

struct world {
	const struct scenario *scenario;
	struct round round;
	struct sample sample;
	double *truth;  /* by unit, on the scale of the index */
	double *normal; /* means, by unit, leaf and stratum */
	struct sample_sheet *sheets;
	uint8_t *answers;
	uint32_t *rated; /* by rater: the one unit that it rates */
	size_t room;     /* of the last three */
};

/* Ends the process when memory runs out or the scenario is no valid round. */
void world_open(struct world *w, const struct scenario *scenario);
void world_close(struct world *w);

/*
 * Makes w->sample anew: draw `number` of the generator with this seed. The code of the
 * round names both, so that the seed of METHOD U4 is another one too.
 */
void world_draw(struct world *w, uint64_t seed, uint32_t number);

#endif
