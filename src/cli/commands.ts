import type { Command } from 'commander';

export interface CommandFile {
  /** One line in the list of commands. */
  readonly summary: string;
  /** Makes the command; `end` is told the exit status when it is not 0. */
  load(end: (status: number) => void): Promise<Command>;
}

/** Every command, in the order of the help. */
export const commands: Readonly<Record<string, CommandFile>> = {
  run: {
    summary: 'run playbooks on the hosts of an inventory',
    load: async (end) => (await import('./run.ts')).runCommand(end),
  },
  plan: {
    summary: 'find out what a run would change, and keep it in a file',
    load: async (end) => (await import('./plan.ts')).planCommand(end),
  },
  show: {
    summary: 'show a plan, as text or as Markdown for a merge request',
    load: async () => (await import('./show.ts')).showCommand(),
  },
  apply: {
    summary: 'do what a plan says, and nothing else',
    load: async (end) => (await import('./apply.ts')).applyCommand(end),
  },
  drift: {
    summary: 'keep hosts as declared: look by a schedule, correct, tell',
    load: async (end) => {
      const { driftCommand } = await import('./drift.ts');
      const { processServices } = await import('./drift/process-services.ts');
      return driftCommand(end, processServices());
    },
  },
  exec: {
    summary: 'run one module on the hosts of a pattern',
    load: async (end) => (await import('./exec.ts')).execCommand(end),
  },
  resume: {
    summary: 'go on with a run that did not get to its end',
    load: async (end) => (await import('./resume.ts')).resumeCommand(end),
  },
  history: {
    summary: 'show which runs there were and what they did',
    load: async () => (await import('./history.ts')).historyCommand(),
  },
  inventory: {
    summary: 'show the hosts, groups and variables of an inventory',
    load: async () => (await import('./inventory.ts')).inventoryCommand(),
  },
  explain: {
    summary: 'show where a variable of a host comes from, and what it hides',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  lint: {
    summary: 'find what is wrong in playbooks without connecting',
    load: async (end) => (await import('./lint.ts')).lintCommand(end),
  },
  doc: {
    summary: 'show the reference of modules and roles',
    load: async () => (await import('./doc.ts')).docCommand(),
  },
  schema: {
    summary: 'print JSON Schemas of playbooks and inventories for editors',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  audit: {
    summary: 'find single points of failure and what a site lacks',
    load: async (end) => (await import('./audit.ts')).auditCommand(end),
  },
  graph: {
    summary: 'draw the infrastructure as SVG or Mermaid',
    load: async () => (await import('./graph.ts')).graphCommand(),
  },
  trace: {
    summary: 'follow one request through all servers, and time it',
    load: async (end) => (await import('./trace.ts')).traceCommand(end),
  },
  lab: {
    summary: 'boot and remove real local hosts to try playbooks on',
    load: async (end) => (await import('./lab.ts')).labCommand(end),
  },
};
