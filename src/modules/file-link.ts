import { predict } from '../observe/observation.ts';
import { type PathState, type PresentPath, path } from '../observe/path.ts';
import type { TreeState } from '../observe/tree.ts';
import { pathWord } from '../shell/path-word.ts';
import { rawSh, type Sh, sh } from '../shell/sh.ts';
import type { Decision } from './contract.ts';
import type { FileArgs } from './file-arguments.ts';
import {
  type AttributeChange,
  attributeChange,
  attributeResult,
  attributeScript,
  newPath,
} from './file-attributes.ts';
import { attributeDiff, attributesDecision } from './file-states.ts';
import { joinPath, parentOf, predictFile, touchesOf } from './file-touches.ts';

type Answers = { readonly [name: string]: unknown };

/** The path that `src` means: for a symlink relative to its folder. */
export function linkSource(given: FileArgs): string | undefined {
  if (given.src === undefined) return undefined;
  if (given.state !== 'link' || /^[/~]/.test(given.src)) return given.src;
  return joinPath(parentOf(given.path), given.src);
}

/** state: link */
export function decideLink(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const target = given.src ?? (at.exists && at.type === 'link' ? at.target : undefined);
  if (target === undefined) {
    return { kind: 'failed', message: 'src is required for creating new symlinks' };
  }
  const refusal = linkRefusal(given, observed);
  if (refusal) return { kind: 'failed', message: refusal };
  const isThere = at.exists && at.type === 'link' && at.target === target;
  const fresh = newPath('link', 0o777, observed.self as PathState, observed.parent as PathState);
  const link: PresentPath = isThere
    ? at
    : { ...fresh, target, size: Buffer.byteLength(target), realpath: linkedTo(given, observed) };
  const managed = managedOf(given, observed, link);
  const result = {
    dest: given.path,
    src: target,
    ...attributeResult(managed.change?.after ?? link),
  };
  const differences = managed.change?.differences ?? [];
  if (isThere && differences.length === 0) {
    return { kind: 'unchanged', reason: `${given.path} already is a link to ${target}`, result };
  }
  const owner = managed.change && differences.length > 0 ? managed.script.text : '';
  const make = isThere ? '' : linkScript(given.path, at, sh`ln -s -- ${target}`).text;
  const after = managed.name === given.path && managed.change ? managed.change.after : link;
  return {
    kind: 'change',
    summary: `${given.path}: ${[...(isThere ? [] : [`${at.exists ? at.type : 'absent'} → link to ${target}`]), ...differences].join(', ')}`,
    diff: [
      {
        header: given.path,
        before: at.exists
          ? `state: ${at.type}\n${at.target === undefined ? '' : `src: ${at.target}\n`}`
          : 'state: absent\n',
        after: `state: link\nsrc: ${target}\n`,
      },
      ...(managed.change && differences.length > 0
        ? [attributeDiff(managed.name, managed.change)]
        : []),
    ],
    apply: [{ script: rawSh([make, owner].filter(Boolean).join(' &&\n')) }],
    touches: touchesOf(given.path, managed.name),
    predicts: [
      ...predictFile(given.path, after),
      ...(managed.change && managed.name !== given.path
        ? [predict(path(managed.name), managed.change.after)]
        : []),
    ],
    result,
    verify: true,
  };
}

/** state: hard */
export function decideHardLink(given: FileArgs, observed: Answers): Decision {
  const at = observed.at as PathState;
  const source = observed.source as PathState | undefined;
  if (given.src === undefined) {
    if (!at.exists || at.nlink < 2) {
      return { kind: 'failed', message: 'src is required for creating new hardlinks' };
    }
    return attributesDecision(given, observed, given.path, at, { dest: given.path });
  }
  if (!source?.exists) return { kind: 'failed', message: `src does not exist: ${given.src}` };
  if (at.exists && at.inode === source.inode && at.dev === source.dev && at.inode !== 0) {
    return attributesDecision(given, observed, given.path, at, {
      dest: given.path,
      src: given.src,
    });
  }
  if (at.exists && at.type === 'directory') {
    return { kind: 'failed', message: `Cannot link, ${given.path} is a directory` };
  }
  if (at.exists && at.type !== 'link' && !given.force) {
    const found = at.nlink > 1 ? 'different hard link' : at.type;
    return { kind: 'failed', message: `Cannot link, ${found} exists at destination` };
  }
  const change = attributeChange(given, { ...source, nlink: source.nlink + 1 });
  const script =
    change.differences.length > 0
      ? attributeScript(given.path, given, source, change.after).text
      : '';
  const make = linkScript(given.path, at, sh`ln -- ${pathWord(given.src)}`).text;
  return {
    kind: 'change',
    summary: `${given.path}: ${at.exists ? at.type : 'absent'} → hard link to ${given.src}`,
    diff: [
      {
        header: given.path,
        before: `state: ${at.exists ? at.type : 'absent'}\n`,
        after: `state: hard\nsrc: ${given.src}\n`,
      },
    ],
    apply: [{ script: rawSh([make, script].filter(Boolean).join(' &&\n')) }],
    touches: touchesOf(given.path, given.src),
    predicts: [predict(path(given.path), change.after), predict(path(given.src), change.after)],
    result: { dest: given.path, src: given.src, ...attributeResult(change.after) },
    verify: true,
  };
}

function linkRefusal(given: FileArgs, observed: Answers): string | undefined {
  const at = observed.at as PathState;
  const source = observed.source as PathState | undefined;
  const parent = observed.parent as PathState;
  if (!parent.exists) return `the directory ${parentOf(given.path)} does not exist`;
  if (given.src !== undefined && !given.force && !leadsSomewhere(source, observed)) {
    return `src file does not exist, use "force=yes" if you really want to create the link: ${linkSource(given)}`;
  }
  if (!at.exists || at.type === 'link') return undefined;
  if (!given.force) return `refusing to convert from ${at.type} to symlink for ${given.path}`;
  const below = observed.tree as TreeState | undefined;
  if (at.type === 'directory' && (below?.entries.length ?? 0) > 0) {
    return `the directory ${given.path} is not empty, refusing to convert it`;
  }
  return undefined;
}

function leadsSomewhere(source: PathState | undefined, observed: Answers): boolean {
  if (!source?.exists) return false;
  if (source.type !== 'link') return true;
  return (observed.sourceReal as PathState | undefined)?.exists === true;
}

/** What the link resolves to once it is made, where that is known. */
function linkedTo(given: FileArgs, observed: Answers): string | undefined {
  const source = observed.source as PathState | undefined;
  if (source?.exists && source.type === 'link') return source.realpath;
  return linkSource(given);
}

interface Managed {
  readonly name: string;
  readonly change: AttributeChange | undefined;
  readonly script: Sh;
}

/** Whose attributes are set: those of what the link leads to, or its own. */
function managedOf(given: FileArgs, observed: Answers, link: PresentPath): Managed {
  const nothing = rawSh('');
  const isAsked = [given.mode, given.owner, given.group].some((value) => value !== undefined);
  if (!isAsked) return { name: given.path, change: undefined, script: nothing };
  if (!given.follow) {
    const change = attributeChange(given, link);
    return {
      name: given.path,
      change,
      script: attributeScript(given.path, given, link, change.after),
    };
  }
  const source = (observed.source ?? observed.real) as PathState | undefined;
  const real =
    source?.exists && source.type === 'link' ? (observed.sourceReal as PathState) : source;
  const name =
    source?.exists && source.type === 'link'
      ? source.realpath
      : (linkSource(given) ?? link.realpath);
  if (!real?.exists || name === undefined)
    return { name: given.path, change: undefined, script: nothing };
  const change = attributeChange(given, real);
  return { name, change, script: attributeScript(name, given, real, change.after) };
}

/** A link beside its place, then one rename: whatever is there is never missing. */
function linkScript(name: string, at: PathState, make: Sh): Sh {
  const clear =
    at.exists && at.type === 'directory' ? sh`rmdir ${pathWord(name)} || exit 1` : rawSh(':');
  return sh`link=${pathWord(name)}
case $link in */*) dir=\${link%/*} ;; *) dir=. ;; esac
tmp=$(mktemp -u "\${dir:-/}/.rolecall-tmp.$$.XXXXXX") || exit 1
trap 'rm -f "$tmp"' EXIT
${make} "$tmp" || exit 1
${clear}
{ mv -fT "$tmp" "$link" 2>/dev/null || mv -f "$tmp" "$link"; }`;
}
