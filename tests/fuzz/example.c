#include "tests/fuzz/example.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/round/manifest.h"
#include "tests/fuzz/scratch.h"

static const char *const files[][2] = {
    {"round.json",
     "{\"round\": \"KY-1\", \"title\": {\"vi\": \"Kỳ thử\", \"en\": \"Test\"},\n"
     "\"scales\": {\"muc5\": {\"levels\": 5}, \"muc3\": {\"levels\": 3,\n"
     "\"values\": [\"0\", \"50.5\", \"100\"], \"labels\": [\"kém\", {\"vi\": "
     "\"vừa\"},\n"
     "{\"vi\": \"tốt\", \"en\": \"good\"}]}},\n"
     "\"strata\": [\"quy_mo\", \"vung\"], \"collapse_first\": true,\n"
     "\"minimum\": {\"full_rank\": 40, \"rank\": 20, \"cell_score\": 3,\n"
     "\"cell_show\": 10, \"blocks\": {\"so\": {\"rank\": 25}}},\n"
     "\"rounding\": {\"decimals\": 2, \"rule\": \"half_even\"},\n"
     "\"bands\": [{\"from\": \"50\", \"name\": \"Khá\"},\n"
     "{\"above\": \"80\", \"name\": {\"vi\": \"Tốt\", \"en\": \"Good\"}}],\n"
     "\"bonus_max\": \"5\", \"penalty_max\": \"5\",\n"
     "\"opens\": \"2025-01-01T00:00:00+07:00\",\n"
     "\"closes\": \"2025-12-31T17:00:00+07:00\"}\n"},
    {"criteria.csv",
     "code,parent,points,source,scale,name_vi,name_en,blocks,lo,hi,direction\n"
     "A,,60,,,Phục vụ,Service,,,,\n"
     "A1,A,40,survey,muc5,Thái độ,Manner,,,,\n"
     "A2,A,20,survey,muc3,Thời gian,Time,so,,,down\n"
     "B,,25,appraised,,Công khai,Openness,,,,\n"
     "C,,15,measured,,Trễ hạn,Late,,0,\"12,5\",down\n"},
    {"units.csv", "code,block,name_vi,name_en,excludes\n"
		  "S1,so,Sở Một,One,\nS2,so,Sở Hai,Two,A2 C\nX1,xa,Xã Một,Three,\n"},
    {"strata.csv", "quy_mo,vung,members\nlon,bac,30\nnho,bac,40\nnho,nam,50\n"},
    {"roster.csv", "respondent,quy_mo,vung,code,cluster\n"
		   "DN 1,lon,bac,abc,c1\nDN 2,nho,bac,,c1\nDN 3,nho,nam,def,\n"
		   "DN 4,nho,nam,,\n"},
};

void example_folder(void)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		scratch_file(files[i][0], bytes_str(files[i][1]));
}

static void read_example(struct round *r)
{
	struct roster_rows rows;
	struct faults faults;
	int err = sodium_init();

	assert(err >= 0);
	example_folder();
	faults_init(&faults);
	err = folder_read(scratch_dir(), r, &rows, &faults);
	assert(err == 0);
	roster_rows_free(&rows);
	faults_free(&faults);
}

const struct round *example_round(void)
{
	static struct round round;

	if (round.code == NULL)
		read_example(&round);
	return &round;
}

struct bytes example_manifest(void)
{
	static struct buf manifest;
	int err;

	if (manifest.data == NULL) {
		buf_init(&manifest, MANIFEST_BYTES_MAX);
		err = manifest_encode(example_round(), true, &manifest);
		assert(err == 0);
	}
	return buf_bytes(&manifest);
}

static void check_rules(const struct round *a, const struct round *b)
{
	uint8_t left[32], right[32];
	int err = manifest_rules_digest(a, left);

	assert(err == 0);
	err = manifest_rules_digest(b, right);
	assert(err == 0);
	assert(memcmp(left, right, sizeof left) == 0);
}

void example_check_manifest(const struct round *r, bool with_roster)
{
	struct faults faults;
	struct round again;
	struct buf one, two;
	int err;

	faults_init(&faults);
	buf_init(&one, MANIFEST_BYTES_MAX);
	buf_init(&two, MANIFEST_BYTES_MAX);
	err = manifest_encode(r, with_roster, &one);
	assert(err == 0);
	err = manifest_decode(buf_bytes(&one), &again, &faults);
	assert(err == 0 && faults.count == 0);
	err = manifest_encode(&again, with_roster, &two);
	assert(err == 0);
	assert(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
	check_rules(r, &again);
	model_free(&again);
	buf_free(&one);
	buf_free(&two);
	faults_free(&faults);
}
