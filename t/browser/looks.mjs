/*
 * How the pages look and weigh: on a desk, on a phone, in the dark, on paper,
 * to a screen reader and to a slow line.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MINUTE, job, send, unit, url } from './stack.mjs';
import { openAlert, require, says, visitor } from './visitor.mjs';

const axe = require('axe-core').source;
const ice = unit('Ice cream freezer');		/* −28.89 to −17.78 °C */
const manager = { role: 'manager' };
const desk = { width: 1280, height: 800 };
const phone = { width: 320, height: 640 };

/* Doors that open, an hour of silence, an alarm. */
test('a night of a unit comes in at once', async () => {
	const now = Date.now();

	for (let m = 8 * 60; m > 0; m -= 10) {
		if (m > 300 && m < 360)
			continue;
		await send(ice, {
			temperature: m > 40 ? -20 - m % 7 / 10 : -12 - m % 3,
			door_status: m % 60 === 0 ? 'open' : 'closed',
			battery_voltage: 3.1,
		}, now - m * MINUTE);
	}
	await send(ice, { temperature: -11.4, door_status: 'closed' });
	job('replay');
});

/* Where each page is, or how to get there. */
const pages = {
	'the sign-in': '/sign-in',
	'Now': '/',
	'an empty Now': '/?q=nothing+is+called+so',
	'a day of a unit': ice.path,
	'a week of a unit': `${ice.path}?period=7d`,
	'a month of a unit': `${ice.path}?period=30d`,
	'the readings of a unit': `${ice.path}/readings`,
	'Alerts': '/alerts',
	'an empty list of alerts': '/alerts?status=escalated',
	'an alert': (page) => openAlert(page, ice),
	'a page that is not there': '/nowhere',
	'a request that makes no sense': '/?status=fine',
	'a form that is too large': async (page) => {
		await page.goto('/sign-in');
		await page.getByLabel('E-mail').fill('a@b.example');
		await page.getByLabel('Password').evaluate((e) => {
			e.maxLength = 70000;
			e.value = 'x'.repeat(70000);
		});
		await page.getByRole('button', { name: 'Sign in' }).click();
		await says(page.locator('h1'), 'larger');
	},
};

function open(page, where) {
	return typeof where === 'string' ? page.goto(where) : where(page);
}

/* What leaves the viewport to the right, by name. */
function overflow() {
	const width = document.documentElement.clientWidth;

	if (document.documentElement.scrollWidth <= width)
		return [];
	return [...document.body.querySelectorAll('*')].filter((e) =>
	    e.getBoundingClientRect().right > width + 1)
	    .slice(0, 3).map((e) => e.outerHTML.slice(0, 80));
}

/* In words: the rule broken, and where. */
async function barriers() {
	const found = await window.axe.run({ resultTypes: ['violations'] });

	return found.violations.map((v) => `${v.impact} ${v.id}: ` +
	    v.nodes.map((n) => `${n.target} (${n.failureSummary})`)
	    .slice(0, 3).join(', '));
}

async function look(page, how, size, media) {
	await page.setViewportSize(size);
	await page.emulateMedia(media);
	assert.deepEqual(await page.evaluate(overflow), [], how);
	if (media.media !== 'print')
		assert.deepEqual(await page.evaluate(barriers), [], how);
}

for (const [name, where] of Object.entries(pages))
	visitor(`${name} fits everywhere and keeps nobody out`, {
		role: where === '/sign-in' ? undefined : 'manager',
		expect: /40[04]|413/,
	}, async (page) => {
		await open(page, where);
		await page.evaluate(axe);
		await look(page, 'light', desk, { colorScheme: 'light' });
		await look(page, 'phone', phone, { colorScheme: 'light' });
		await look(page, 'dark phone', phone, { colorScheme: 'dark' });
		await look(page, 'dark', desk, { colorScheme: 'dark' });
		await look(page, 'print', { width: 680, height: 960 },
		    { colorScheme: 'light', media: 'print' });
	});

visitor('a state is told by a word and a shape', manager, async (page) => {
	await page.goto('/');
	const states = await page.locator('.units .s').evaluateAll((all) =>
	    all.map((e) => ({
		status: e.closest('tr').dataset.status,
		word: e.textContent,
		shape: getComputedStyle(e, '::before').content,
	    })));
	const word = new Map(), shape = new Map();

	for (const s of states) {
		assert.match(s.word, /^[A-Z]/);
		assert.match(s.shape, /^"."/);
		word.set(s.word, s.status);
		shape.set(s.shape, s.status);
	}
	assert.ok(word.size > 1);
	assert.equal(word.size, shape.size);
});

visitor('on paper, where ages mean nothing, Now says of which moment it is',
    manager, async (page) => {
	await page.goto('/');
	await page.emulateMedia({ media: 'print' });
	assert.match(await page.evaluate(() =>
	    getComputedStyle(document.body, '::before').content),
	    /As of .*20\d\d-\d\d-\d\dT\d\d:\d\d/);
});

visitor('a chart shows limits, silence, doors and alerts', manager,
    async (page) => {
	await page.goto(ice.path);
	for (const part of ['range', 'limit', 'gap', 'door', 'alert-bar', 'line'])
		assert.ok(await page.locator(`.chart .${part}`).count() > 0,
		    part);
});

for (const name of ['Now', 'a day of a unit', 'Alerts', 'an alert'])
	visitor(`${name} costs a new visitor three requests and 35 kB at most`,
	    manager, async (page, context) => {
		await open(page, pages[name]);
		const fresh = await context.newPage();
		const line = await context.newCDPSession(fresh);
		const requests = new Map();

		await line.send('Network.enable');
		await line.send('Network.setCacheDisabled',
		    { cacheDisabled: true });
		line.on('Network.requestWillBeSent', (e) => {
			if (e.type !== 'EventSource' &&
			    !e.request.url.startsWith('data:'))
				requests.set(e.requestId, 0);
		});
		line.on('Network.loadingFinished', (e) => {
			if (requests.has(e.requestId))
				requests.set(e.requestId, e.encodedDataLength);
		});
		await fresh.goto(page.url(), { waitUntil: 'load' });
		const sizes = [...requests.values()];
		assert.ok(sizes.length <= 3, `${sizes.length} requests`);
		assert.ok(sizes.every((n) => n > 0));
		const sum = sizes.reduce((a, b) => a + b, 0);
		assert.ok(sum <= 35000, `${sum} bytes`);
	});

visitor('the script is 6 kB at most when compressed', {}, async () => {
	const script = await fetch(`${url}/static/frostguard.js`);

	assert.ok(gzipSync(await script.text()).length <= 6000);
});
