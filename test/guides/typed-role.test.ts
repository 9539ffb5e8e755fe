import { afterAll, describe, expect, test } from 'vitest';
import { edited, type GuideStep, guideSteps } from './support/guide-steps.ts';
import { newUserProject } from './support/user-project.ts';

const project = newUserProject();
afterAll(() => project.remove());

/** Commands that need no host. */
const isLocal = ({ words }: GuideStep & { kind: 'command' }) =>
  words[1] === 'tsc' || words[2] === 'lint' || words[2] === 'doc';

describe('what the guide to typed roles shows happens', async () => {
  const steps = guideSteps('write-a-typed-role.md');
  const undo: (() => void)[] = [];
  for (const step of steps) {
    if (step.kind === 'command') {
      if (!isLocal(step)) continue;
      const seen = await project.run(step.words);
      const changes = undo.length;
      for (const takeBack of undo.splice(0).reverse()) takeBack();
      test(`${step.words.slice(1).join(' ')} → ${step.output.split('\n')[0]}`, () => {
        expect(changes).toBe(1);
        expect(seen).toBe(step.output);
      });
      continue;
    }
    const before = project.read(step.path);
    project.write(step.path, step.kind === 'file' ? step.text : edited(before ?? '', step.lines));
    if (step.undone) undo.push(() => project.write(step.path, before));
  }

  test('it has ten files and five mistakes', () => {
    const written = steps.filter((step) => step.kind === 'file' && !step.undone);
    const mistakes = steps.filter((step) => step.kind !== 'command' && step.undone);
    expect([written.length, mistakes.length]).toEqual([10, 5]);
  });

  test('the role that is left compiles', async () => {
    expect(await project.run(['npx', 'tsc'])).toBe('');
  });

  test('nothing is wrong with the play', async () => {
    expect(await project.run(['npx', 'rolecall', 'lint', '-i', 'hosts.yml', 'site.yml'])).toBe(
      '0 problems, 0 warnings in 1 task\n',
    );
  });

  test('its parameters are shown', async () => {
    expect(await project.run(['npx', 'rolecall', 'doc', 'syslog'])).toMatch(
      /\n {2}port {2}\(whole number; default 514\)\n {6}TCP port .* 1 to 65535\.\n/,
    );
  });

  test('its tests pass', async () => {
    expect(await project.run(['node', '--test'])).toMatch(/^# pass 2\n# fail 0$/m);
  });
});
