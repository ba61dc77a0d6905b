/* serve.h - one request from its first check to its last byte. */
#ifndef FG_SERVE_H
#define FG_SERVE_H
#include "web/request.h"

/* req is as request_init() or the last call left it. */
void	serve_request(struct web_req *req);
/* The answer to a request that was to be answered later. */
void	serve_refusal(struct web_req *req, enum web_rc rc);

#endif
