/* answer.h - what goes out: headers, body, errors in both forms. */
#ifndef FG_ANSWER_H
#define FG_ANSWER_H
#include "web/request.h"

/* The answer to a result that no handler has answered. */
void	answer_rc(struct web_req *req, enum web_rc rc);
void	answer_send(struct web_req *req);

#endif
