#include "dir.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"round.json",  "criteria.csv", "units.csv",
				    "strata.csv",  "roster.csv",   "appraisals.csv",
				    "measured.csv"};

void dir_make(struct dir *d)
{
	const char *base = getenv("TMPDIR");

	snprintf(d->path, sizeof d->path, "%s/par-folder-XXXXXX",
		 base != NULL ? base : "/tmp");
	assert(mkdtemp(d->path) != NULL);
}

void dir_path(const struct dir *d, const char *name, char out[300])
{
	snprintf(out, 300, "%s/%s", d->path, name);
}

void dir_put(const struct dir *d, const char *name, const char *text)
{
	char path[300];
	FILE *f;

	dir_path(d, name, path);
	f = fopen(path, "wb");
	assert(f != NULL);
	assert(fwrite(text, 1, strlen(text), f) == strlen(text));
	assert(fclose(f) == 0);
}

void dir_drop(const struct dir *d)
{
	char path[300];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		dir_path(d, names[i], path);
		unlink(path);
	}
	assert(rmdir(d->path) == 0);
}

void dir_show(const struct faults *f)
{
	for (size_t i = 0; i < f->listed; i++)
		printf("%s:%u: %s\n", f->list[i].file ? f->list[i].file : "-",
		       f->list[i].line, f->list[i].text);
}

static const char good_json[] =
    "{\n"
    "  \"round\": \"v1\",\n"
    "  \"title\": {\"vi\": \"Kỳ 1\", \"en\": \"One\"},\n"
    "  \"scales\": {\"z\": {\"levels\": 2}, \"a\": {\"levels\": 3,\n"
    "    \"values\": [\"0\", \"37,5\", \"100\"]}},\n"
    "  \"strata\": [\"hội\", \"size\"],\n"
    "  \"minimum\": {\"full_rank\": 20, \"rank\": 10,\n"
    "    \"blocks\": {\"XÃ\": {\"rank\": 12}}},\n"
    "  \"bands\": [{\"above\": \"90\", \"name\": {\"vi\": \"Tốt\"}},\n"
    "    {\"from\": \"90\", \"name\": {\"vi\": \"Khá\"}},\n"
    "    {\"from\": \"50\", \"name\": {\"en\": \"Fair\"}}],\n"
    "  \"bonus_max\": \"2.5\"\n"
    "}\n";

static const char good_criteria[] =
    "code,parent,points,source,scale,name_vi,name_en,blocks,lo,hi,direction\n"
    "1,,60,,,Một,One,,,,\n"
    "1.1,1,30,survey,a,Một một,,,,,down\n"
    "1.2,1,30,survey,z,Một hai,,XÃ,,,\n"
    "2,,40,,,Hai,,,,,\n"
    "2.1,2,10,appraised,,Hai một,,,,,\n"
    "2.2,2,30,measured,,Hai hai,,XÃ SỞ,\"0,5\",10,down\n";

static const char good_units[] = "code,block,name_vi,name_en,excludes\n"
				 "s1,SỞ,Sở Một,,2\n"
				 "x1,XÃ,Xã Một,,\n"
				 "x2,XÃ,Xã Hai,,2.1 1.2\n";

static const char good_strata[] = "hội,size,members\n"
				  "A,to,3\n"
				  "A,nhỏ,20\n";

static const char good_roster[] = "respondent,hội,size,code,cluster\n"
				  "DN 1,A,to,k1,\n"
				  "DN 2,A,to,,c\n"
				  "DN 3,A,nhỏ,k3,c\n";

void dir_put_good(struct dir *d)
{
	dir_make(d);
	dir_put(d, "round.json", good_json);
	dir_put(d, "criteria.csv", good_criteria);
	dir_put(d, "units.csv", good_units);
	dir_put(d, "strata.csv", good_strata);
	dir_put(d, "roster.csv", good_roster);
}
