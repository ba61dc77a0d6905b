/*
 * engine_pass.h - one evaluation: what the engine's files share.
 *
 * engine.c applies the event, engine_track.c follows temperature and
 * connection, engine_alert.c makes the alerts agree with both, engine_due.c
 * finds the next moment that matters. Nobody else includes this.
 */
#ifndef FG_ENGINE_PASS_H
#define FG_ENGINE_PASS_H
#include "domain/engine.h"

#define MINUTE_MS	INT64_C(60000)

enum engine_link {
	LINK_UP,		/* reporting, or logged by people alone */
	LINK_UNSEEN,		/* never a temperature, nor overdue */
	LINK_LATE,		/* warning: check-ins missed */
	LINK_LOST		/* critical: temperatures missed */
};

struct engine_pass {
	struct engine_state	*s;
	const struct engine_rules *r;
	const struct engine_event *ev;
	struct engine_effects	*out;
	int64_t			now;
	int64_t			when;	/* of the event, never after now */
	int			proof;	/* good readings this event is worth */
	enum engine_temp	temp;	/* what the event's is, looked at */
	bool			sensor_news;	/* battery and fault count */
	enum engine_link	link;
	bool			log_overdue;
	bool			answered;	/* for, by sensor or people */
};

/* engine_track.c: temperature, connection, status. */
void	engine_take_temp(struct engine_pass *p, centi_t temp);
void	engine_end_excursion(struct engine_pass *p, int good_readings);
void	engine_look(struct engine_pass *p);
void	engine_follow(struct engine_pass *p);
bool	engine_out_of_range(const struct engine_pass *p);
bool	engine_not_cooling(const struct engine_pass *p);
enum engine_reason engine_silence_reason(const struct engine_pass *p);
enum engine_reason engine_confirm_reason(const struct engine_pass *p);
enum engine_reason engine_excursion_reason(const struct engine_pass *p);

/* engine_alert.c: one table row per concern. */
bool	engine_holds(const struct engine_pass *p, enum alert_type type);
void	engine_acknowledge(struct engine_pass *p, struct engine_alert *a);
void	engine_resolve(struct engine_pass *p, struct engine_alert *a,
	    enum engine_reason reason);
void	engine_alert(struct engine_pass *p);

/* engine_due.c: moments (0: never), from state and rules alone. */
int64_t	engine_elapsed(int64_t since_ms, int64_t now_ms);
int64_t	engine_late_at(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_lost_at(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_log_base(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_log_due_at(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_longest_at(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_mask_until(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_confirm_at(const struct engine_state *s,
	    const struct engine_rules *r);
int64_t	engine_next_due(const struct engine_pass *p);
int64_t	engine_settle_clock(struct engine_state *s, int64_t now_ms);

#endif
