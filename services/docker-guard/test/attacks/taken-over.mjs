// Runs inside a real solver process, before and beside the solver's own code, with its user, its environment and the one
// socket it has: what an attacker would do who took it over. Leaves a report in the solver's state directory.
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

const { SOLVER_DOCKER_HOST, SOLVER_STATE_DIR, TAKEN_OVER_PLAN } = process.env;
const plan = JSON.parse(readFileSync(TAKEN_OVER_PLAN, 'utf8'));
const socketPath = SOLVER_DOCKER_HOST.replace('unix://', '');

/** First line of the answer, or the error of the connection. */
function ask(path, line, body = '', headers = []) {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n')) socket.destroy();
    });
    socket.on('error', (error) => resolve(error.code));
    socket.on('close', () => resolve(Number(text.split(' ')[1]) || 'cut'));
    const length = headers.some((header) => header.startsWith('Transfer'))
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`];
    socket.write(
      [`${line} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', ...length, ...headers, '', body].join('\r\n'),
    );
  });
}

/** The whole answer. */
function read(path) {
  return new Promise((resolve, reject) => {
    get({ socketPath, path }, (response) => json(response).then(resolve, reject)).on('error', reject);
  });
}

async function attack() {
  const report = { uid: process.getuid(), requests: [], escapes: {} };
  for (const { line, body, headers } of plan.requests)
    report.requests.push({ line, status: await ask(socketPath, line, body, headers) });
  for (const path of plan.engineSockets) report.escapes[`connect ${path}`] = await ask(path, 'GET /version');
  report.escapes['unlink the socket'] = attempt(() => unlinkSync(socketPath));
  report.escapes['read the memory of the guard'] = attempt(() => readFileSync(`/proc/${plan.guardPid}/environ`));
  report.allowed = await ask(
    socketPath,
    `POST /v1.41/containers/create?name=${plan.canonical.name}`,
    JSON.stringify(plan.canonical.body),
  );
  report.made = await read(`/v1.41/containers/${plan.canonical.name}/json`);
  const file = join(SOLVER_STATE_DIR, 'report.json');
  writeFileSync(`${file}.part`, JSON.stringify(report));
  renameSync(`${file}.part`, file);
}

function attempt(act) {
  try {
    act();
    return 'done';
  } catch (error) {
    return error.code;
  }
}

// The solver says that it is ready when it has its first sandboxes in hand or on the way.
const say = process.send.bind(process);
process.send = (message, ...rest) => {
  if (message?.ready) void attack();
  return say(message, ...rest);
};
