#ifndef PAR_METHOD_DIGEST_H
#define PAR_METHOD_DIGEST_H

/*
 * The hash of a result: SHA-256 over, in order, numbers as 8 bytes big-endian and texts
 * as their length and bytes:
 *
 *   text "par-result/2"; the 32 bytes of the digest of the rules
 *   number of strata; of each its labels (texts), N_h, m_h
 *   of each unit, stratum and surveyed leaf that applies, and each answer given, in this
 *   order: unit, stratum, place of the leaf among the surveyed, slot of the answer
 *   (tally.h), how often; then 2^64 - 1
 *   number of appraisals; of each, by unit, target, criterion and evidence: unit, target
 *   (0 criterion, 1 bonus, 2 penalty), criterion (0 unless it is one), points in
 *   millionths, evidence
 *   number of measured values; of each, by unit and criterion: unit, criterion, value in
 *   millionths, evidence
 *   number of units; of each: the exact fraction, the figure, status, rank, best place,
 *   worst place, 1 + band, whether the band is certain, SE, both ends of the interval,
 *   raters, criteria that count, criteria that apply
 *
 * Places count from 0. Nothing in it tells when, where or by whom it was made.
 */

#include "common/method/result.h"

/* Sets r->hash from what is otherwise ready. -ENOMEM. */
int digest_result(struct result *r) __attribute__((warn_unused_result));

#endif
