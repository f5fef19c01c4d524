#ifndef PAR_NET_KEY_FILE_H
#define PAR_NET_KEY_FILE_H

/*
 * Files that decide who may talk: only their owner, who is the own user or root, may
 * change them or what lies beside them; a secret only its owner may read. Links are
 * followed (secrets of containers are links): what is looked at is the file itself.
 */

#include <stdbool.h>

#include "common/base/faults.h"

/* Opens it to read; whoever opened it closes it. ERR_CONFIG with a fault. */
int key_file_open(const char *path, bool secret, struct faults *faults)
    __attribute__((warn_unused_result));
/* The same of one that is open. ERR_CONFIG with a fault. */
int key_file_check(int fd, const char *path, bool secret, struct faults *faults)
    __attribute__((warn_unused_result));
/*
 * A directory that means something by what lies in it: nobody else may add to it.
 * ERR_CONFIG with a fault.
 */
int key_file_check_dir(const char *dir, struct faults *faults)
    __attribute__((warn_unused_result));

#endif
