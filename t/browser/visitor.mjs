/*
 * Who looks at the pages: one Chromium for all tests, a fresh profile for each,
 * already signed in if the test says as whom. A test whose page reports an
 * error (script, policy, resource) fails, unless it says which to expect.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { person, url } from './stack.mjs';

/* t/http-browser.sh has put the packages below the working directory. */
export const require = createRequire(`${process.cwd()}/browser/`);
const { chromium } = require('playwright-core');

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--disable-background-networking', '--disable-component-update',
		'--disable-gpu', '--disable-sync', '--no-first-run'],
});
const signedIn = new Map();

after(() => browser.close());

export async function signIn(page, who) {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill(who.email);
	await page.getByLabel('Password').fill(who.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { name: 'Now' }).waitFor();
}

/* The cookies of somebody with that role; one sign-in for all tests. */
async function session(role) {
	if (!signedIn.has(role)) {
		const context = await browser.newContext({ baseURL: url });

		await signIn(await context.newPage(), person(role));
		signedIn.set(role, await context.storageState());
		await context.close();
	}
	return signedIn.get(role);
}

/* A page of its own visitor; errors collects what it complains about. */
export async function visit({ role, expect, ...options }) {
	const context = await browser.newContext({
		baseURL: url,
		locale: 'en-GB',
		viewport: { width: 1280, height: 800 },
		storageState: role && await session(role),
		...options,
	});
	const page = await context.newPage();
	const errors = [];
	const note = (text) => expect?.test(text) || errors.push(text);

	page.setDefaultTimeout(30000);
	page.on('pageerror', (e) => note(e.message));
	page.on('console', (m) => {
		if (m.type() === 'error' || m.type() === 'warning')
			note(m.text());
	});
	return { context, errors, page };
}

export function visitor(sentence, options, body) {
	test(sentence, async () => {
		const v = await visit(options);

		try {
			await body(v.page, v.context);
			assert.deepEqual(v.errors, []);
		} catch (e) {
			const name = sentence.replace(/\W+/g, '-');

			await v.page.screenshot({ fullPage: true,
				path: `browser/${name}.png` }).catch(() => {});
			throw e;
		} finally {
			await v.context.close();
		}
	});
}

/* A visit that stays on its page: fails if the page is ever loaded again. */
export async function stay(page, body) {
	await page.evaluate(() => { window.stayed = true; });
	await body();
	assert.ok(await page.evaluate(() => window.stayed),
	    'the page was loaded again');
}

/* The first of these elements that says so, as soon as one does. */
export function says(locator, text) {
	return locator.filter({ hasText: text }).first().waitFor();
}

export function row(page, unit) {
	return page.getByRole('row').filter({
		has: page.getByRole('link', { name: unit.name, exact: true }),
	});
}

/* Until the page listens to the stream: what happens from now on is live. */
export function listening(page) {
	return page.locator('body[data-live=on]').waitFor();
}

/* The newest open alert of the unit. */
export async function openAlert(page, unit) {
	await page.goto('/alerts');
	await page.getByRole('row').filter({ hasText: unit.name })
	    .getByRole('link').first().click();
	await page.getByRole('heading', { name: 'Timeline' }).waitFor();
}
