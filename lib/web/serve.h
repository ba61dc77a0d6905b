/* serve.h - one request from its first check to its last byte. */
#ifndef FG_SERVE_H
#define FG_SERVE_H
#include "web/request.h"

/* req is as request_init() or the last request left it. False: its handler has
 * put it off. */
bool	serve_request(struct web_req *req);
/* The answer to one whose connection was taken: it is refused after all. */
void	serve_refusal(struct web_req *req, enum web_rc rc);

#endif
