import type { Observations } from '../observe/observation.ts';
import { Unknown } from '../values.ts';
import { validateProblem } from './atomic-write.ts';
import { type Decision, defineModule } from './contract.ts';
import { type SourceFile, sourceName } from './copy-source.ts';
import { attributeProblems } from './file-attributes.ts';
import { decideSource } from './file-decision.ts';
import {
  assumeBrought,
  type TargetQuestion,
  targetObservations,
  targetRefinement,
} from './file-target.ts';
import { type TemplateArgs, templateArguments } from './template-arguments.ts';
import { encodings, renderTemplate } from './template-render.ts';

/** The rendered text; Unknown in check mode when it uses what is not known yet. */
interface Prepared {
  readonly rendered: SourceFile | Unknown;
}

export const template = defineModule({
  name: 'template',
  summary: 'Renders a template on the controller and puts the result on the host.',
  args: templateArguments,
  examples: [
    "- name: nginx.conf\n  template:\n    src: nginx.conf.j2\n    dest: /etc/nginx/nginx.conf\n    mode: '0644'\n    validate: nginx -t -c %s\n  notify: Reload nginx",
  ],
  returns: {
    dest: 'Path of the file on the host.',
    checksum: 'SHA-1 of the content.',
    backup_file: 'Name of the backup, when one was made.',
    mode: "Permissions, as '0644'.",
    owner: 'Owner.',
    group: 'Group.',
    uid: 'Id of the owner.',
    gid: 'Id of the group.',
    size: 'Bytes.',
    state: '`file`.',
  },
  check: (given) => {
    const problems = attributeProblems(given);
    const validate = given.validate === undefined ? undefined : validateProblem(given.validate);
    if (validate) problems.push(validate);
    if (!encodings.has(given.output_encoding.toLowerCase())) {
      problems.push(
        `output_encoding is '${given.output_encoding}'; expected one of ${[...encodings.keys()].join(', ')}`,
      );
    }
    return problems;
  },
  prepare: async (given, controller): Promise<Prepared> => ({
    rendered: await renderTemplate(given, controller),
  }),
  observe: (given: TemplateArgs & Prepared): Observations => targetObservations(question(given)),
  refine: (given: TemplateArgs & Prepared, observed: Record<string, unknown>): Observations =>
    targetRefinement(
      question(given),
      given.rendered instanceof Unknown ? undefined : given.rendered.sha256,
      observed,
    ),
  decide: (given: TemplateArgs & Prepared, observed: Record<string, unknown>) =>
    decideTemplate(given, observed),
  decideUnknown: (given: TemplateArgs & Prepared, observed: Record<string, unknown>) => {
    if (given.rendered instanceof Unknown)
      return { kind: 'unknown', reason: given.rendered.reason };
    const assumed = assumeBrought(observed);
    if (assumed instanceof Unknown) return { kind: 'unknown', reason: assumed.reason };
    if (!given.force) {
      return { kind: 'unknown', reason: `whether ${given.dest} will be there is not known` };
    }
    return decideTemplate(given, assumed);
  },
});

function question(given: TemplateArgs): TargetQuestion {
  return { dest: given.dest, basename: sourceName(given.src), follow: given.follow };
}

function decideTemplate(
  given: TemplateArgs & Prepared,
  observed: Record<string, unknown>,
): Decision {
  const { rendered } = given;
  if (rendered instanceof Unknown) return { kind: 'unknown', reason: rendered.reason };
  return decideSource(given, rendered, question(given), observed, { checksum: rendered.sha1 });
}
