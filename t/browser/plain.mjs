/* The same work without JavaScript: forms and links are enough. */
import assert from 'node:assert/strict';
import { person, send, unit } from './stack.mjs';
import { openAlert, row, says, signIn, visitor } from './visitor.mjs';

const oyster = unit('Oyster case');		/* at most 5 °C */
const options = { javaScriptEnabled: false };

visitor('without JavaScript, one signs in, looks around and signs out',
    options, async (page) => {
	await send(oyster, { temperature: 3.3 });
	await signIn(page, person('manager'));
	await says(row(page, oyster), '3.30 °C');
	await says(row(page, oyster), /\d s/);
	await row(page, oyster).getByRole('link').click();
	await says(page.locator('h1'), oyster.name);
	await page.getByRole('link', { name: '7 days' }).click();
	await page.waitForURL(/period=7d/);
	assert.equal(await page.getByRole('img',
	    { name: `Temperature of ${oyster.name}` }).count(), 1);
	await page.getByRole('link', { name: 'Readings as a table' }).click();
	await says(page.getByRole('cell'), '3.30 °C');
	await page.getByRole('link', { name: 'Alerts', exact: true }).click();
	await says(page.locator('h1'), 'Alerts');
	await page.getByRole('link', { name: 'Resolved' }).click();
	await page.waitForURL(/status=resolved/);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.waitForURL('**/sign-in');
	await page.goBack();
	await page.reload();
	await page.waitForURL(/\/sign-in/);
});

visitor('without JavaScript, the filter works by its button', {
    ...options, role: 'viewer' }, async (page) => {
	await page.goto('/');
	await page.getByRole('searchbox').fill('oyster');
	await page.getByRole('button', { name: 'Filter' }).click();
	await page.waitForURL(/q=oyster/);
	assert.equal(await page.locator('.units tbody tr').count(), 1);
});

visitor('without JavaScript, an alert is acknowledged and resolved', {
    ...options, role: 'manager', expect: /409/ }, async (page) => {
	const status = page.locator('[data-field=status]');
	const action = page.getByLabel('Corrective action');
	const resolve = page.getByRole('button', { name: 'Resolve' });

	await send(oyster, { temperature: 12.1 });
	await page.goto('/');
	await says(row(page, oyster), 'Excursion');
	await openAlert(page, oyster);
	await page.getByLabel('What are you doing about it?')
	    .fill('Oysters are on ice.');
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await says(status, 'Acknowledged');
	await says(page.locator('.timeline'), 'Oysters are on ice.');

	await action.fill('None yet.');
	await resolve.click();
	await says(page.getByRole('alert'), 'still so');
	await send(oyster, { temperature: 4.8 });	/* not yet well inside */
	await action.fill('Reset the thermostat.');
	await resolve.click();
	await says(status, 'Resolved');
	await says(page.getByRole('region', { name: 'Corrective actions' }),
	    'Reset the thermostat.');
});

visitor('without JavaScript, a log out of range comes back for what is done', {
    ...options, role: 'staff', expect: /400/ }, async (page) => {
	const temperature = page.getByLabel('Temperature, °C');
	const action = page.getByLabel('What is done about it');

	await page.goto(oyster.path);
	await temperature.fill('9.75');
	await page.getByLabel('Note').fill('Felt warm.');
	await page.getByRole('button', { name: 'Log', exact: true }).click();
	await says(page.getByRole('alert'), 'is required where');
	assert.equal(await temperature.inputValue(), '9.75');
	assert.equal(await page.getByLabel('Note').inputValue(), 'Felt warm.');
	await action.fill('Added ice.');
	await page.getByRole('button', { name: 'Log', exact: true }).click();
	await page.waitForURL(`**${oyster.path}#logs`);
	await says(page.locator('.logs tr'), /9\.75 °C.*no.*Sam Staff.*ice/s);
});

visitor('without JavaScript, what is missing is named', {
    ...options, role: 'manager', expect: /400/ }, async (page) => {
	await send(oyster, { temperature: 3 });
	await send(oyster, { temperature: 13 });
	await openAlert(page, oyster);
	await page.locator('textarea').evaluateAll((all) => {
		for (const e of all)
			e.required = false;
	});
	await page.getByRole('button', { name: 'Resolve' }).click();
	await says(page.locator('#main'), 'correctiveAction');
});
