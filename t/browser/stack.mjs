/*
 * The FrostGuard that t/stack started: who may sign in, which units there are,
 * what their sensors send, and what befalls it.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export const url = process.env.FG_URL;
const dir = process.env.FG_DIR;
const demo = JSON.parse(readFileSync(`${dir}/demo.json`, 'utf8'));
const organization = demo.organizations[0];
export const MINUTE = 60000;
let newest = 0, messages = 0;

export function person(role) {
	return demo.users.find((u) => u.role === role &&
	    u.organization_id === organization.id);
}

export function unit(name) {
	const d = organization.devices.find((d) => d.unit_name === name);

	return { name, id: d.unit_id, path: `/units/${d.unit_id}`,
		devEui: d.dev_eui };
}

function message(unit, payload, at) {
	const time = new Date(at).toISOString();

	return {
		end_device_ids: {
			device_id: `eui-${unit.devEui}`,
			dev_eui: unit.devEui,
			application_ids: {
				application_id: organization.application_id,
			},
		},
		received_at: time,
		uplink_message: {
			f_port: 2,
			f_cnt: ++messages,
			received_at: time,
			decoded_payload: payload,
		},
	};
}

/* What a sensor measured: on disk and judged when this returns. */
export async function send(unit, payload, at) {
	/* Never the same instant twice: that would be a redelivery. */
	newest = Math.max(Date.now(), newest + 1);
	const answer = await fetch(`${url}/api/webhooks/ttn`, {
		method: 'POST',
		headers: {
			'Content-Type': 'application/json',
			[organization.webhook_header]:
			    organization.webhook_secret,
		},
		body: JSON.stringify(message(unit, payload, at ?? newest)),
	});

	if (answer.status !== 200)
		throw new Error(`${answer.status}: ${await answer.text()}`);
}

export function rename(unit, name) {
	const db = demo.database;

	execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1',
		'-h', db.socket_directory, '-p', db.port, '-U', db.superuser,
		'-v', `id=${unit.id}`, '-v', `name=${name}`, db.name],
	    { input: 'UPDATE frostguard.units SET name = :\'name\'' +
		' WHERE id = :\'id\'' });
}

/* The streamer dies; what watches over it starts another. */
export function killStreamer() {
	const program = `${dir}/app/libexec/frostguard/stream`;
	const pids = readdirSync('/proc').filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
			    .split('\0')[0] === program;
		} catch {
			return false;
		}
	});

	if (pids.length === 0)
		throw new Error('no streamer runs');
	for (const pid of pids)
		process.kill(pid, 'SIGKILL');
}

/* What cron would run by and by. */
export function job(name) {
	execFileSync(`${dir}/app/libexec/frostguard/${name}`);
}
