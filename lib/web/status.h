/* status.h - what each enum web_rc is called: status, code, words. */
#ifndef FG_STATUS_H
#define FG_STATUS_H
#include "web/web.h"

struct status {			/* static */
	int		 http;
	const char	*code;		/* NULL: no error */
	const char	*title;		/* for people */
	const char	*message;	/* if a refusal has none of its own */
	int		 retry_after_s;	/* 0: not sent */
};

const struct status	*status_of(enum web_rc rc);
const char		*status_reason(int http);

#endif
