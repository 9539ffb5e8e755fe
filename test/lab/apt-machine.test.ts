import { describe, expect, test } from 'vitest';
import { mapSuite, parseTargets, transferSettings } from '../../src/lab/apt-machine.ts';

const bookworm = parseTargets(`http://one.example/debian/|bookworm|main
http://one.example/debian/|bookworm|main
http://one.example/debian/|bookworm|contrib
http://one.example/debian/|bookworm-updates|main
http://two.example/security/|bookworm-security|main
https://three.example/node|nodistro|main
https://four.example/cloud|cloud-bookworm|main
`);

function names(codename: string, wanted: string): string[] {
  return mapSuite(bookworm, codename, wanted).map(
    ({ uri, suite, component }) => `${new URL(uri).hostname} ${suite} ${component}`,
  );
}

describe('the archives of a host', () => {
  test('are those of the machine, of another suite', () => {
    expect(names('bookworm', 'trixie')).toEqual([
      'one.example trixie main',
      'one.example trixie contrib',
      'one.example trixie-updates main',
      'two.example trixie-security main',
    ]);
  });
  test('of unstable have no updates and no security', () => {
    expect(names('bookworm', 'sid')).toEqual(['one.example sid main', 'one.example sid contrib']);
  });
  test('cannot come from a machine that runs something else', () => {
    expect(names('noble', 'trixie')).toEqual([]);
  });
});

describe('apt settings carried to a host', () => {
  const dump = `APT::Architecture "amd64";
Acquire::Check-Valid-Until "false";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3128/";
Acquire::http::Timeout "30";
Acquire::https::CaInfo "/etc/ssl/x.pem";
Dir::Cache::pkgcache "";
`;
  test('are proxy, validity and TLS, nothing else', () => {
    expect(transferSettings(dump, {})).toBe(`Acquire::Check-Valid-Until "false";
Acquire::http::Proxy "http://proxy.example:3128/";
Acquire::https::CaInfo "/etc/ssl/x.pem";
`);
  });
  test('take a proxy from the environment where apt’s own has none', () => {
    const environment = { http_proxy: 'http://other.example/', https_proxy: 'http://tls.example/' };
    const conf = transferSettings(dump, environment);
    expect(conf).toContain('Acquire::https::Proxy "http://tls.example/";');
    expect(conf).not.toContain('other.example');
  });
});
