/*
 * Makes finished pages livelier: values and states from the stream, ages that
 * tick, a few keys. Every page is complete without it. What an element shows
 * is named by data-field; anything that changes more than a value is fetched
 * anew and <main> swapped, so that the server stays the only place that knows
 * how a page looks.
 */
'use strict';
(() => {
const page = document.body.dataset;
const live = document.getElementById('live');
const announce = document.getElementById('announce');
const SWAP_EVERY = 3000, AGE_EVERY = 5000, REFRESH_EVERY = 300000;
let skew = page.now ? Date.parse(page.now) - Date.now() : 0;
let swapTimer = 0, swappedAt = 0;

const main = () => document.getElementById('main');

/* The same words as the server's when_age(). */
function age(ms) {
	const s = Math.max(0, Math.floor(ms / 1000));
	const m = Math.floor(s / 60), h = Math.floor(m / 60);
	const d = Math.floor(h / 24);

	if (s < 60)
		return s + ' s';
	if (m < 60)
		return m + ' min';
	if (h < 24)
		return h + ' h ' + m % 60 + ' min';
	return d + ' d ' + h % 24 + ' h';
}

function tick() {
	const now = Date.now() + skew;

	for (const t of main().querySelectorAll('time[data-age]')) {
		const at = Date.parse(t.dateTime);
		if (at)
			t.textContent = age(now - at);
	}
}

/* The wire has degrees Celsius; the unit's element says what people read. */
function degrees(celsius, unit) {
	const t = unit === 'F' ? celsius * 1.8 + 32 : Number(celsius);

	return t.toFixed(2).replace('-', '\u2212') + ' \u00b0' + (unit || 'C');
}

function put(root, field, text) {
	const e = root.querySelector('[data-field="' + field + '"]');

	if (e && text !== null && e.textContent !== text)
		e.textContent = text;
}

function each(event, change) {
	const id = CSS.escape(event.unitId);

	/* A row of the wall says its unit in its link alone: room is dear. */
	for (const e of main().querySelectorAll('[data-unit-id="' + id +
	    '"], tr:has(th a[href="/units/' + id + '"])'))
		change(e);
}

function reading(event) {
	each(event, (e) => {
		const t = e.querySelector('time[data-field="recordedAt"]');

		/* A late reading is history: it changes no current value. */
		if (t && Date.parse(t.dateTime) > Date.parse(event.recordedAt))
			return;
		if (t)
			t.dateTime = event.recordedAt;
		else
			swap();		/* its first reading ever */
		if (event.temperature !== null)
			put(e, 'temperature',
			    degrees(event.temperature, e.dataset.unit));
		if (event.humidity !== null && event.humidity !== undefined)
			put(e, 'humidity', Math.round(event.humidity) + ' %');
	});
	tick();
	if (main().querySelector('.chart'))
		swap();
}

function state(event) {
	each(event, (e) => {
		e.dataset.status = event.status;
		put(e, 'statusLabel', event.statusLabel);
	});
	swap();
}

function alerted(event) {
	announce.textContent = event.title;
	swap();
}

/* Somebody is writing: their words matter more than fresh ones of ours. */
function busy() {
	return [...main().querySelectorAll('textarea')].some((f) => f.value) ||
	    [...main().querySelectorAll('input')].some((f) =>
		f.value !== f.defaultValue);
}

function swap() {
	const wait = swappedAt + SWAP_EVERY - Date.now();

	if (!swapTimer)
		swapTimer = setTimeout(fetchMain, Math.max(wait, 100));
}

async function fetchMain() {
	swappedAt = Date.now();
	swapTimer = 0;
	if (busy() || document.hidden)
		return;
	try {
		const r = await fetch(location.href,
		    { headers: { Accept: 'text/html' } });
		if (r.redirected)
			return location.reload();	/* signed out */
		if (r.ok)
			replace(await r.text());
	} catch (e) {
		say('paused');
	}
}

function replace(html) {
	const fresh = new DOMParser().parseFromString(html, 'text/html');
	const next = fresh.getElementById('main');
	const focus = document.activeElement;
	const key = focus && (focus.getAttribute('href') ||
	    focus.getAttribute('name'));

	if (!next || busy())
		return;
	if (fresh.body.dataset.now)
		skew = Date.parse(fresh.body.dataset.now) - Date.now();
	main().replaceWith(document.adoptNode(next));
	if (key && !document.contains(focus)) {
		const k = CSS.escape(key);
		const e = main().querySelector('[href="' + k + '"],[name="' +
		    k + '"]');
		if (e)
			e.focus({ preventScroll: true });
	}
}

function say(how) {
	const words = { on: 'Live', paused: 'Live updates paused' };

	document.body.dataset.live = how;
	if (live && live.textContent !== words[how])
		live.textContent = words[how];
}

function listen(delay) {
	const source = new EventSource(page.stream);
	/* A page about one unit does not care for the others. */
	const on = (name, then) => source.addEventListener(name, (e) => {
		const event = e.data ? JSON.parse(e.data) : {};
		if (!page.unit || !event.unitId || page.unit === event.unitId)
			then(event);
	});

	source.onopen = () => {
		say('on');
		delay = 1000;
	};
	/* The browser tries again by itself, unless it was refused outright. */
	source.onerror = () => {
		say('paused');
		if (source.readyState === EventSource.CLOSED)
			setTimeout(listen, delay, Math.min(delay * 2, 60000));
	};
	on('sensor:reading', reading);
	on('unit:state', state);
	on('alert:triggered', alerted);
	on('alert:updated', swap);
	on('unit:history', swap);
	on('reset', swap);
}

function move(step) {
	const links = [...main().querySelectorAll('tbody th a')];
	const at = links.indexOf(document.activeElement);
	const to = links[Math.min(Math.max(at + step, 0), links.length - 1)];

	if (to)
		to.focus();
}

document.addEventListener('keydown', (e) => {
	if (e.ctrlKey || e.altKey || e.metaKey ||
	    /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName))
		return;
	if (e.key === 'j')
		move(1);
	else if (e.key === 'k')
		move(-1);
	else if (e.key === '/') {
		const f = main().querySelector('input[type=search]');
		if (f) {
			e.preventDefault();
			f.focus();
		}
	}
});
/* What the server would say of a log: out of range takes an action. */
document.addEventListener('input', (e) => {
	const form = e.target.closest('form[data-log]');
	if (!form || e.target.name !== 'temperature')
		return;
	const t = e.target.valueAsNumber, { low, high } = form.dataset;
	const word = t < Number(low ?? -Infinity) ? 'Below the limit: ' :
	    t > Number(high ?? Infinity) ? 'Above the limit: ' : '';

	form.elements.correctiveAction.required = word !== '';
	put(form, 'judgement', word && word + 'say what is done about it.');
});
document.addEventListener('visibilitychange', () => {
	if (!document.hidden && page.stream)
		swap();
});
/* On paper an age means nothing without its hour. */
addEventListener('beforeprint', () => {
	page.now = new Date(Date.now() + skew).toISOString();
	tick();
});
setInterval(tick, AGE_EVERY);
if (page.stream) {
	listen(1000);
	setInterval(swap, REFRESH_EVERY);
}
})();
