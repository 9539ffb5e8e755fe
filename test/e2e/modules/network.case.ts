import type { ModuleCase } from './case.ts';

/** Each starts a server of its own, as cases run in any order. */
const serve = (httpd: string, port: number) =>
  `mkdir -p /srv/www${port}; echo '{"ready": true}' >/srv/www${port}/state.json; ${httpd} -p ${port} -h /srv/www${port}`;

const sha256 = '52fdd7220653b7659e70662f4a804fc9be33c1cb65035b5b3f59466b4769267f';

/** get_url, uri, wait_for, known_hosts. */
export const cases: ModuleCase[] = [
  {
    name: 'a file by its checksum',
    module: 'get_url',
    absent: `${serve('busybox httpd', 8080)}; rm -f /srv/state.json`,
    present: {
      url: 'http://127.0.0.1:8080/state.json',
      dest: '/srv/state.json',
      checksum: `sha256:${sha256}`,
      mode: '0640',
    },
    changedByHand: 'echo other >/srv/state.json',
    verify: 'grep -q ready /srv/state.json && [ "$(stat -c %a /srv/state.json)" = 640 ]',
    needs: ['curl'],
    userland: ['debian'],
  },
  {
    name: 'a file that is missing',
    module: 'get_url',
    absent: `${serve('httpd', 8081)}; rm -rf /srv/got; mkdir /srv/got`,
    present: { url: 'http://127.0.0.1:8081/state.json', dest: '/srv/got/', mode: '0644' },
    changedByHand: 'rm /srv/got/state.json',
    verify: 'grep -q ready /srv/got/state.json',
    userland: ['busybox'],
  },
  {
    name: 'an answer in JSON',
    module: 'uri',
    kind: 'query',
    absent: serve('busybox httpd', 8082),
    present: { url: 'http://127.0.0.1:8082/state.json', return_content: true },
    gives: { status: 200, content: '{"ready": true}\n' },
    needs: ['curl'],
    userland: ['debian'],
  },
  {
    name: 'a port',
    module: 'wait_for',
    kind: 'query',
    present: { port: 22, timeout: 10 },
    gives: { port: 22, state: 'started' },
    userland: ['debian'],
  },
  {
    name: 'a word in a file',
    module: 'wait_for',
    kind: 'query',
    absent: 'echo the server is ready >/srv/server.log',
    present: { path: '/srv/server.log', search_regex: 'is (ready)', timeout: 10 },
    userland: ['debian', 'busybox'],
  },
  {
    name: 'a key of a server',
    module: 'known_hosts',
    present: {
      name: 'git.example.com',
      key: 'git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYmBhVXCmSOpvxGiC8vLw0PbpUWBlVBdEdcbmKTTHKA',
      path: '/srv/known_hosts',
    },
    changedByHand:
      'echo "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGSPzZGIEDgcMdkSm3d2CtNDzYH5PR7XkXOyK4QGv1e0" >/srv/known_hosts',
    verify: 'grep -q TTHKA /srv/known_hosts',
    userland: ['debian'],
  },
];
