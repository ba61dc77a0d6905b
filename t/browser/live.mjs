/* What moves by itself: values, states and alerts, on pages that stay. */
import assert from 'node:assert/strict';
import { killStreamer, person, rename, send, unit } from './stack.mjs';
import { listening, openAlert, row, says, signIn, stay, visit, visitor }
    from './visitor.mjs';

const fish = unit('Fish fridge');		/* 0 to 4 °C */
const prep = unit('Prep fridge');		/* at most 5 °C */
const freezer = unit('Walk-in freezer');	/* −28.89 to −17.78 °C */
const cooler = unit('Walk-in cooler');
const dessert = unit('Dessert display');
const manager = { role: 'manager' };

visitor('signing in leads to Now, and signing out away from it', {},
    async (page) => {
	await page.goto('/alerts?status=resolved');
	assert.match(page.url(), /\/sign-in\?next=/);
	await page.getByLabel('E-mail').fill(person('staff').email);
	await page.getByLabel('Password').fill(person('staff').password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL('**/alerts?status=resolved');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.waitForURL('**/sign-in');
	await page.goto('/');
	assert.match(page.url(), /\/sign-in/);
});

visitor('a wrong password keeps the address and says what is wrong',
    { expect: /401/ }, async (page) => {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill('nobody@nowhere.example');
	await page.getByLabel('Password').fill('guess');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await says(page.getByRole('alert'), 'wrong');
	assert.equal(await page.getByLabel('E-mail').inputValue(),
	    'nobody@nowhere.example');
	assert.equal(await page.getByLabel('Password').inputValue(), '');
});

visitor('a reading changes its unit on Now and nothing else', manager,
    async (page) => {
	await send(prep, { temperature: 3.1 });
	await send(cooler, { temperature: 2.8 });
	await page.goto('/');
	await says(row(page, prep), '3.10 °C');
	await listening(page);
	await stay(page, async () => {
		await send(prep, { temperature: 3.26 });
		await says(row(page, prep), '3.26 °C');
		await says(row(page, prep).getByRole('time'), /^\d s$/);
		await says(row(page, cooler), '2.80 °C');
	});
});

visitor('a reading changes the page of its unit, chart included', manager,
    async (page) => {
	await page.goto(prep.path);
	await listening(page);
	await stay(page, async () => {
		await send(cooler, { temperature: 4.44 });
		await send(prep, { temperature: 4.05, humidity: 61 });
		await says(page.locator('.hero'), '4.05 °C');
		await says(page.locator('.hero'), '61 %');
		await says(page.locator('.facts'), /Highest\s*4.05 °C/);
		assert.equal(await page.getByText('4.44').count(), 0);
	});
});

visitor('a late reading changes no current value', manager, async (page) => {
	await send(prep, { temperature: 3.5 });
	await page.goto('/');
	await listening(page);
	await send(prep, { temperature: 1.11 }, Date.now() - 600000);
	await send(cooler, { temperature: 2.22 });
	await says(row(page, cooler), '2.22 °C');
	await says(row(page, prep), '3.50 °C');
});

visitor('a unit out of range changes its state and moves up on Now', manager,
    async (page) => {
	await send(fish, { temperature: 2.5 });
	await page.goto('/');
	await listening(page);
	await stay(page, async () => {
		await send(fish, { temperature: 9.4 });
		await says(row(page, fish), 'Excursion');
		await says(row(page, fish), '9.40 °C');
		await says(page.getByRole('region', { name: 'Open alerts' }),
		    'Fish fridge');
		/* Silence is worse than being well, but not than this. */
		await says(row(page, fish).locator('~ tr'), 'Offline');
	});
});

visitor('an alert appears on Alerts while somebody looks', manager,
    async (page) => {
	await send(freezer, { temperature: -21 });
	await page.goto('/alerts');
	await listening(page);
	assert.equal(await page.getByRole('row')
	    .filter({ hasText: freezer.name }).count(), 0);
	await stay(page, async () => {
		await send(freezer, { temperature: -9.3 });
		await says(page.getByRole('row'), /Walk-in freezer/);
		await says(page.locator('#announce'), /excursion/i);
	});
});

visitor('an acknowledgement reaches everybody who looks at the alert', manager,
    async (page) => {
	const staff = await visit({ role: 'staff' });
	const timeline = page.locator('.timeline');

	await openAlert(page, fish);
	await openAlert(staff.page, fish);
	await listening(page);
	await stay(page, async () => {
		await send(fish, { temperature: 9.1 });
		await says(page.locator('.hero .facts'), '9.10 °C');
		await staff.page.getByLabel('What are you doing about it?')
		    .fill('Moved the fish to the cooler.\nCalled service.');
		await staff.page.getByRole('button', { name: 'Acknowledge' })
		    .click();
		await says(page.locator('[data-field=status]'),
		    'Acknowledged');
		await says(timeline, 'Moved the fish to the cooler.');
		await says(timeline, 'Sam Staff');
	});
	await says(staff.page.locator('.timeline'), 'Called service.');
	assert.equal(await page.getByRole('button', { name: 'Acknowledge' })
	    .count(), 0);
	assert.deepEqual(staff.errors, []);
	await staff.context.close();
});

visitor('an alert whose cause lasts is not resolved', { ...manager,
    expect: /409/ }, async (page) => {
	await openAlert(page, fish);
	await page.getByLabel('Corrective action').fill('Looked at it.');
	await page.getByRole('button', { name: 'Resolve' }).click();
	await says(page.getByRole('alert'), 'still so');
	await says(page.locator('[data-field=status]'), 'Acknowledged');
});

visitor('back in range, it takes the corrective action to resolve the alert',
    manager, async (page) => {
	const action = page.getByLabel('Corrective action');
	const resolve = page.getByRole('button', { name: 'Resolve' });

	await openAlert(page, fish);
	await send(fish, { temperature: 3.9 });	/* not yet well inside */
	await resolve.click();
	assert.ok(await action.evaluate((e) => e.validity.valueMissing));
	await action.fill('Replaced the door seal.');
	await page.getByLabel('Root cause').fill('Torn seal');
	await resolve.click();
	await says(page.locator('[data-field=status]'), 'Resolved');
	await says(page.getByRole('region', { name: 'Corrective actions' }),
	    /Replaced the door seal.*Torn seal.*Max Manager/s);
	await page.goto('/alerts');
	assert.equal(await page.getByRole('row')
	    .filter({ hasText: fish.name }).count(), 0);
});

visitor('a log out of range asks for what is done before it is sent', {
    role: 'staff' }, async (page) => {
	const temperature = page.getByLabel('Temperature, °C');
	const action = page.getByLabel('What is done about it');
	const log = page.getByRole('button', { name: 'Log', exact: true });
	const missing = () => action.evaluate((e) => e.validity.valueMissing);

	await page.goto(prep.path);
	await listening(page);
	await temperature.fill('5.01');
	await says(page.getByRole('status'), 'Above the limit');
	assert.ok(await missing());
	await temperature.fill('5');
	assert.ok(!await missing());
	await temperature.fill('6.5');
	await log.click();
	assert.ok(await missing());
	await action.fill('Closed the lid.');
	await log.click();
	await page.waitForURL('**#logs');
	await says(page.locator('.logs tr'), /6\.50 °C.*Closed the lid/s);
});

visitor('a log appears for whoever looks at the unit', manager,
    async (page) => {
	const staff = await visit({ role: 'staff' });

	await page.goto(cooler.path);
	await listening(page);
	await stay(page, async () => {
		await staff.page.goto(cooler.path);
		await staff.page.getByLabel('Temperature, °C').fill('3.25');
		await staff.page.getByRole('button', { name: 'Log',
			exact: true }).click();
		await says(page.locator('.logs tr'), '3.25 °C');
	});
	assert.deepEqual(staff.errors, []);
	await staff.context.close();
});

visitor('a temperature that somebody types survives what arrives meanwhile',
    { role: 'staff' }, async (page) => {
	await page.goto(prep.path);
	await listening(page);
	await page.getByLabel('Temperature, °C').fill('4.');
	await stay(page, async () => {
		await send(prep, { temperature: 4.11 });
		await says(page.locator('.hero'), '4.11 °C');
	});
	assert.ok(await page.getByLabel('Temperature, °C')
	    .evaluate((e) => e.value !== '' || e.validity.badInput));
});

visitor('what somebody writes survives what arrives meanwhile', manager,
    async (page) => {
	const words = page.getByLabel('What are you doing about it?');
	const asked = [];
	const news = async () => {
		await page.evaluate(() => document.dispatchEvent(
		    new Event('visibilitychange')));
		await page.clock.runFor(5000);
	};

	await page.clock.install();
	await openAlert(page, freezer);
	await words.fill('Half a sen');
	page.on('request', (r) => asked.push(r.url()));
	await news();
	assert.equal(await words.inputValue(), 'Half a sen');
	await words.fill('');
	await Promise.all([page.waitForResponse(page.url()), news()]);
	assert.deepEqual(asked, [page.url()]);
});

visitor('the filter stands in the address, and in it survives', manager,
    async (page) => {
	await send(fish, { temperature: 2 });
	await page.goto('/');
	await page.getByRole('navigation', { name: 'Filter by state' })
	    .getByRole('link', { name: 'Excursion' }).click();
	await page.waitForURL('**/?status=excursion');
	await says(row(page, freezer), 'Excursion');
	assert.equal(await row(page, prep).count(), 0);
	await page.getByRole('searchbox').fill('no such');
	await page.getByRole('searchbox').press('Enter');
	await page.waitForURL(/status=excursion.*q=no\+such/);
	await says(page.locator('#main'), 'No unit matches this filter.');
	await page.goBack();
	await says(row(page, freezer), 'Excursion');
	await page.reload();
	assert.equal(await row(page, prep).count(), 0);
});

visitor('keys walk the units, open one and reach the filter', manager,
    async (page) => {
	const focused = () => page.evaluate(() =>
	    document.activeElement.textContent);

	await page.goto('/');
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'Skip to content');
	await page.keyboard.press('j');
	const first = await focused();
	await page.keyboard.press('j');
	assert.notEqual(await focused(), first);
	await page.keyboard.press('k');
	assert.equal(await focused(), first);
	await page.keyboard.press('/');
	await page.keyboard.type('prep/j');
	assert.equal(await page.getByRole('searchbox').inputValue(), 'prep/j');
	await page.keyboard.press('Escape');
	await page.locator('tbody th a').first().focus();
	await page.keyboard.press('Enter');
	await says(page.locator('h1'), first);
});

visitor('the focus stays on its unit when the list is fetched anew', manager,
    async (page) => {
	await page.goto('/');
	await listening(page);
	await row(page, prep).getByRole('link').focus();
	const anew = page.waitForResponse((r) => r.url() === page.url());
	await send(freezer, { temperature: -7.2 });
	await send(freezer, { temperature: -20 });
	await (await anew).finished();
	await says(row(page, freezer), /Restoring|OK/);
	assert.equal(await page.evaluate(() =>
	    document.activeElement.textContent), prep.name);
});

visitor('a restarted streamer is found again, and nothing is missed', {
    ...manager, expect: /ERR_|stream|503|Reconnecting/ }, async (page) => {
	await send(cooler, { temperature: 2.9 });
	await page.goto('/');
	await listening(page);
	await stay(page, async () => {
		const paused = page.locator('body[data-live=paused]')
		    .waitFor();
		killStreamer();
		await send(cooler, { temperature: 3.33 });
		await paused;
		await listening(page);
		await says(row(page, cooler), '3.33 °C');
		await send(cooler, { temperature: 3.44 });
		await says(row(page, cooler), '3.44 °C');
	});
});

visitor('a page of somebody who has signed out elsewhere does not linger', {},
    async (page, context) => {
	await signIn(page, person('staff'));
	await listening(page);
	const other = await context.newPage();

	await other.goto('/');
	await other.getByRole('button', { name: 'Sign out' }).click();
	await other.waitForURL('**/sign-in');
	await send(freezer, { temperature: -9.9 });	/* a changed state */
	await page.waitForURL('**/sign-in*');
});

visitor('a viewer sees the alert and no button that would be refused',
    { role: 'viewer' }, async (page) => {
	await openAlert(page, freezer);
	assert.equal(await page.locator('main form').count(), 0);
});

visitor('a unit named like a script is a name', manager, async (page) => {
	const name = '<script>window.hacked=1</script>' +
	    '<img src=x onerror=window.hacked=1>"\'&';

	rename(dessert, name);
	for (const path of ['/', dessert.path, `${dessert.path}/readings`]) {
		await page.goto(path);
		await says(page.locator('#main'), name);
	}
	await page.goto('/');
	await listening(page);
	await send(dessert, { temperature: 3 });
	await send(dessert, { temperature: 17 });
	await says(page.getByRole('region', { name: 'Open alerts' }), name);
	await page.goto('/alerts');
	await says(page.getByRole('row'), name);
	assert.equal(await page.evaluate(() => window.hacked), undefined);
	rename(dessert, dessert.name);
});
