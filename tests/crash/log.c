#include "tests/crash/log.h"

#include <string.h>
#include <sys/uio.h>

struct head {
	uint32_t kind, synced, path_size, other_size;
	uint64_t offset, data_len;
};

static struct iovec part(const void *data, size_t len)
{
	union {
		const void *in;
		void *out;
	} address = {data};

	return (struct iovec){address.out, len};
}

int log_put(int fd, const struct log_op *op)
{
	const char *path = op->path ? op->path : "",
		   *other = op->other ? op->other : "";
	struct head head = {
	    .kind = op->kind,
	    .synced = op->synced,
	    .path_size = (uint32_t)strlen(path) + 1,
	    .other_size = (uint32_t)strlen(other) + 1,
	    .offset = op->offset,
	    .data_len = op->data.len,
	};
	struct iovec parts[] = {
	    part(&head, sizeof(head)),
	    part(path, head.path_size),
	    part(other, head.other_size),
	    part(op->data.data, op->data.len),
	};
	size_t len = sizeof(head) + head.path_size + head.other_size + op->data.len;

	return writev(fd, parts, 4) == (ssize_t)len ? 0 : -1;
}

bool log_next(struct bytes *rest, struct log_op *out)
{
	const char *path;
	struct head head;
	size_t len;

	if (rest->len < sizeof(head))
		return false;
	memcpy(&head, rest->data, sizeof(head));
	len = sizeof(head) + head.path_size + head.other_size + head.data_len;
	if (rest->len < len)
		return false;
	path = (const char *)rest->data + sizeof(head);
	*out = (struct log_op){
	    .kind = (enum log_kind)head.kind,
	    .synced = head.synced != 0,
	    .offset = head.offset,
	    .path = path,
	    .other = path + head.path_size,
	    .data = {rest->data + len - head.data_len, head.data_len},
	};
	*rest = (struct bytes){rest->data + len, rest->len - len};
	return true;
}
