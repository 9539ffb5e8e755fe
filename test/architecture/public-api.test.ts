import { expect, test } from 'vitest';
import * as publicApi from '../../src/index.ts';
import { moduleLoaders } from '../../src/modules/registry.ts';
import * as makers from '../../src/roles/module-tasks.ts';

test('role authors have a constructor of tasks for every module', () => {
  expect(Object.keys(publicApi)).toEqual(expect.arrayContaining(Object.keys(makers)));
  const modules = Object.keys(moduleLoaders).filter((name) => name !== 'template');
  expect(Object.keys(makers)).toHaveLength(modules.length);
});

test('what the public API is besides', () => {
  const others = Object.keys(publicApi).filter((name) => !(name in makers));
  expect(others.sort()).toEqual([
    ...['RolecallError', 'Type', 'Unknown', 'block', 'bringsDirectory', 'bringsFile'],
    ...['bringsGroup', 'bringsLink', 'bringsNo', 'bringsUnit', 'bringsUser', 'content'],
    ...['defineModule', 'defineRole', 'describeProblem', 'digest', 'expression'],
    ...[
      'flushHandlers',
      'groupState',
      'haproxyClient',
      'haproxyState',
      'joinSh',
      'nearestName',
      'path',
      'pkg',
      'predict',
    ],
    ...['probe', 'quoteWord', 'rawSh', 'secret', 'sh', 'taskOf', 'template', 'unit', 'userState'],
  ]);
});
