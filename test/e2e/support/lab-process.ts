import { labDown, labUp } from '../../../src/lab/lab.ts';
import { describeLab } from './describe-lab.ts';

// Run as a process of its own, so that a test can kill it: `lab-process.ts up|down NAME HOST…`
const [verb, name = '', ...hosts] = process.argv.slice(2);
if (verb === 'up') {
  await labUp(
    describeLab(
      name,
      hosts.map((host) => ({ name: host, packages: [] })),
    ),
    (event) => {
      process.stdout.write(`${JSON.stringify(event)}\n`);
    },
  );
} else if (verb === 'down') {
  await labDown(name);
}
