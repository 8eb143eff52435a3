import { freePort, plainEnvironment, startServer } from '../../../cli/local/process';

const SERVER = `
const [port, behaviour] = process.argv.slice(1);
if (behaviour === 'stubborn') process.on('SIGTERM', () => {});
require('node:http').createServer((_, response) => response.end()).listen(Number(port), '127.0.0.1');
`;

test('a server is started, answers, and is gone after stop', async () => {
  const { server, url } = await start('plain');
  expect((await fetch(url)).status).toBe(200);
  await server.stop();
  await expect(fetch(url)).rejects.toThrow();
  expect(isAlive(server.pid)).toBe(false);
  await server.stop();
});

test('a server that ignores SIGTERM is killed', async () => {
  const { server } = await start('stubborn');
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
});

test('a server that ends early is told with its exit code and last lines', async () => {
  const port = await freePort();
  const promise = startServer({
    name: 'The server',
    command: process.execPath,
    args: ['-e', 'console.error("no such setting"); process.exit(3)'],
    env: plainEnvironment(),
    readyUrl: `http://127.0.0.1:${port}/`,
  });
  await expect(promise).rejects.toThrow(/The server ended with exit code 3 before it answered[\s\S]*no such setting/);
});

test('a server that never answers is told, and stopped', async () => {
  const port = await freePort();
  const promise = startServer({
    name: 'The server',
    command: process.execPath,
    args: ['-e', 'console.log("thinking"); setInterval(() => {}, 1000)'],
    env: plainEnvironment(),
    readyUrl: `http://127.0.0.1:${port}/`,
    readyTimeoutMs: 500,
  });
  await expect(promise).rejects.toThrow(/did not become ready within 0.5 s: no answer[\s\S]*thinking/);
});

test('a missing command is told', async () => {
  const promise = startServer({
    name: 'The server',
    command: '/no/such/command',
    args: [],
    env: plainEnvironment(),
    readyUrl: 'http://127.0.0.1:9/',
  });
  await expect(promise).rejects.toThrow(/\/no\/such\/command/);
});

test('plainEnvironment holds no credentials', () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'not for servers';
  expect(plainEnvironment()).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

async function start(behaviour: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const server = await startServer({
    name: 'The server',
    command: process.execPath,
    args: ['-e', SERVER, String(port), behaviour],
    env: plainEnvironment(),
    readyUrl: url,
  });
  return { server, url };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
