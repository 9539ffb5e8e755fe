import type { RoleDecision } from 'rolecall';

export const decisions: readonly RoleDecision[] = [
  {
    question: 'When the service is restarted',
    answer:
      'When the process itself is not what is declared: its working folder is its release, a variable in its environment stands for environment, secrets and unit.',
    why: 'A run that dies between writing and restarting is mended by the next one, and what changed together restarts once.',
  },
  {
    question: 'When a release is good',
    answer:
      'When the same process answers 200 at its health path twice, a second apart. What passed is kept: release, environment, secrets, unit.',
    why: 'Started is not serving; and without two answers of one process, another program on the port would pass for it.',
  },
  {
    question: 'What happens where the gate is not passed',
    answer:
      'The host goes back to the release and configuration that passed last, passes the gate with it, and fails. The first deployment has nothing to go back to and says so.',
    why: 'The operator hears of it by the exit status, users do not hear of it.',
  },
  {
    question: 'How secrets reach the service',
    answer: 'In a file of mode 0600 that systemd reads as root, apart from other variables.',
    why: 'Arguments are shown to everybody on the host; differences of the other variables can still be shown.',
  },
  {
    question: 'Where the migration runs',
    answer:
      'On the first host of the inventory with this application, once for each release, before the switch, as the user of the service.',
    why: 'Migrations on every host run at the same time. It has to suit the old release too, which still runs elsewhere.',
  },
  {
    question: 'How often systemd tries to start it again',
    answer: 'For ever, after 0.2 s at first and up to 15 s later.',
    why: 'A limit turns a database that is away for a minute into a service that is gone until someone comes.',
  },
  {
    question: 'What the service may do on its host',
    answer:
      'Write in its shared folders and a temporary folder of its own, listen above port 1023; no capabilities, devices or namespaces.',
    why: '`systemd-analyze security` gives it 1.7. MemoryDenyWriteExecute is left out, as the compiler of V8 needs it.',
  },
];
