import { describe, expect, test } from 'vitest';
import { parseSshArgs } from '../../src/connection/ssh-args.ts';

describe('understood', () => {
  test.each([
    [[], {}],
    [['-o', 'User=deploy', '-p', '2222'], { user: ['deploy'], port: ['2222'] }],
    [['-p2222', '-oUser=a', '-lb'], { port: ['2222'], user: ['a'] }],
    [['-o', 'StrictHostKeyChecking no'], { stricthostkeychecking: ['no'] }],
    [['-i', 'a', '-o', 'IdentityFile="b c"'], { identityfile: ['a', 'b c'] }],
    [['-J', 'jump:2200'], { proxyjump: ['jump:2200'] }],
    [
      ['-C', '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60s'],
      { controlmaster: ['auto'], controlpersist: ['60s'] },
    ],
  ])('%j', (args, options) => {
    expect(Object.fromEntries(parseSshArgs(args))).toEqual(options);
  });
});

describe('refused by name', () => {
  test.each([
    [['-o', 'LocalCommand=rm'], "option 'LocalCommand'"],
    [['-o', 'Usr=x'], "option 'Usr'"],
    [['-L', '80:x:80'], "'-L'"],
    [['-p'], "'-p' without a value"],
    [['host'], "'host'"],
    [['-o', '=x'], "'-o =x'"],
  ])('%j', (args, says) => {
    expect(() => parseSshArgs(args)).toThrow(says);
  });
});
