const breaks = /[\n\x85\u2028\u2029]/;
const blank = /[\0 \t\r\n\x85\u2028\u2029]/;

export interface ScalarStyles {
  readonly plainInFlow: boolean;
  readonly plainInBlock: boolean;
  readonly singleQuoted: boolean;
  readonly block: boolean;
  readonly multiline: boolean;
}

/** In which styles PyYAML would write a text without changing what it means. */
export function scalarStyles(text: string, allowUnicode = true): ScalarStyles {
  if (text === '') {
    return {
      plainInFlow: false,
      plainInBlock: true,
      singleQuoted: true,
      block: false,
      multiline: false,
    };
  }
  let { inFlow, inBlock } = indicators(text);
  const printable = allowUnicode
    ? /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/u
    : /^[\n\x20-\x7e]*$/;
  const onlyDouble = !printable.test(text) || / [\n\x85\u2028\u2029]/.test(text);
  const spaceAfterBreak = /[\n\x85\u2028\u2029] /.test(text);
  const multiline = breaks.test(text);
  const edges = /^[ \n\x85\u2028\u2029]|[ \n\x85\u2028\u2029]$/.test(text);
  if (edges || spaceAfterBreak || onlyDouble || multiline) {
    inFlow = true;
    inBlock = true;
  }
  return {
    plainInFlow: !inFlow,
    plainInBlock: !inBlock,
    singleQuoted: !spaceAfterBreak && !onlyDouble,
    block: !onlyDouble && !text.endsWith(' '),
    multiline,
  };
}

/** Whether a plain text would be read as something else than a string (YAML 1.1). */
export function readsAsOther(text: string): boolean {
  return otherTypes.test(text) || /^[!&*]$/.test(text);
}

const otherTypes = new RegExp(
  `^(?:${[
    'yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF',
    '[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?',
    '\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*',
    '[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)',
    '[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+',
    '[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+',
    '<<|~|null|Null|NULL||=',
    '\\d{4}-\\d\\d-\\d\\d',
    '\\d{4}-\\d\\d?-\\d\\d?(?:[Tt]|[ \\t]+)\\d\\d?:\\d\\d:\\d\\d(?:\\.\\d*)?(?:[ \\t]*(?:Z|[-+]\\d\\d?(?::\\d\\d)?))?',
  ].join('|')})$`,
);

/** Whether characters of the text have a meaning to YAML that plain text must not have. */
function indicators(text: string): { inFlow: boolean; inBlock: boolean } {
  let inFlow = /^(?:---|\.\.\.)/.test(text);
  let inBlock = inFlow;
  const followed = (index: number) => index + 1 >= text.length || blank.test(text[index + 1]!);
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (index === 0) {
      if ('#,[]{}&*!|>\'"%@`'.includes(character)) inFlow = inBlock = true;
      if ('?:'.includes(character)) inFlow = true;
      if ('?:-'.includes(character) && followed(index)) inFlow = inBlock = true;
    } else {
      if (',?[]{}:'.includes(character)) inFlow = true;
      if (character === ':' && followed(index)) inBlock = true;
      if (character === '#' && blank.test(text[index - 1]!)) inFlow = inBlock = true;
    }
  }
  return { inFlow, inBlock };
}
